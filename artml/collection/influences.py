"""What influenced a work: how much it belongs to each cluster, said so that the shares mean something.

A Gaussian mixture in many dimensions gives nearly every work to one cluster with responsibility 1.00. Here it
sees a few principal components of the unit vectors, and its responsibilities are tempered until they say what
a work's neighbourhood says: of works with 0.7 for a cluster, about seven in ten of the works most like them
are in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from artml.collection.clusters import Numbers, Vectors, drawn, ordered

Shares = npt.NDArray[np.float32]

DIMENSIONS: Final = 24
"""Principal components that the mixture sees."""
SURE: Final = 0.99
"""A responsibility from which a work is said to have one influence only."""
_TEMPERATURES: Final = np.geomspace(1, 100, 81)
_FITTED_ON: Final = 10_000
"""Works, drawn at random, that the mixture is fitted on, where there are more."""


@dataclass(frozen=True, eq=False)
class Influences:
    """Of each work the share of each cluster."""

    shares: Shares
    """(n, clusters), each row 0..1 and 1 in all; clusters by size, the largest first."""
    temperature: float
    """By which the mixture's logarithms were divided; 1: not at all."""
    sure_before: float
    """Share of works that the mixture itself gives to one cluster with more than `SURE`."""
    sure: float
    """The same of `shares`."""

    @property
    def numbers(self) -> Numbers:
        """The cluster of each work: that with the largest share."""
        return np.asarray(self.shares.argmax(axis=1), dtype=np.intp)


def influences(
    vectors: Vectors, count: int, neighbours: Numbers, seed: int, dimensions: int = DIMENSIONS
) -> Influences:
    """A mixture of `count` clusters over works, (n, size), and the share that each has in a work.

    `neighbours`, (n, any), are the rows of the works most like each.
    """
    from sklearn.decomposition import PCA
    from sklearn.mixture import GaussianMixture

    units = vectors - vectors.mean(axis=0)
    units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-12)
    size = min(dimensions, *units.shape)
    seen = PCA(size, random_state=seed).fit_transform(units).astype(np.float64)
    seen /= max(float(seen.std()), 1e-12)
    fitted = GaussianMixture(count, covariance_type="diag", reg_covar=1e-3, random_state=seed)
    fitted.fit(seen[drawn(len(seen), _FITTED_ON, seed)])
    logarithms = np.log(fitted.weights_) + _densities(fitted, seen)
    logarithms -= logarithms.max(axis=1, keepdims=True)
    around = _around(logarithms.argmax(axis=1), neighbours, count)
    temperature = float(min(_TEMPERATURES, key=lambda t: _surprise(logarithms / t, around)))
    raw, shares = _softmax(logarithms), _softmax(logarithms / temperature)
    place = ordered(shares.argmax(axis=1))
    return Influences(
        _by_size(shares, place),
        temperature,
        float((raw.max(axis=1) > SURE).mean()),
        float((shares.max(axis=1) > SURE).mean()),
    )


def _densities(fitted: object, seen: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The logarithm of each component's density at each work, less what is the same for all."""
    means, variances = getattr(fitted, "means_"), getattr(fitted, "covariances_")  # noqa: B009
    return np.stack(
        [
            -0.5 * (((seen - mean) ** 2 / variance).sum(axis=1) + np.log(variance).sum())
            for mean, variance in zip(means, variances, strict=True)
        ],
        axis=1,
    )


def _around(numbers: Numbers, neighbours: Numbers, count: int) -> npt.NDArray[np.float64]:
    """Of each work the share of its neighbours in each cluster, (n, clusters)."""
    found = np.zeros((len(numbers), count))
    for column in neighbours.T:
        found[np.arange(len(numbers)), numbers[column]] += 1
    return np.asarray(found / max(neighbours.shape[1], 1))


def _surprise(logarithms: npt.NDArray[np.float64], around: npt.NDArray[np.float64]) -> float:
    """Cross-entropy of shares against what the neighbourhoods say."""
    peak = logarithms.max(axis=1, keepdims=True)
    total = peak[:, 0] + np.log(np.exp(logarithms - peak).sum(axis=1))
    return float((total - (around * logarithms).sum(axis=1)).mean())


def _softmax(logarithms: npt.NDArray[np.float64]) -> Shares:
    powers = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _by_size(shares: Shares, place: Numbers) -> Shares:
    """Columns in the order of `place`, which numbers the clusters that any work is in; others come last."""
    column_of = dict(zip(place.tolist(), shares.argmax(axis=1).tolist(), strict=True))
    order = [column_of[number] for number in sorted(column_of)]
    rest = [column for column in range(shares.shape[1]) if column not in order]
    return shares[:, [*order, *rest]]
