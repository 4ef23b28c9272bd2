"""Jobs that several workers share: what a job is to do, its parts, and the workers that do them."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON, Column, DateTime, ForeignKey, String, UniqueConstraint

revision, down_revision = "0002", "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Add to the jobs that are there, and make the tables beside them."""
    with _refusals_aside():
        with op.batch_alter_table("jobs") as jobs:
            jobs.add_column(Column("request", JSON(), nullable=False, server_default="{}"))
            jobs.add_column(Column("round", WHOLE, nullable=False, server_default="1"))
            jobs.add_column(Column("reason", String(), nullable=False, server_default=""))
        with op.batch_alter_table("jobs") as jobs:
            for name in ("request", "round", "reason"):
                jobs.alter_column(name, server_default=None)
    op.create_table(
        "parts",
        Column("id", WHOLE, primary_key=True),
        Column("job_id", String(32), ForeignKey("jobs.id"), nullable=False),
        Column("number", WHOLE, nullable=False),
        Column("files", JSON(), nullable=False),
        Column("size", WHOLE, nullable=False),
        Column("done", WHOLE, nullable=False),
        Column("refused", WHOLE, nullable=False),
        Column("tries", WHOLE, nullable=False),
        UniqueConstraint("job_id", "number"),
    )
    op.create_table(
        "workers",
        Column("id", String(), primary_key=True),
        Column("host", String(), nullable=False),
        Column("place", String(), nullable=False),
        Column("pid", WHOLE, nullable=False),
        Column("beat", WHOLE, nullable=False),
        Column("seen", MOMENT, nullable=False),
    )


@contextmanager
def _refusals_aside() -> Iterator[None]:
    """SQLite changes a table by making it anew, which it may not while others point to its rows."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TEMPORARY TABLE aside AS SELECT * FROM refusals")
    op.execute("DELETE FROM refusals")
    yield
    op.execute("INSERT INTO refusals SELECT * FROM aside")
    op.execute("DROP TABLE aside")
