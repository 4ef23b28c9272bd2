"""What a curator goes through: the works that wait for a decision, and how far along they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from artml.collection import queries
from artml.collection.doubts import doubted
from artml.collection.model import Decision, Prediction, Work
from artml.vocabulary import vocabulary

Order = Literal["margin", "confidence", "label", "added"]
"""Most uncertain first; surest first; by the likeliest label; or in the order they came in."""


class Wish(TypedDict, total=False):
    """Which works of a queue are wanted, and in what order."""

    order: Order
    """By default `margin`; works equal in it stay in the order they came in."""
    folder: str
    """Seen in this folder."""
    label: str
    """Of which this was predicted first."""
    at_least: float
    """Of which it was predicted with this probability or more, 0 to 1."""
    below: float
    """Of which it was predicted with less than this."""
    doubted: bool
    """Of which the model doubts what the catalogue says of the facet: see `doubts`."""
    decided: bool
    """Also those that are decided; by default not."""
    without: Sequence[int]
    """But not the works of these `id`s."""
    limit: int
    """So many at most."""
    offset: int
    """So many of the first left out."""


@dataclass(frozen=True)
class Queued:
    """A work in a queue, what was last predicted of it and what stands decided, if anything is."""

    work: Work
    prediction: Prediction | None
    decision: Decision | None


class Progress(NamedTuple):
    """How far along a facet is: `decided` of `total` works."""

    decided: int
    total: int


def queue(session: Session, facet: str, wish: Wish) -> list[Queued]:
    """The works as `Collection.queue` says."""
    chosen = _chosen(session, facet, wish, Work, Prediction, Decision)
    chosen = chosen.order_by(_order(wish.get("order", "margin")), Work.id)
    return [
        Queued(*row) for row in session.execute(chosen.limit(wish.get("limit")).offset(wish.get("offset")))
    ]


def queued(session: Session, work: Work, facet: str) -> Queued:
    """One work, as `Collection.queued` says."""
    chosen = _chosen(session, facet, {"decided": True}, Prediction, Decision)
    prediction, decision = session.execute(chosen.where(Work.id == work.id)).one()
    return Queued(work, prediction, decision)


def waiting(session: Session, facet: str, wish: Wish) -> dict[str, int]:
    """How many there are, as `Collection.waiting` says."""
    chosen = _chosen(session, facet, wish, Prediction.label, func.count()).group_by(Prediction.label)
    return {label or "": number for label, number in session.execute(chosen)}


def _chosen(session: Session, facet: str, wish: Wish, *columns: Any) -> Select[Any]:
    """What is asked of the works that are wished for, in no order."""
    said = queries.newest().where(Prediction.facet == facet)
    held = queries.standing().where(Decision.facet == facet)
    chosen = (
        select(*columns)
        .select_from(Work)
        .outerjoin(Prediction, and_(Prediction.work_id == Work.id, Prediction.id.in_(said)))
        .outerjoin(Decision, and_(Decision.work_id == Work.id, Decision.id.in_(held)))
        .where(queries.seen_in(wish.get("folder")))
    )
    if "label" in wish:
        chosen = chosen.where(Prediction.label == wish["label"])
    if "at_least" in wish:
        chosen = chosen.where(_usable(Prediction.probability) >= wish["at_least"])
    if "below" in wish:
        chosen = chosen.where(_usable(Prediction.probability) < wish["below"])
    if wish.get("doubted"):
        chosen = chosen.where(Prediction.id.in_(doubted(session, facet, queries.seen_in(wish.get("folder")))))
    if wish.get("without"):
        chosen = chosen.where(Work.id.not_in(wish["without"]))
    return chosen if wish.get("decided") else chosen.where(Decision.id.is_(None))


def progress(session: Session, folder: str | None) -> dict[str, Progress]:
    """By facet, as `Collection.progress` says."""
    works = select(Work.id).where(queries.seen_in(folder))
    said = select(Prediction.facet).where(Prediction.work_id.in_(works)).distinct()
    held = (
        select(Decision.facet, func.count())
        .where(Decision.work_id.in_(works), Decision.id.in_(queries.standing()))
        .group_by(Decision.facet)
    )
    total = session.scalar(select(func.count()).select_from(works.subquery())) or 0
    decided = dict(session.execute(held).all())
    asked = {*session.scalars(said), *decided}
    in_order = dict.fromkeys([*vocabulary().facets, *sorted(asked)])
    return {facet: Progress(decided.get(facet, 0), total) for facet in in_order if facet in asked}


def _usable(value: Any) -> ColumnElement[float]:
    """A prediction's number; below all others where there is no prediction, or one of what is no painting."""
    return case((Prediction.is_painting, value), else_=-1.0)


def _order(order: Order) -> Any:
    match order:
        case "margin":
            return _usable(Prediction.margin)
        case "confidence":
            return _usable(Prediction.probability).desc()
        case "label":
            return func.coalesce(Prediction.label, "")
        case "added":
            return Work.id
