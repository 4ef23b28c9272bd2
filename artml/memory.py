"""What a bundle remembers: the works it was trained on vote on what a picture is, by how near they are.

A linear head draws one line a label; a label with several faces (a painter's early and late works) needs
more. So the head's word and the vote of near works are multiplied, as experts are (Hinton 2002):

    logit(label) = head(label) + weight * log share(label)
    share(label) ~ sum over the works of that label: exp(sharpness * (cosine - 1)) / n^0.25

n being the number of the label's works, as in training; the shares of a facet add up to 1. The cosine is
taken between embeddings whose axes are brought half-way to one size (each divided by the fourth root of its
variance), in which works that a person would call alike are nearer than in the plain ones. Imports neither
pandas nor TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from artml.openvino import ov

Floats = npt.NDArray[np.float32]
Columns = Mapping[str, npt.NDArray[np.str_]]

EMBEDDING: Final = "embedding"
RARITY: Final = 0.25
LEAST: Final = 1e-12


class Recall(BaseModel):
    """How much the vote of remembered works weighs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sharpness: float = Field(28.0, gt=0, description="How fast a work's vote falls with its distance.")
    weight: float = Field(0.8, gt=0, description="Weight of the logarithm of the vote beside the logits.")


@dataclass(frozen=True, eq=False)
class Memory:
    """The remembered works, ready to vote. May be shared between threads."""

    recall: Recall
    mean: Floats
    """(size,): of the embeddings."""
    axes: Floats
    """(size, size): turns an embedding into the space where nearness is measured."""
    works: Floats
    """(n, size): the works there, each of length 1."""
    votes: Mapping[str, Floats]
    """By facet, (n, labels): what each work says; rows of works without a label are nought."""

    @classmethod
    def of(
        cls, embeddings: Floats, columns: Columns, labels: Mapping[str, tuple[str, ...]], recall: Recall
    ) -> Memory:
        """Remember works: their embeddings (n, size), and in `columns`, by facet, their labels (n,)."""
        mean = embeddings.mean(0)
        away = embeddings - mean
        variance, turn = np.linalg.eigh(away.T @ away / (len(away) - 1))
        axes = (turn * np.maximum(variance, variance.max() * 1e-6) ** -0.25).astype(np.float32)
        works = _unit(away @ axes)
        votes = {facet: _votes(columns[facet], names) for facet, names in labels.items() if facet in columns}
        return cls(recall, mean.astype(np.float32), axes, works, votes)

    def said(self, vectors: Floats) -> dict[str, Floats]:
        """What is to be added to the logits of each facet, (n, labels), for embeddings (n, size)."""
        near = _unit((vectors - self.mean) @ self.axes) @ self.works.T
        pull = np.exp(self.recall.sharpness * (near - 1))
        found = {}
        for facet, votes in self.votes.items():
            share = pull @ votes
            share /= share.sum(-1, keepdims=True) + LEAST
            found[facet] = np.asarray(self.recall.weight * np.log(share + LEAST), np.float32)
        return found

    def join(self, graph: ov.Model) -> None:
        """Add what is `said` to the logits in a bundle's graph itself, so that the engine reads the works, in
        the precision that it runs in, and its own threads do.
        """
        from artml.openvino import op

        along, least = np.array([1]), np.float32(LEAST)
        vectors = graph.output(EMBEDDING).get_node().input_value(0)
        turned = op.matmul(op.subtract(vectors, self.mean[None]), self.axes, False, False)
        length = op.add(op.reduce_l2(turned, along, True), least)
        near = op.matmul(op.divide(turned, length), self.works, False, True)
        pull = op.exp(op.multiply(op.subtract(near, np.float32(1)), np.float32(self.recall.sharpness)))
        for facet, votes in self.votes.items():
            drawn = op.matmul(pull, votes, False, False)
            share = op.divide(drawn, op.add(op.reduce_sum(drawn, along, True), least))
            vote = op.multiply(op.log(op.add(share, least)), np.float32(self.recall.weight))
            answer = graph.output(facet).get_node().input(0)
            logits = answer.get_source_output()
            logits.set_names(set())
            voted = op.add(logits, vote)
            voted.output(0).set_names({facet})
            answer.replace_source_output(voted.output(0))
        graph.validate_nodes_and_infer_types()

    def slope(self, vector: Floats, facet: str, contrast: npt.NDArray[np.float64]) -> Floats:
        """How what is said changes with an embedding (size,): the gradient of `said[facet] @ contrast`, where
        the `contrast` (labels,) adds up to 0; nought for a facet without votes.
        """
        if facet not in self.votes:
            return np.zeros_like(vector)
        turned = (vector - self.mean) @ self.axes
        length = float(np.linalg.norm(turned)) + LEAST
        votes = self.votes[facet]
        pull = np.exp(self.recall.sharpness * (self.works @ turned / length - 1))
        share = pull @ votes
        share += LEAST * share.sum()
        weigh = self.recall.weight * self.recall.sharpness * pull * (votes @ np.float32(contrast / share))
        away = weigh @ self.works
        away -= (away @ turned) / length**2 * turned  # what would only lengthen it changes no cosine
        return np.asarray(self.axes @ away / length, np.float32)

    def added(self, outputs: Mapping[str, Floats]) -> dict[str, Floats]:
        """A network's outputs, (…, numbers) by name, with the vote in the logits of each facet."""
        vectors, found = outputs[EMBEDDING], dict(outputs)
        for facet, vote in self.said(vectors.reshape(-1, vectors.shape[-1])).items():
            found[facet] = outputs[facet] + vote.reshape(outputs[facet].shape)
        return found


def read_works(file: Path) -> tuple[Floats, dict[str, npt.NDArray[np.str_]]]:
    """The works in a bundle's `works.npz`: embeddings, (n, size), and their columns, (n,) each, by name."""
    with np.load(file, allow_pickle=False) as stored:
        embedding = stored[EMBEDDING].astype(np.float32) * stored["scale"]
        names = [name.removesuffix(":names") for name in stored.files if name.endswith(":names")]
        return embedding, {name: stored[f"{name}:names"][stored[f"{name}:number"]] for name in names}


def _votes(said: npt.NDArray[np.str_], names: tuple[str, ...]) -> Floats:
    votes = np.asarray(said[:, None] == np.array(names), np.float32)
    return np.asarray(votes / np.maximum(votes.sum(0), 1) ** RARITY, np.float32)


def _unit(vectors: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + LEAST), np.float32)
