"""Works as a museum has them: two views of one object, one without a number, odd words in every field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from PIL import Image

from artml.exports.record import Guess, Museum, Record, Said, Verdict

ASKED = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
# Half past nine in Berlin is half past eight in UTC.
DECIDED = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def guess(*labels: tuple[str, float], certain: bool = True) -> Guess:
    return Guess(labels, certain, "guide", "2026.11.22-5df783ec", ASKED)


@pytest.fixture
def museum() -> Museum:
    return Museum("Museum of Small Towns", "https://museum.example/collection/")


@pytest.fixture
def records(painted: Callable[..., Image.Image]) -> list[Record]:
    def thumbnail() -> bytes:
        stream = BytesIO()
        painted(3, 160, 120).save(stream, "JPEG")
        return stream.getvalue()

    front = Record(
        sha256="a" * 64,
        file="oils/harbour at dawn.jpg",
        width=1600,
        height=1200,
        object_number="1987.42/a",
        title="Hafen am Morgen — Ж",
        artist="Claude Monet",
        date="1872",
        columns={"Title": "Hafen am Morgen — Ж", "Medium": "oil on canvas", "Insurance value": "1000000"},
        guesses={
            "style": guess(("Impressionism", 0.8312), ("Realism", 0.1), ("Tonalism", 0.05)),
            "artist": guess(("Alfred Sisley", 0.4), ("Claude Monet", 0.39), certain=False),
        },
        decisions={
            "style": Verdict(
                "accepted", (Said("Impressionism"),), "Ada Curator", DECIDED, "seen in daylight"
            ),
            "artist": Verdict("corrected", (Said("Claude Monet", "attributed to"),), "Ada Curator", DECIDED),
        },
        thumbnail=thumbnail,
    )
    back = Record(
        sha256="b" * 64,
        file="oils/harbour, back.tif",
        width=800,
        height=600,
        object_number="1987.42/a",
        guesses={"style": guess(("Realism", 0.3), certain=False)},
        decisions={"style": Verdict("cannot_say", (), "Ben Registrar", DECIDED)},
    )
    loose = Record(
        sha256="c" * 64,
        file="=loose.png",
        width=300,
        height=400,
        title='=HYPERLINK("http://evil.example")',
        date="c. 1920",
        columns={"Medium": "+49 ink\x01 <b>& paper</b>", "sha256": "from the shop"},
        guesses={
            "style": guess(("Ukiyo-e", 0.9)),
            "genre": guess(("landscape", 0.95)),
        },
        decisions={
            "style": Verdict(
                "corrected",
                (Said("Shin-hanga"), Said("Nihonga | modern")),
                "ben@museum.example",
                DECIDED,
                "-1 or so",
            ),
            "genre": Verdict("accepted", (Said("landscape"),), "ben@museum.example", DECIDED),
        },
    )
    return [front, back, loose]


@pytest.fixture
def untouched() -> Record:
    """Neither guessed nor decided, nor catalogued."""
    return Record("d" * 64, "new.jpg", 10, 20)
