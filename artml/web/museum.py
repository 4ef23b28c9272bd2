"""The collection as the pages see it: open once for the whole server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from artml.collection import Collection
from artml.settings import settings

if TYPE_CHECKING:
    from artml.jobs.desk import Desk


def museum() -> Collection:
    """The museum's collection; raises `CollectionUnusable`."""
    chosen = settings()
    return _open(chosen.home, chosen.database_url, chosen.files)


def there() -> bool:
    """Whether there is a collection: a visitor's look makes none."""
    chosen = settings()
    return bool(chosen.database_url) or (chosen.home / "collection.sqlite").is_file()


def desk() -> Desk:
    """Where its jobs are started; raises `CollectionUnusable`."""
    return _desk(museum())


@st.cache_resource(show_spinner=False, hash_funcs={Collection: id})
def _desk(collection: Collection) -> Desk:
    from artml.jobs.desk import Desk

    return Desk(collection)


@st.cache_resource(show_spinner=False)
def _open(home: Path, url: str, files: str) -> Collection:
    return Collection.open()
