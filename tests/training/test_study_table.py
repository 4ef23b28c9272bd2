"""The tables of a study, run on tables of answers instead of networks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from artml.settings import settings
from artml.training.progress import Reporter
from artml.training.study import Study
from artml.training.study_report import conduct
from artml.training.study_table import Report, by_epoch, terminal
from tests.training.study_folder import HEAD, answers, fake, row, write_study

TABLE = answers([0] * 6 + [1] * 4, [0.1, 0.2, 0.3, 0.4, 0.8, 0.9, 0.9, 0.8, 0.7, 0.3])
RIGHT = answers([0] * 6 + [1] * 4, [0.1] * 6 + [0.9] * 4)
CLASSES = """details = true
[rows.by_class]
Realism = { precision = 0.5, recall = 0.25 }
Fauvism = { f1 = 0.125 }
"""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ARTML_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("ARTML_WEIGHTS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    settings.cache_clear()
    yield tmp_path / "runs"
    settings.cache_clear()


def conducted(folder: Path, rows: str, recipes: dict[str, str], head: str = HEAD) -> Report:
    scratch = {name: "pretrained = false\n" + more for name, more in recipes.items()}
    report, _ = conduct(Study.read(str(write_study(folder, rows, scratch, head))), Reporter())
    return report


def line_of(report: Report, label: str) -> list[str]:
    line = next(one for one in report.markdown().splitlines() if one.startswith(f"| {label} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_published_figures_stand_beside_ours(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    report = conducted(tmp_path / "two", row("one", accuracy=0.76, precision=0.8, recall=0.76), {"one": ""})
    assert line_of(report, "The one") == [
        "The one",
        "0.76",
        "0.700 [0.397, 0.892]",
        "10",
        "0.500, 0.600",
        "0.8 / 0.720",
        "0.76 / 0.700",
        "0.703",
        "0.697",
        "1.0",
    ]
    page = report.markdown()
    assert page.startswith("# Two styles\n\nPublished: Nobody, Nowhere, 1900.\n\n`artml study two`")
    assert "An abacus, 10 cores" in page
    assert "\n\nDifferences: All of them.\n" in page


def test_figures_are_saved_for_people_and_for_machines(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    report = conducted(tmp_path / "two", row("one", accuracy=0.76), {"one": ""})
    folder = runs / "two"
    assert (folder / "two.md").read_text() == report.markdown()
    (saved,) = pd.read_csv(folder / "figures.csv").to_dict("records")
    assert (saved["recipe"], saved["n"], saved["accuracy"], saved["published_accuracy"]) == (
        "one",
        10,
        0.7,
        0.76,
    )
    assert saved["accuracy_low"] < 0.7 < saved["accuracy_high"]
    classes = pd.read_csv(folder / "classes.csv")
    assert classes[["label", "n"]].to_numpy().tolist() == [["Cubism", 6], ["Realism", 4]]
    drawn = {file.name for file in (folder / "figures").iterdir()}
    assert drawn == {"one-style-curves.html", "one-style-confusion.html", "plotly.min.js"}


def test_a_row_with_details_tells_how_it_went_epoch_by_epoch(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    page = conducted(tmp_path / "two", row("one", "details = true"), {"one": ""}).markdown()
    assert page.endswith(
        "### The one, by epoch\n\n"
        "| epoch | training loss | training accuracy | validation loss | validation accuracy |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| 1 | 0.700 | 0.500 | 0.800 | 0.400 |\n"
    )


def test_of_many_epochs_some_and_the_last_are_told() -> None:
    history = pd.DataFrame({"epoch": range(1, 13), "loss": 9.0, "style_loss": 1.0, "style_accuracy": 0.5})
    table = by_epoch(history, "style").splitlines()
    assert table[0] == "| epoch | training loss | training accuracy |"
    assert [line.split(" | ")[0] for line in table[2:]] == ["| 1", "| 2", "| 3", "| 5", "| 10", "| 12"]
    assert table[-1] == "| 12 | 1.000 | 0.500 |"


def test_a_row_without_weights_says_so_and_its_stand_in_claims_nothing(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"instead": TABLE})
    folder = write_study(
        tmp_path / "two",
        row("one", 'stand_in = "instead"\n' + CLASSES, accuracy=0.64, top5=0.94),
        {"one": 'network = "densenet121"\n', "instead": "pretrained = false\n"},
    )
    report, _ = conduct(Study.read(str(folder)), Reporter())
    assert line_of(report, "The one")[1:3] == ["0.64", "weights not reachable"]
    assert line_of(report, "instead (stands in)")[1:3] == ["", "0.700 [0.397, 0.892]"]
    page = report.markdown()
    assert (
        "- The one: densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5 not here. It can be had" in page
    )
    assert "### instead (stands in), by class, beside what was published of: The one" in page
    saved = pd.read_csv(runs / "two" / "figures.csv").set_index("row")
    assert saved["reachable"].to_dict() == {"The one": False, "instead (stands in)": True}
    assert pd.isna(saved.loc["instead (stands in)", "published_accuracy"])


def test_classes_stand_beside_the_published_also_those_without_pictures(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    head = HEAD + 'missing = ["Fauvism"]\npublished_works = { Realism = 12 }\n'
    report = conducted(tmp_path / "two", row("one", CLASSES), {"one": ""}, head)
    assert line_of(report, "Realism")[:6] == [
        "Realism",
        "4",
        "0.5 / 0.600",
        "0.25 / 0.750 [0.30, 0.95]",
        "0.667",
        "12",
    ]
    assert line_of(report, "Fauvism") == ["Fauvism", "0", "", "", "0.125", ""]
    page = report.markdown()
    assert "Published, but without pictures here: Fauvism." in page
    assert (
        "| truth | Cubism | Realism |\n| --- | --- | --- |\n| Cubism | 4 | 2 |\n| Realism | 1 | 3 |" in page
    )


def test_a_gain_is_measured_against_the_row_that_is_named(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE, "two": RIGHT})
    report = conducted(tmp_path / "two", row("one") + row("two", 'against = "one"'), {"one": "", "two": ""})
    assert line_of(report, "The one")[3] == ""
    assert line_of(report, "The two")[3].startswith("+0.300 [+0.")
    assert report.lines[1].sentence().endswith("on one")


def test_crops_are_counted_by_work_too_and_new_works_drawn(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = [f"work {number // 2}" for number in range(40)]
    fake(monkeypatch, {"one": answers([0] * 40, [0.1, 0.6] * 20, works)})
    report = conducted(tmp_path / "two", row("one", "draws = 10"), {"one": "crops = { size = 32 }\n"})
    assert line_of(report, "The one")[2:6] == ["0.500 [0.500, 0.500]", "1.000 [0.839, 1.000]", "20", "40"]
    assert "Of 10 new works, drawn 10,000 times, 10.0 are right on average (10: 100.0%)." in report.markdown()


def test_parts_and_facets_have_a_table_each(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE, "one-b": RIGHT})
    parts = (
        row("one")
        + '[[parts]]\ntitle = "First"\n[[parts]]\ntitle = "Second"\nname = "b"\ndifferences = "None."\n'
    )
    report = conducted(tmp_path / "two", parts + "change = { epochs = 2 }\n", {"one": ""})
    first, second = report.markdown().split("## ")[1:]
    assert first.startswith("First\n")
    assert "0.700 [" in first
    assert "Differences: All of them." in first
    assert second.startswith("Second\n")
    assert "1.000 [" in second
    assert "Differences: None." in second


def test_what_is_measured_is_told_and_saved_row_by_row(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Watching(Reporter):
        def say(self, sentence: str) -> None:
            saved = runs / "two" / "figures.csv"
            told.append((sentence, len(pd.read_csv(saved)) if saved.exists() else 0))

    told: list[tuple[str, int]] = []
    fake(monkeypatch, {"one": TABLE, "two": RIGHT})
    scratch = {"one": "pretrained = false\n", "two": "pretrained = false\n"}
    folder = write_study(tmp_path / "two", row("one", accuracy=0.76) + row("two"), scratch)
    conduct(Study.read(str(folder)), Watching())
    assert told == [
        ("The one: style 0.700 [0.397, 0.892], n 10, published 0.76", 0),
        ("The two: style 1.000 [0.722, 1.000], n 10", 1),
    ]


def test_the_published_setting_has_its_own_runs(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    folder = write_study(tmp_path / "two", row("one"), {"one": "pretrained = false\n"})
    report, home = conduct(Study.read(str(folder)), Reporter(), full=True)
    assert home == runs / "two-full"
    assert "`artml study two --full`" in report.markdown()


def test_a_long_part_is_named_and_run_where_everything_is(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    parts = row("one") + '[[parts]]\ntitle = "Ideas"\n[[parts]]\ntitle = "Steps"\nlong = true\n'
    short = conducted(tmp_path / "two", parts, {"one": ""}).markdown()
    assert "With `--full` it measures as well: Steps." in short
    assert "## Ideas" in short and "## Steps" not in short
    report, _ = conduct(Study.read(str(tmp_path / "two")), Reporter(), full=True)
    assert "## Steps" in report.markdown()
    assert "as well" not in report.markdown()


def test_the_terminal_shows_what_the_page_says(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    report = conducted(tmp_path / "two", row("one", 'note = "Half of it [sic]."', accuracy=0.76), {"one": ""})
    console = Console(width=160, record=True)
    with console.capture() as shown:
        console.print(terminal(report, 160))
    text = " ".join(shown.get().split())
    for cell in line_of(report, "The one"):
        assert cell in text
    assert "Half of it [sic]." in text
    assert "Differences: All of them." in text


def test_a_narrow_terminal_shows_the_figures_that_matter_whole(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"one": TABLE})
    report = conducted(tmp_path / "two", row("one", accuracy=0.76, precision=0.8), {"one": ""})
    console = Console(width=80)
    with console.capture() as shown:
        console.print(terminal(report, 80))
    text = shown.get()
    assert "published" in text
    assert "0.700 [0.397, 0.892]" in text
    assert "precision " not in text.splitlines()[1]
    assert "…" not in text


def test_a_part_may_be_about_one_folder(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = TABLE.assign(
        path=["near/" + path if number < 4 else "far/" + path for number, path in enumerate(TABLE["path"])]
    )
    fake(monkeypatch, {"one": table})
    report = conducted(tmp_path / "two", row("one") + '[[parts]]\nbelow = "near/"\n', {"one": ""})
    assert line_of(report, "The one")[2:4] == ["1.000 [0.510, 1.000]", "4"]
