"""Nearest works, pairs that are nearly one picture, and labels that neighbours doubt."""

from __future__ import annotations

import numpy as np
import pytest

from artml.collection import similarity
from artml.collection.similarity import Alike, Dissent, Near, Twins, dissents, twins


def by_hand(vectors: np.ndarray) -> np.ndarray:
    """The cosine of every pair, less the mean, without any block."""
    centred = vectors - vectors.mean(axis=0)
    units = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(units @ units.T)


@pytest.mark.parametrize(
    ("seed", "count", "size", "most"), [(1, 3, 2, 8), (2, 12, 3, 4), (3, 40, 9, 8), (4, 25, 2, 1)]
)
def test_the_nearest_are_those_of_the_whole_table(seed: int, count: int, size: int, most: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32)
    table = by_hand(vectors.astype(np.float64))
    np.fill_diagonal(table, -np.inf)
    alike = Alike(vectors)
    for row in range(count):
        found = alike.like(row, most)
        assert row not in {near.row for near in found}
        expected = np.sort(table[row])[::-1][: len(found)]
        assert [near.likeness for near in found] == pytest.approx(list(expected), abs=1e-4)
        assert len(found) == min(most, count - 1)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(3).normal(size=(50, 6)).astype(np.float32)
    whole = Alike(vectors).neighbours(5)
    monkeypatch.setattr(similarity, "BLOCK", 7)
    steps = []
    parts = Alike(vectors).neighbours(5, lambda done, total: steps.append((done, total)))
    assert np.array_equal(whole[0], parts[0])
    assert np.allclose(whole[1], parts[1], atol=1e-6)
    assert steps[-1] == (50, 50)
    assert len(steps) == 8
    assert not (whole[0] == np.arange(50)[:, np.newaxis]).any()
    assert (np.diff(whole[1], axis=1) <= 0).all()


def test_a_picture_finds_itself_and_only_what_may_be_found() -> None:
    vectors = np.eye(4, dtype=np.float32)
    alike = Alike(vectors)
    assert alike.nearest(vectors[2], 1)[0].row == 2
    assert alike.nearest(vectors[2], 9)[0].likeness == pytest.approx(1)
    among = np.array([0, 3])
    assert {near.row for near in alike.nearest(vectors[2], 9, among=among)} == {0, 3}
    assert {near.row for near in alike.like(0, 9, among=among)} == {3}


def test_a_lone_work_is_like_itself() -> None:
    assert Alike(np.array([[3.0, 4.0]])).nearest(np.array([3.0, 4.0]), 5) == [Near(0, pytest.approx(1.0))]


def test_twins_are_told_once_and_not_of_one_object() -> None:
    rows = np.array([[1, 2], [0, 2], [3, 0], [2, 1]])
    likenesses = np.array([[0.99, 0.2], [0.99, 0.1], [0.995, 0.2], [0.995, 0.3]], dtype=np.float32)
    pairs = [Twins(2, 3, pytest.approx(0.995)), Twins(0, 1, pytest.approx(0.99))]
    assert twins(rows, likenesses, 0.97) == pairs
    assert twins(rows, likenesses, 0.97, ["", "", "a", "b"]) == pairs
    assert twins(rows, likenesses, 0.97, ["", "", "a", "a"]) == pairs[1:]
    assert twins(rows, likenesses, 0.999) == []


def test_a_label_that_all_neighbours_doubt_is_told() -> None:
    rows = np.array([[row for row in range(7) if row != own][:6] for own in range(7)])
    assert dissents(rows, ["b", *["a"] * 6]) == [Dissent(0, "b", "a", 1.0)]
    assert dissents(rows, ["b", *["a"] * 4, "", ""]) == []  # four labels are too few
    assert dissents(rows, ["", *["a"] * 6]) == []
    assert dissents(rows, ["b", "b", "b", *["a"] * 4]) == []  # they do not agree enough
