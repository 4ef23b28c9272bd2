"""The story of hand or algorithm: from the study's page and a bundle's own figures, and from neither."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from artml.bundle import Bundle, read_manifest, seal
from artml.report import technique
from artml.report.compare import StudyPage
from artml.report.parts import Chart, Section, Words
from artml.report.technique import story
from tests.colours import write_technique_bundle

PAGE = """# By hand or by algorithm

About.

## 25 + 25 works

|  | published | ours | n |
| --- | --- | --- | --- |
| Small | 0.80 | 0.621 [0.450, 0.783] | 240 |
| … dropout | 0.9042 | 0.6 [0.4, 0.7] | 240 |
| Large |  | 0.758 [0.621, 0.887] | 240 |

- Large, finalised: Of 10 new works, drawn 10,000 times, 8 are right on average (10: 8.0%, 9: 23.7%, 8: 68%).
"""


def charts(section: Section) -> dict[str, Chart]:
    return {part.key: part for part in section.parts if isinstance(part, Chart)}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "calvino.md"
    file.write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(technique, "studies", lambda: [StudyPage("calvino", "By hand", file)])


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """One that carries figures and a history."""
    folder = write_technique_bundle(tmp_path / "technique")
    found = {"n": 154, "accuracy": 0.95, "intervals": {"accuracy": [0.9, 0.97]}}
    metrics = {
        "test": {"technique": found},
        "by_catalogue": {
            "hand-or-algorithm": {"technique": found | {"accuracy": 0.83}},
            "paintings": {"technique": found},
        },
        "recipe": {"train": "all"},
    }
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    (folder / "history.csv").write_text(
        "recipe,leg,epoch,accuracy,loss,val_accuracy,val_loss\n"
        "1-heads,1,1,0.6,0.7,0.6,0.7\n2-all,1,1,0.8,0.5,0.7,0.5\n2-all,1,2,0.9,0.3,0.81,0.4\n",
        encoding="utf-8",
    )
    facts = read_manifest(folder).model_dump(exclude={"files", "schema_version"})
    seal(folder, **facts)
    return Bundle.load(folder)


def test_the_story_of_the_shipped_study_needs_no_model() -> None:
    found = charts(story(None))
    assert list(found) == ["steps", "ten"]
    assert found["steps"].data["published"].max() == pytest.approx(0.9042)
    assert found["ten"].data["share"].sum() == pytest.approx(1, abs=0.01)


@pytest.mark.usefixtures("page")
def test_its_sentences_are_what_the_figures_say() -> None:
    found = charts(story(None))
    assert found["steps"].sentence == (
        "His network rose to 90% of its squares right. The same steps bring ours to 62%; furthest comes "
        "“Large”, with 76%."
    )
    assert "n: 240 squares" in found["steps"].below
    assert found["ten"].sentence.startswith("Nine or ten of ten come up in 32% of the draws")


@pytest.mark.usefixtures("page")
def test_the_model_that_answers_stands_beside_the_published_figure(bundle: Bundle) -> None:
    found = charts(story(bundle, dark=True))
    assert list(found) == ["steps", "ten", "ours", "learnt"]
    assert found["ours"].data["row"].tolist() == [
        "by people it never met",
        "abstract paintings, all by hand",
    ]
    assert found["ours"].sentence.startswith("Of works by people it never met, it has 83% right.")
    said = found["learnt"].sentence
    assert said.startswith("In the end it knew the technique of 90% of the works it trained on and of 81%")


def test_without_a_study_and_without_figures_there_are_still_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(technique, "studies", list)
    bare = Bundle.load(write_technique_bundle(tmp_path / "technique"))
    section = story(bare)
    assert section.parts
    assert all(isinstance(part, Words) for part in section.parts)
