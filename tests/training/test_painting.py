from __future__ import annotations

import numpy as np
import pytest

from artml.training.painting import REFUSED, auroc, fit_boundary


def clouds(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shift = np.r_[3.0, np.zeros(7)]
    return rng.normal(0, 1, (2000, 8)).astype(np.float32), rng.normal(shift, 1, (150, 8)).astype(np.float32)


def test_two_clouds_are_told_apart() -> None:
    paintings, others = clouds(0)
    boundary = fit_boundary(paintings, others)
    fresh_paintings, fresh_others = clouds(1)
    # Two unit clouds 3 apart: AUROC = Phi(3 / sqrt 2) = 0.983.
    area = auroc(boundary.logits(fresh_paintings), boundary.logits(fresh_others))
    assert area == pytest.approx(0.983, abs=0.012)
    refused = 1 - boundary.familiar(fresh_paintings).mean()
    assert refused == pytest.approx(REFUSED, abs=0.012)


def test_auroc_by_hand() -> None:
    above, below = np.float32([1, 2, 3]), np.float32([0, 2])
    assert auroc(above, below) == pytest.approx((1 + 1.5 + 2) / 6)
