"""The table of a portfolio: what is said, what is true, and what a small table may claim."""

from __future__ import annotations

import pytest

from artml.classifier import Answer, ModelVersion, Prediction, RankedLabel
from artml.web.technique.portfolio import Truths, confusion_html, summary, table, truth_of
from artml.web.wall import Hung


def hung(name: str, algorithm: float) -> Hung:
    shares = sorted((("algorithm", algorithm), ("hand", 1 - algorithm)), key=lambda pair: -pair[1])
    ranked = tuple(RankedLabel(*pair) for pair in shares)
    said = Prediction("technique", ranked, 0.8, False, ModelVersion("technique", "1"))
    return Hung(name, b"", 1.0, Answer({"technique": said}, None, True))


PICTURES = [hung("hand/a.jpg", 0.1), hung("hand/b.jpg", 0.9), hung("kom/c.jpg", 0.99), hung("d.jpg", 0.6)]


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("hand/a.jpg", "hand"),
        ("Portfolio/Algorithms/2019/a.jpg", "algorithm"),
        ("test\\kom\\a.jpg", "algorithm"),
        ("by-hand/a.jpg", "hand"),
        ("hand.jpg", None),
        ("handsome/a.jpg", None),
    ],
)
def test_a_folder_says_what_its_pictures_are(name: str, truth: str | None) -> None:
    assert truth_of(name) == truth


def test_the_table_has_a_row_a_work() -> None:
    rows = table(PICTURES, Truths.of(PICTURES).told)
    assert rows["work"].tolist() == [picture.name for picture in PICTURES]
    assert rows["verdict"].tolist() == ["hand", "algorithm", "algorithm", ""]
    assert rows["leaning"].tolist() == ["hand", "algorithm", "algorithm", "algorithm"]
    assert rows["truth"].tolist() == ["hand", "hand", "algorithm", ""]
    assert rows["right"].tolist() == ["yes", "no", "yes", ""]
    assert rows["algorithm"].tolist() == [0.1, 0.9, 0.99, 0.6]
    assert set(rows["model"]) == {"technique 1"}


def test_the_summary_counts_and_claims_no_more_than_so_few_works_allow() -> None:
    first, right = summary(table(PICTURES, Truths.of(PICTURES).told))
    assert first == "4 works: 1 made by hand, 2 drawn by an algorithm, and of 1 I cannot say."
    assert right.startswith("Going by whichever leads, I was right about 2 of 3, 67%;")
    assert "from 21% to 94%" in right
    assert summary(table(PICTURES[2:3], {})) == ["1 work: none made by hand, 1 drawn by an algorithm."]


def test_where_it_did_say_is_counted_apart() -> None:
    told = {**Truths.of(PICTURES).told, 3: "hand"}
    leading, said = summary(table(PICTURES, told))[1:]
    assert "about 2 of 4" in leading
    assert said.startswith("Where I did say, I was right about 2 of 3")


def test_the_confusions_need_works_of_both_kinds() -> None:
    assert confusion_html(table(PICTURES, {0: "hand"})) == ""
    html = confusion_html(table(PICTURES, Truths.of(PICTURES).told))
    assert html.count("<td") == 6
    assert html.count("<td class") == 2
