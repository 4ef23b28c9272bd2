"""A bundle's heads on its embedding: read from its graph, and put into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from artml.bundle import Bundle
from artml.errors import BundleForeign
from artml.openvino import op, ov

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Hidden:
    """A layer with ReLU on the embedding that heads share: kernel (size, units), bias (units,), float32."""

    kernel: Floats
    bias: Floats

    def __call__(self, embedding: Floats) -> Floats:
        """(n, size) -> (n, units)."""
        return np.asarray(np.maximum(embedding @ self.kernel + self.bias, 0))


@dataclass(frozen=True, eq=False)
class Head:
    """Linear, on the embedding or on a hidden layer: kernel (size, labels), bias (labels,), float32."""

    labels: tuple[str, ...]
    kernel: Floats
    bias: Floats
    hidden: Hidden | None = None

    def logits(self, embedding: Floats) -> Floats:
        """(n, size) -> (n, labels)."""
        below = embedding if self.hidden is None else self.hidden(embedding)
        return np.asarray(below @ self.kernel + self.bias)

    def with_labels(self, labels: tuple[str, ...]) -> Head:
        """The same for these labels; what it did not know yet is nought, and as rare as its rarest."""
        place = {label: index for index, label in enumerate(self.labels)}
        kernel = np.zeros((len(self.kernel), len(labels)), np.float32)
        bias = np.full(len(labels), self.bias.min(), np.float32)
        for index, label in enumerate(labels):
            if (own := place.get(label)) is not None:
                kernel[:, index], bias[index] = self.kernel[:, own], self.bias[own]
        return replace(self, labels=labels, kernel=kernel, bias=bias)

    def as_kept(self) -> Head:
        """With the digits that a graph keeps of a kernel: half precision."""
        return replace(self, kernel=self.kernel.astype(np.float16).astype(np.float32))


def heads_of(bundle: Bundle) -> dict[str, Head]:
    """The head of each facet. Raises `BundleForeign` where they stand on no embedding."""
    from artml.networks import HIDDEN, graph  # imports Keras

    stored, manifest = graph.variables(bundle.network), bundle.manifest
    names = [f"{facet}/{part}" for facet in manifest.facets for part in ("kernel", "bias")]
    if manifest.view is not None or any(name not in stored for name in names):
        raise BundleForeign(
            f"{manifest.name} cannot learn from decisions: that takes heads on an embedding of the"
            " whole picture, as the guide has them."
        )
    hidden = None
    if f"{HIDDEN}/kernel" in stored:
        hidden = Hidden(stored[f"{HIDDEN}/kernel"], stored[f"{HIDDEN}/bias"])
    linear = manifest.head.get("linear", ())
    return {
        facet: Head(
            known.labels,
            stored[f"{facet}/kernel"],
            stored[f"{facet}/bias"],
            None if facet in linear else hidden,
        )
        for facet, known in manifest.facets.items()
    }


def put_into(bundle: Bundle, heads: Mapping[str, Head]) -> ov.Model:
    """The bundle's graph with these heads in the place of its own; all else is the same to the bit."""
    found = ov.Core().read_model(bundle.network)
    values: dict[str, Floats] = {}
    for facet, head in heads.items():
        values |= {f"keras:{facet}/kernel": head.kernel, f"keras:{facet}/bias": head.bias}
    for node in found.get_ops():
        name = node.get_friendly_name()
        if node.get_type_name() == "Constant" and name in values:
            _replace(node, name, values[name])
    found.validate_nodes_and_infer_types()
    return found


def _replace(node: Any, name: str, value: Floats) -> None:
    new = op.constant(np.ascontiguousarray(value, node.get_data().dtype), name=name)
    for target in node.output(0).get_target_inputs():
        target.replace_source_output(new.output(0))
