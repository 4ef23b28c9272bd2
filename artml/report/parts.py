"""What a report is made of: sections, and in them charts, tables, sentences and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with one sentence above it, what it was drawn from, and its n below."""

    key: str
    """Names it in its section, and its files."""
    sentence: str
    figure: go.Figure
    data: pd.DataFrame
    below: str


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of text with a sentence above them."""

    key: str
    sentence: str
    data: pd.DataFrame
    below: str = ""


@dataclass(frozen=True)
class Words:
    """A sentence that stands alone."""

    text: str


@dataclass(frozen=True)
class Mistake:
    """A work, by its path in the collection, what it is and what was said of it, with its probability."""

    facet: str
    path: str
    truth: str
    answer: str
    probability: float


@dataclass(frozen=True)
class Pictures:
    """The most confident mistakes, to be shown where the collection is."""

    sentence: str
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Varied:
    """How pictures trained on were varied, to be shown by some of them where the collection is."""

    sentence: str


Part = Chart | Table | Words | Pictures | Varied


@dataclass(frozen=True)
class Section:
    """The answer to one question."""

    name: str
    title: str
    parts: list[Part] = field(default_factory=list)
