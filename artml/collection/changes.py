"""What one version of the models says otherwise than the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from artml.classifier import ModelVersion
from artml.collection import queries
from artml.collection.model import Decision, Prediction, Sighting, Work


@dataclass(frozen=True)
class Change:
    """A work of a folder whose likeliest label became another, for one facet."""

    work: Work
    name: str
    """Its file in the folder."""
    before: Prediction
    after: Prediction
    decision: Decision | None
    """What stands decided, which does not change."""

    @property
    def facet(self) -> str:
        """What was asked."""
        return self.after.facet


def changes(session: Session, folder: str, models: Sequence[ModelVersion]) -> list[Change]:
    """As `Collection.changes` says."""
    before, earlier = aliased(Prediction), aliased(Prediction)
    same = earlier.work_id == Prediction.work_id, earlier.facet == Prediction.facet
    last = select(func.max(earlier.id)).where(*same, earlier.id < Prediction.id).scalar_subquery()
    held = and_(Decision.work_id == Prediction.work_id, Decision.facet == Prediction.facet)
    name = select(func.min(Sighting.name)).where(Sighting.work_id == Work.id, Sighting.folder == folder)
    by = (and_(Prediction.bundle == model.name, Prediction.version == model.version) for model in models)
    chosen = (
        select(Work, name.scalar_subquery(), before, Prediction, Decision)
        .join(Prediction, Prediction.work_id == Work.id)
        .join(before, before.id == last)
        .outerjoin(Decision, and_(held, Decision.id.in_(queries.standing())))
        .where(or_(*by), queries.seen_in(folder), before.label != Prediction.label)
        .order_by(Prediction.facet, Work.id)
    )
    return [Change(*row) for row in session.execute(chosen)]
