"""What is typed, and what is meant by it."""

from __future__ import annotations

import pytest

from artml.collection import Work
from artml.exports.record import Said
from artml.web.review.saying import choices, understood
from tests.collection.acting import said


@pytest.mark.parametrize(
    ("facet", "typed", "qualifier", "meant"),
    [
        ("style", ["Cubism"], "", [Said("Cubism")]),
        ("style", ["cubism ", "  Nihonga   revival"], "", [Said("Cubism"), Said("Nihonga revival")]),
        ("style", ["Cubism", "CUBISM", " "], "", [Said("Cubism")]),
        ("artist", ["Claude Monet"], "workshop of", [Said("Claude Monet", "workshop of")]),
        ("artist", ["Attributed to claude monet"], "", [Said("Claude Monet", "attributed to")]),
        (
            "artist",
            ["possibly Jane Doe", "Claude Monet"],
            "after",
            [Said("Jane Doe", "possibly"), Said("Claude Monet", "after")],
        ),
        ("artist", ["attributed to"], "", [Said("attributed to")]),
        ("artist", [], "after", []),
    ],
)
def test_what_is_typed_is_understood(facet: str, typed: list[str], qualifier: str, meant: list[Said]) -> None:
    assert list(understood(facet, typed, qualifier)) == meant


def test_the_last_typed_come_first_then_the_likeliest_then_all_others() -> None:
    from artml.collection import Prediction

    work = Work(sha256="a" * 64, size=1, width=1, height=1)
    work.id = 1
    prediction = Prediction.of(work, said({"Rococo": 0.7, "Cubism": 0.3}))
    found = choices("style", prediction, ["Nihonga", "Cubism"])
    assert found[:3] == ["Nihonga", "Cubism", "Rococo"]
    assert "Impressionism" in found
    assert len(found) == len(set(found))
    assert choices("style", None)[0] in choices("style", prediction)
