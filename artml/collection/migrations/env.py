"""What Alembic runs: the steps that are missing, within the transaction of whoever asks."""

from alembic import context

from artml.collection.migrations import VERSION_TABLE
from artml.collection.model import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
