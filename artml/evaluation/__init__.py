"""How good answers are, and how far their confidence can be trusted. NumPy only."""

from __future__ import annotations

from artml.evaluation.calibration import NEVER, certain_threshold, fit_temperature, softmax
from artml.evaluation.metrics import (
    ClassFigures,
    FacetFigures,
    bootstrap,
    expected_calibration_error,
    macro_f1,
    measure,
    per_class,
    top_k,
    wilson,
)

__all__ = [
    "NEVER",
    "ClassFigures",
    "FacetFigures",
    "bootstrap",
    "certain_threshold",
    "expected_calibration_error",
    "fit_temperature",
    "macro_f1",
    "measure",
    "per_class",
    "softmax",
    "top_k",
    "wilson",
]
