"""Charts of a report: what is drawn where, in which colour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from artml import charts
from artml.figures import DARK, LIGHT, TRAINING, VALIDATION


def steps() -> pd.DataFrame:
    threshold = [0.9, 0.7, 0.5]
    return pd.DataFrame({"threshold": threshold, "coverage": [0.2, 0.6, 1.0], "accuracy": [1.0, 0.9, 0.8]})


def test_the_slider_begins_at_the_threshold_in_use_and_moves_the_dot() -> None:
    figure = charts.risk(steps(), 0.7)
    (slider,) = figure.layout.sliders
    assert slider.active == 1
    assert figure.data[1].x == (0.6,)
    assert figure.data[1].text == "60% answered, 90% right"
    move = slider.steps[2].args
    text = "100% answered, 80% right"
    assert move[0] == {"x": [[1.0]], "y": [[0.8]], "text": [text], "textposition": ["bottom left"]}
    assert list(move[1]) == [1]
    assert charts.risk(steps(), 2.0).layout.sliders[0].active == 0


def test_intervals_reach_from_end_to_end_and_leave_out_what_is_unknown() -> None:
    frame = pd.DataFrame({"row": ["<b>one", "two"], "ours": [0.5, 0.7]})
    frame["ours_low"], frame["ours_high"] = [0.4, 0.6], [0.7, 0.75]
    frame["published"] = np.nan
    figure = charts.intervals(frame, series=("ours", "published", "absent"), goal=0.9, dark=True)
    (dots,) = figure.data
    assert list(dots.error_x.array) == pytest.approx([0.2, 0.05])
    assert list(dots.error_x.arrayminus) == pytest.approx([0.1, 0.1])
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;one", "two")
    assert figure.layout.shapes[0].x0 == 0.9
    assert dots.marker.color == DARK.accent


def test_reliability_draws_larger_dots_for_more_works() -> None:
    bins = pd.DataFrame({"n": [1, 100], "confidence": [0.2, 0.9], "accuracy": [0.0, 0.8]})
    bins["low"], bins["high"] = [0.0, 0.7], [0.8, 0.9]
    diagonal, dots = charts.reliability(bins).data
    assert tuple(diagonal.x) == tuple(diagonal.y) == (0, 1)
    assert dots.marker.size[1] > dots.marker.size[0]
    assert dots.marker.color == LIGHT.accent


def test_steps_of_learning_stand_one_behind_the_other() -> None:
    part = {"epoch": [1, 2], "style_loss": [2.0, 1.0], "val_style_loss": [2.5, 2.0]}
    history = pd.concat([pd.DataFrame(part).assign(step=name) for name in ("heads", "all")])
    figure = charts.learning(history, "style", "loss")
    assert [trace.line.color for trace in figure.data] == [TRAINING, VALIDATION] * 2
    assert [list(trace.x) for trace in figure.data] == [[1, 2], [1, 2], [3, 4], [3, 4]]
    assert [note.text for note in figure.layout.annotations] == ["heads", "all"]
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]


def test_blocks_stand_from_the_picture_down() -> None:
    figure = charts.blocks([("picture", "192 × 192"), ("answers", "<i>style")])
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["<b>picture</b>", "192 × 192", "<b>answers</b>", "&lt;i&gt;style"]
    assert figure.layout.annotations[0].y > figure.layout.annotations[2].y


def test_bars_intensities_and_rates_show_their_numbers() -> None:
    bars = charts.counts(pd.DataFrame({"label": ["a", "b"], "n": [3, 1]}))
    assert bars.data[0].x == (3, 1)
    assert bars.layout.yaxis.autorange == "reversed"
    lines = charts.intensities({"red": [0.25, 0.75]}).data
    assert (lines[0].x, lines[0].y) == ((64.0, 192.0), (0.25, 0.75))
    assert charts.rates(pd.DataFrame({"epoch": [0, 1], "rate": [0, 0.1]})).data[0].y == (0, 0.1)
