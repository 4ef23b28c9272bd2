"""The whole data model: what a museum's collection is made of, a table a class.

works             a picture by its SHA-256, and what its museum says of it
├── sightings     where it was seen: a folder, and its name there
├── predictions   what a bundle said of it, a facet           never changed
├── embeddings    what a bundle made of it, as numbers        never changed
└── decisions     what a person said of it, a facet           never changed: an undo is a row of its own
jobs              long work in the background, and who started it
├── parts         so many of its files each, which one worker does at a time
└── refusals      the files that a job could not read, and why
workers           processes that do such work, and a sign that they live
tokens            by which programs act in somebody's name

The database itself refuses to change or delete what is never changed (`migrations`). Rows leave a
`Collection` as plain data: changing one changes nothing there. Text that is not known is empty.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from artml import classifier
from artml.classifier import ModelVersion, RankedLabel
from artml.collection.columns import Json, Moment, Text, now, one_of
from artml.exports.record import Outcome, Said

Kind = Literal["label", "train", "cluster"]
"""What a job does."""

State = Literal["waiting", "running", "paused", "cancelled", "done", "failed"]
"""How a job stands."""

OVER: Final[tuple[State, ...]] = ("cancelled", "done", "failed")
"""The states that are for good."""

DIGITS: Final = 6
"""Of a probability, after the point."""

Vector = npt.NDArray[np.float32]
Columns = dict[str, str]
Counts = dict[str, int]
Ranked = tuple[RankedLabel, ...]
Labels = tuple[str, ...]
SaidLabels = tuple[Said, ...]


@dataclass(frozen=True)
class Request:
    """What a job is to do, beyond its folder."""

    recursive: bool = True
    """Whether the folders in its folder are looked into, too."""
    bundle: str = ""
    """The one bundle that answers; empty: all that the settings name."""
    facets: tuple[str, ...] = ()
    """Those to answer; empty: all."""
    models: tuple[tuple[str, str], ...] = ()
    """Name and version of the bundles that answered when it was started: no other may do a part of it."""
    root: str = ""
    """The folder out of which no link may lead; empty: links are followed."""
    recipe: str = ""
    """What to train by, as `artml train` names it; empty: train a bundle's heads on what people decided."""
    facet: str = ""
    """What the names of the folders in a folder say of the pictures in them; empty where a catalogue does."""
    name: str = ""
    """What to call an atlas; empty: after its folder."""
    public: bool = False
    """Whether visitors may walk through the atlas of a catalogue."""


class Row(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False):
    """A row of any table."""

    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        int: BigInteger().with_variant(Integer, "sqlite"),
        str: Text,
        datetime: Moment,
        **{shape: Json(shape) for shape in (Columns, Counts, Ranked, Labels, SaidLabels, Request)},
        list[str]: JSON,  # plain, as a file's name may hold what no UTF-8 can say
    }
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class Work(Row):
    """A picture. The same bytes under two names are one work; works of one object number are views of it."""

    __tablename__ = "works"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the picture's bytes, 64 lower-case hexadecimal digits."""
    size: Mapped[int]
    """Bytes."""
    width: Mapped[int]
    """Of the upright picture, pixels."""
    height: Mapped[int]
    """Of the upright picture, pixels."""
    object_number: Mapped[str] = mapped_column(default="", index=True)
    """The museum's own."""
    title: Mapped[str] = mapped_column(default="")
    """As catalogued."""
    artist: Mapped[str] = mapped_column(default="")
    """As catalogued; what a bundle or a person says stands elsewhere."""
    columns: Mapped[Columns] = mapped_column(default_factory=dict)
    """Every column of the catalogue that came with it, under the catalogue's own names."""
    thumbnail: Mapped[str] = mapped_column(default="")
    """Key of a small JPEG among the collection's files."""
    public: Mapped[bool] = mapped_column(default=False)
    """Whether visitors may see it, also as a look-alike."""
    added: Mapped[datetime] = mapped_column(default_factory=now)


