"""The wall label's markup: in order for a screen reader, and safe whatever the words are."""

from __future__ import annotations

import re

import numpy as np

from artml.classifier import Answer, ModelVersion, Prediction, RankedLabel
from artml.vocabulary import Label, vocabulary
from artml.web.label import small_print, what_to_look_for, words_html
from artml.web.look import element
from artml.web.words import WallText

STYLE = Label(
    "style",
    "Impressionism",
    "",
    "",
    "",
    "1872-1892",
    "Look at the light.",
    ("Claude Monet", "Berthe Morisot"),
)


def predicted(facet: str, label: str, probability: float, version: str = "1.0") -> Prediction:
    ranked = (RankedLabel(label, probability), RankedLabel("other", 1 - probability))
    return Prediction(facet, ranked, 0.6, facet == "artist", ModelVersion("guide", version))


def answer(*predictions: Prediction, is_painting: bool = True) -> Answer:
    return Answer({p.facet: p for p in predictions}, np.zeros(4, np.float32), is_painting)


def test_the_label_reads_from_title_to_facts() -> None:
    html = words_html(WallText("Impressionism", "fairly sure", "Landscape", "A doubt."), STYLE)
    text = re.sub(r"<[^>]+>", "|", html)
    words = [word for word in text.split("|") if word]
    assert words == [
        "Impressionism",
        " — fairly sure",
        "Landscape",
        "A doubt.",
        "What to look for",
        "Look at the light.",
        "Period",
        "1872–1892",
        "Key artists",
        "Claude Monet, Berthe Morisot",
    ]
    assert re.findall(r"<h(\d)", html) == ["2", "3"]


def test_what_made_it_is_a_quiet_line_under_the_painter() -> None:
    html = words_html(WallText("Realism", "sure", "By Ilya Repin", "A doubt.", "Made by hand"), None)
    parts = ['class="line">By Ilya Repin', 'class="made">Made by hand', "A doubt."]
    assert sorted(parts, key=html.index) == parts


def test_what_is_empty_leaves_no_element() -> None:
    html = words_html(WallText("Style uncertain", "", "", ""), None)
    assert html == '<div class="wall-label"><h2 class="style"><span>Style uncertain</span></h2></div>'


def test_words_never_become_markup() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    html = words_html(WallText(hostile, hostile, hostile, hostile), None)
    assert "<img" not in html
    assert element("p", hostile, title=hostile).count("<") == 2


def test_only_what_is_certain_takes_the_accent() -> None:
    assert "certain" in words_html(WallText("Realism", "sure", "", ""), None)
    assert "certain" not in words_html(WallText("Realism", "perhaps", "", ""), None)


def test_the_visitor_reads_of_the_style_or_else_of_the_genre() -> None:
    genre = predicted("genre", "landscape", 0.9)
    assert (
        what_to_look_for(answer(predicted("style", "Impressionism", 0.9), genre))
        == vocabulary()["style", "Impressionism"]
    )
    assert (
        what_to_look_for(answer(predicted("style", "Impressionism", 0.2), genre))
        == vocabulary()["genre", "landscape"]
    )
    assert what_to_look_for(answer(predicted("style", "Impressionism", 0.2))) is None
    assert what_to_look_for(answer(predicted("style", "Impressionism", 0.9), is_painting=False)) is None


def test_the_small_print_names_each_model_once() -> None:
    one = small_print(answer(predicted("style", "Realism", 0.9), predicted("genre", "portrait", 0.9)))
    assert one.startswith("Seen by guide 1.0. ")
    two = small_print(answer(predicted("style", "Realism", 0.9), predicted("genre", "portrait", 0.9, "2.0")))
    assert two.startswith("Seen by guide 1.0 and guide 2.0. ")
