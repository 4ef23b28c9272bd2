"""A bundle that names colours (see colours.py), measured on catalogues whose figures are known beforehand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from artml.catalogue import Catalogue
from artml.classifier import Classifier
from artml.cli import app
from artml.errors import CatalogueError, ImageDamaged
from artml.evaluation.evaluate import evaluate
from artml.member import Member
from tests.colours import BLUE, GREEN, GREY, RED, write_colour_bundle, write_technique_bundle

ROWS = """path,style,genre,artist,split
red.png,Impressionism,portrait,,test
green.png,Cubism,,Claude Monet,test
blue.png,Impressionism,landscape,,test
grey.png,Pop Art,portrait,Nobody,train
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_colour_bundle(tmp_path_factory.mktemp("bundles") / "colours")


@pytest.fixture
def works(tmp_path: Path) -> Path:
    """A folder of four pictures, and the catalogue of it."""
    for name, colour in {"red": RED, "green": GREEN, "blue": BLUE, "grey": GREY}.items():
        Image.new("RGB", (40, 40), colour).save(tmp_path / f"{name}.png")
    (tmp_path / "catalogue.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def run(works: Path, bundle: Path, *arguments: str | Path) -> Result:
    told = ["evaluate", works / "catalogue.csv", "--bundle", bundle, *arguments]
    return CliRunner(env={"COLUMNS": "80", "FORCE_COLOR": None}).invoke(
        app, [str(argument) for argument in told]
    )


def figures(works: Path, bundle: Path, *arguments: str | Path) -> dict[str, Any]:
    result = run(works, bundle, "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_shared_facet_has_its_figures(works: Path, bundle: Path) -> None:
    found = figures(works, bundle)
    assert list(found) == ["style", "genre", "artist"]
    style = found["style"]
    assert {"n", "accuracy", "macro_f1", "top5", "ece", "certain", "unknown_labels"} <= style.keys()
    assert (style["n"], style["unknown_labels"]) == (3, 1)
    assert style["accuracy"] == pytest.approx(2 / 3)
    assert style["macro_f1"] == pytest.approx((2 / 3 + 1) / 2)
    assert style["certain"] == {"coverage": 1.0, "accuracy": pytest.approx(2 / 3)}
    assert (found["genre"]["n"], found["genre"]["unknown_labels"]) == (3, 0)
    assert (found["artist"]["n"], found["artist"]["unknown_labels"]) == (1, 1)


def test_prediction_sets_are_measured_where_the_model_makes_them(works: Path, bundle: Path) -> None:
    found = figures(works, bundle)
    assert found["style"]["sets"] == {"coverage": pytest.approx(2 / 3), "size": 1.0}
    assert found["style"]["intervals"]["sets"]["size"] == [1.0, 1.0]
    assert found["genre"]["sets"] is None
    shown = run(works, bundle).stdout
    assert "style: sets of 1.00 labels (1.00–1.00) hold the truth in 66.7 % (20.8–93.9)" in shown
    assert "genre: sets" not in shown


def test_only_the_facets_asked_for_are_measured(works: Path, bundle: Path) -> None:
    assert list(figures(works, bundle, "--facets", "artist,style")) == ["artist", "style"]
    result = run(works, bundle, "--facets", "style,colour")
    assert result.exit_code == 2
    assert "'colour'; known: style, genre, artist" in result.stderr


def test_every_shipped_bundle_is_measured_on_what_it_knows(works: Path, models: Path) -> None:
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    table = "path,style,class\nred.png,Impressionism,hand\ngreen.png,Cubism,algorithm\nblue.png,,hand\n"
    (works / "catalogue.csv").write_text(table, encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", str(works / "catalogue.csv"), "--json"])
    found = json.loads(result.stdout)
    assert {facet: figures["n"] for facet, figures in found.items()} == {"style": 2, "technique": 3}
    assert found["technique"]["certain"] == {"coverage": pytest.approx(2 / 3), "accuracy": 1.0}


def test_a_model_that_is_not_asked_does_not_look(
    works: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    read, looked = Member.read, []

    def reading(self: Member, *arguments: Any) -> Any:
        looked.append(self.manifest.name)
        return read(self, *arguments)

    monkeypatch.setattr(Member, "read", reading)
    evaluate(Classifier.load(), Catalogue.read(works / "catalogue.csv"))
    assert set(looked) == {"colours"}


def test_only_certain_answers_count_as_certain(works: Path, bundle: Path) -> None:
    genre = figures(works, bundle)["genre"]
    assert genre["certain"] == {"coverage": pytest.approx(2 / 3), "accuracy": 1.0}


def test_a_split_is_measured_alone(works: Path, bundle: Path) -> None:
    found = figures(works, bundle, "--split", "test")
    assert (found["style"]["n"], found["style"]["unknown_labels"]) == (3, 0)
    assert found["genre"]["n"] == 2


def test_paths_start_from_the_root(
    works: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (works / "catalogue.csv").rename(elsewhere / "catalogue.csv")
    assert run(elsewhere, bundle).exit_code == 1
    assert figures(elsewhere, bundle, "--root", works)["style"]["n"] == 3


def test_the_table_has_a_row_a_facet(works: Path, bundle: Path) -> None:
    result = run(works, bundle)
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:4]] == [
        ["style", "3"],
        ["genre", "3"],
        ["artist", "1"],
    ]


def test_unreadable_pictures_are_named_and_left_out(works: Path, bundle: Path) -> None:
    whole = (works / "blue.png").read_bytes()
    (works / "blue.png").write_bytes(whole[: len(whole) // 2])
    result = run(works, bundle, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["style"]["accuracy"] == 1.0
    first, last = result.stderr.splitlines()
    assert "blue.png" in first
    assert last == "artml: 1 of 4 pictures could not be read and are left out."


def test_progress_and_unreadable_are_told(works: Path, bundle: Path) -> None:
    (works / "red.png").write_bytes((works / "red.png").read_bytes()[:60])
    progress, unreadable = [], []
    evaluate(
        Classifier.load(bundle),
        Catalogue.read(works / "catalogue.csv"),
        lambda done, total: progress.append((done, total)),
        lambda file, error: unreadable.append((file, type(error))),
    )
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert unreadable == [(works / "red.png", ImageDamaged)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("path,style\n", "no pictures"),
        ("path,date\nred.png,1890\n", "labels no facet that colours answers"),
        ("path,technique\nred.png,hand\n", "labels no facet that colours answers"),
        ("path,style\nnowhere.png,Cubism\n", "None of the catalogue's 1 pictures can be read"),
    ],
)
def test_nothing_to_measure_is_said_in_a_sentence(works: Path, bundle: Path, rows: str, reason: str) -> None:
    (works / "catalogue.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(CatalogueError, match=reason):
        evaluate(Classifier.load(bundle), Catalogue.read(works / "catalogue.csv"))
    result = run(works, bundle)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr


def test_an_unknown_split_is_wrong_use(works: Path, bundle: Path) -> None:
    result = run(works, bundle, "--split", "tset")
    assert result.exit_code == 2
    assert "tset" in result.stderr
