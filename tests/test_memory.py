from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread, current_thread

import numpy as np
import pytest
from PIL import Image
from threadpoolctl import threadpool_info

import artml.memory
from artml.bundle import Bundle, Facet, Manifest
from artml.errors import BundleDamaged
from artml.images import to_square
from artml.member import Member
from artml.memory import Memory, Recall, Remembering

LABELS = {"style": ("Cubism", "Fauvism"), "genre": ("landscape",)}
RECALL = Recall(sharpness=10, weight=0.5)


def blas_threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


@pytest.fixture
def works() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Two faces of Cubism on either side of Fauvism: no straight line parts them."""
    rng = np.random.default_rng(1)
    middles = np.array([[-3.0, 0.0], [0.0, 3.0], [3.0, 0.0]]).repeat(20, 0)
    embeddings = (middles + rng.normal(0, 0.3, middles.shape)).astype(np.float32)
    style = np.array(["Cubism", "Fauvism", "Cubism"]).repeat(20)
    genre = np.where(np.arange(60) % 2, "landscape", "")
    return embeddings, {"style": style, "genre": genre}


def outputs(vectors: list[list[float]], head: float = 0.0) -> dict[str, np.ndarray]:
    found = {"embedding": np.array(vectors, np.float32)}
    return found | {f: np.full((len(vectors), len(names)), head, np.float32) for f, names in LABELS.items()}


def test_near_works_decide_where_the_head_cannot(works: tuple[np.ndarray, dict[str, np.ndarray]]) -> None:
    memory = Memory.of(*works, LABELS, RECALL)
    found = memory.added(outputs([[-3, 0], [0, 3], [3, 0]]))
    assert list(found["style"].argmax(1)) == [0, 1, 0]
    assert np.array_equal(found["embedding"], outputs([[-3, 0], [0, 3], [3, 0]])["embedding"])


def test_the_vote_by_hand(works: tuple[np.ndarray, dict[str, np.ndarray]]) -> None:
    embeddings, columns = works
    memory = Memory.of(embeddings, columns, LABELS, RECALL)
    query = np.array([[1.0, 1.0]])
    centred = embeddings - embeddings.mean(0)
    variance, turn = np.linalg.eigh(np.cov(centred.T))
    axes = turn / variance**0.25
    near, point = centred @ axes, (query - embeddings.mean(0)) @ axes
    cosine = (near @ point.T)[:, 0] / np.linalg.norm(near, axis=1) / np.linalg.norm(point)
    pull = np.exp(10 * (cosine - 1))
    votes = np.array([(pull * (columns["style"] == label)).sum() for label in LABELS["style"]])
    votes /= np.array([40, 20]) ** 0.25
    expected = 1.5 + 0.5 * np.log(votes / votes.sum())
    np.testing.assert_allclose(memory.added(outputs([[1, 1]], 1.5))["style"][0], expected, rtol=1e-4)


def test_the_slope_is_that_of_what_is_said() -> None:
    """Against small steps to either side, in twelve dimensions."""
    dice = np.random.default_rng(3)
    vectors = dice.normal(size=(60, 12)).astype(np.float32)
    columns = {"style": np.array(["a", "b", "c"])[dice.integers(0, 3, 60)]}
    memory = Memory.of(vectors, columns, {"style": ("a", "b", "c")}, Recall(sharpness=3.0))
    at, contrast = dice.normal(size=12).astype(np.float32), np.array([1.0, -0.7, -0.3])
    steps = np.eye(12, dtype=np.float32) * 0.02
    lead = [memory.said(np.stack([at + step, at - step]))["style"] @ contrast for step in steps]
    expected = [(up - down) / 0.04 for up, down in lead]
    assert memory.slope(at, "style", contrast) == pytest.approx(expected, abs=2e-3, rel=0.02)
    assert not memory.slope(at, "genre", contrast).any()


def test_views_keep_their_shape(works: tuple[np.ndarray, dict[str, np.ndarray]]) -> None:
    memory = Memory.of(*works, LABELS, RECALL)
    flat = outputs([[-3, 0], [0, 3], [3, 0], [1, 1]])
    views = {name: array.reshape(2, 2, -1) for name, array in flat.items()}
    np.testing.assert_allclose(
        memory.added(views)["style"].reshape(4, 2), memory.added(flat)["style"], rtol=1e-6
    )


def test_a_picture_far_from_everything_is_left_to_the_head() -> None:
    embeddings = np.array([[1.0, 0.1], [1.0, -0.1], [0.9, 0.0]], np.float32)
    columns, labels = {"style": np.array(["Cubism", "Fauvism", ""])}, {"style": LABELS["style"]}
    memory = Memory.of(embeddings, columns, labels, RECALL)
    found = memory.added(
        {"embedding": np.zeros((1, 2), np.float32), "style": np.array([[1.0, 3.0]], np.float32)}
    )
    assert np.isfinite(found["style"]).all()
    assert found["style"].argmax() == 1


def test_the_guide_answers_with_its_memory(painted: Callable[..., Image.Image]) -> None:
    member = Member.load("guide")
    assert isinstance(member.engine, Remembering)
    pixels = to_square(painted(3), member.manifest.side)[None]
    alone = member.engine.engine(pixels)
    together = member.engine(pixels)
    expected = member.bundle.memory.added(alone)  # type: ignore[union-attr]
    for facet in member.manifest.facets:
        np.testing.assert_allclose(together[facet], expected[facet], atol=0.05)
        assert not np.allclose(together[facet], alone[facet], atol=0.05)
    assert len(member.engine.memory.works) > 10_000


def test_a_bundle_without_the_works_it_remembers_is_damaged(tmp_path: Path) -> None:
    facets = {"style": Facet(labels=("Cubism",), temperature=1, threshold=0.5)}
    facts = {"name": "one", "version": "1", "network": "cnn", "side": 8, "stages": (), "made_with": {}}
    manifest = Manifest(files={}, facets=facets, memory=Recall(), **facts)
    with pytest.raises(BundleDamaged, match="lists no works.npz"):
        Bundle(tmp_path, manifest).memory  # noqa: B018  reading it is what fails


def test_votes_that_overlap_leave_the_threads_as_they_were(
    works: tuple[np.ndarray, dict[str, np.ndarray]], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory.of(*works, LABELS, RECALL)
    unit, second_votes, first_is_done = artml.memory._unit, Event(), Event()

    def slow(vectors: np.ndarray) -> np.ndarray:
        if current_thread() is first:
            second.start()
            second_votes.wait(0.2)
        else:
            second_votes.set()
            first_is_done.wait()
        return unit(vectors)

    monkeypatch.setattr(artml.memory, "_unit", slow)
    first, second = (Thread(target=memory.said, args=(works[0],)) for _ in range(2))
    before = blas_threads()
    first.start()
    first.join()
    first_is_done.set()
    second.join()
    assert blas_threads() == before
