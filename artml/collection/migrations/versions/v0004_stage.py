"""What a job is at, in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import Column, String

revision, down_revision = "0004", "0003"

POINT_TO_JOBS = ("refusals", "parts")


def upgrade() -> None:
    """Add to the jobs that are there."""
    with _aside(), op.batch_alter_table("jobs") as jobs:
        jobs.add_column(Column("stage", String(), nullable=False, server_default=""))
    with _aside(), op.batch_alter_table("jobs") as jobs:
        jobs.alter_column("stage", server_default=None)


@contextmanager
def _aside() -> Iterator[None]:
    """SQLite changes a table by making it anew, which it may not while others point to its rows."""
    tables = POINT_TO_JOBS if op.get_bind().dialect.name == "sqlite" else ()
    for table in tables:
        op.execute(f"CREATE TEMPORARY TABLE aside_{table} AS SELECT * FROM {table}")
        op.execute(f"DELETE FROM {table}")
    yield
    for table in tables:
        op.execute(f"INSERT INTO {table} SELECT * FROM aside_{table}")
        op.execute(f"DROP TABLE aside_{table}")
