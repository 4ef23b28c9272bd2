"""Figures of a study's answers, against numbers reckoned by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from artml.evaluation import wilson
from artml.training.study_measure import DRAWS, averaged, gain, measured, pooled
from tests.training.study_folder import LABELS, answers

# Ten works, six of the first label (four of them right) and four of the second (three right).
TRUTHS = [0] * 6 + [1] * 4
SAID = [0.1, 0.2, 0.3, 0.4, 0.8, 0.9, 0.9, 0.8, 0.7, 0.3]


def figures() -> pd.DataFrame:
    return pooled([answers(TRUTHS, SAID)], "test")


def test_shares_are_those_of_the_classification_report() -> None:
    found = measured(figures())
    assert (found.n, found.works, found.labels) == (10, 10, LABELS)
    assert found.accuracy.value == pytest.approx(0.7)
    assert found.recall == found.accuracy
    # Cubism: 4 of 5 answers right, 4 of 6 works; Realism: 3 of 5 answers, 3 of 4 works.
    assert found.precision.value == pytest.approx(0.6 * 4 / 5 + 0.4 * 3 / 5)
    assert found.f1.value == pytest.approx(0.6 * 8 / 11 + 0.4 * 6 / 9)
    assert found.macro_f1.value == pytest.approx((8 / 11 + 6 / 9) / 2)
    assert found.top5.value == 1.0
    assert found.largest == 0.6
    assert found.confusion.tolist() == [[4, 2], [1, 3]]
    assert [(one.label, one.n) for one in found.classes] == [("Cubism", 6), ("Realism", 4)]


def test_a_work_a_row_has_wilson_s_interval() -> None:
    found = measured(figures())
    assert found.accuracy.interval == wilson(7, 10)
    low, high = found.macro_f1.interval
    assert 0 <= low < found.macro_f1.value < high <= 1
    assert (found.by_work, found.spread, found.draws) == (None, None, ())


def test_only_the_split_and_known_labels_count() -> None:
    table = pd.concat([answers(TRUTHS, SAID), answers([1], [0.9], split="validation")])
    table.iloc[0, table.columns.get_loc("truth")] = ""
    assert len(pooled([table], "test")) == 9
    assert len(pooled([table], "validation")) == 1
    with pytest.raises(ValueError, match="no answer"):
        measured(pooled([table], "train"))


def test_top_five_counts_the_five_likeliest() -> None:
    labels = [f"style {number}" for number in range(7)]
    shares = [[0.3, 0.25, 0.2, 0.1, 0.08, 0.05, 0.02]] * 2
    table = pd.DataFrame(shares, columns=labels)
    lead = {"split": "test", "path": ["a", "b"], "work": ["a", "b"], "truth": ["style 4", "style 5"]}
    table = pd.concat([pd.DataFrame(lead), table], axis=1)
    assert measured(pooled([table], "test")).top5.value == 0.5


def test_crops_of_a_work_are_averaged_and_not_taken_for_works() -> None:
    # Works a, b (first label) and c (second), two crops each: one crop of a is wrong, both of b, none of c.
    works = ["a", "a", "b", "b", "c", "c"]
    found = measured(
        pooled([answers([0, 0, 0, 0, 1, 1], [0.1, 0.6, 0.6, 0.7, 0.9, 0.8], works)], "test"), crops=True
    )
    assert (found.n, found.works) == (6, 3)
    assert found.accuracy.value == pytest.approx(3 / 6)
    assert found.by_work is not None
    assert found.by_work.value == pytest.approx(2 / 3)
    assert found.by_work.interval == wilson(2, 3)


def test_alike_crops_say_no_more_than_their_works() -> None:
    rng = np.random.default_rng(0)
    truths, said = rng.integers(0, 2, 40), rng.random(40)
    alone = measured(pooled([answers(truths, said)], "test"))
    crops = answers(truths.repeat(10), said.repeat(10), [f"work {n}" for n in np.arange(40).repeat(10)])
    found = measured(pooled([crops], "test"))
    assert found.accuracy.value == pytest.approx(alone.accuracy.value)
    low, high = found.accuracy.interval
    assert high - low == pytest.approx(alone.accuracy.interval[1] - alone.accuracy.interval[0], abs=0.03)
    assert high - low > 2 * (wilson(200, 400)[1] - wilson(200, 400)[0])
    for one, recall, plain in zip(found.classes, found.recalls, alone.recalls, strict=True):
        assert recall.value == pytest.approx(one.recall) == plain.value
        assert recall.interval[1] - recall.interval[0] > 2 * np.diff(wilson(round(one.recall * one.n), one.n))


def test_crops_that_are_all_right_are_no_more_certain_than_their_works() -> None:
    found = measured(pooled([answers([0] * 6, [0.1] * 6, ["a", "a", "b", "b", "c", "c"])], "test"))
    assert (found.accuracy.value, found.accuracy.interval) == (1.0, wilson(3, 3))


def test_of_a_label_without_pictures_nothing_is_known() -> None:
    found = measured(pooled([answers([0, 0], [0.1, 0.9])], "test"))
    assert (found.recalls[1].value, found.recalls[1].interval) == (0.0, (0.0, 1.0))


def test_averaged_probabilities_are_the_mean_of_the_crops() -> None:
    table = averaged(pooled([answers([0, 0, 1], [0.2, 0.6, 0.9], ["a", "a", "b"])], "test"))
    assert table[["work", "truth"]].values.tolist() == [["a", "Cubism"], ["b", "Realism"]]
    assert table["Realism"].tolist() == pytest.approx([0.4, 0.9])


def test_folds_are_pooled_and_their_spread_told() -> None:
    first, second = answers([0, 1], [0.1, 0.9]), answers([0, 1], [0.1, 0.2])
    second = second.assign(path=["x", "y"], work=["x", "y"])
    found = measured(pooled([first, second], "test"))
    assert (found.n, found.works) == (4, 4)
    assert found.accuracy.value == 0.75
    assert found.spread == pytest.approx(np.std([1.0, 0.5], ddof=1))
    assert found.accuracy.interval == wilson(3, 4)


def test_a_label_that_a_fold_lacks_is_never_its_answer() -> None:
    lacking = answers([0, 0], [0.1, 0.9]).drop(columns=LABELS[1]).assign(path=["x", "y"], work=["x", "y"])
    whole = pooled([answers([0, 1], [0.1, 0.9]), lacking], "test")
    assert whole[LABELS[1]].tolist() == pytest.approx([0.1, 0.9, 0.0, 0.0])


def test_seeds_answer_the_same_works_which_stay_two() -> None:
    found = measured(pooled([answers([0, 1], [0.1, 0.9]), answers([0, 1], [0.9, 0.9])], "test"))
    assert (found.n, found.works, found.accuracy.value) == (4, 2, 0.75)
    assert found.spread == pytest.approx(np.std([1.0, 0.5], ddof=1))
    assert found.accuracy.interval == (0.5, 1.0)


def test_bags_vote_with_their_probabilities() -> None:
    bags = [answers([0, 1], said) for said in ([0.6, 0.4], [0.6, 0.9], [0.1, 0.9])]
    table = pooled(bags, "test", average=True)
    assert table["Realism"].tolist() == pytest.approx([1.3 / 3, 2.2 / 3])
    found = measured(table)
    assert (found.n, found.accuracy.value, found.spread) == (2, 1.0, None)
    with pytest.raises(ValueError, match="same pictures"):
        pooled([bags[0], bags[1].iloc[::-1]], "test", average=True)


def test_a_gain_is_paired_by_picture() -> None:
    before = figures()
    better = pooled([answers(TRUTHS, [0.1] * 6 + [0.9, 0.8, 0.7, 0.3])], "test").iloc[::-1]
    found = gain(before, better)
    assert found.value == pytest.approx(0.2)
    low, high = found.interval
    assert low == pytest.approx(0.0)
    assert 0.3 <= high <= 0.6
    assert gain(before, before).interval == (0.0, 0.0)
    with pytest.raises(ValueError, match="no picture in common"):
        gain(before, better.assign(path="elsewhere"))


def test_draws_of_new_works_are_right_as_often_as_the_works() -> None:
    truths = [0] * 30
    found = measured(pooled([answers(truths, [0.1] * 27 + [0.9] * 3)], "test"), crops=True, draws=10)
    assert sum(found.draws) == DRAWS
    assert len(found.draws) == 11
    assert sum(right * count for right, count in enumerate(found.draws)) / DRAWS == pytest.approx(9, abs=0.05)
    # All ten right: 27 over 10 of 30 over 10.
    assert found.draws[10] / DRAWS == pytest.approx(0.2808, abs=0.02)
    assert found.draws[:7] == (0,) * 7
