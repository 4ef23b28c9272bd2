"""Who acts in the tests, and what a bundle says there."""

from __future__ import annotations

from collections.abc import Mapping

from artml import classifier
from artml.classifier import ModelVersion, RankedLabel
from artml.collection import Person

GUIDE, LATER = ModelVersion("guide", "1"), ModelVersion("guide", "2")
ANA = Person("ana@museum.example", frozenset({"curator"}))
BEN = Person("ben@museum.example", frozenset({"staff"}))
VISITOR = Person("visitor@home.example")


def said(
    ranked: Mapping[str, float],
    facet: str = "style",
    model: ModelVersion = GUIDE,
    *,
    is_painting: bool = True,
) -> classifier.Prediction:
    """A prediction of these labels, certain from 0.8; those from 0.3 are likely."""
    labels = tuple(RankedLabel(label, probability) for label, probability in ranked.items())
    return classifier.Prediction(facet, labels, 0.8, False, model, is_painting, 0.3)
