"""What it saves to run a frozen network once a picture instead of once a picture and epoch.

    .venv/bin/python benchmarks/training.py

For ResNet50 with a head, and with its last 20 % of layers trained: a naive epoch (Keras's fit on the whole
model, its backbone not trainable), the frozen part's features, and an epoch on those (fit on the trained part
alone) are timed in turn on the same pictures. Prints the medians, and the ratio of the whole cost for several
numbers of epochs. Weights are random: speed does not depend on them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import keras
import numpy as np

from artml.engine import Engine
from artml.environment import processor
from artml.networks import Architecture, graph, network
from artml.networks.head import Head
from artml.training.partition import Partition, partition

NETWORK, SIDE, LABELS, BATCH = "resnet50", 192, 31, 32
CASES: dict[str, str | float] = {"heads": "heads", "last 20 %": 0.2}
EPOCHS = (1, 5, 10, 20, 50)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (given.pictures, SIDE, SIDE, 3), dtype=np.uint8)
    truth = {"style": rng.integers(0, LABELS, given.pictures)}
    print(f"{processor()}; {NETWORK} at {SIDE} px, {given.pictures} pictures, median of {given.rounds}")
    for name, train in CASES.items():
        naive, features, cached = measured(train, pixels, truth, given.rounds)
        each = 1000 / given.pictures
        print(
            f"{name}: naive {naive * each:.1f} ms a picture and epoch; "
            f"features {features * each:.1f} ms a picture once, then {cached * each:.2f} ms"
        )
        ratios = (f"{count}: {count * naive / (features + count * cached):.1f}" for count in EPOCHS)
        print(f"  times as fast, by epochs: {', '.join(ratios)}")


def measured(
    train: str | float, pixels: np.ndarray, truth: dict[str, np.ndarray], rounds: int
) -> tuple[float, float, float]:
    """Median seconds of a naive epoch, of the features, and of an epoch on those, taken in turn."""
    keras.config.set_dtype_policy("mixed_bfloat16")
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
    times: list[list[float]] = [[], [], []]
    for number in range(rounds + 1):  # the first warms up
        for step, spent in zip(steps, times, strict=True):
            start = time.perf_counter()
            step()
            if number:
                spent.append(time.perf_counter() - start)
    naive, features, cached = (statistics.median(spent) for spent in times)
    return naive, features, cached


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
