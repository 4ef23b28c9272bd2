"""Where a network looked: how much each place of a picture speaks for a label. Never imports TensorFlow.

A class activation map (Zhou et al. 2016, "Learning deep features for discriminative localization",
arXiv:1512.04150), for heads that stand on the mean and the spread of several stages. Above the pools all is
affine but for layers with ReLU, of which a picture is on one side or the other: a logit is a constant and a
weight `g` times each pooled number, where `g` is the product of head, embedding, the hidden units that the
picture wakes, and batch norm. Both pools are sums over the n places p of a channel's map A:

    mean    m = sum A(p) / n
    spread  s = sqrt(v + e) = (v + e) / s = sum ((A(p) - m)^2 + e) / (n s)

so a logit is exactly a constant and, summed over stages, channels and places,

    (g_mean A(p) + g_spread ((A(p) - m)^2 + e) / s) / n

Of the spread, which is a function of degree one, these are Euler's shares: its first-order ones. A label is
explained against its rivals, by the lead of its logit over the others', each weighed by its probability: that
is the gradient of its log odds, and what speaks for all labels alike cancels. The places of a deep stage see
far beyond themselves, so a map shows a region, not an outline. Where remembered works vote, the shares are
those of the first order: the vote's slope at the picture's embedding joins the head in `g`.

What it is worth: on 96 test works, blurring the fifth of a picture that speaks most for the guide's style
takes 1.47 from its log odds, the fifth that speaks least 0.82, a fifth by chance 1.23. All stages and both
pools are needed: by the means of the deepest stage alone, most and least took the same (0.81, 0.77; 24 works
of a guide without memory, where this map parted 1.27 from 0.03).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from artml.bundle import Bundle
from artml.engine import Engine
from artml.errors import UnknownName
from artml.evaluation.calibration import softmax
from artml.explanation_graph import Affine, NotLinear, Pool, affine, pools
from artml.memory import EMBEDDING, Memory
from artml.openvino import op, ov
from artml.views import Pixels

Floats = npt.NDArray[np.float64]
Logits = npt.NDArray[np.float32]
Outputs = Mapping[str, npt.NDArray[np.float32]]
"""What the graph gives of a picture, by name: logits, embedding, maps."""

BLUR: Final = 0.05
"""Standard deviation of the softening of a shown map, as a share of its side."""


@dataclass(frozen=True, eq=False)
class HeatMap:
    """What speaks for a label, place by place."""

    facet: str
    label: str
    values: Floats
    """(h, w): the share of each place in the label's lead over its rivals, in logits; may be below 0."""
    rest: float
    """What belongs to no place: with it, the shares add up to the lead."""

    @property
    def lead(self) -> float:
        """The label's logit less the mean of the others', each weighed by its probability."""
        return float(self.values.sum()) + self.rest

    def heat(self) -> Floats:
        """(h, w), 0 to 1, softened: 1 where most speaks for the label, 0 where no more does than on the
        average. All 0 where no place stands out.
        """
        rows, columns = (_softener(length) for length in self.values.shape)
        softened = rows @ self.values @ columns.T
        more = np.maximum(softened - softened.mean(), 0)
        most = float(more.max())
        return more / most if most > 1e-9 else np.zeros_like(more)


