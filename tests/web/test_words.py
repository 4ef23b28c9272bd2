"""What the page says of an answer, sentence by sentence."""

from __future__ import annotations

import numpy as np
import pytest

from artml.classifier import Answer, ModelVersion, Prediction, RankedLabel
from artml.web.words import bars_title, confidence, reasons, several, wall_text

LABELS = {
    "style": ("Impressionism", "Realism", "Rococo", "Cubism"),
    "genre": ("landscape", "illustration", "portrait"),
    "artist": ("Claude Monet", "Edvard Munch", "Diego Rivera"),
    "technique": ("hand", "algorithm"),
}


def predict(
    facet: str,
    probability: float,
    *,
    first: str = "",
    is_painting: bool = True,
    set_threshold: float | None = None,
) -> Prediction:
    """A prediction with `probability` for its first label and threshold 0.6."""
    labels = sorted(LABELS[facet], key=lambda label: label != (first or LABELS[facet][0]))
    rest = (1 - probability) / (len(labels) - 1)
    ranked = tuple(RankedLabel(label, rest if i else probability) for i, label in enumerate(labels))
    model = ModelVersion("guide", "1")
    return Prediction(facet, ranked, 0.6, facet == "artist", model, is_painting, set_threshold)


def answer(*predictions: Prediction, is_painting: bool = True) -> Answer:
    return Answer({p.facet: p for p in predictions}, np.zeros(4, np.float32), is_painting)


@pytest.mark.parametrize(
    ("probability", "certain", "word"),
    [
        (0.97, True, "sure"),
        (0.9, True, "sure"),
        (0.89, True, "fairly sure"),
        (0.3, True, "fairly sure"),
        (0.97, False, "perhaps"),
        (0.35, False, "perhaps"),
        (0.34, False, "not sure"),
        (0.0, False, "not sure"),
    ],
)
def test_confidence_in_words(probability: float, certain: bool, word: str) -> None:
    assert confidence(probability, certain) == word


def test_a_certain_answer_is_said_plainly() -> None:
    text = wall_text(answer(predict("style", 0.8), predict("genre", 0.95), predict("artist", 0.92)))
    assert text.spoken == "Impressionism — fairly sure"
    assert text.line == "Landscape, by Claude Monet"
    assert text.doubt == ""
    assert text.certain


def test_a_certain_painter_short_of_sure_is_most_likely() -> None:
    text = wall_text(answer(predict("style", 0.95), predict("artist", 0.7)))
    assert text.line == "Most likely by Claude Monet"


@pytest.mark.parametrize("probability", [0.34, 0.59])
def test_a_painter_who_is_not_certain_is_not_named(probability: float) -> None:
    text = wall_text(answer(predict("style", 0.95), predict("genre", 0.95), predict("artist", probability)))
    assert text.line == "Landscape, by none of the 3 painters I know well"


def test_a_leading_style_short_of_certain_comes_with_the_runner_up() -> None:
    text = wall_text(answer(predict("style", 0.5), predict("genre", 0.5, first="illustration")))
    assert text.spoken == "Impressionism — perhaps"
    assert text.line == "Perhaps an illustration"
    assert text.doubt == "I am not sure of it: it could also be Realism."
    assert not text.certain


def test_when_no_style_leads_none_is_the_title() -> None:
    text = wall_text(answer(predict("style", 0.3), predict("genre", 0.34), predict("artist", 0.34)))
    assert text.spoken == "Style uncertain"
    assert text.line == "By none of the 3 painters I know well"
    assert text.doubt == (
        "I am not sure of the style. The nearest that I know are Impressionism, Realism or Rococo."
    )


def test_what_is_no_painting_gets_no_style_and_no_painter() -> None:
    facets = [predict(facet, 0.99, is_painting=False, set_threshold=0.1) for facet in LABELS]
    text = wall_text(answer(*facets, is_painting=False))
    assert text.doubt == "This does not look like a painting, so take nothing here for certain."
    assert "Impressionism" not in text.spoken + text.line
    assert "Monet" not in text.line


@pytest.mark.parametrize(
    ("probability", "first", "words"),
    [
        (0.61, "hand", "Made by hand"),
        (0.99, "algorithm", "Drawn by an algorithm"),
        (0.59, "hand", "By hand or by algorithm: cannot say"),
        (0.59, "algorithm", "By hand or by algorithm: cannot say"),
    ],
)
def test_whether_a_hand_made_it(probability: float, first: str, words: str) -> None:
    technique = predict("technique", probability, first=first)
    assert wall_text(answer(predict("style", 0.8), technique)).made == words
    assert wall_text(answer(predict("style", 0.1), technique)).made == words
    assert wall_text(answer(technique)).made == words


def test_of_what_is_no_painting_nobody_can_say_what_made_it() -> None:
    technique = predict("technique", 0.99, is_painting=False)
    text = wall_text(answer(technique, is_painting=False))
    assert text.made == "By hand or by algorithm: cannot say"
    (reason,) = reasons(answer(technique, is_painting=False))
    assert "99" not in reason


def test_without_that_model_nothing_is_said_of_hands() -> None:
    said = answer(predict("style", 0.8))
    assert wall_text(said).made == ""
    assert reasons(said) == []


def test_the_reasons_name_the_likely_labels_and_what_the_technique_rests_on() -> None:
    said = answer(
        predict("style", 0.7, set_threshold=0.1),
        predict("genre", 0.9, set_threshold=0.2),
        predict("artist", 0.5, set_threshold=0.1),
        predict("technique", 0.83, set_threshold=0.1),
    )
    assert reasons(said) == [
        "Nine times in ten the style is Impressionism, Realism, Rococo or Cubism; as often, the genre is "
        "landscape.",
        "Hand or algorithm: 83% for hand; the model has met art drawn by programs, never pictures from AI "
        "image generators, and cannot judge those.",
    ]


def test_a_bundle_without_styles_still_has_a_title() -> None:
    text = wall_text(answer(predict("genre", 0.95)))
    assert (text.title, text.line) == ("A painting", "Landscape")


def test_the_bars_of_painters_say_on_what_condition_they_hold() -> None:
    assert bars_title(predict("artist", 0.5)) == "If it were by one of the 3"
    assert bars_title(predict("artist", 0.7)) == "Artist"
    assert bars_title(predict("style", 0.2)) == "Style"


def test_names_are_listed_as_in_english() -> None:
    assert several(()) == ""
    assert several(("A",)) == "A"
    assert several(("A", "B")) == "A or B"
    assert several(("A", "B", "C"), "and") == "A, B and C"
