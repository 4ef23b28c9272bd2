"""95 % intervals: of a share, and of anything else by resampling the works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

Interval = tuple[float, float]

UNKNOWN: Interval = (0.0, 1.0)  # what is known of a share before anything was seen
_Z = 1.959963984540054  # the normal quantile that leaves 2.5 % on either side


def wilson(successes: int, n: int) -> Interval:
    """The 95 % score interval of a share (Wilson 1927, JASA 22:209-212); (0.0, 1.0) for `n == 0`.

    Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} cannot be: count from 0 to n")
    if n == 0:
        return UNKNOWN
    share, weight = successes / n, _Z**2 / n
    centre = (share + weight / 2) / (1 + weight)
    reach = _Z * sqrt((share * (1 - share) + weight / 4) / n) / (1 + weight)
    # At the ends the formula gives exactly 0 and 1, but for rounding.
    low = 0.0 if successes == 0 else centre - reach
    high = 1.0 if successes == n else centre + reach
    return low, high


def bootstrap(
    statistic: Callable[..., float], *arrays: npt.NDArray[Any], rounds: int = 1000, seed: int = 0
) -> Interval:
    """The 95 % percentile interval of `statistic(*arrays)` over works drawn again with replacement.

    The arrays share their first axis (works). Raises ValueError if they do not, or are empty.
    """
    draws = resampled(statistic, arrays, rounds, seed)
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)


def resampled(
    statistic: Callable[..., float], arrays: Sequence[npt.NDArray[Any]], rounds: int, seed: int
) -> npt.NDArray[np.float64]:
    """`statistic` of `rounds` samples of the works, drawn with replacement."""
    sizes = {len(array) for array in arrays}
    if len(sizes) != 1 or sizes == {0}:
        raise ValueError("resampling needs arrays of one length, and at least one work")
    n, dice = sizes.pop(), np.random.default_rng(seed)
    draws = (dice.integers(0, n, n) for _ in range(rounds))
    return np.array([statistic(*(array[drawn] for array in arrays)) for drawn in draws], np.float64)
