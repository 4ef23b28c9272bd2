"""Tokens by which programs act in somebody's name."""

from alembic import op
from sqlalchemy import Column, DateTime, String

revision, down_revision = "0003", "0002"

MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "tokens",
        Column("id", String(8), primary_key=True),
        Column("digest", String(64), nullable=False, unique=True),
        Column("person", String(), nullable=False),
        Column("created", MOMENT, nullable=False),
        Column("expires", MOMENT, nullable=False),
    )
