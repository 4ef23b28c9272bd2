"""Telling paintings from other pictures: a straight boundary in the space of embeddings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
REFUSED = 0.02
RIDGE, STEPS = 10.0, 30


@dataclass(frozen=True)
class Boundary:
    """logit = embedding . weights + bias; from `threshold` up, a picture looks like a painting."""

    weights: npt.NDArray[np.float32]
    bias: float
    threshold: float

    def logits(self, embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n,), higher for paintings."""
        return embeddings @ self.weights + np.float32(self.bias)

    def familiar(self, embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """(n,), whether each looks like a painting."""
        return self.logits(embeddings) >= self.threshold


def fit_boundary(paintings: npt.NDArray[np.float32], others: npt.NDArray[np.float32]) -> Boundary:
    """Ridge logistic regression by Newton's steps, both sides weighing the same; the threshold refuses
    `REFUSED` of the paintings.
    """
    x = np.concatenate([paintings, others]).astype(np.float64)
    y = np.concatenate([np.ones(len(paintings)), np.zeros(len(others))])
    mean, spread = x.mean(0), x.std(0) + 1e-9
    design = np.c_[(x - mean) / spread, np.ones(len(x))]
    sample = np.where(y == 1, 0.5 / len(paintings), 0.5 / len(others)) * len(x)
    solution = _logistic(design, y, sample)
    w = solution[:-1] / spread
    fitted = Boundary(w.astype(np.float32), float(solution[-1] - mean @ w), 0.0)
    return Boundary(fitted.weights, fitted.bias, float(np.quantile(fitted.logits(paintings), REFUSED)))


def auroc(above: npt.NDArray[np.float32], below: npt.NDArray[np.float32]) -> float:
    """Chance that one of `above` scores higher than one of `below` (Mann-Whitney), ties counting half."""
    ranked = np.sort(below)
    lower, same = np.searchsorted(ranked, above, "left"), np.searchsorted(ranked, above, "right")
    return float((lower + same).mean() / (2 * len(below)))


def _logistic(design: Floats, y: Floats, sample: Floats) -> Floats:
    ridge = RIDGE * np.eye(design.shape[1])
    ridge[-1, -1] = 0
    w = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ w, -30, 30)))
        gradient = design.T @ (sample * (p - y)) + ridge @ w
        hessian = (design * (sample * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ design + ridge
        w -= np.linalg.solve(hessian, gradient)
    return w
