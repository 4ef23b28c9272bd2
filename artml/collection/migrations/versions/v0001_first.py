"""The first data model. Predictions, embeddings and decisions can be added, never changed or deleted."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    Enum,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)

revision, down_revision = "0001", None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = DateTime(timezone=True)
KEPT = ("predictions", "embeddings", "decisions")


def upgrade() -> None:
    """Make every table, and the triggers that keep three of them as they are."""
    _table(
        "works",
        _column("sha256", String(64), unique=True),
        _column("size", WHOLE),
        _column("width", WHOLE),
        _column("height", WHOLE),
        _column("object_number", String(), index=True),
        _column("title", String()),
        _column("artist", String()),
        _column("columns", JSON()),
        _column("thumbnail", String()),
        _column("public", Boolean()),
        _column("added", MOMENT),
    )
    _table(
        "sightings",
        _column("work_id", WHOLE, ForeignKey("works.id"), index=True),
        _column("folder", String()),
        _column("name", String()),
        _column("time", MOMENT),
        UniqueConstraint("folder", "name", "work_id"),
    )
    _table(
        "predictions",
        _column("work_id", WHOLE, ForeignKey("works.id")),
        _column("facet", String()),
        _column("ranked", JSON()),
        _column("label", String()),
        _column("probability", Double()),
        _column("margin", Double()),
        _column("threshold", Double()),
        _column("certain", Boolean()),
        _column("likely", JSON()),
        _column("is_painting", Boolean()),
        _column("bundle", String()),
        _column("version", String()),
        _column("time", MOMENT),
        UniqueConstraint("work_id", "facet", "bundle", "version"),
    )
    _table(
        "embeddings",
        _column("work_id", WHOLE, ForeignKey("works.id")),
        _column("bundle", String()),
        _column("version", String()),
        _column("values", LargeBinary()),
        UniqueConstraint("work_id", "bundle", "version"),
    )
    _table(
        "decisions",
        _column("work_id", WHOLE, ForeignKey("works.id")),
        _column("facet", String()),
        _column("outcome", _one_of("accepted", "corrected", "cannot_say", name="outcome"), nullable=True),
        _column("labels", JSON()),
        _column("person", String()),
        _column("note", String()),
        _column("undoes", WHOLE, ForeignKey("decisions.id"), unique=True, nullable=True),
        _column("time", MOMENT),
        CheckConstraint("(outcome IS NULL) = (undoes IS NOT NULL)", name="undo"),
        sa.Index(None, "work_id", "facet"),
    )
    states = _one_of("waiting", "running", "paused", "cancelled", "done", "failed", name="state")
    op.create_table(
        "jobs",
        _column("id", String(32), primary_key=True),
        _column("kind", _one_of("label", "train", "cluster", name="kind")),
        _column("folder", String()),
        _column("person", String()),
        _column("state", states),
        _column("counts", JSON()),
        _column("created", MOMENT),
        _column("started", MOMENT, nullable=True),
        _column("finished", MOMENT, nullable=True),
    )
    _table(
        "refusals",
        _column("job_id", String(32), ForeignKey("jobs.id")),
        _column("path", String()),
        _column("reason", String()),
        _column("time", MOMENT),
        UniqueConstraint("job_id", "path"),
    )
    keep = _keep_postgresql if op.get_bind().dialect.name == "postgresql" else _keep_sqlite
    keep()


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, _column("id", WHOLE, primary_key=True), *parts)


def _column(name: str, kind: Any, *rest: Any, nullable: bool = False, **more: Any) -> Column[Any]:
    return Column(name, kind, *rest, nullable=nullable, **more)


def _one_of(*words: str, name: str) -> Enum:
    return Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _keep_sqlite() -> None:
    for table in KEPT:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
            )


def _keep_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION artml_keep() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% are never changed', TG_TABLE_NAME; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION artml_keep()"
        )
