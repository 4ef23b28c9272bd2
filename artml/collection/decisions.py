"""How a decision is taken and taken back: one at a time a work, never over one that was not seen."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from artml.collection import queries
from artml.collection.model import Decision, Prediction, Work
from artml.errors import DecidedMeanwhile, DecisionRefused, UnknownName
from artml.exports.record import Outcome, Said
from artml.vocabulary import vocabulary


def check(facet: str, outcome: Outcome, labels: Iterable[Said | str]) -> tuple[Said, ...]:
    """The labels as they will be kept; `UnknownName` or `DecisionRefused` where the parts do not agree."""
    if facet not in vocabulary().facets:
        raise UnknownName(f"No facet {facet!r}; there are {', '.join(vocabulary().facets)}.")
    given = (Said(label) if isinstance(label, str) else label for label in labels)
    said = tuple(Said(each.label.strip(), each.qualifier.strip()) for each in given)
    if not all(each.label for each in said):
        raise DecisionRefused("A label is empty. Name one, or leave it out.")
    if outcome == "accepted" and (len(said) != 1 or said[0].qualifier):
        raise DecisionRefused(
            "To accept is to agree with one label as it stands; say anything else as a correction."
        )
    if outcome == "corrected" and not said:
        raise DecisionRefused("A correction names at least one label. Name it, or say that you cannot say.")
    if outcome == "cannot_say" and said:
        raise DecisionRefused("Whoever cannot say names no label. Leave it out, or say it as a correction.")
    return said


def take(session: Session, decision: Decision, expected: int | None) -> None:
    """Add a decision where the one of id `expected` stands; raises as `Collection.decide` says."""
    _lock(session, decision.work_id)
    now = standing(session, decision.work_id, decision.facet)
    if (now and now.id) != expected:
        raise DecidedMeanwhile(_meanwhile(decision.facet, now))
    if decision.outcome == "accepted" and not _predicted(session, decision):
        raise DecisionRefused(f"No bundle named {decision.labels[0]} first. Say it as a correction.")
    session.add(decision)


def take_back(session: Session, undo: Decision) -> None:
    """Add the undo of the decision that stands; raises as `Collection.undo` says."""
    _lock(session, undo.work_id)
    now = standing(session, undo.work_id, undo.facet)
    if now is None or now.id != undo.undoes:
        raise DecidedMeanwhile(_meanwhile(undo.facet, now))
    session.add(undo)


def standing(session: Session, work_id: int, facet: str) -> Decision | None:
    """The decision that holds of a work and facet."""
    ids = queries.standing().where(Decision.work_id == work_id, Decision.facet == facet)
    return session.scalar(select(Decision).where(Decision.id.in_(ids)))


def latest(session: Session, name: str, facet: str, folder: str | None) -> tuple[Work, Decision] | None:
    """As `Collection.latest` says."""
    of = Decision.facet == facet, Decision.person == name, queries.seen_in(folder)
    chosen = select(Work, Decision).join_from(Decision, Work).where(*of, Decision.id.in_(queries.standing()))
    found = session.execute(chosen.order_by(Decision.id.desc()).limit(1)).first()
    return (found[0], found[1]) if found else None


def _lock(session: Session, work_id: int) -> None:
    """Nobody else decides of this work before the session ends; SQLite has one writer anyway."""
    session.execute(select(Work.id).where(Work.id == work_id).with_for_update())


def _predicted(session: Session, decision: Decision) -> bool:
    """Whether a bundle put the accepted label first."""
    of = Prediction.work_id == decision.work_id, Prediction.facet == decision.facet
    first = select(Prediction.id).where(*of, Prediction.label == decision.labels[0].label)
    return session.scalar(first.limit(1)) is not None


def _meanwhile(facet: str, now: Decision | None) -> str:
    if now is None:
        return f"The decision on this work's {facet} was undone meanwhile. Look again before you decide."
    said = ", ".join(map(str, now.labels)) or "cannot say"
    return f"{now.person} decided this work's {facet} meanwhile: {said}. Look again before you decide."
