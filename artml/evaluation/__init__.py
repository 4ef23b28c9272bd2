"""How good answers are, and how far their confidence can be trusted. NumPy only."""

from __future__ import annotations

from artml.evaluation.calibration import NEVER, certain_threshold, fit_temperature, softmax
from artml.evaluation.intervals import bootstrap, wilson
from artml.evaluation.metrics import (
    ClassFigures,
    FacetFigures,
    SetFigures,
    expected_calibration_error,
    macro_f1,
    measure,
    per_class,
    top_k,
)
from artml.evaluation.sets import prediction_sets, set_threshold

__all__ = [
    "NEVER",
    "ClassFigures",
    "FacetFigures",
    "SetFigures",
    "bootstrap",
    "certain_threshold",
    "expected_calibration_error",
    "fit_temperature",
    "macro_f1",
    "measure",
    "per_class",
    "prediction_sets",
    "set_threshold",
    "softmax",
    "top_k",
    "wilson",
]
