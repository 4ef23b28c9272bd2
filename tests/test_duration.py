from __future__ import annotations

import pytest

from artml.duration import time_left


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "a few seconds"), (44, "about 40 seconds"), (600, "about 10 minutes"), (9000, "about 2.5 hours")],
)
def test_time_left_is_as_precise_as_anybody_wants(seconds: float, said: str) -> None:
    assert time_left(seconds) == said
