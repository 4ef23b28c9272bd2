"""The command line, on a bundle that names colours (see colours.py), the shipped guide and the collection."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from artml import __version__, cli
from artml.classifier import Answer, Classifier
from artml.settings import settings
from tests.collection.drawn import draw
from tests.colours import BLUE, GREEN, GREY, RED, WHITE, write_colour_bundle, write_technique_bundle
from tests.training.study_folder import answers, fake, write_study
from tests.training.study_folder import row as study_row


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_colour_bundle(tmp_path_factory.mktemp("bundles") / "colours")


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures of one colour each, and one that is none."""
    folder = tmp_path_factory.mktemp("works")
    for name, colour in {"red": RED, "green": GREEN, "blue": BLUE, "grey": GREY, "white": WHITE}.items():
        Image.new("RGB", (64, 48), colour).save(folder / f"{name}.png")
    (folder / "torn.png").write_bytes((folder / "red.png").read_bytes()[:60])
    return folder


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str | Path) -> Result:
    plain = {"COLUMNS": "80", "FORCE_COLOR": None}
    return CliRunner(env=plain).invoke(cli.app, [str(argument) for argument in arguments])


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def ranked(label: str, probability: float, aat: str | None, wikidata: str | None) -> dict[str, Any]:
    """Engines may reckon in half precision."""
    near = pytest.approx(probability, abs=1e-3)
    return {"label": label, "probability": near, "aat": aat, "wikidata": wikidata}


def test_json_says_everything_of_a_picture(works: Path, bundle: Path) -> None:
    result = run("classify", works / "red.png", "--json", "--top", "2", "--bundle", bundle)
    assert result.exit_code == 0
    (said,) = objects(result)
    model = {"name": "colours", "version": "7"}
    assert said == {
        "schema": 1,
        "file": str(works / "red.png"),
        "ok": True,
        "painting": True,
        "facets": {
            "style": [
                ranked("Impressionism", 0.99933, "300021503", "Q40415"),
                ranked("Cubism", 0.000335, "300021495", "Q42934"),
            ],
            "genre": [
                ranked("portrait", 0.999665, "300015637", "Q134307"),
                ranked("landscape", 0.000335, "300015636", "Q191163"),
            ],
            "artist": [
                ranked("Claude Monet", 0.5, None, None),
                ranked("Henri Matisse", 0.5, None, None),
            ],
        },
        "certain": {"style": True, "genre": True, "artist": False},
        "likely": {"style": ["Impressionism"], "genre": [], "artist": []},
        "models": {"style": model, "genre": model, "artist": model},
    }


def test_only_the_facets_asked_for_are_told(works: Path, bundle: Path) -> None:
    (said,) = objects(
        run("classify", "--json", "--bundle", bundle, "--facets", "artist, style", works / "red.png")
    )
    assert list(said["facets"]) == list(said["certain"]) == list(said["models"]) == ["artist", "style"]
    result = run("classify", "--bundle", bundle, "--facets", "technique", works / "red.png")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "artml: No bundle here answers the facet 'technique'; known: style, genre, artist.\n"
    )


def test_the_technique_is_told_beside_what_the_guide_says(works: Path, models: Path) -> None:
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    files = [works / f"{name}.png" for name in ("green", "grey", "white")]
    green, grey, white = objects(run("classify", "--json", *files))
    assert list(green["facets"]) == ["style", "genre", "artist", "technique"]
    assert green["facets"]["technique"][0]["label"] == "algorithm"
    assert [said["certain"]["technique"] for said in (green, grey, white)] == [True, False, False]
    assert [said["likely"]["technique"] for said in (green, white)] == [["algorithm"], []]
    assert sorted(grey["likely"]["technique"]) == ["algorithm", "hand"]
    assert green["models"]["technique"] == {"name": "technique", "version": "3"}
    shown = run("classify", "--facets", "technique", *files).stdout
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("technique")] == [
        "certain",
        "say",
        "say",
    ]
    assert "cannot say" in shown
    assert (
        "does not look like a painting" in shown
    )  # which the guide says, though only the technique was asked


