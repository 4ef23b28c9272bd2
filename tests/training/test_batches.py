from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from artml.training.batches import CachedBatches
from artml.training.recipe import Recipe


@pytest.mark.parametrize(
    ("facts", "versions", "plain"),
    [
        ({}, 4, 0.25),
        ({"plain_share": 0.8}, 3, 0.8),
        ({"plain_share": 1.0}, 2, 1.0),
        ({"plain_share": 0.5}, 1, 1.0),
    ],
)
def test_the_plain_version_comes_as_often_as_asked_for(
    facts: dict[str, Any], versions: int, plain: float
) -> None:
    recipe = Recipe(
        name="one",
        facets={"style": 1},
        train="heads",
        epochs=1,
        batch=2000,
        rate=0.1,
        versions=versions,
        **facts,
    )
    which = np.tile(np.arange(versions, dtype=np.float16), (2000, 1))
    batches = CachedBatches(recipe, {"pooled": which}, np.arange(2000), {"style": np.arange(2000)})
    inputs, answers = batches[0]
    assert len(inputs["pooled"]) == len(answers["style"]) == 2000
    shares = np.bincount(inputs["pooled"].astype(int), minlength=versions) / 2000
    assert shares[0] == pytest.approx(plain, abs=0.04)
    assert shares[1:] == pytest.approx((1 - plain) / max(1, versions - 1), abs=0.04)
