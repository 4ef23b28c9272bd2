from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artml.classifier import ModelVersion
from artml.collection import Collection
from artml.errors import CollectionError
from artml.exports.record import Said
from artml.learning.decided import DecidedWorks, gather, is_held, to_learn_from
from tests.collection.acting import ANA
from tests.learning.drawn import GUIDE, decide

FACETS = ["style", "genre"]


def test_what_stands_is_learnt_and_nothing_else(museum: Collection) -> None:
    right, doubtful, unsaid, undone, several, changed = decide(museum, "Cubism", 6)
    for work, labels in (
        (doubtful, [Said("Cubism", "attributed to")]),
        (several, ["Fauvism", "Cubism"]),
        (changed, ["Mannerism"]),
    ):
        museum.decide(ANA, work, "style", "corrected", labels, expected=museum.current(work)["style"].id)
    museum.decide(ANA, unsaid, "style", "cannot_say", expected=museum.current(unsaid)["style"].id)
    museum.undo(ANA, museum.current(undone)["style"])
    museum.decide(ANA, right, "genre", "corrected", ["portrait"])
    museum.decide(ANA, right, "artist", "corrected", ["Claude Monet"])
    found = gather(museum, GUIDE, FACETS)
    assert found.frame["style"].tolist() == ["Cubism", "Fauvism", "Mannerism"]
    assert found.frame["genre"].tolist() == ["portrait", "", ""]
    assert (found.count("style"), found.count("genre"), found.lacking) == (3, 1, 0)
    vectors = museum.embeddings(GUIDE, public_only=False)[1]
    np.testing.assert_array_equal(found.embedding, vectors[[0, 4, 5]])


def test_works_that_another_model_looked_at_are_counted(museum: Collection) -> None:
    decide(museum, "Cubism", 3, model=ModelVersion("guide", "0"))
    assert gather(museum, GUIDE, FACETS).lacking == 3
    with pytest.raises(CollectionError, match="no decided work that guide 1 has looked at. 3 were"):
        to_learn_from(museum, "guide")


def test_a_fifth_is_held_out_always_the_same_and_views_together(museum: Collection) -> None:
    held = [unit for unit in map(str, range(2_000)) if is_held(unit)]
    assert 340 < len(held) < 460
    decide(museum, "Cubism", 60, numbers=[f"A {number // 3}" for number in range(60)])
    found = gather(museum, GUIDE, FACETS).frame["held"].to_numpy()
    assert found.any()
    assert not found.all()
    assert (found.reshape(20, 3) == found[::3, None]).all()
    decide(museum, "Fauvism", 20, seed=4)
    assert (gather(museum, GUIDE, FACETS).frame["held"].to_numpy()[:60] == found).all()


def test_it_is_kept_and_read_again(museum: Collection, tmp_path: Path) -> None:
    decide(museum, "Naïve Art", 12, looks="Cubism")
    found = gather(museum, GUIDE, FACETS)
    found.write(tmp_path / "decided.npz")
    again = DecidedWorks.read(tmp_path / "decided.npz")
    np.testing.assert_array_equal(again.embedding, found.embedding)
    assert again.frame.to_dict("list") == found.frame.to_dict("list")
    assert len(again.part(held=True).frame) + len(again.part(held=False).frame) == 12
