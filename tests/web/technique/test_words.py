"""The verdict and its words, the doubts and where knowledge ends."""

from __future__ import annotations

import numpy as np
import pytest

from artml.classifier import Answer, ModelVersion, Prediction, RankedLabel
from artml.web.technique.one import label_html
from artml.web.technique.words import UNKNOWN, map_words, measured, verdict

OTHER = {"hand": "algorithm", "algorithm": "hand"}


def said(label: str, probability: float, is_painting: bool = True, threshold: float = 0.8) -> Answer:
    ranked = (RankedLabel(label, probability), RankedLabel(OTHER[label], 1 - probability))
    model = ModelVersion("technique", "1")
    prediction = Prediction("technique", ranked, threshold, False, model, is_painting)
    return Answer({"technique": prediction}, None, is_painting)


@pytest.mark.parametrize(
    ("label", "probability", "spoken"),
    [
        ("hand", 0.95, "Made by hand — sure"),
        ("hand", 0.85, "Made by hand — fairly sure"),
        ("algorithm", 0.95, "Drawn by an algorithm — sure"),
        ("algorithm", 0.79, "Cannot say"),
    ],
)
def test_the_verdict_says_how_sure_it_is(label: str, probability: float, spoken: str) -> None:
    assert verdict(said(label, probability)).spoken == spoken


def test_a_bundle_that_answers_all_says_perhaps_where_it_hardly_leads() -> None:
    found = verdict(said("hand", 0.6, threshold=0.5))
    assert found.spoken == "Made by hand — perhaps"
    assert "certain" not in label_html(found, "")


def test_what_is_too_close_says_where_it_leans_and_from_when_it_would_say_so() -> None:
    found = verdict(said("hand", 0.7))
    assert found.made is None
    assert "I lean to “by hand”, with 70%. I say so from 80% up" in found.doubt
    assert "never sure enough" in verdict(said("hand", 0.99, threshold=1.01)).doubt


@pytest.mark.parametrize("label", ["hand", "algorithm"])
def test_of_what_does_not_look_like_art_it_cannot_say(label: str) -> None:
    found = verdict(said(label, 0.89, is_painting=False))
    assert found.title == "Cannot say"
    assert "Of other pictures I cannot say" in found.doubt
    assert "89%" not in label_html(found, "") + found.told


def test_art_that_is_surely_by_algorithm_need_not_look_like_a_painting() -> None:
    assert verdict(said("algorithm", 0.99, is_painting=False)).made == "algorithm"
    assert verdict(said("hand", 0.99, is_painting=False)).made is None


def test_the_label_says_all_of_it_and_its_scale_can_be_heard() -> None:
    html = label_html(verdict(said("algorithm", 0.93)), "All of it looks so.")
    assert "<span>Drawn by an algorithm</span>" in html
    assert "sure" in html
    assert 'aria-label="93% by an algorithm, 7% by hand"' in html
    assert "--at: 0.9300" in html
    assert "All of it looks so." in html


def test_it_says_what_it_does_not_know() -> None:
    text = " ".join(UNKNOWN)
    for word in ("AI image generator", "photograph", "Prints, collages and digital drawings"):
        assert word in text


def leaning(left: float, right: float) -> np.ndarray:
    drawn = np.full((30, 30), left)
    drawn[:, 15:] = right
    return drawn


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (leaning(0.99, 0.9), "All of it looks made by an algorithm."),
        (leaning(0.05, 0.1), "All of it looks made by hand."),
        (leaning(0.45, 0.6), "No part of it leans clearly either way."),
    ],
)
def test_a_map_of_one_kind_is_told_in_a_sentence(drawn: np.ndarray, words: str) -> None:
    assert map_words(drawn) == words


def test_a_map_of_two_kinds_says_where() -> None:
    assert map_words(leaning(0.1, 0.9)) == (
        "It looks made by hand in 50% of it, clearest on the left and made by an algorithm in 50%, clearest "
        "on the right."
    )
    drawn = np.full((30, 30), 0.1)
    drawn[20:] = 0.9
    assert "clearest at the top and made by an algorithm in 33%, clearest at the bottom." in map_words(drawn)
    drawn[20:, :20] = 0.1
    assert "made by an algorithm in 11%, clearest in the lower right." in map_words(drawn)


def test_how_often_it_was_right_comes_from_the_figures() -> None:
    figures = {
        "n": 154,
        "accuracy": 0.93,
        "intervals": {"accuracy": [0.88, 0.96]},
        "certain": {"coverage": 0.9, "accuracy": 0.97},
    }
    assert measured({}) == ""
    assert measured({"test": {"technique": figures}}).startswith("Of 154 test works, it was right")
    assert measured({"test": {}, "by_catalogue": {"hand-or-algorithm": {"technique": figures}}}) == (
        "Of 154 test works by people it had never met, it was right about 93% (95% interval 88% to 96%). "
        "It was sure of 90% of them, and right about 97% of those."
    )