@dataclass(frozen=True, eq=False)
class Explainer:
    """A bundle's graph with the maps of its stages as its outputs. Safe from many threads."""

    bundle: Bundle
    engine: Engine
    pooled: tuple[Pool, ...]
    hidden: Mapping[str, Affine]
    """What goes into each layer with ReLU above the pools, by its name."""
    heads: Mapping[str, Affine]
    """What stands on those, or on the pooled numbers: each facet, and the embedding where works vote."""
    memory: Memory | None = None

    @classmethod
    def of(cls, bundle: Bundle) -> Explainer | None:
        """The explainer of a bundle that sees pictures whole and whose heads stand on means and spreads,
        with nothing but affine layers and ReLU between; None for any other. Compiles the graph anew, which
        takes a second or so.
        """
        if bundle.manifest.view is not None:
            return None
        graph, memory = ov.Core().read_model(bundle.network), bundle.memory
        names = [*bundle.manifest.facets, *([EMBEDDING] if memory else [])]
        try:
            heads = {name: affine(graph.output(name)) for name in names}
            hidden = _hidden(heads)
            layers = [*heads.values(), *hidden.values()]
            feet = {layer.below: layer.source for layer in layers if layer.below not in hidden}
            if len(feet) != 1:
                return None
            pooled = tuple(pools(next(iter(feet.values()))))
        except NotLinear:
            return None
        shown = {name: graph.output(name).get_node().input_value(0) for name in heads}
        shown |= {_shown(layer.below): layer.source for layer in layers if layer.below in hidden}
        shown |= {pool.name: pool.map for pool in pooled}
        outputs = [_named(source, name) for name, source in shown.items()]
        engine = Engine(ov.Model(outputs, graph.get_parameters()), precision="fp32")
        return cls(bundle, engine, pooled, hidden, heads, memory)

    def explain(self, pixels: Pixels, labels: Mapping[str, str]) -> dict[str, HeatMap]:
        """Where it looked for a label of each facet, from what it sees of one picture, (1, side, side, 3).

        Raises `UnknownName` for a facet or label that the bundle does not know.
        """
        for facet, label in labels.items():
            if label not in getattr(self.bundle.manifest.facets.get(facet), "labels", ()):
                raise UnknownName(f"{self.bundle.manifest.name} knows no {facet} {label!r}.")
        outputs = self.engine(pixels)
        voted = self.memory.added(outputs) if self.memory else outputs
        found = {name: out[0] for name, out in outputs.items()}
        followed = {
            facet: self._followed(found, facet, label, voted[facet][0]) for facet, label in labels.items()
        }
        values = self._values(found, np.stack([gradient for gradient, _ in followed.values()], axis=1))
        return {
            facet: HeatMap(facet, label, each, followed[facet][1])
            for (facet, label), each in zip(labels.items(), np.moveaxis(values, -1, 0), strict=True)
        }

    def _followed(self, found: Outputs, facet: str, label: str, logits: Logits) -> tuple[Floats, float]:
        """(pooled,) and a number: how the label's lead, in logits that the vote is in, changes with each
        pooled number, and what of it is none's.
        """
        contrast = self._contrast(facet, label, logits)
        gradient, rest = self._down(found, self.heads[facet], contrast)
        if self.memory is None:
            return gradient, rest
        slope = self.memory.slope(found[EMBEDDING], facet, contrast)
        by_vote, beside = self._down(found, self.heads[EMBEDDING], np.asarray(slope, np.float64))
        vote = float((logits - found[facet]) @ contrast) - float(found[EMBEDDING] @ slope)
        return gradient + by_vote, rest + beside + vote

    def _down(self, found: Outputs, layer: Affine, gradient: Floats) -> tuple[Floats, float]:
        """From how something changes with what a layer gives, how it does with each pooled number, and what
        of it is none's.
        """
        gradient, rest = layer.weights @ gradient, float(layer.bias @ gradient)
        if (below := self.hidden.get(layer.below)) is None:
            return gradient, rest
        gradient, more = self._down(found, below, gradient * (found[_shown(layer.below)] > 0))
        return gradient, rest + more

    def _contrast(self, facet: str, label: str, logits: Logits) -> Floats:
        known = self.bundle.manifest.facets[facet]
        return against_rivals(logits, known.labels.index(label), known.temperature)

    def _values(self, found: Outputs, gradient: Floats) -> Floats:
        """(h, w, k), on the finest map's grid: the shares of all maps, by the columns of `gradient`."""
        shares, start = [], 0
        for pool in self.pooled:
            shares.append(pool.shares(found[pool.name], gradient[start : start + pool.channels]))
            start += pool.channels
        shape = max(share.shape[:2] for share in shares)
        return np.asarray(np.sum([_stretched(share, shape) for share in shares], axis=0))


def against_rivals(logits: npt.NDArray[np.floating[Any]], label: int, temperature: float) -> Floats:
    """(labels,): 1 for the label and, for the others, less their probability among themselves."""
    contrast = np.zeros(len(logits))
    if len(logits) > 1:
        rivals = np.arange(len(logits)) != label
        contrast[rivals] = -softmax(logits[rivals], temperature)
    contrast[label] = 1
    return contrast


def _hidden(heads: Mapping[str, Affine]) -> dict[str, Affine]:
    """What goes into each layer with ReLU that these heads stand on, by its name. Raises `NotLinear`."""
    found: dict[str, Affine] = {}
    waiting = list(heads.values())
    while waiting:
        layer = waiting.pop()
        if layer.source.get_node().get_type_name() == "Relu" and layer.below not in found:
            found[layer.below] = affine(layer.source)
            waiting.append(found[layer.below])
    return found


def _shown(hidden: str) -> str:
    return f"hidden:{hidden}"


def _named(source: Any, name: str) -> Any:
    result = op.result(source)
    result.output(0).set_names({name})
    return result


def _stretched(values: Floats, shape: tuple[int, ...]) -> Floats:
    """The places (h, w, k) laid over a finer grid, each share spread evenly over its place: the sum stays."""
    rows, columns = _overlap(shape[0], values.shape[0]), _overlap(shape[1], values.shape[1])
    return np.asarray(np.einsum("ia,abk,jb->ijk", rows, values, columns, optimize=True))


def _overlap(fine: int, coarse: int) -> Floats:
    """(fine, coarse): what share of each coarse step lies in each fine one."""
    low = np.maximum(np.arange(fine)[:, None] / fine, np.arange(coarse) / coarse)
    high = np.minimum(np.arange(1, fine + 1)[:, None] / fine, np.arange(1, coarse + 1) / coarse)
    return np.asarray(np.maximum(high - low, 0) * coarse)


def _softener(length: int) -> Floats:
    """(length, length): a Gaussian about each place, its weights adding up to 1 at the edges too."""
    places = np.arange(length)
    bell = np.exp(-0.5 * ((places[:, None] - places) / max(BLUR * length, 1e-6)) ** 2)
    return np.asarray(bell / bell.sum(axis=1, keepdims=True))