class Sighting(Row):
    """A folder that a work was seen in, and its name there."""

    __tablename__ = "sightings"
    __table_args__ = (UniqueConstraint("folder", "name", "work_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id), index=True)
    folder: Mapped[str]
    """The folder that was labelled, or the name of an upload."""
    name: Mapped[str]
    """The file's path within it, with `/`."""
    time: Mapped[datetime] = mapped_column(default_factory=now)


class Prediction(Row):
    """What a bundle said of a work, a facet: one a version, never changed."""

    __tablename__ = "predictions"
    __table_args__ = (UniqueConstraint("work_id", "facet", "bundle", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id))
    facet: Mapped[str]
    ranked: Mapped[Ranked]
    """Every label that the bundle knows and its probability, most probable first."""
    label: Mapped[str]
    """The first of them."""
    probability: Mapped[float]
    """Its probability, 0 to 1, calibrated."""
    margin: Mapped[float]
    """How far it is ahead of the second, 0 to 1."""
    threshold: Mapped[float]
    """Probability from which the first label is certain."""
    certain: Mapped[bool]
    """Whether the first label is right nine times in ten; never so for what is no painting."""
    likely: Mapped[Labels]
    """The labels that together hold the truth nine times in ten; empty where the bundle makes no sets."""
    is_painting: Mapped[bool]
    """False: to the bundle this does not look like a painting, and what it says is of little use."""
    bundle: Mapped[str]
    """The bundle's name."""
    version: Mapped[str]
    """The bundle's version."""
    time: Mapped[datetime] = mapped_column(default_factory=now)

    @classmethod
    def of(cls, work: Work, said: classifier.Prediction) -> Prediction:
        """The row of what was said of a work."""
        ranked = tuple(
            RankedLabel(label, round(float(probability), DIGITS)) for label, probability in said.ranked
        )
        second = ranked[1].probability if len(ranked) > 1 else 0.0
        return cls(
            work_id=work.id,
            facet=said.facet,
            ranked=ranked,
            label=ranked[0].label,
            probability=ranked[0].probability,
            margin=ranked[0].probability - second,
            threshold=said.threshold,
            certain=said.certain,
            likely=tuple(label for label, _ in said.likely),
            is_painting=said.is_painting,
            bundle=said.model.name,
            version=said.model.version,
        )

    @property
    def model(self) -> ModelVersion:
        """The bundle that said so."""
        return ModelVersion(self.bundle, self.version)


class Embedding(Row):
    """What a bundle made of a work, as numbers: near for works that look alike. Never changed."""

    __tablename__ = "embeddings"
    __table_args__ = (UniqueConstraint("work_id", "bundle", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id))
    bundle: Mapped[str]
    """The bundle's name."""
    version: Mapped[str]
    """The bundle's version."""
    values: Mapped[bytes]
    """Little-endian float32."""

    @classmethod
    def of(cls, work: Work, model: ModelVersion, vector: Vector) -> Embedding:
        """The row of what a bundle made of a work: (size,)."""
        values = np.asarray(vector, "<f4").tobytes()
        return cls(work_id=work.id, bundle=model.name, version=model.version, values=values)

    @property
    def vector(self) -> Vector:
        """The numbers, (size,)."""
        return np.frombuffer(self.values, "<f4")


class Decision(Row):
    """What a person said of a work, a facet. The latest that nobody undid stands; all are kept."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(None, "work_id", "facet"),
        CheckConstraint("(outcome IS NULL) = (undoes IS NOT NULL)", name="undo"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id))
    facet: Mapped[str]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome"))
    """None where this row undoes another."""
    person: Mapped[str]
    """Who decided."""
    labels: Mapped[SaidLabels] = mapped_column(default=())
    """Several where several hold, the weightiest first; none with `cannot_say`, and none with an undo."""
    note: Mapped[str] = mapped_column(default="")
    """The person's own remark."""
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True, default=None)
    """The decision that this row takes back."""
    time: Mapped[datetime] = mapped_column(default_factory=now)


class Job(Row):
    """Long work in the background."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(
        String(32), primary_key=True, init=False, default_factory=lambda: uuid.uuid4().hex
    )
    """Hexadecimal, not to be guessed: it stands in the address of a page."""
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    folder: Mapped[str]
    """The folder that it labels, or the name of an upload; the folder or catalogue that it trains on or
    charts; empty: the recipe's own, or the museum's own works."""
    person: Mapped[str]
    """Who started it."""
    state: Mapped[State] = mapped_column(one_of(State, "state"), default="waiting")
    counts: Mapped[Counts] = mapped_column(default_factory=dict)
    """How far it is: `{"found": 200, "labelled": 120, "refused": 3}`, or, of the stage at hand, `{"of": 30,
    "done": 12}`; of a training also `leg` and `legs`."""
    created: Mapped[datetime] = mapped_column(default_factory=now)
    started: Mapped[datetime | None] = mapped_column(default=None)
    """When it first ran."""
    finished: Mapped[datetime | None] = mapped_column(default=None)
    """When it was over, one way or another."""
    request: Mapped[Request] = mapped_column(default_factory=Request)
    round: Mapped[int] = mapped_column(default=1)
    """How often it was started or resumed: what was queued in an earlier round is left alone."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it failed, in a sentence."""
    stage: Mapped[str] = mapped_column(default="")
    """What it is at, in a few words; empty where nobody says so."""


class Part(Row):
    """Some of a job's files, for one worker at a time. Those before `done` are finished, in their order."""

    __tablename__ = "parts"
    __table_args__ = (UniqueConstraint("job_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    job_id: Mapped[str] = mapped_column(ForeignKey(Job.id))
    number: Mapped[int]
    """From 0."""
    files: Mapped[list[str]]
    """Paths within the job's folder, with `/`."""
    size: Mapped[int]
    """How many they are."""
    done: Mapped[int] = mapped_column(default=0)
    """How many of them, from the first, are labelled or refused."""
    refused: Mapped[int] = mapped_column(default=0)
    """How many of those were refused."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was begun since `done` last grew: a part that kills its workers is given up."""


class Worker(Row):
    """A process that does parts of jobs."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    """As the queue knows it."""
    host: Mapped[str]
    """Name of its machine."""
    place: Mapped[str]
    """The same for processes that see each other's numbers; empty where nobody can say."""
    pid: Mapped[int]
    """Its number there."""
    beat: Mapped[int] = mapped_column(default=0)
    """Grows every few seconds. Whoever sees that it no longer does takes the worker for dead."""
    seen: Mapped[datetime] = mapped_column(default_factory=now)
    """When it last grew, by its own clock."""


class Refusal(Row):
    """A file that a job could not read."""

    __tablename__ = "refusals"
    __table_args__ = (UniqueConstraint("job_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    job_id: Mapped[str] = mapped_column(ForeignKey(Job.id))
    path: Mapped[str]
    """Within the job's folder, with `/`."""
    reason: Mapped[str]
    """A sentence for the curator."""
    time: Mapped[datetime] = mapped_column(default_factory=now)


class Token(Row):
    """By which a program acts in somebody's name, until it expires or is revoked."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    """By which people speak of it."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, hexadecimal: the token itself is nowhere."""
    person: Mapped[str]
    """The address of whoever it stands for."""
    created: Mapped[datetime]
    expires: Mapped[datetime]
