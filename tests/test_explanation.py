"""Where a network looked: a patch that decides the class must light up, and the shares must add up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

import artml.networks
from artml import Classifier
from artml.bundle import Bundle, Facet, seal
from artml.errors import UnknownName
from artml.explanation import Explainer, HeatMap, against_rivals
from artml.networks import Architecture, Network, graph
from artml.networks.head import Head
from artml.settings import settings
from artml.sight import Eye
from tests.colours import BLUE, GREEN, RED, STYLES, write_colour_bundle, write_technique_bundle
from tests.networks.drawn import draw

SIDE, PATCH = 48, 12
KINDS = {"red": (220, 40, 40), "green": (40, 200, 60), "plain": None}
Pixels = npt.NDArray[np.uint8]


def body(pixels: Any) -> dict[str, Any]:
    x = keras.layers.Rescaling([1 / 127.5] * 3, [-1.0] * 3, name="normalise")(pixels)
    stages = {}
    for number in (1, 2):
        x = keras.layers.Conv2D(8, 3, strides=2, padding="same", name=f"conv{number}")(x)
        x = stages[f"act{number}"] = keras.layers.ReLU(name=f"act{number}")(x)
    return stages


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(artml.networks.NETWORKS, "two", Network("two", body, ("act1", "act2"), SIDE))
    yield
    settings.cache_clear()


def network(head: Head | None = None, facets: dict[str, int] | None = None) -> keras.Model:
    keras.utils.set_random_seed(5)
    return Architecture("two", SIDE, ("act1", "act2"), facets or {"style": 3}, head or Head()).build()


def bundle(model: keras.Model, folder: Path, **facets: Facet) -> Bundle:
    folder.mkdir(parents=True)
    graph.save(graph.export(model), folder / "network.xml")
    known = facets or {"style": Facet(labels=tuple(KINDS), temperature=0.7, threshold=0.5)}
    facts: dict[str, Any] = {"name": "two", "version": "1", "network": "two", "side": SIDE}
    seal(folder, **facts, stages=("act1", "act2"), facets=known, made_with={})
    return Bundle.load(folder)


def planted(kind: str, rng: np.random.Generator) -> tuple[Pixels, tuple[int, int]]:
    """A noisy picture with a small square of the kind's colour, and where its upper left corner is."""
    pixels = rng.integers(60, 200, (SIDE, SIDE, 3), dtype=np.uint8)
    top, left = (int(at) for at in rng.integers(2, SIDE - PATCH - 2, 2))
    if colour := KINDS[kind]:
        pixels[top : top + PATCH, left : left + PATCH] = colour
    return pixels, (top, left)


