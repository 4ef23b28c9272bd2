"""A fuzz target for the opening of images: whatever the bytes, pixels or an `ImageError`.

`python -m tests.hostile.fuzz COUNT` tries so many, the same each time. A coverage-guided fuzzer (Atheris,
libFuzzer) may drive `opens_or_is_refused.hypothesis.fuzz_one_input` instead.
"""

from __future__ import annotations

import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from artml.errors import ImageError
from artml.images import open_image
from tests.hostile.mutations import pictures

outcomes: Counter[str] = Counter()

edits = st.lists(st.tuples(st.integers(0, 2**14), st.binary(min_size=1, max_size=8)), max_size=12)


@given(
    which=st.integers(0, len(pictures()) - 1),
    edits=edits,
    cut=st.none() | st.integers(0, 2**14),
    tail=st.binary(max_size=64),
    shortest=st.none() | st.integers(1, 300),
)
def opens_or_is_refused(
    which: int, edits: list[tuple[int, bytes]], cut: int | None, tail: bytes, shortest: int | None
) -> None:
    """A valid picture with pieces overwritten, cut short, and something behind it."""
    _, content = pictures()[which]
    changed = bytearray(content)
    for at, piece in edits:
        changed[at % len(changed) : at % len(changed) + len(piece)] = piece
    try:
        image = open_image(bytes(changed[:cut]) + tail, shortest=shortest)
        assert image.mode == "RGB"
        outcomes["pixels"] += 1
    except ImageError as error:
        assert 10 < len(str(error)) < 500
        outcomes[type(error).__name__] += 1


def main() -> None:
    """Try so many inputs, and say what became of them."""
    tried = settings(
        max_examples=int(sys.argv[1]),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(opens_or_is_refused)
    tried()
    print(outcomes.total(), dict(outcomes))


if __name__ == "__main__":
    main()
