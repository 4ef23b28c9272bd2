"""The steps from one data model to the next, run by themselves when a collection is opened.

A change to `artml/collection/model.py` needs a new file in `versions`; a test compares where the steps lead
with the model, on every database. A step that has been released is never changed.
"""

from typing import Final

VERSION_TABLE: Final = "artml_version"
"""Where a database keeps the number of its last step: a name of our own, as others may use Alembic there."""
