"""Clusters that are known are found, scored and counted; influences mean what they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from artml.collection import clusters
from artml.collection.clusters import Elbow, cluster, drawn, elbow, numbers_to_try, ordered, scores
from artml.collection.influences import influences
from artml.collection.similarity import Alike

SIZES = (60, 40, 20)


@pytest.fixture(scope="module")
def parted() -> tuple[np.ndarray, np.ndarray]:
    """Works in three families that lie far apart, and the family of each."""
    rng = np.random.default_rng(1)
    middles = np.array([[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0]])
    family = np.repeat(np.arange(3), SIZES)
    return (middles[family] + rng.normal(size=(len(family), 4))).astype(np.float32), family


@pytest.mark.parametrize("method", clusters.METHODS)
def test_families_that_lie_apart_are_found(
    parted: tuple[np.ndarray, np.ndarray], method: clusters.Method
) -> None:
    vectors, family = parted
    found = cluster(vectors, method, 3, seed=1)
    assert np.array_equal(found.numbers, family)  # the largest first
    assert found.count == 3
    assert found.silhouette > 0.6
    assert found.davies_bouldin < 0.6


def test_scores_tell_a_good_clustering_from_a_bad_one(parted: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, family = parted
    mixed = np.arange(len(family)) % 3
    good, bad = scores(vectors, family, 1), scores(vectors, mixed, 1)
    assert good[0] > bad[0]
    assert good[1] < bad[1]
    assert all(map(math.isnan, scores(vectors, np.zeros(len(vectors), dtype=np.intp), 1)))


def test_the_curve_bends_at_the_number_of_families(parted: tuple[np.ndarray, np.ndarray]) -> None:
    steps = []
    curve = elbow(
        parted[0], (2, 3, 4, 5, 6, 8), seed=1, advance=lambda done, total: steps.append((done, total))
    )
    assert curve.suggested == 3
    assert curve.inertias[0] > curve.inertias[1] > curve.inertias[-1] >= 0
    assert steps == [(done, 6) for done in range(1, 7)]


def test_a_straight_curve_suggests_its_start() -> None:
    assert Elbow((2, 3, 4), (3.0, 2.0, 1.0)).suggested == 2


def test_numbers_to_try_stay_below_a_quarter_of_the_works() -> None:
    assert numbers_to_try(4) == (2,)
    assert max(numbers_to_try(40)) == 10
    assert clusters.PUBLISHED in numbers_to_try(20_000)


def test_clusters_are_numbered_by_size() -> None:
    assert ordered(np.array([7, 4, 4, 9, 4, 9])).tolist() == [2, 0, 0, 1, 0, 1]


def test_a_draw_is_the_same_for_the_same_seed() -> None:
    assert drawn(10, 20, 1).tolist() == list(range(10))
    some = drawn(1_000, 20, 1)
    assert np.array_equal(some, drawn(1_000, 20, 1))
    assert len(set(some.tolist())) == 20


def test_an_influence_says_what_the_neighbourhood_says() -> None:
    rng = np.random.default_rng(2)
    near, far = np.array([[4, 0], [0, 4]]), np.array([[8, 0], [0, 8]])
    apart = np.concatenate([far[n] + rng.normal(size=(150, 2)) for n in (0, 1)])
    between = np.concatenate([near[n] * 0.35 + rng.normal(size=(60, 2)) for n in (0, 1)])
    vectors = np.concatenate([apart, between]).astype(np.float32)
    # More dimensions that say nothing make a mixture cocksure.
    vectors = np.concatenate([vectors, rng.normal(0, 0.5, (len(vectors), 12)).astype(np.float32)], axis=1)
    neighbours, _ = Alike(vectors).neighbours(10)
    found = influences(vectors, 4, neighbours, seed=1)
    assert np.allclose(found.shares.sum(axis=1), 1, atol=1e-5)
    assert found.temperature > 1
    assert found.sure < found.sure_before
    own = found.numbers
    assert np.array_equal(np.sort(np.bincount(own))[::-1], np.bincount(own))
    agree = (own[neighbours] == own[:, np.newaxis]).mean()
    assert abs(float(found.shares.max(axis=1).mean()) - agree) < 0.1
