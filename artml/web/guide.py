"""The guide that answers in the browser: one classifier for the whole server, loaded once."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import streamlit as st

from artml.bundle import MANIFEST, Bundle, locate, names, read_manifest
from artml.errors import ArtmlError, BundleError, BundleNotFound

if TYPE_CHECKING:
    from artml.classifier import Classifier
    from artml.looking import Looker

_log = logging.getLogger(__name__)


def guide() -> Classifier:
    """The classifier of the bundles that the settings name; raises BundleError where they cannot be used."""
    return _load(tuple(map(locate, names())))


def looker() -> Looker:
    """What looks at visitors' pictures with the guide; raises as `guide` does."""
    classifier = guide()
    return _looking(id(classifier), classifier)


def answering(facet: str) -> Bundle | None:
    """The bundle that answers a facet here, nothing of it loaded; None where there is none."""
    for name in names():
        with suppress(BundleError):
            bundle = unchecked(name)
            if facet in bundle.manifest.facets:
                return bundle
    return None


def unchecked(name: str) -> Bundle:
    """A bundle of which the manifest alone was read; raises `BundleError` where that cannot be."""
    return Bundle(locate(name), read_manifest(name))


def warm() -> None:
    """Load the guide and let it look at an empty canvas, so that the first visitor does not wait for it."""
    try:
        looker().warm()
        import artml.figures  # noqa: F401  plotly takes a second to import
    except ArtmlError as error:
        _log.warning("The guide cannot be loaded: %s", error)


@asynccontextmanager
async def warming(_app: object) -> AsyncIterator[dict[str, Any]]:
    """The lifespan of the app: wakes the guide beside the start, not before it."""
    Thread(target=warm, name="warm-guide", daemon=True).start()
    yield {}


def named(bundle: str) -> Mapping[str, str] | None:
    """Name and version of a bundle, as it says itself, nothing loaded; None where there is none."""
    try:
        facts = json.loads((locate(bundle) / MANIFEST).read_text(encoding="utf-8"))
        return {"name": str(facts["name"]), "version": str(facts["version"])}
    except (BundleNotFound, OSError, ValueError, KeyError, TypeError):
        return None


@st.cache_resource(show_spinner=False, max_entries=1)
def _load(folders: tuple[Path, ...]) -> Classifier:
    """One classifier for all, until other bundles are in service."""
    from artml.classifier import Classifier

    return Classifier.load()


@st.cache_resource(show_spinner=False, max_entries=1)
def _looking(which: int, _classifier: Classifier) -> Looker:
    """One looker for all, for as long as the classifier is that one."""
    from artml.looking import Looker

    return Looker(_classifier)
