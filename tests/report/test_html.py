"""The report as a file: whole, inert, without a network, and without a picture unless asked."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest
from PIL import Image

from artml.errors import RecipeError
from artml.report.html import page, write
from artml.report.parts import Chart, Mistake, Pictures, Section, Table, Words
from artml.report.pictures import AT_MOST, few, samples, shown
from artml.report.sections import report
from artml.report.subject import Subject, find
from artml.settings import settings
from tests.colours import GREEN, RED

HOSTILE = '</script><script>alert("x")</script>'


@pytest.fixture
def subject(guide: Path, runs: Path) -> Subject:
    return find("guide").read()


def own(html: str) -> str:
    """The page without Plotly's own code."""
    return re.sub(r"<script>(?!.{0,40}const options).*?</script>", "", html, flags=re.DOTALL)


def test_one_file_has_everything(subject: Subject) -> None:
    sections = report(subject)
    html = page(subject.title, sections)
    charts = [part for section in sections for part in section.parts if isinstance(part, Chart)]
    specs = re.findall(r'<script type="application/json">(.*?)</script>', html)
    assert len(specs) == len(charts)
    for text, chart in zip(specs, charts, strict=True):
        spec = json.loads(text)
        assert spec["csv"] == chart.data.to_csv(index=False)
        assert spec["figure"]["data"] or spec["figure"]["layout"]["shapes"]
    assert html.count("data-save=") == 3 * len(charts)
    assert "Plotly" in html
    assert not re.search(r'(src|href)="(?!#|data:)', own(html))
    assert "default-src 'none'" in html


def test_it_has_no_picture_unless_asked(subject: Subject, museum: Path) -> None:
    sections = report(subject)
    assert "<img" not in own(page(subject.title, sections))

    def four(mistakes: Sequence[Mistake]) -> Iterable[tuple[Mistake, str]]:
        return shown(subject, [replace(mistake, path="0.png") for mistake in mistakes[:4]])

    html = own(page(subject.title, sections, four))
    assert html.count('class="mistake"') == 4
    assert html.count('class="veil"') == 8


def test_mistakes_whose_picture_is_elsewhere_are_left_out(subject: Subject, museum: Path) -> None:
    (museum.parent.parent / "secret.png").write_bytes((museum.parent / "0.png").read_bytes())
    paths = ["0.png", "absent.png", "../secret.png"]
    mistakes = [Mistake("style", path, "Cubism", "Impressionism", 0.9) for path in paths]
    assert [mistake.path for mistake, _ in shown(subject, mistakes)] == ["0.png"]


def test_pictures_trained_on_are_shown_as_they_are_and_varied(subject: Subject, museum: Path) -> None:
    """Turned upside down half of the time: a red picture with a green top."""
    folder = museum.parent
    for number in range(12, 24):
        image = Image.new("RGB", (60, 40), RED)
        image.paste(GREEN, (0, 0, 60, 20))
        image.save(folder / f"{number}.png")
    recipe = {"name": "flips", "facets": {"style": 1}, "train": "heads", "epochs": 1, "batch": 1, "rate": 0.1}
    recipe |= {"augmentation": {"flip": 0.5}, "data": {"catalogue": "paintings"}, "unheard": "of"}
    flipping = replace(subject, facts={**subject.facts, "recipe": recipe})
    rows = samples(flipping)
    assert [len(row) for row in rows] == [5] * 4
    tops = [[Image.open(io.BytesIO(image)).getpixel((30, 5)) for image in row] for row in rows]
    green = [[top[1] > top[0] for top in row] for row in tops]  # type: ignore[index]
    assert all(row[0] for row in green)
    assert 0 < sum(sum(row[1:]) for row in green) < 16
    html = own(page("x", report(subject), None, rows))
    assert html.count('class="varied"') == 4
    assert html.count("The same picture, varied") == 16
    with pytest.raises(RecipeError, match="cannot be varied"):
        samples(replace(subject, facts={"recipe": recipe | {"rate": 5}}))


def test_pictures_that_were_not_varied_are_not_shown(subject: Subject, museum: Path) -> None:
    plain = {"augmentation": {"flip": 0.0}, "disguise": None, "data": {"catalogue": "paintings"}}
    assert samples(replace(subject, facts={"recipe": plain})) == []
    assert samples(replace(subject, facts={"recipe": None})) == []


def test_a_file_shows_a_few_of_each_facet() -> None:
    many = [Mistake(facet, str(n), "a", "b", 0.9) for n in range(20) for facet in ("style", "genre")]
    kept = few(many)
    assert [mistake.facet for mistake in kept] == ["style"] * AT_MOST + ["genre"] * AT_MOST
    assert [mistake.path for mistake in kept[:AT_MOST]] == [str(n) for n in range(AT_MOST)]


def test_without_the_collection_there_are_none(
    subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTML_DATA", str(tmp_path / "nowhere"))
    settings.cache_clear()
    assert list(shown(subject, [Mistake("style", "0.png", "Cubism", "Impressionism", 0.9)])) == []


def test_words_never_become_markup() -> None:
    frame = pd.DataFrame({HOSTILE: [HOSTILE]})
    parts = [
        Words(HOSTILE),
        Chart("one", HOSTILE, go.Figure(layout={"title": {"text": HOSTILE}}), frame, HOSTILE),
        Table("two", HOSTILE, frame, HOSTILE),
        Pictures(HOSTILE, (Mistake("style", "a", HOSTILE, HOSTILE, 0.5),)),
    ]
    html = page(HOSTILE, [Section("all", HOSTILE, parts)], lambda mistakes: [(mistakes[0], "")])
    assert "<script>alert" not in html


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "new" / "report.html"
    write(file, "one")

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write(file, "two")
    assert file.read_text() == "one"
