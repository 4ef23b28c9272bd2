"""Training: what it saves to run a frozen network once a picture instead of once a picture and epoch.

    .venv/bin/python -m benchmarks.training [--full] [--rounds 5]

For ResNet50 with a head, and with its last 20 % of layers trained: a naive epoch (Keras's fit on the whole
model, its backbone not trainable), the frozen part's features, and an epoch on those (fit on the trained part
alone) take turns on the same pictures. Below, how many times as fast the whole is, by number of epochs.
Weights are random: speed does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras
import numpy as np

from artml.engine import Engine
from artml.environment import has_bfloat16
from artml.markdown import markdown_table
from artml.networks import Architecture, graph, network
from artml.networks.head import Head
from artml.training.partition import Partition, partition
from benchmarks.measure import Figures, in_turn, options, seconds, tell

NETWORK, SIDE, LABELS, BATCH = "resnet50", 192, 31, 32
CASES: dict[str, str | float] = {"heads": "heads", "last 20 %": 0.2}
STEPS = ("naive, an epoch", "features, once", "cached, an epoch")
EPOCHS = (1, 5, 10, 20, 50)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def main() -> None:
    asked = options(__doc__)
    pictures = 256 if asked.full else 64
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (pictures, SIDE, SIDE, 3), dtype=np.uint8)
    truth = {"style": rng.integers(0, LABELS, pictures)}
    found = {name: measured(train, pixels, truth, asked.rounds) for name, train in CASES.items()}
    rows = [
        (step, *(figures[step].shown(1, 1000 / pictures) for figures in found.values())) for step in STEPS
    ]
    for count in EPOCHS:
        ratios = (_saved(count, *(figures[step].median for step in STEPS)) for figures in found.values())
        rows.append((f"times as fast, epochs: {count}", *(f"{ratio:.1f}" for ratio in ratios)))
    tell(markdown_table((f"ms a picture, {NETWORK} at {SIDE} px", *found), rows))


def _saved(epochs: int, naive: float, features: float, cached: float) -> float:
    return epochs * naive / (features + epochs * cached)


def measured(
    train: str | float, pixels: np.ndarray, truth: dict[str, np.ndarray], rounds: int
) -> dict[str, Figures]:
    """Seconds of a naive epoch, of the features, and of an epoch on those."""
    keras.config.set_dtype_policy("mixed_bfloat16" if has_bfloat16() else "float32")
    stage = network(NETWORK).stages[-1]
    architecture = Architecture(NETWORK, SIDE, (stage,), {"style": LABELS}, Head(pool="mean", embedding=0))
    model = architecture.build()
    parts = partition(model, architecture, train)
    assert parts.frozen is not None
    whole = keras.Model(model.input, {"style": model.output["style"]})
    engine = Engine(graph.export(parts.frozen))
    stored = frozen_features(engine, pixels)
    inputs = {name: array.astype(np.float32) for name, array in stored.items()}
    steps = (
        epoch(freeze(whole, parts), pixels.astype(np.float32), truth),
        lambda: frozen_features(engine, pixels),
        epoch(parts.trained, inputs, truth),
    )
    return in_turn({name: partial(seconds, step) for name, step in zip(STEPS, steps, strict=True)}, rounds)


def freeze(whole: keras.Model, parts: Partition) -> keras.Model:
    """The whole model, of which only the layers of the trained part are trainable."""
    trained = {layer.name for layer in parts.trained.layers}
    for layer in whole.layers:
        layer.trainable = layer.name in trained
    return whole


def frozen_features(engine: Engine, pixels: np.ndarray) -> dict[str, np.ndarray]:
    found = [engine(pixels[start : start + 16]) for start in range(0, len(pixels), 16)]
    return {name: np.concatenate([part[name] for part in found]).astype(np.float16) for name in found[0]}


def epoch(model: keras.Model, inputs: object, truth: dict[str, np.ndarray]) -> Callable[[], object]:
    model.compile("adamw", loss={"style": LOSS}, jit_compile=False)
    return lambda: model.fit(inputs, truth, batch_size=BATCH, epochs=1, verbose=0)


if __name__ == "__main__":
    main()
