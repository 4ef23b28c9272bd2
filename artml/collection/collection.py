"""The facade over a museum's own works. What writes as a person takes the person, and asks what they may."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self, TypeVar, Unpack

import numpy as np
from sqlalchemy import URL, func, select, update
from sqlalchemy.orm import Session

from artml import classifier
from artml.classifier import ModelVersion
from artml.collection import decisions, queries, review
from artml.collection.changes import Change, changes
from artml.collection.copies import Copies
from artml.collection.database import Database, add_new
from artml.collection.files import Files
from artml.collection.jobs import Jobs
from artml.collection.model import Decision, Embedding, Prediction, Sighting, Vector, Work
from artml.collection.parts import Parts
from artml.collection.people import Person
from artml.collection.records import catalogued, records
from artml.collection.review import Progress, Queued, Wish
from artml.collection.tokens import Tokens
from artml.collection.workers import Workers
from artml.errors import CollectionUnusable, UnknownName
from artml.exports.record import Outcome, Record, Said
from artml.settings import settings

AT_ONCE: Final = 500
"""Works that one question to the database asks about."""

SHA256: Final = re.compile(r"[0-9a-f]{64}")

Item = TypeVar("Item")

NO_EMBEDDINGS: Final[Mapping[ModelVersion, Vector]] = MappingProxyType({})


class Collection:
    """A museum's own works. May be shared between threads; several processes may have it open."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self.files = files
        """Thumbnails and uploads."""
        self.jobs = Jobs(database)
        """Long work, and what it could not read."""
        self.parts = Parts(database)
        """What jobs are divided into."""
        self.workers = Workers(database)
        """Who does them."""
        self.copies = Copies(database)
        """Its database as a file: made and brought back."""
        self.tokens = Tokens(database)
        """By which programs act in somebody's name."""

    @classmethod
    def open(cls, url: str | None = None, files: str | None = None) -> Self:
        """The collection whose database and files are at these URLs, by default those of the settings.

        Made where there is none, brought up to date where it is of an earlier artml. Raises
        `CollectionUnusable`.
        """
        chosen, home = settings(), settings().home
        kept = Files(files or chosen.files or str(home / "files"))
        return cls(Database.open(url or chosen.database_url or _at_home(home)), kept)

    @contextmanager
    def together(self) -> Iterator[Session]:
        """Make this thread's calls within the block one: all that they write is stored at its end, or none.

        The disk is then waited for once. Others wait until the block ends, so keep it short. Gives the
        session, for what else is to be stored with them.
        """
        with self._database.together() as session:
            yield session

    @property
    def url(self) -> str:
        """Where the database is, its password included."""
        return self._database.url

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # Works

    def add_work(
        self,
        sha256: str,
        *,
        size: int,
        width: int,
        height: int,
        folder: str,
        name: str,
        columns: Mapping[str, str] | None = None,
        object_number: str = "",
        thumbnail: bytes | None = None,
    ) -> Work:
        """A picture that was seen in a folder under a name, with what the catalogue there says of it.

        One that is known already keeps what it had, but what a catalogue says now takes the place of what one
        said before. `size` in bytes; `width` and `height` in pixels, upright; `thumbnail` a JPEG.
        ValueError unless `sha256` is 64 lower-case hexadecimal digits.
        """
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"no SHA-256: {sha256!r}")
        key = f"thumbnails/{sha256[:2]}/{sha256}.jpg"
        if thumbnail is not None:
            self.files.put(key, thumbnail)
        with self._database.write() as session:
            add_new(session, Work(sha256=sha256, size=size, width=width, height=height))
            work = session.scalars(select(Work).where(Work.sha256 == sha256).with_for_update()).one()
            said = {column: text for column, text in (columns or {}).items() if text}
            work.columns = {**work.columns, **said}
            work.title = catalogued(work.columns, "title")
            work.artist = catalogued(work.columns, "artist", "author")
            work.object_number = object_number or work.object_number
            work.thumbnail = work.thumbnail if thumbnail is None else key
            add_new(session, Sighting(work_id=work.id, folder=folder, name=name))
        return work

    def work(self, sha256: str) -> Work:
        """A work by its id; raises `UnknownName`. Whether a visitor may see it is for the caller to ask."""
        with self._database.read() as session:
            work = session.scalar(select(Work).where(Work.sha256 == sha256))
        if work is None:
            raise UnknownName(f"There is no work {sha256!r} in the collection.")
        return work

    def works(self, *, public_only: bool = True, folder: str | None = None) -> list[Work]:
        """The works that visitors may see, or all; of one folder, or of everywhere; oldest first."""
        chosen = select(Work).where(queries.seen_in(folder)).order_by(Work.id)
        with self._database.read() as session:
            return list(session.scalars(chosen.where(Work.public) if public_only else chosen))

    def views(self, work: Work) -> list[Work]:
        """The works with this one's object number, itself among them: views of one object."""
        same = Work.object_number == work.object_number if work.object_number else Work.id == work.id
        with self._database.read() as session:
            return list(session.scalars(select(Work).where(same).order_by(Work.id)))

    def sightings(self, work: Work) -> list[Sighting]:
        """Where a work was seen, the first first."""
        with self._database.read() as session:
            found = select(Sighting).where(Sighting.work_id == work.id).order_by(Sighting.id)
            return list(session.scalars(found))

    def folders(self) -> dict[str, int]:
        """Every folder that a work was seen in, and how many works were, the latest folder first."""
        seen = select(Sighting.folder, func.count(Sighting.work_id.distinct())).group_by(Sighting.folder)
        with self._database.read() as session:
            return dict(session.execute(seen.order_by(func.max(Sighting.id).desc())).all())

    def known(self, sha256s: Iterable[str], model: ModelVersion | None = None) -> set[str]:
        """Those of these ids that are in the collection; with `model`, that it has predicted of already."""
        chosen = select(Work.sha256)
        if model is not None:
            by = Prediction.bundle == model.name, Prediction.version == model.version
            chosen = chosen.where(Work.id.in_(select(Prediction.work_id).where(*by)))
        with self._database.read() as session:
            return {
                found
                for some in _portions(list(sha256s))
                for found in session.scalars(chosen.where(Work.sha256.in_(some)))
            }

    def mark_public(self, person: Person, works: Iterable[Work], public: bool = True) -> None:
        """Let visitors see works, or no longer. Raises `NotAllowed`."""
        person.check("curator", "staff")
        with self._database.write() as session:
            for some in _portions([work.id for work in works]):
                session.execute(update(Work).where(Work.id.in_(some)).values(public=public))

    # Predictions

    def store(
        self,
        work: Work,
        predictions: Iterable[classifier.Prediction],
        embeddings: Mapping[ModelVersion, Vector] = NO_EMBEDDINGS,
    ) -> None:
        """Keep what bundles say of a work, and what they make of it as numbers, (size,) float32, each.

        What a version of a bundle has said already stays, so that a part of a job may run twice.
        """
        with self._database.write() as session:
            add_new(session, *(Prediction.of(work, said) for said in predictions))
            add_new(session, *(Embedding.of(work, model, vector) for model, vector in embeddings.items()))

    def predictions(self, work: Work) -> list[Prediction]:
        """All that was ever predicted of a work, oldest first."""
        with self._database.read() as session:
            said = select(Prediction).where(Prediction.work_id == work.id).order_by(Prediction.id)
            return list(session.scalars(said))

    def embeddings(self, model: ModelVersion, *, public_only: bool = True) -> tuple[list[Work], Vector]:
        """Works, n of them, and what a bundle made of each, (n, size); those visitors may see, or all."""
        by = Embedding.bundle == model.name, Embedding.version == model.version
        chosen = select(Work, Embedding).join(Embedding).where(*by).order_by(Work.id)
        with self._database.read() as session:
            found = session.execute(chosen.where(Work.public) if public_only else chosen).all()
        vectors = [embedding.vector for _, embedding in found]
        return [work for work, _ in found], np.stack(vectors) if vectors else np.zeros((0, 0), np.float32)

    # Decisions

    def decide(
        self,
        person: Person,
        work: Work,
        facet: str,
        outcome: Outcome,
        labels: Iterable[Said | str] = (),
        *,
        note: str = "",
        expected: int | None = None,
    ) -> Decision:
        """What a person says of a work, a facet; stored at once, and every earlier decision kept.

        outcome: `accepted` with the one label that a bundle said first; `corrected` with any labels, one or
            more; `cannot_say` with none.
        expected: id of the decision that the person saw standing; None where they saw none.
        Raises `NotAllowed`; `UnknownName` for a facet there is not; `DecisionRefused` where outcome and
        labels disagree; and `DecidedMeanwhile` where another decision stands than the one expected.
        """
        person.check("curator", "staff")
        decision = Decision(
            work_id=work.id,
            facet=facet,
            outcome=outcome,
            labels=decisions.check(facet, outcome, labels),
            person=person.name,
            note=note,
        )
        with self._database.write() as session:
            decisions.take(session, decision, expected)
        return decision

    def undo(self, person: Person, decision: Decision, note: str = "") -> Decision:
        """Take back the decision that stands; the one before it, if any, stands again.

        Gives the row that says so. Raises `NotAllowed`, and `DecidedMeanwhile` where it stands no longer.
        """
        person.check("curator", "staff")
        undo = Decision(
            work_id=decision.work_id,
            facet=decision.facet,
            outcome=None,
            person=person.name,
            note=note,
            undoes=decision.id,
        )
        with self._database.write() as session:
            decisions.take_back(session, undo)
        return undo

    def current(self, work: Work) -> dict[str, Decision]:
        """The decision that stands, by facet."""
        ids = queries.standing().where(Decision.work_id == work.id)
        with self._database.read() as session:
            held = session.scalars(select(Decision).where(Decision.id.in_(ids)))
            return {decision.facet: decision for decision in held}

    def standing(self) -> list[tuple[Work, Decision]]:
        """Every decision that stands, and its work."""
        held = select(Work, Decision).join_from(Decision, Work).where(Decision.id.in_(queries.standing()))
        with self._database.read() as session:
            return [(work, decision) for work, decision in session.execute(held.order_by(Decision.id))]

    def history(self, work: Work) -> list[Decision]:
        """Every decision on a work and every undo, oldest first."""
        kept = select(Decision).where(Decision.work_id == work.id).order_by(Decision.id)
        with self._database.read() as session:
            return list(session.scalars(kept))

    def latest(self, person: Person, facet: str, folder: str | None = None) -> tuple[Work, Decision] | None:
        """The last decision of a person on a facet that still stands, and its work; None where none does."""
        with self._database.read() as session:
            return decisions.latest(session, person.name, facet, folder)

    # Review and export

    def queue(self, facet: str, **wish: Unpack[Wish]) -> list[Queued]:
        """The works that wait for a decision on a facet: see `Wish` for which, and in what order.

        Most uncertain first, and before all others those that no bundle could say anything of use about: no
        prediction, or one of what is no painting.
        """
        with self._database.read() as session:
            return review.queue(session, facet, wish)

    def queued(self, work: Work, facet: str) -> Queued:
        """A work as it stands in a facet's queue, decided or not."""
        with self._database.read() as session:
            return review.queued(session, work, facet)

    def waiting(self, facet: str, **wish: Unpack[Wish]) -> dict[str, int]:
        """How many works `queue` would give, by the label predicted first, which is empty where none was."""
        with self._database.read() as session:
            return review.waiting(session, facet, wish)

    def progress(self, folder: str | None = None) -> dict[str, Progress]:
        """How many works are decided, of how many, for each facet that anybody was asked about."""
        with self._database.read() as session:
            return review.progress(session, folder)

    def changes(self, folder: str, models: Sequence[ModelVersion]) -> list[Change]:
        """Works of a folder of which these models say another label than was said before them, by facet."""
        with self._database.read() as session:
            return changes(session, folder, models)

    def record(self, work: Work) -> Record:
        """What leaves the collection of a work."""
        return next(self.records([work]))

    def records(self, works: Iterable[Work], folder: str | None = None) -> Iterator[Record]:
        """What leaves the collection of each work, its file named as in `folder`, or as it was seen first."""
        for some in _portions(list(works)):
            with self._database.read() as session:
                found = list(records(session, some, folder, self.files.get))
            yield from found


def _at_home(home: Path) -> URL:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CollectionUnusable(f"{home} (ARTML_HOME) cannot be made: {error.strerror}.") from error
    return URL.create("sqlite", database=str(home / "collection.sqlite"))


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
