"""What a study.toml may say, and that the shipped ones are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from artml.catalogue import Catalogue
from artml.errors import RecipeError
from artml.networks import network
from artml.training.recipe import RECIPES
from artml.training.selection import catalogue_of, select
from artml.training.study import Study, studies
from artml.training.study_steps import steps
from tests.training.study_folder import HEAD, row, write_study

TWINS = {"2-twin-artist", "3-twin-source"}
PUBLISHED = ["artylyze-genre", "artylyze-style", "calvino", "picar", "tavora"]


def test_a_study_is_read_with_its_rows_and_what_was_published(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "two", row("one", accuracy=0.76, top5=0.9), {"one": ""})
    study = Study.read(str(folder))
    ((part, (only,)),) = study.tables()
    assert (study.name, part.title, only.recipe) == ("two", "", "one")
    assert (only.published.accuracy, only.published.top5, only.published.f1) == (0.76, 0.9, None)


def test_a_part_takes_the_study_s_rows_unless_it_has_its_own(tmp_path: Path) -> None:
    parts = (
        row("one")
        + '[[parts]]\ntitle = "First"\n[[parts]]\ntitle = "Second"\n'
        + row("two", header="parts.rows")
    )
    folder = write_study(tmp_path / "two", parts, {"one": "", "two": ""})
    named = {part.title: [one.recipe for one in rows] for part, rows in Study.read(str(folder)).tables()}
    assert named == {"First": ["one"], "Second": ["two"]}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (row("one") + row("one", acuracy=0.5), "line 14: rows.1.published.acuracy: Extra inputs"),
        (row("one").replace("label", "title") + row("one"), "line 6: rows.0.label: Field required"),
        (row("one", accuracy=76), "line 9: rows.0.published.accuracy"),
        (row("one", "colour = 3"), "line 10: rows.0.colour"),
        (row("one", "folds = 5\nseeds = [1, 2]"), "folds, bags and seeds exclude each other"),
        (row("one", 'against = "later"'), "against names later, which is no row before it"),
        (row("one") + "[[parts]]\nchange = { epochs = 3 }\n", "a part that changes recipes needs a name"),
        ('[[parts]]\ntitle = "Empty"\n', "a part without rows: 'Empty'"),
        (row("absent"), "absent.toml cannot be read"),
        (row("one", 'stand_in = "absent"'), "absent.toml cannot be read"),
        (row("round"), "after itself"),
        ("[[rows]\n", "cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, rows: str, said: str) -> None:
    folder = write_study(tmp_path / "two", rows, {"one": "", "round": 'after = "round"\n'})
    with pytest.raises(RecipeError) as refused:
        Study.read(str(folder))
    assert said in str(refused.value)


def test_the_known_studies_are_named_to_who_asks_for_another() -> None:
    with pytest.raises(RecipeError, match="no study 'nothing'. Known: artylyze-genre, .*tavora"):
        Study.read("nothing")


def test_what_is_not_asked_for_may_be_missing_and_a_title_may_not(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "two", row("one"), {"one": ""}, head=HEAD.replace("title", "name"))
    with pytest.raises(RecipeError, match="title: Field required"):
        Study.read(str(folder))


def test_the_published_experiments_are_all_there() -> None:
    assert set(studies()) == {*PUBLISHED, "guide", "technique"}
    accuracies = {}
    for name in PUBLISHED:
        rows = [one for _, rows in Study.read(name).tables() for one in rows]
        told = {
            (one.recipe, one.published.accuracy)
            for one in rows
            if one.published.accuracy is not None and not one.recipe.startswith("ours")
        }
        accuracies[name] = sorted(accuracy for _, accuracy in told)
    assert accuracies["calvino"] == [0.7625, 0.81667, 0.82251, 0.9, 0.9, 0.90417]
    assert accuracies["tavora"] == [0.76]
    assert accuracies["artylyze-genre"] == [0.42, 0.44, 0.54, 0.57, 0.58, 0.61, 0.64, 0.64]
    assert accuracies["artylyze-style"] == [0.51]
    assert accuracies["picar"] == [0.539, 0.604, 0.604, 0.757, 0.87, 0.883, 0.883]


def test_the_reckoned_accuracies_follow_from_the_table_by_class() -> None:
    study = Study.read("picar")
    works = study.published_works
    for one in study.rows:
        if one.by_class:
            right = sum(
                round(works[label] * (figures.recall or 0)) for label, figures in one.by_class.items()
            )
            assert right / sum(works.values()) == pytest.approx(one.published.accuracy, abs=0.006), one.label
    weighted = [one.by_class for one in study.rows if "weighted" in one.label]
    assert weighted[0] == weighted[1]


@pytest.mark.parametrize("name", studies())
def test_a_shipped_study_is_sound(name: str) -> None:
    study = Study.read(name)
    used: set[str] = set()
    for full in (False, True):
        for step, instead in steps(study, full):
            for each in filter(None, (step, instead)):
                assert set(study.facets) <= set(each.recipe.facets)
                for recipe in each.lines[0]:
                    known = network(recipe.network)
                    assert set(recipe.stages or ()) <= set(known.stages), recipe.name
                    assert known.weights or known.parts or not recipe.pretrained, recipe.name
            used |= {one.name for one in study.chain(step.row.recipe)}
            used |= {one.name for one in study.chain(step.row.stand_in or step.row.recipe)}
    shipped = {file.stem for file in (RECIPES / name).glob("*.toml")} - {"study"}
    assert shipped - used == (TWINS if name == "guide" else set())


@pytest.mark.parametrize("name", studies())
def test_published_figures_come_with_their_source_and_what_differs(name: str) -> None:
    study = Study.read(name)
    for part, rows in study.tables():
        if any(one.published.accuracy is not None for one in rows):
            assert study.source
            assert part.differences or study.differences


@pytest.mark.collection
@pytest.mark.parametrize("name", PUBLISHED)
def test_every_row_finds_works_of_every_label(name: str, collection: Path) -> None:
    read: dict[Path, Catalogue] = {}
    for step, _ in steps(Study.read(name)):
        recipe, facet = step.recipe, Study.read(name).facets[0]
        path = catalogue_of(recipe.data)
        read[path] = read.get(path) or Catalogue.read(path)
        frame = select(read[path], recipe).frame
        train = frame[frame["split"].isin(recipe.data.train_on)]
        test = frame[frame["split"] == recipe.data.test_on]
        assert set(test[facet]) == set(train[facet]), step.key
        assert not set(train["path"]) & set(test["path"])
        if recipe.data.labels:
            assert set(train[facet]) == set(recipe.data.labels), step.key


@pytest.mark.collection
def test_no_fold_tests_a_work_that_what_it_starts_from_was_trained_on(collection: Path) -> None:
    catalogue = Catalogue.read(collection / "paintings" / "catalogue.csv")
    _, instead = next(steps(Study.read("artylyze-style")))
    assert instead is not None
    for line in instead.lines:
        genre, style = (select(catalogue, recipe).frame for recipe in line)
        trained, tested = (frame["split"] == split for frame, split in ((genre, "train"), (style, "test")))
        assert not set(genre.loc[trained, "work"]) & set(style.loc[tested, "work"])