def test_one_bad_file_stops_nothing(works: Path, bundle: Path) -> None:
    files = [works / "torn.png", works / "green.png", works / "nowhere.png", works, works / "blue.png"]
    result = run("classify", "--json", "--bundle", bundle, *files)
    assert result.exit_code == 1
    said = objects(result)
    assert [one["file"] for one in said] == [str(file) for file in files]
    assert [one["ok"] for one in said] == [False, True, False, False, True]
    assert [one["error"]["type"] for one in said if not one["ok"]] == [
        "ImageDamaged",
        "NotAnImage",
        "NotAnImage",
    ]
    assert said[0].keys() == {"schema", "file", "ok", "error"}
    assert said[1]["facets"]["artist"][0]["label"] == "Claude Monet"


def test_a_line_is_out_before_the_next_picture_is_opened(
    works: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classify, out = Classifier.classify, []

    def watched(self: Classifier, image: Any) -> Answer:
        flushed = cast("io.BytesIO", sys.stdout.buffer).getvalue()
        out.append(flushed.count(b"\n"))
        return classify(self, image)

    monkeypatch.setattr(Classifier, "classify", watched)
    run("classify", "--json", "--bundle", bundle, works / "red.png", works / "torn.png", works / "blue.png")
    assert out == [0, 1, 2]


def test_white_is_no_painting_and_nothing_is_certain(works: Path, bundle: Path) -> None:
    (said,) = objects(run("classify", "--json", "--bundle", bundle, works / "white.png"))
    assert said["painting"] is False
    assert said["certain"] == {"style": False, "genre": False, "artist": False}
    assert "does not look like a painting" in run("classify", "--bundle", bundle, works / "white.png").stdout


def test_the_table_has_bars_and_a_verdict(works: Path, bundle: Path) -> None:
    result = run("classify", "--top", "2", "--bundle", bundle, works / "green.png", works / "red.png")
    assert result.exit_code == 0
    green, _, red = result.stdout.partition("red.png")
    lines = [line.split() for line in green.splitlines()]
    assert ["style", "Cubism", "━" * 16, "100", "%", "certain"] in lines
    assert ["Impressionism", "0", "%"] in lines
    assert "not sure" in green
    assert "Naïve" not in green
    assert "or none of these" in red


def test_the_table_says_how_far_down_the_truth_may_be(works: Path, bundle: Path) -> None:
    near = works / "near.png"
    Image.new("RGB", (8, 8), (200, 180, 60)).save(near)
    told = [line.split() for line in run("classify", "--bundle", bundle, near).stdout.splitlines()]
    assert [line[-5:] for line in told if "Cubism" in line] == [["9", "in", "10:", "first", "2"]]
    certain = run("classify", "--bundle", bundle, works / "red.png").stdout
    assert "9 in 10" not in certain


def test_the_table_names_a_bad_file_on_stderr(works: Path, bundle: Path) -> None:
    result = run("classify", "--bundle", bundle, works / "torn.png", works / "red.png")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"artml: {works / 'torn.png'}")
    assert "Impressionism" in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_hostile_name_reaches_neither_the_terminal_nor_the_markup(
    tmp_path: Path, works: Path, bundle: Path
) -> None:
    hostile = tmp_path / "\x1b[31m[bold]\n\udcff.png"
    hostile.write_bytes((works / "red.png").read_bytes())
    shown = run("classify", "--bundle", bundle, hostile).stdout
    assert "\x1b" not in shown
    assert "[31m[bold]" in shown.replace("\n", "")  # a long path is broken into lines
    (said,) = objects(run("classify", "--json", "--bundle", bundle, hostile))
    assert said["file"] == str(hostile)


def table(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))


