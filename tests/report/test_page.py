"""The staff's page of reports, without a browser: each question has its answer, and visitors stay outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from artml.collection import Person
from artml.settings import ROOT
from artml.web import identity
from artml.web.reports import QUESTIONS

PAGE = ROOT / "pages" / "reports.py"


@pytest.fixture(autouse=True)
def _staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "current_person", Person.here)


def opened(**state: object) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in state.items():
        at.session_state[name] = value
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def charts(at: AppTest) -> list[str]:
    return [chart.proto.alt for chart in at.get("plotly_chart")]


@pytest.mark.parametrize("question", QUESTIONS[:6])
def test_each_question_has_its_answer(question: str, guide: Path, runs: Path) -> None:
    at = opened(question=question)
    assert words(at).count('<h2 class="question">') == 1
    assert charts(at)
    for sentence in charts(at):
        assert sentence.endswith(".")
    assert 'class="small-print"' in words(at)


def test_charts_are_saved_as_chosen(guide: Path, runs: Path) -> None:
    assert '"format": "png"' in opened().get("plotly_chart")[0].proto.config
    at = opened(**{"chart-format": "SVG"})
    config = at.get("plotly_chart")[0].proto.config
    assert '"format": "svg"' in config
    assert '"filename": "good-figures"' in config


def test_another_run_is_chosen_and_set_beside(guide: Path, run_folder: Path) -> None:
    at = opened(question="Side by side")
    assert charts(at) == []
    at.selectbox[1].select("colours: 2-all").run()
    assert not at.exception
    assert charts(at) == ["On style they are 0.0 points apart, which lies within their intervals."]


def test_mistakes_show_their_pictures_and_where_it_looked_on_request(
    guide: Path, runs: Path, museum: Path
) -> None:
    at = opened(question="Where it fails")
    assert "<img" not in words(at)
    at = opened(question="Where it fails", **{"mistakes-facet": "style"})
    shown = words(at)
    assert shown.count("in truth") == shown.count('class="look"') == 6


def test_what_cannot_be_read_is_said_without_a_traceback(guide: Path, runs: Path) -> None:
    (guide / "metrics.json").write_text("{}")
    at = opened()
    assert 'role="alert"' in words(at)
    assert "has changed since the bundle was made" in words(at)


def test_no_bundle_at_all_is_said(models: Path, runs: Path) -> None:
    assert "There is no bundle here" in words(opened())


def test_a_visitor_sees_none_of_it(guide: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "current_person", lambda: identity.NOBODY)
    monkeypatch.setattr(identity, "way", lambda: "nobody")
    at = opened()
    assert charts(at) == []
    assert "colours" not in words(at)
