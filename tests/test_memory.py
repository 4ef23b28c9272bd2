from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml.bundle import Bundle, Facet, Manifest
from artml.engine import Engine
from artml.errors import BundleDamaged
from artml.images import to_square
from artml.member import Member
from artml.memory import Memory, Recall
from artml.openvino import op, ov

LABELS = {"style": ("Cubism", "Fauvism"), "genre": ("landscape",)}
RECALL = Recall(sharpness=10, weight=0.5)


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


def test_in_a_graph_the_works_say_what_they_say_beside_it(
    works: tuple[np.ndarray, dict[str, np.ndarray]],
) -> None:
    memory = Memory.of(*works, LABELS, RECALL)
    vectors = np.array([[-3, 0], [0, 3], [0.1, 0.2], [40, -70]], np.float32)
    graph, expected = plain_graph(), memory.added(said_by(plain_graph(), vectors))
    memory.join(graph)
    found = said_by(graph, vectors)
    assert list(found) == ["style", "genre", "embedding"]
    for name, numbers in expected.items():
        np.testing.assert_allclose(found[name], numbers, atol=1e-4)


def plain_graph() -> ov.Model:
    """A bundle's graph of heads alone: embeddings (n, 2) in, logits and the same embeddings out."""
    vectors = op.parameter([-1, 2], np.float32)
    heads = {f: np.ones((2, len(names)), np.float32) for f, names in LABELS.items()}
    given = {facet: op.matmul(vectors, head, False, False) for facet, head in heads.items()}
    results = [op.result(node) for node in (*given.values(), vectors)]
    for name, result in zip((*given, "embedding"), results, strict=True):
        result.output(0).set_names({name})
    return ov.Model(results, [vectors])


def said_by(graph: ov.Model, vectors: np.ndarray) -> dict[str, np.ndarray]:
    compiled = ov.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    answers = compiled(vectors)
    return {output.get_any_name(): answers[output] for output in compiled.outputs}


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
    member = Member.of(Bundle.load("guide"), "fp32", None)
    memory = member.bundle.memory
    assert memory is not None and len(memory.works) > 10_000
    pixels = to_square(painted(3), member.manifest.side)[None]
    together = member.engine(pixels)
    alone = Engine(member.bundle.network, precision="fp32")(pixels)
    expected = memory.added(alone)
    for facet in member.manifest.facets:
        np.testing.assert_allclose(together[facet], expected[facet], atol=0.05)
        assert np.abs(together[facet] - alone[facet]).max() > 1


def test_a_bundle_without_the_works_it_remembers_is_damaged(tmp_path: Path) -> None:
    facets = {"style": Facet(labels=("Cubism",), temperature=1, threshold=0.5)}
    facts = {"name": "one", "version": "1", "network": "cnn", "side": 8, "stages": (), "made_with": {}}
    manifest = Manifest(files={}, facets=facets, memory=Recall(), **facts)
    with pytest.raises(BundleDamaged, match="lists no works.npz"):
        Bundle(tmp_path, manifest).memory  # noqa: B018  reading it is what fails
