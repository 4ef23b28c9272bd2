"""The bars: their lengths, colours and words. Curves and confusions: their colours and numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from artml.figures import (
    DARK,
    LIGHT,
    ROW,
    TRAINING,
    VALIDATION,
    Palette,
    confidence_bars,
    confusion,
    curves,
    in_words,
    label_width,
    percent,
)

RANKED = [("Impressionism", 0.72), ("Realism", 0.2), ("Rococo", 0.005)]


def test_bars_are_as_long_as_the_probabilities_on_a_track_of_one() -> None:
    track, bars = confidence_bars(RANKED, certain=True, dark=False).data
    assert list(bars.x) == [0.72, 0.2, 0.005]
    assert list(track.x) == [1, 1, 1]
    assert list(bars.y) == [0, 1, 2]


def test_the_most_probable_stands_on_top() -> None:
    figure = confidence_bars(RANKED, certain=True, dark=False)
    low, high = figure.layout.yaxis.range
    assert low > 2
    assert high < 0
    assert tuple(figure.layout.xaxis.range) == (0, 1)


@pytest.mark.parametrize(("dark", "colours"), [(False, LIGHT), (True, DARK)])
def test_the_accent_is_only_for_what_is_certain(dark: bool, colours: Palette) -> None:
    certain = confidence_bars(RANKED, certain=True, dark=dark).data[1].marker.color
    doubtful = confidence_bars(RANKED, certain=False, dark=dark).data[1].marker.color
    assert list(certain) == [colours.accent, colours.bar, colours.bar]
    assert list(doubtful) == [colours.bar] * 3


def test_every_bar_has_its_label_and_its_figure() -> None:
    texts = [note.text for note in confidence_bars(RANKED, certain=True, dark=False).layout.annotations]
    assert texts == ["Impressionism", "72%", "Realism", "20%", "Rococo", "<1%"]


def test_a_figure_grows_with_its_bars_and_lets_the_wall_through() -> None:
    one, three = (confidence_bars(RANKED[:n], certain=False, dark=True).layout for n in (1, 3))
    assert three.height - one.height == 2 * ROW
    assert one.paper_bgcolor == one.plot_bgcolor == "rgba(0, 0, 0, 0)"


def test_labels_keep_room_for_bars_on_a_phone() -> None:
    long = [("Giovanni Battista Piranesi and his whole workshop", 0.9)]
    assert label_width(long) == 190
    assert label_width([]) == 110
    figure = confidence_bars(long, certain=False, dark=False)
    cut = figure.layout.annotations[0].text
    assert cut.endswith("…")
    assert long[0][0].startswith(cut[:-1])
    assert figure.layout.margin.l == 190


def test_markup_in_a_label_is_not_obeyed() -> None:
    figure = confidence_bars([("<a href='x'>R&B</a>", 0.5)], certain=False, dark=False)
    assert "<" not in figure.layout.annotations[0].text


def test_bars_in_words() -> None:
    assert in_words("Style", RANKED) == "Style: Impressionism 72%, Realism 20%, Rococo <1%"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.004, "<1%"), (0.01, "1%"), (0.555, "56%"), (0.994, ">99%"), (0.9999, ">99%"), (1, "100%")],
)
def test_percentages(share: float, text: str) -> None:
    assert percent(share) == text


def history(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({"epoch": [1, 2], **{name: [0.5, 0.25] for name in columns}})


def test_training_is_blue_and_validation_orange() -> None:
    figure = curves(history("accuracy", "loss", "val_accuracy", "val_loss"), "style")
    assert [(trace.name, trace.line.color, trace.xaxis) for trace in figure.data] == [
        ("training", TRAINING, "x"),
        ("validation", VALIDATION, "x"),
        ("training", TRAINING, "x2"),
        ("validation", VALIDATION, "x2"),
    ]
    assert figure.data[0].y == (0.5, 0.25)


def test_a_facet_has_its_own_curves_and_none_for_what_was_not_watched() -> None:
    several = history("style_accuracy", "style_loss", "genre_accuracy", "loss", "val_style_accuracy")
    figure = curves(several, "style")
    assert [(trace.name, trace.xaxis) for trace in figure.data] == [
        ("training", "x"),
        ("validation", "x"),
        ("training", "x2"),
    ]


def test_confusions_are_shaded_by_their_share_and_say_their_works() -> None:
    figure = confusion(np.array([[3, 1], [0, 0]]), ["<b>Cubism", "Realism"])
    (cells,) = figure.data
    assert np.asarray(cells.z).tolist() == [[0.75, 0.25], [0.0, 0.0]]
    assert np.asarray(cells.text).tolist() == [["3", "1"], ["", ""]]
    assert cells.y == ("&lt;b>Cubism".replace(">", "&gt;"), "Realism")
    assert figure.layout.yaxis.autorange == "reversed"
