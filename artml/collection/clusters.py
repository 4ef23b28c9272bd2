"""Works in clusters: KMeans and Gaussian mixtures, how well they part, and how many there might be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]
Method = Literal["kmeans", "mixture"]

METHODS: Final[tuple[Method, ...]] = ("kmeans", "mixture")
PUBLISHED: Final = 25
"""Clusters in the published study."""
SAMPLE: Final = 10_000
"""Works, drawn at random, that the silhouette is measured on, where there are more."""
BEND: Final = 4_000
"""The same of the elbow curve, which has no need of more."""
STARTS: Final = 3
"""Random starts of KMeans, of which the best is kept."""


@dataclass(frozen=True, eq=False)
class Clustering:
    """A cluster for each work, and how well the clusters part."""

    method: Method
    numbers: Numbers
    """(n,), from 0, the largest cluster first."""
    silhouette: float
    """Mean over works, -1 to 1; the more the better."""
    davies_bouldin: float
    """At least 0; the less the better."""

    @property
    def count(self) -> int:
        """How many clusters have a work."""
        return int(self.numbers.max()) + 1


@dataclass(frozen=True)
class Elbow:
    """How tight KMeans clusters are, by their number."""

    counts: tuple[int, ...]
    inertias: tuple[float, ...]
    """Mean squared distance to the own centre, as a share of that to the mean of all."""

    @property
    def suggested(self) -> int:
        """Where the curve bends most: the number farthest below the line between the curve's ends."""
        counts, inertias = np.array(self.counts, dtype=float), np.array(self.inertias)
        across = (counts - counts[0]) / max(counts[-1] - counts[0], 1)
        down = (inertias - inertias[-1]) / max(inertias[0] - inertias[-1], 1e-12)
        return self.counts[int(np.argmax((1 - across) - down))]


def cluster(vectors: Vectors, method: Method, count: int, seed: int) -> Clustering:
    """Part works into `count` clusters, 2 or more and fewer than there are works."""
    numbers = ordered(_parted(vectors, method, count, seed))
    return Clustering(method, numbers, *scores(vectors, numbers, seed))


def scores(vectors: Vectors, numbers: Numbers, seed: int) -> tuple[float, float]:
    """(silhouette, Davies–Bouldin index) of a clustering; the silhouette on `SAMPLE` works at most.

    NaN, both, where all works are in one cluster, or each in one of its own.
    """
    from sklearn.metrics import davies_bouldin_score, silhouette_score

    if not 1 < len(np.unique(numbers)) < len(numbers):
        return float("nan"), float("nan")
    some = drawn(len(vectors), SAMPLE, seed)
    if not 1 < len(np.unique(numbers[some])) < len(some):
        some = np.arange(len(vectors))
    return (
        float(silhouette_score(vectors[some], numbers[some])),
        float(davies_bouldin_score(vectors, numbers)),
    )


def elbow(
    vectors: Vectors,
    counts: Sequence[int],
    seed: int,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Elbow:
    """The elbow curve over these numbers of clusters, rising; on `BEND` works at most."""
    from sklearn.cluster import KMeans

    some = vectors[drawn(len(vectors), BEND, seed)]
    whole = float(some.var(axis=0).sum()) * len(some)
    inertias = []
    for done, count in enumerate(counts, start=1):
        fitted = KMeans(count, n_init=1, random_state=seed).fit(some)
        inertias.append(float(fitted.inertia_) / max(whole, 1e-12))
        advance(done, len(counts))
    return Elbow(tuple(counts), tuple(inertias))


def numbers_to_try(works: int) -> tuple[int, ...]:
    """Numbers of clusters for an elbow curve over so many works."""
    usual = (2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 40, 50, 60)
    return tuple(count for count in usual if count <= works // 4) or (2,)


def drawn(total: int, most: int, seed: int) -> Numbers:
    """All rows, or `most` of them drawn at random, in order."""
    if total <= most:
        return np.arange(total)
    return np.sort(np.random.default_rng(seed).choice(total, most, replace=False))


def ordered(numbers: npt.NDArray[np.integer]) -> Numbers:
    """The same clusters, numbered from 0 by their size, the largest first, empty ones left out."""
    _, inverse, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
    place = np.empty(len(sizes), dtype=np.intp)
    place[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return place[inverse]


def _parted(vectors: Vectors, method: Method, count: int, seed: int) -> npt.NDArray[np.integer]:
    if method == "kmeans":
        from sklearn.cluster import KMeans

        return np.asarray(KMeans(count, n_init=STARTS, random_state=seed).fit_predict(vectors))
    from sklearn.mixture import GaussianMixture

    fitted = GaussianMixture(count, covariance_type="diag", reg_covar=_floor(vectors), random_state=seed)
    return np.asarray(fitted.fit_predict(vectors.astype(np.float64)))


def _floor(vectors: Vectors) -> float:
    """The least variance that a mixture may see in a dimension: a thousandth of the mean one."""
    return max(float(vectors.var(axis=0).mean()) * 1e-3, 1e-9)
