"""The collection as the pages see it: open once for the whole server."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from artml.collection import Collection
from artml.settings import settings


def museum() -> Collection:
    """The museum's collection; raises `CollectionUnusable`."""
    chosen = settings()
    return _open(chosen.home, chosen.database_url, chosen.files)


@st.cache_resource(show_spinner=False)
def _open(home: Path, url: str, files: str) -> Collection:
    return Collection.open()
