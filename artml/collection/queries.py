"""What stands and what is newest: conditions that several questions to the database share."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, select, true

from artml.collection.model import Decision, Prediction, Sighting, Work


def newest() -> Select[int]:
    """The ids of what was last predicted of each work and facet."""
    return select(func.max(Prediction.id)).group_by(Prediction.work_id, Prediction.facet)


def standing() -> Select[int]:
    """The ids of the decisions that stand: of each work and facet the latest that nobody undid."""
    undone = select(Decision.undoes).where(Decision.undoes.is_not(None))
    kept = Decision.undoes.is_(None) & Decision.id.not_in(undone)
    return select(func.max(Decision.id)).where(kept).group_by(Decision.work_id, Decision.facet)


def seen_in(folder: str | None) -> ColumnElement[bool]:
    """Whether a work was seen in a folder; true of all where none is named."""
    return (
        true() if folder is None else Work.id.in_(select(Sighting.work_id).where(Sighting.folder == folder))
    )