def test_a_folder_is_labelled_and_bad_files_stop_nothing(works: Path, bundle: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "new", tmp_path / "labels.csv"
    folder.mkdir()
    for name in ("torn", "blue", "green"):
        shutil.copy(works / f"{name}.png", folder)
    result = run("label", folder, "--out", out, "--bundle", bundle, "--facets", "style")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = table(out)
    assert list(rows[0])[4:] == ["style", "style_probability", "style_certain"]
    assert [(row["file"], row["status"], row["style"]) for row in rows] == [
        ("blue.png", "labelled", "Naïve Art (Primitivism)"),
        ("green.png", "labelled", "Cubism"),
        ("torn.png", "refused", ""),
    ]
    done, refused = result.stdout.splitlines()
    assert done.startswith(f"{out}: 2 of 3 files labelled in ")
    assert refused == "Refused: 1 damaged; the column `error` says why."


def test_before_a_long_folder_it_says_what_each_would_take(
    works: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(models / "guide")
    folder, out = tmp_path / "new", tmp_path / "labels.csv"
    folder.mkdir()
    for name in ("blue", "green"):
        shutil.copy(works / f"{name}.png", folder)
    monkeypatch.setattr("artml.labelling.pace.LONG", 2)
    monkeypatch.setattr("artml.labelling.pace.pace", lambda classifier, files, thumbnail: 3600.0)
    assert run("label", folder, "--out", out).stderr == ""  # there is nobody else
    write_colour_bundle(models / "guide-swift", taught_by="guide")
    told = run("label", folder, "--out", out)
    assert told.stderr.splitlines() == [
        "2 files by guide take about 2.0 hours.",
        "With --bundle guide-swift they would take about 2.0 hours.",
    ]
    assert run("label", folder, "--out", out, "--bundle", "guide-swift").stderr == ""
    monkeypatch.setattr("artml.labelling.pace.LONG", 3)
    assert run("label", folder, "--out", out).stderr == ""


def test_a_catalogue_comes_along_and_folders_are_looked_into(bundle: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "new", tmp_path / "new" / "labels.csv"
    (folder / "deep").mkdir(parents=True)
    Image.new("RGB", (64, 48), RED).save(folder / "deep" / "1954_12.png")
    catalogue = tmp_path / "museum.csv"
    catalogue.write_text("Object number;Style\n1954/12;Impressionism\n", encoding="utf-8")
    flat = run("label", folder, "--out", out, "--bundle", bundle)
    assert (flat.exit_code, flat.stdout) == (1, "")
    assert "holds no files to label. Perhaps they are in folders of it (--recursive)?" in flat.stderr
    options = ("--out", out, "--bundle", bundle, "--recursive", "--resume", "--format", "csv")
    result = run("label", folder, *options, "--catalogue", catalogue)
    assert result.exit_code == 0
    (row,) = table(out)
    assert (row["file"], row["Object number"], row["Style"]) == (
        "deep/1954_12.png",
        "1954/12",
        "Impressionism",
    )
    assert "style: as catalogued in 100.0 % of 1 work (20.7 % to 100.0 %); 1 certain" in result.stdout


def test_a_stopped_run_says_how_it_goes_on(
    works: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("artml.labelling.table.label_into_table", stopped)
    result = run("label", works, "--out", tmp_path / "labels.csv", "--bundle", bundle)
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "artml: Stopped. With --resume it goes on from here.\n"


def test_a_file_that_is_no_table_is_not_written_over(works: Path, bundle: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("file,title\n", encoding="utf-8")
    result = run("label", works, "--out", mine, "--bundle", bundle)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"artml: {mine} is there already")
    assert mine.read_text(encoding="utf-8") == "file,title\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["label"],
        ["label", "nowhere"],
        ["label", ".", "--format", "papyrus"],
        ["classify"],
        ["classify", "--top", "0", "red.png"],
        ["classify", "--tip", "red.png"],
        ["evaluate", "nowhere.csv"],
        ["serve", "--port", "0"],
        ["paint"],
        [],
    ],
)
def test_wrong_use_ends_with_status_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_an_unknown_bundle_is_wrong_use(works: Path) -> None:
    result = run("classify", "--bundle", works / "nowhere", works / "red.png")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("artml: There is no bundle at")


def test_a_damaged_bundle_is_named_in_one_sentence(tmp_path: Path, works: Path) -> None:
    damaged = write_colour_bundle(tmp_path / "damaged")
    (damaged / "card.md").write_text("something else", encoding="utf-8")
    result = run("classify", "--bundle", damaged, works / "red.png")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "card.md" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_setting_is_named(
    works: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, fresh_settings: None
) -> None:
    monkeypatch.setenv("ARTML_MAX_BYTES", "many")
    result = run("classify", "--bundle", bundle, works / "red.png")
    assert result.exit_code == 2
    assert result.stderr.startswith("artml: A setting in the environment cannot be used. ARTML_MAX_BYTES: ")


def test_train_hands_on_what_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    def train(*arguments: Any) -> Path:
        told.append(arguments)
        return tmp_path

    training = ModuleType("artml.training")  # the real one imports TensorFlow, and has tests of its own
    vars(training)["train"] = train
    monkeypatch.setitem(sys.modules, "artml.training", training)
    data = tmp_path / "catalogue.csv"
    data.write_text("path\n", encoding="utf-8")
    assert run("train", "guide", "--data", data).exit_code == 0
    assert run("train", "guide").stdout == f"Trained: {tmp_path}\n"
    assert told == [("guide", data), ("guide", None)]


NETWORKS = [
    {
        "name": "vgg16",
        "parameters": 14_714_688,
        "multiply_adds": 15_346_630_656,
        "side": 224,
        "stages": ["block1_pool", "block2_pool"],
        "weights": {"files": ["vgg16.h5"], "origin": "It can be had.", "fetchable": True},
        "reachable": True,
        "reach": "block1_pool",
    },
    {
        "name": "cnn",
        "parameters": 93_248,
        "multiply_adds": 403_200_000,
        "side": 200,
        "stages": ["stage1_pool"],
        "weights": None,
        "reachable": False,
        "reach": None,
    },
]


def networks(monkeypatch: pytest.MonkeyPatch, facts: list[dict[str, Any]]) -> None:
    """Put `facts` where the networks' facts come from: the real ones take TensorFlow, and have own tests."""
    overview = ModuleType("artml.networks.overview")
    vars(overview)["overview"] = lambda: iter(facts)
    monkeypatch.setitem(sys.modules, "artml.networks", ModuleType("artml.networks"))
    monkeypatch.setitem(sys.modules, "artml.networks.overview", overview)


def test_networks_are_listed_with_their_cost_and_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    networks(monkeypatch, NETWORKS)
    result = run("networks")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["network", "parameters", "multiply-adds", "side", "weights", "reach"] in lines
    assert ["vgg16", "14.7", "M", "15,347", "M", "224", "here", "block1_pool", "1/2"] in lines
    assert ["cnn", "93,248", "403", "M", "200", "none"] in lines


@pytest.mark.parametrize(("fetchable", "said"), [(True, "to fetch"), (False, "not here")])
def test_networks_say_whether_missing_weights_can_be_fetched(
    monkeypatch: pytest.MonkeyPatch, fetchable: bool, said: str
) -> None:
    weights = {"files": ["a.h5"], "origin": "It can be had.", "fetchable": fetchable}
    networks(monkeypatch, [{**NETWORKS[0], "weights": weights, "reachable": False}])
    (row,) = (line for line in run("networks").stdout.splitlines() if line.startswith("vgg16"))
    assert f" {said} " in row


def test_networks_as_json_are_all_their_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    networks(monkeypatch, NETWORKS)
    assert json.loads(run("networks", "--json").stdout) == NETWORKS


def test_serve_hands_on_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr("artml.api.serve", lambda *where, public: told.append((*where, public)))
    assert run("serve", "--port", "9000").exit_code == 0
    assert run("serve", "--host", "10.0.0.1", "--public").exit_code == 0
    assert told == [(None, 9000, False), ("10.0.0.1", 8501, True)]


def test_main_ends_with_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["artml", "version"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"artml {__version__}\n"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_settings: None) -> Path:
    """The folder of a study whose one row answers without training."""
    monkeypatch.setenv("ARTML_RUNS", str(tmp_path / "runs"))
    fake(monkeypatch, {"one": answers([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.9])})
    rows = study_row("one", accuracy=0.76)
    return write_study(tmp_path / "two", rows, {"one": "pretrained = false\n"})


def test_a_study_prints_and_saves_its_tables(study: Path, tmp_path: Path) -> None:
    result = run("study", study, "--docs", tmp_path / "docs" / "studies")
    assert result.exit_code == 0
    assert "0.750" in result.stdout
    assert "0.76" in result.stdout
    page = (tmp_path / "docs" / "studies" / "two.md").read_text()
    assert "| The one | 0.76 | 0.750 [" in page
    assert (tmp_path / "runs" / "two" / "two.md").read_text() == page


def test_the_published_setting_is_kept_apart(study: Path, tmp_path: Path) -> None:
    assert run("study", study, "--full").exit_code == 0
    assert [folder.name for folder in (tmp_path / "runs").iterdir()] == ["two-full"]


def test_a_study_s_rows_are_listed_and_none_is_run(study: Path, tmp_path: Path) -> None:
    result = run("study", study, "--list")
    assert result.exit_code == 0
    assert result.stdout == "two: Two styles\n  The one (one.toml)\n"
    assert not (tmp_path / "runs").exists()


def test_the_shipped_studies_are_listed() -> None:
    result = run("study")
    assert result.exit_code == 0
    named = [line.split(":")[0] for line in result.stdout.splitlines()]
    *trained, clusters = named
    assert trained == ["artylyze-genre", "artylyze-style", "calvino", "guide", "picar", "tavora", "technique"]
    assert clusters == "artylyze-clusters"


def test_a_study_nobody_knows_is_wrong_use() -> None:
    result = run("study", "nothing")
    assert result.exit_code == 2
    assert result.stderr.startswith("artml: There is no study 'nothing'. Known: artylyze-genre,")


def test_an_accent_does_not_end_a_run_on_an_ascii_terminal(works: Path, bundle: Path) -> None:
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "artml",
        "classify",
        "--bundle",
        bundle,
        works / "blue.png",
    ]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert "Na?ve Art" in done.stdout
    assert "=" * 16 in done.stdout


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = ("numpy", "openvino", "pandas", "PIL", "pydantic", "streamlit", "tensorflow")
    look = f"import sys, artml.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_shipped_guide_answers(tmp_path: Path, painted: Callable[..., Image.Image]) -> None:
    picture = tmp_path / "painted.jpg"
    painted(3).save(picture)
    result = run("classify", "--json", "--bundle", "guide", picture)
    assert result.exit_code == 0
    (said,) = objects(result)
    assert list(said["facets"]) == ["style", "genre", "artist"]
    assert {len(ranked) for ranked in said["facets"].values()} == {5}
    assert {model["name"] for model in said["models"].values()} == {"guide"}


@pytest.mark.collection
def test_the_true_style_is_among_the_first_five(collection: Path) -> None:
    catalogue = pd.read_csv(collection / "paintings" / "catalogue.csv", dtype="str", keep_default_na=False)
    known = Classifier.load().facets["style"]
    drawn = catalogue[(catalogue["split"] == "test") & catalogue["style"].isin(known)].sample(
        20, random_state=7
    )
    result = run("classify", "--json", *(collection / "paintings" / path for path in drawn["path"]))
    found = [
        style in [ranked["label"] for ranked in said["facets"]["style"]]
        for style, said in zip(drawn["style"], objects(result), strict=True)
    ]
    assert sum(found) >= 17


@pytest.mark.collection
def test_the_guide_reaches_the_floor_on_the_test_split(collection: Path) -> None:
    result = run("evaluate", collection / "paintings" / "catalogue.csv", "--split", "test", "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    for facet, floor in {"style": 0.62, "genre": 0.72, "artist": 0.74}.items():
        assert figures[facet]["accuracy"] >= floor, facet
        assert figures[facet]["ece"] <= 0.05, facet
        assert figures[facet]["certain"]["coverage"] >= 0.25, facet


def test_cluster_makes_an_atlas_and_says_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundle: Path, fresh_settings: None
) -> None:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    catalogue = draw(tmp_path / "works")
    options = ("--features", "embedding, pca", "--clusters", "3", "--bundle", bundle)
    result = run("cluster", catalogue, *options, "--name", "drawn")
    assert result.exit_code == 0, result.output
    assert "Works: 36 works" not in result.stdout
    assert "Drawn: 36 works" in result.stdout
    assert "Impressionist landscapes" in result.stdout
    assert "the guide's" in result.stdout
    assert (tmp_path / "home" / "atlases" / "drawn" / "shown" / "atlas.json").is_file()
    assert run("cluster", catalogue, "--features", "colours").exit_code == 2
    assert "too few" in run("cluster", draw(tmp_path / "few", each=2)).stderr
    assert "too few" in run("cluster").stderr


def test_the_study_of_clusters_stands_among_the_others() -> None:
    assert "artylyze-clusters: Clusters of paintings" in run("study").stdout.splitlines()
    listed = run("study", "artylyze-clusters", "--list").stdout
    assert listed.count("KMeans") == listed.count("Gaussian mixture") == 5
