"""What a report says: every sentence is computed, every chart has its data and its n."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from artml.figures import percent
from artml.report.build import built, measured
from artml.report.failures import how_often
from artml.report.learning import augmented, overfitting, rate_at
from artml.report.parts import Chart, Part, Pictures, Section, Table, Varied, Words
from artml.report.sections import report
from artml.report.subject import find
from artml.settings import ROOT
from tests.colours import STYLES
from tests.report.conftest import RECIPE, figures, history


def by_key(sections: list[Section]) -> dict[str, Part]:
    return {part.key: part for each in sections for part in each.parts if isinstance(part, Chart | Table)}


def test_questions_come_in_the_order_a_person_would_ask(guide: Path, runs: Path) -> None:
    sections = report(find("guide").read())
    assert [section.title for section in sections] == [
        "How good is it?",
        "Is its confidence honest?",
        "Where does it fail?",
        "How did it learn?",
        "What was it trained on?",
        "What is it?",
    ]


def test_every_chart_has_a_sentence_its_data_and_its_n(guide: Path, runs: Path) -> None:
    parts = [part for section in report(find("guide").read()) for part in section.parts]
    charts = [part for part in parts if isinstance(part, Chart)]
    assert len(charts) >= 14
    for chart in charts:
        assert chart.sentence.endswith(".")
        assert len(chart.data)
        assert chart.below
    assert len({chart.key for chart in charts}) == len(charts)


def test_sentences_say_what_was_measured(guide: Path, runs: Path) -> None:
    parts, found = by_key(report(find("guide").read())), figures("style")
    said = {key: part.sentence for key, part in parts.items() if isinstance(part, Chart | Table)}
    assert f"the right style for {found['accuracy']:.0%} of new works" in said["figures"]
    assert said["confusion-style"].startswith(f"It mistakes {STYLES[2]} for {STYLES[0]} ")
    assert said["classes-style"].startswith(f"Of the styles it knows {STYLES[1]} best")
    assert "Answering only from 0.90 up, it names the style of" in said["risk-style"]
    assert said["works-style"] == (
        f"It saw 300 works of {STYLES[0]} and 10 of {STYLES[2]}: 30 times as many."
    )
    assert said["intensity"].startswith("Its pictures lean to red")
    assert "190 pixels wide and 180 high" in said["sizes"]
    assert said["rate"] == "Its learning rate warmed up, then fell as a cosine, from 0.001, by adamw."
    assert "style, genre and artist" in said["blocks"]


def test_what_remembers_says_so(guide: Path, runs: Path) -> None:
    subject = find("guide").read()
    plain, remembering = (
        built(replace(subject, facts={**subject.facts, "memory": memory}), dark=False).parts[0]
        for memory in (None, {"weight": 0.8})
    )
    assert isinstance(plain, Chart)
    assert isinstance(remembering, Chart)
    assert list(plain.data["part"]) == ["picture", "colours", "pool", "embedding", "answers"]
    assert list(remembering.data["part"])[-2:] == ["memory", "answers"]


def test_the_surest_mistakes_wait_for_their_pictures(guide: Path, runs: Path) -> None:
    (shown,) = [
        p for section in report(find("guide").read()) for p in section.parts if isinstance(p, Pictures)
    ]
    top = max(shown.mistakes, key=lambda mistake: mistake.probability)
    assert f"{percent(top.probability)} to {top.answer} where {top.truth} was true" in shown.sentence


def test_an_old_bundle_tells_what_it_has(old: Path, runs: Path) -> None:
    sections = report(find("old").read())
    keys = by_key(sections)
    assert {"figures", "sets", "classes-style", "learning-style-loss", "facts"} <= set(keys)
    assert not any(key.startswith(("confusion", "risk", "reliability")) for key in keys)
    parts = [part for each in sections for part in each.parts]
    words = " ".join(part.text for part in parts if isinstance(part, Words))
    words += " ".join(part.sentence for part in parts if isinstance(part, Varied))
    assert "artml report --measure" in words
    assert "no word on how its pictures were varied" in words


def test_a_run_is_reported_too(run_folder: Path) -> None:
    keys = by_key(report(find("colours: 2-all").read()))
    assert {"figures", "risk-style", "confusion-style", "rate", "facts"} <= set(keys)
    facts = keys["facts"]
    assert isinstance(facts, Table)
    assert dict(zip(facts.data["what"], facts.data["figure"], strict=True))["trained in"] == "1.5 minutes"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.2, "one time in five"),
        (0.34, "one time in three"),
        (0.5, "every other time"),
        (0.8, "80% of the time"),
        (0.02, "2% of the time"),
        (0.066, "one time in fifteen"),
    ],
)
def test_how_often_in_words(share: float, words: str) -> None:
    assert how_often(share) == words


def test_overfitting_is_named() -> None:
    told = {over: overfitting(renamed(history(overfits=over)), "style") for over in (False, True)}
    assert told[False].endswith("it does not overfit.")
    assert told[True].endswith("its validation loss had risen 33% above its lowest: it overfits.")
    flat = renamed(history()).assign(val_style_accuracy=0.6)
    assert overfitting(flat, "style").endswith(
        "32 points apart, it overfits a little, though its validation loss did not rise."
    )
    unwatched = flat.drop(columns=["val_style_accuracy", "val_style_loss"])
    assert overfitting(unwatched, "style").startswith("Nobody watched")


def renamed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"recipe": "step"})


def test_the_rate_warms_up_and_falls() -> None:
    assert rate_at(RECIPE, 0.0) == 0.0
    assert rate_at(RECIPE, 0.1) == pytest.approx(0.001)
    assert rate_at(RECIPE, 0.55) == pytest.approx(0.0005)
    assert rate_at(RECIPE, 1.0) == pytest.approx(0.0, abs=1e-9)
    assert rate_at(RECIPE | {"schedule": "constant"}, 0.0) == 0.001


def test_augmentation_in_words() -> None:
    disguise = {"crop": [0.5, 1.0], "size": [72, 224], "plain": 0.3}
    both = augmented({"augmentation": {"mirror": 0.5, "rotation": 12}, "disguise": disguise})
    assert both.startswith(
        "Pictures were mirrored in 50% of cases, turned by up to 12 degrees, disguised in 70%"
    )
    assert augmented({"augmentation": {"mirror": 0}, "disguise": None}) == "Pictures were not varied."


def test_a_graph_is_counted_as_keras_counts_it() -> None:
    """The guide has 23.6 million parameters without its head, and 4.1 billion products at 224 pixels."""
    found = measured(ROOT / "models" / "guide" / "network.xml")
    assert 25e6 < found.parameters < 27e6
    assert 2.8e9 < found.multiply_adds < 3.3e9
    assert found.bytes > 40e6
