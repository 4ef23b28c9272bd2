"""A model cut in two: what stays frozen, and so runs only once a picture, and what is trained."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import keras

from artml.errors import RecipeError
from artml.networks import HIDDEN, Architecture


@dataclass(frozen=True)
class Partition:
    """`frozen` maps pixels to named tensors, `trained` those to logits by facet, on the very same layers.

    Where all is trained, `frozen` is None and `trained` takes pixels.
    """

    frozen: keras.Model | None
    trained: keras.Model


def partition(model: keras.Model, architecture: Architecture, train: str | float) -> Partition:
    """Cut a model of that architecture in two. `train` is a recipe's; `RecipeError` if it names no layer."""
    body = architecture.body_layers()
    heads = {layer.name for layer in model.layers} - set(body)
    trained = {*architecture.facets, HIDDEN} if train == "facets" else heads | _chosen(body, train)
    logits = {facet: model.output[facet] for facet in architecture.facets}
    if train == "all":
        return Partition(None, keras.Model(model.input, logits))
    inputs = _boundary(model, trained, logits.values())
    parts = Partition(keras.Model(model.input, inputs), keras.Model(inputs, logits))
    for layer in parts.trained.layers:
        layer.trainable = layer.trainable and layer.name in trained
    return parts


def _chosen(body: list[str], train: str | float) -> set[str]:
    if isinstance(train, float):
        return set(body[round(len(body) * (1 - train)) :])
    if train in ("heads", "all"):
        return set(body) if train == "all" else set()
    if not (chosen := {name for name in body if name.startswith(train)}):
        raise RecipeError(f"No layer's name begins with {train!r}: a recipe's train must be heads, all, …")
    return chosen


def _boundary(model: keras.Model, trained: Collection[str], logits: Any) -> dict[str, Any]:
    """The tensors where frozen layers end, by the name of the layer they come from.

    Frozen is what rests on frozen things alone and has nothing to train and nothing random in it.
    """
    frozen: dict[int, str] = {id(model.input): "pixels"}
    needed = _below(logits)
    boundary: dict[str, Any] = {}
    for operation in model.operations:
        if isinstance(operation, keras.layers.InputLayer):
            continue
        node = operation._inbound_nodes[0]
        inputs, output = node.input_tensors, node.output_tensors[0]
        still = operation.name not in trained or not (operation.weights or isinstance(operation, RANDOM))
        if still and all(id(tensor) in frozen for tensor in inputs):
            frozen[id(output)] = operation.name
        elif id(output) in needed:
            boundary |= {frozen[id(t)]: t for t in inputs if id(t) in frozen}
    for name, tensor in boundary.items():
        tensor.name = name
    return boundary


RANDOM = (keras.layers.Dropout,)


def _below(tensors: Any) -> set[int]:
    """The ids of these tensors and of all that they are computed from."""
    waiting, seen = list(tensors), set[int]()
    while waiting:
        tensor = waiting.pop()
        if id(tensor) not in seen:
            seen.add(id(tensor))
            node = tensor._keras_history.operation._inbound_nodes[0]
            waiting.extend(node.input_tensors)
    return seen
