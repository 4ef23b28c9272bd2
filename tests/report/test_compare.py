"""Two side by side, and studies beside what was published."""

from __future__ import annotations

from pathlib import Path

from artml.report.compare import side_by_side, studies, tables
from artml.report.parts import Chart, Table, Words
from artml.report.subject import find

PAGE = """# Painters

Three painters, again.

## By artist

|  | published | ours | n |
| --- | --- | --- | --- |
| plain | 0.5 | 0.637 [0.617, 0.656] | 2,246 |
| a \\| b |  | 0.735 [0.712, 0.757] ± 0.02 | 2,246 |
| heavy | 0.9 | weights not reachable |  |

| what | else |
| --- | --- |
| one | two |
"""


def test_two_are_told_apart_only_beyond_their_intervals(guide: Path, old: Path, run_folder: Path) -> None:
    one, other = find("guide").read(), find("old").read()
    section = side_by_side(one, other, dark=False)
    (chart,) = section.parts
    assert isinstance(chart, Chart)
    assert chart.sentence == "On style they are 0.0 points apart, which lies within their intervals."
    worse = {"style": other.metrics["test"]["style"] | {"accuracy": 0.2}}
    worse["style"]["intervals"] = worse["style"]["intervals"] | {"accuracy": [0.15, 0.25]}
    other.metrics["test"].update(worse)
    (chart,) = side_by_side(one, other, dark=False).parts
    assert isinstance(chart, Chart)
    assert "guide 7 is right" in chart.sentence or "colours 7 is right" in chart.sentence
    assert list(chart.data["accuracy"])[1] == 0.2


def test_nothing_in_common_is_said(guide: Path, old: Path, runs: Path) -> None:
    one, other = find("guide").read(), find("old").read()
    other.metrics["test"]["mood"] = other.metrics["test"].pop("style")  # type: ignore[attr-defined]
    (words,) = side_by_side(one, other, dark=True).parts
    assert words == Words("They answer no question in common.")


def test_tables_are_read_with_their_headings() -> None:
    (heading, first), (_, second) = tables(PAGE)
    assert heading == "By artist"
    assert list(first["n"]) == ["2,246", "2,246", ""]
    assert first.iloc[1, 0] == "a | b"
    assert list(second) == ["what", "else"]


def test_a_study_that_was_run_stands_beside_what_was_published(runs: Path) -> None:
    folder = runs / "painters-full"
    folder.mkdir()
    (folder / "painters.md").write_text(PAGE, encoding="utf-8")
    (page,) = [page for page in studies() if page.name == "painters-full"]
    assert page.title == "Painters"
    section = page.section(dark=False)
    about, chart, table = section.parts
    assert about == Words("Three painters, again.")
    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    assert chart.sentence == (
        "By artist: the best of ours is a | b with 0.735; 1 of 1 published figures reached or passed."
    )
    assert list(chart.data["ours_low"])[:2] == [0.617, 0.712]
    assert len(table.data) == 3
