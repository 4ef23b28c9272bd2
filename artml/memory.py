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

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from artml.engine import Engine, Precision

Floats = npt.NDArray[np.float32]
Columns = Mapping[str, npt.NDArray[np.str_]]

EMBEDDING: Final = "embedding"
RARITY: Final = 0.25
LEAST: Final = 1e-12

_blas, _turn = ThreadpoolController(), Lock()


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
        with _one_thread():
            variance, turn = np.linalg.eigh(away.T @ away / (len(away) - 1))
            axes = (turn * np.maximum(variance, variance.max() * 1e-6) ** -0.25).astype(np.float32)
            works = _unit(away @ axes)
        votes = {facet: _votes(columns[facet], names) for facet, names in labels.items() if facet in columns}
        return cls(recall, mean.astype(np.float32), axes, works, votes)

    def said(self, vectors: Floats) -> dict[str, Floats]:
        """What is to be added to the logits of each facet, (n, labels), for embeddings (n, size)."""
        with _one_thread():
            near = _unit((vectors - self.mean) @ self.axes) @ self.works.T
            pull = np.exp(self.recall.sharpness * (near - 1))
            found = {}
            for facet, votes in self.votes.items():
                share = pull @ votes
                share /= share.sum(-1, keepdims=True) + LEAST
                found[facet] = np.asarray(self.recall.weight * np.log(share + LEAST), np.float32)
        return found

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


@dataclass(frozen=True, eq=False)
class Remembering:
    """An engine whose logits have the vote of its memory in them."""

    engine: Engine
    memory: Memory

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of what it gives."""
        return self.engine.outputs

    @property
    def precision(self) -> Precision:
        """The arithmetic its network runs in."""
        return self.engine.precision

    @property
    def streams(self) -> int:
        """How many threads can run it side by side."""
        return self.engine.streams

    def __call__(self, pixels: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[np.float32]]:
        """Run the graph once, and ask the memory."""
        return self.memory.added(self.engine(pixels))


@contextmanager
def _one_thread() -> Iterator[None]:
    """For products: they are small, and beside decoding and network their threads would wait, spinning.

    The limit is the process's: of two that overlap, the second would take the first one's for what it was.
    """
    with _turn, _blas.limit(limits=1, user_api="blas"):
        yield


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
