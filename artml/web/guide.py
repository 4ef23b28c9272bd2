"""The guide that answers in the browser: one classifier for the whole server, loaded once."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import streamlit as st
from PIL import Image

from artml.bundle import MANIFEST, names
from artml.errors import ArtmlError
from artml.settings import settings

if TYPE_CHECKING:
    from artml.classifier import Classifier

_log = logging.getLogger(__name__)


def guide() -> Classifier:
    """The classifier of the bundles that the settings name; raises BundleError where they cannot be used."""
    return _load(settings().models, names())


def warm() -> None:
    """Load the guide and let it look at an empty canvas, so that the first visitor does not wait for it."""
    try:
        guide().classify(Image.new("RGB", (256, 256), "white"))
        import artml.figures  # noqa: F401  plotly takes a second to import
    except ArtmlError as error:
        _log.warning("The guide cannot be loaded: %s", error)


@asynccontextmanager
async def warming(_app: object) -> AsyncIterator[dict[str, Any]]:
    """The lifespan of the app: wakes the guide beside the start, not before it."""
    Thread(target=warm, name="warm-guide", daemon=True).start()
    yield {}


def named_in(bundle: Path) -> Mapping[str, str] | None:
    """Name and version as written in the bundle's `bundle.json`, nothing loaded; None where there is none."""
    try:
        facts = json.loads((bundle / MANIFEST).read_text(encoding="utf-8"))
        return {"name": str(facts["name"]), "version": str(facts["version"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


@st.cache_resource(show_spinner=False)
def _load(models: Path, bundles: tuple[str, ...]) -> Classifier:
    """One classifier for each place and choice of bundles, whoever asks."""
    from artml.classifier import Classifier

    return Classifier.load()
