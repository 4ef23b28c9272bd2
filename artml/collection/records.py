"""Rows -> `exports.Record`: what leaves the collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from artml.collection.model import Decision, Prediction, Sighting, Work
from artml.collection.queries import newest, standing
from artml.exports.record import Guess, Record, Verdict


def records(
    session: Session, works: Sequence[Work], folder: str | None, read: Callable[[str], bytes]
) -> Iterable[Record]:
    """The record of each work, as `Collection.records` says; `read` reads a thumbnail by its key."""
    ids = [work.id for work in works]
    files = _files(session, ids, folder)
    said, held = defaultdict[int, dict[str, Guess]](dict), defaultdict[int, dict[str, Verdict]](dict)
    of = Prediction.work_id.in_(ids)
    for prediction in session.scalars(select(Prediction).where(of, Prediction.id.in_(newest().where(of)))):
        said[prediction.work_id][prediction.facet] = _guess(prediction)
    of = Decision.work_id.in_(ids)
    for decision in session.scalars(select(Decision).where(of, Decision.id.in_(standing().where(of)))):
        if decision.outcome is not None:
            held[decision.work_id][decision.facet] = Verdict(
                decision.outcome, decision.labels, decision.person, decision.time, decision.note
            )
    for work in works:
        yield Record(
            sha256=work.sha256,
            file=files.get(work.id, ""),
            width=work.width,
            height=work.height,
            object_number=work.object_number,
            title=work.title,
            artist=work.artist,
            date=catalogued(work.columns, "date"),
            columns=work.columns,
            guesses=said[work.id],
            decisions=held[work.id],
            thumbnail=_reader(read, work.thumbnail),
        )


def catalogued(columns: Mapping[str, str], *names: str) -> str:
    """What stands in the first of these columns that says anything, in whatever case its name is written."""
    known = {name.strip().lower(): value for name, value in columns.items()}
    return next((known[name] for name in names if known.get(name)), "")


def _files(session: Session, ids: list[int], folder: str | None) -> dict[int, str]:
    """Where each work was seen first."""
    seen = select(Sighting).where(Sighting.work_id.in_(ids)).order_by(Sighting.id.desc())
    chosen = seen if folder is None else seen.where(Sighting.folder == folder)
    return {sighting.work_id: sighting.name for sighting in session.scalars(chosen)}


def _guess(said: Prediction) -> Guess:
    return Guess(said.ranked, said.certain, said.bundle, said.version, said.time)


def _reader(read: Callable[[str], bytes], key: str) -> Callable[[], bytes] | None:
    return (lambda: read(key)) if key else None
