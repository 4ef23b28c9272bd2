"""What it costs to decode a picture in a bounded process of its own, against decoding it in the server.

    .venv/bin/python -m benchmarks.decoding [--rounds 5]

Both make of the same bytes what the networks see, and a JPEG to show.
"""

from __future__ import annotations

import io
from functools import partial

from PIL import Image

from artml import Classifier
from artml.images import open_image
from artml.looking import LONGEST, Looker
from artml.markdown import markdown_table
from benchmarks.measure import LARGE, USUAL, in_turn, options, photograph, seconds, tell

PICTURES = (("JPEG", LARGE), ("JPEG", USUAL), ("PNG", USUAL), ("WEBP", USUAL))


def main() -> None:
    asked = options(__doc__)
    guide = Classifier.load("guide")
    looker = Looker(guide)
    looker.warm()
    rows = []
    for form, size in PICTURES:
        data = photograph(size, form=form)
        ways = {
            "here": partial(seconds, here, guide, data),
            "apart": partial(seconds, looker.rendition, "a", data),
        }
        found = in_turn(ways, 4 * asked.rounds + 1)
        rows.append(
            (
                f"{form} {size[0]:,} × {size[1]:,}, {len(data) / 1e6:.1f} MB",
                found["here"].shown(0, 1000),
                found["apart"].shown(0, 1000),
                f"{found['apart'].median / found['here'].median:.2f}",
            )
        )
    looker.close()
    tell(markdown_table(("ms (spread)", "in the server", "in a process of its own", "×"), rows))


def here(guide: Classifier, data: bytes) -> None:
    """The same as a decoding process does."""
    image = open_image(data, shortest=-(-2 * LONGEST // 3))
    guide.sight.pixels(image)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.BICUBIC, reducing_gap=3.0)
    image.save(io.BytesIO(), "JPEG", quality=85)


if __name__ == "__main__":
    main()
