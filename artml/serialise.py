"""Answers as JSON objects, the same for the command line and the API. Later versions only add to them."""

from __future__ import annotations

from typing import Any, Final

from artml.classifier import Answer, Prediction
from artml.errors import ImageError
from artml.vocabulary import vocabulary

SCHEMA: Final = 1


def answer_object(file: str, answer: Answer, top: int) -> dict[str, Any]:
    """What is said of one picture: the `top` (>= 1) most probable labels a facet, probabilities in 0..1.

    `aat` and `wikidata` are None where nobody verified the label's identifier. `likely` are all the labels
    that together hold the truth nine times in ten; empty where the model makes no such sets, or sees no
    painting.
    """
    return {
        "schema": SCHEMA,
        "file": file,
        "ok": True,
        "painting": answer.is_painting,
        "facets": {facet: _labels(prediction, top) for facet, prediction in answer.items()},
        "certain": {facet: prediction.certain for facet, prediction in answer.items()},
        "likely": {facet: [label for label, _ in said.likely] for facet, said in answer.items()},
        "models": {facet: _model(prediction) for facet, prediction in answer.items()},
    }


def error_object(file: str, error: ImageError) -> dict[str, Any]:
    """Why one picture could not be read."""
    return {
        "schema": SCHEMA,
        "file": file,
        "ok": False,
        "error": {"type": type(error).__name__, "message": str(error)},
    }


def _labels(prediction: Prediction, top: int) -> list[dict[str, Any]]:
    return [
        {"label": label, "probability": round(float(probability), 6), **_identifiers(prediction.facet, label)}
        for label, probability in prediction.top(top)
    ]


def _identifiers(facet: str, label: str) -> dict[str, str | None]:
    entry = vocabulary().get(facet, label)
    return {"aat": (entry and entry.aat_id) or None, "wikidata": (entry and entry.wikidata_id) or None}


def _model(prediction: Prediction) -> dict[str, str]:
    return {"name": prediction.model.name, "version": prediction.model.version}