def test_a_planted_patch_that_decides_the_class_lights_up(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    kinds = [list(KINDS)[number % 3] for number in range(240)]
    pixels = np.stack([planted(kind, rng)[0] for kind in kinds]).astype(np.float32)
    model = network()
    learner = keras.Model(model.input, model.output["style"])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    learner.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    learner.fit(
        pixels, np.array([list(KINDS).index(kind) for kind in kinds]), epochs=12, batch_size=24, verbose=0
    )
    explainer = Explainer.of(bundle(model, tmp_path / "two"))
    assert explainer is not None
    for kind in ("red", "green"):
        peaks, shares = [], []
        for _ in range(12):
            picture, (top, left) = planted(kind, rng)
            heat = explainer.explain(picture[None], {"style": kind})["style"].heat()
            scale = SIDE / len(heat)
            at = (np.array(np.unravel_index(heat.argmax(), heat.shape)) + 0.5) * scale
            peaks.append(bool(np.all((at >= (top, left)) & (at <= (top + PATCH, left + PATCH)))))
            rows = slice(round(top / scale), round((top + PATCH) / scale))
            columns = slice(round(left / scale), round((left + PATCH) / scale))
            shares.append(heat[rows, columns].sum() / heat.sum())
        assert sum(peaks) >= 11
        assert np.mean(shares) > 4 * (PATCH / SIDE) ** 2


@pytest.mark.parametrize(
    "head",
    [Head(), Head(pool="mean"), Head(embedding=0), Head(units=(24, 16)), Head(hidden=24, linear=("genre",))],
    ids=str,
)
def test_the_shares_of_all_places_add_up_to_the_lead_over_the_rivals(head: Head, tmp_path: Path) -> None:
    model = network(head, {"style": 3, "genre": 2})
    draw(model)
    facets = {
        "style": Facet(labels=tuple(KINDS), temperature=0.7, threshold=0.5),
        "genre": Facet(labels=("a", "b"), temperature=1.3, threshold=0.5),
    }
    made = bundle(model, tmp_path / "two", **facets)
    pixels, _ = planted("red", np.random.default_rng(3))
    logits = {name: np.asarray(out)[0] for name, out in model(pixels[None].astype(np.float32)).items()}
    explainer = Explainer.of(made)
    assert explainer is not None
    found = explainer.explain(pixels[None], {"style": "green", "genre": "b"})
    for facet, label in (("style", "green"), ("genre", "b")):
        known = facets[facet]
        contrast = against_rivals(logits[facet], known.labels.index(label), known.temperature)
        assert found[facet].lead == pytest.approx(float(logits[facet] @ contrast), abs=1e-3)
        assert found[facet].values.shape == (SIDE // 2, SIDE // 2)


@pytest.mark.parametrize("head", [Head(pool="max"), Head(pool="flatten")], ids=str)
def test_heads_of_another_kind_have_no_map(head: Head, tmp_path: Path) -> None:
    assert Explainer.of(bundle(network(head), tmp_path / "two")) is None


def test_rivals_weigh_by_their_probability() -> None:
    contrast = against_rivals(np.array([3.0, 1.0, -20.0]), 0, 1.0)
    assert contrast == pytest.approx([1, -1, 0], abs=1e-6)
    assert against_rivals(np.array([3.0]), 0, 1.0).tolist() == [1.0]


def test_heat_is_nought_where_no_place_stands_out_and_one_where_most_speaks() -> None:
    flat = HeatMap("style", "Cubism", np.full((6, 6), 0.3), 0.0)
    assert not flat.heat().any()
    values = np.zeros((12, 12))
    values[2, 9] = 1.0
    heat = HeatMap("style", "Cubism", values, 0.5).heat()
    assert np.unravel_index(heat.argmax(), heat.shape) == (2, 9)
    assert (heat.min(), heat.max()) == (0.0, 1.0)


def test_a_classifier_explains_each_facet_by_its_own_bundle_and_leaves_out_what_has_no_map(
    models: Path,
) -> None:
    """Half red, half green: red speaks for Impressionism and green for Cubism. Crops have no map."""
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    classifier = Classifier.load()
    picture = Image.new("RGB", (64, 32), RED)
    picture.paste(GREEN, (32, 0, 64, 32))
    found = classifier.explain(picture, {"technique": "hand", "style": STYLES[1]})
    assert list(found) == ["style"]
    heat = found["style"].heat()
    assert heat[:, 24:].mean() > 0.9
    assert heat[:, :8].max() == 0.0
    again = classifier.explain(picture, {"style": STYLES[0]})["style"].heat()
    assert again[:, :8].mean() > 0.9
    nothing = classifier.explain(Image.new("RGB", (64, 32), BLUE), {"style": STYLES[2]})
    assert not nothing["style"].heat().any()


def test_an_unknown_facet_or_label_is_named(models: Path) -> None:
    write_colour_bundle(models / "guide")
    classifier, picture = Classifier.load(), Image.new("RGB", (8, 8), RED)
    with pytest.raises(UnknownName, match="'mood'; known: style, genre, artist"):
        classifier.explain(picture, {"mood": "gay"})
    with pytest.raises(UnknownName, match="knows no style 'Vorticism'"):
        classifier.explain(picture, {"style": "Vorticism"})


def test_the_shipped_guide_has_a_map_for_every_facet(painted: Any) -> None:
    guide = Classifier.load("guide")
    picture = painted(4)
    labels = {facet: prediction.label for facet, prediction in guide.classify(picture).items()}
    found = guide.explain(picture, labels)
    assert list(found) == list(labels)
    explainer = Explainer.of(Bundle.load("guide"))
    assert explainer is not None
    pixels = Eye(side=guide.bundles[0].manifest.side).pixels(picture)
    out = explainer.engine(pixels)
    out = explainer.memory.added(out) if explainer.memory else out
    for facet, label in labels.items():
        known = guide.bundles[0].manifest.facets[facet]
        contrast = against_rivals(out[facet][0], known.labels.index(label), known.temperature)
        assert found[facet].lead == pytest.approx(float(out[facet][0] @ contrast), abs=1e-2)
