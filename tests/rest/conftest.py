"""The API as a server has it, behind its guard; a museum with a curator and her token; pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artml import api, turnstile
from artml.collection import Collection
from artml.settings import settings
from artml.web import guide as guide_module
from tests.colours import write_colour_bundle

ADDRESS = "ana@museum.example"


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one bundle that goes by colours."""
    folder = tmp_path_factory.mktemp("models")
    write_colour_bundle(folder / "guide")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _decoders_end() -> Iterator[None]:
    yield
    guide_module._looking.clear()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, bundles: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new home, whose curator is Ana; the bundle of colours answers, and nothing was counted yet."""
    chosen = {
        "HOME": tmp_path / "home",
        "MODELS": bundles,
        "CURATORS": ADDRESS,
        "FOLDERS": tmp_path / "photos",
        "MUSEUM_NAME": "Museum of Small Towns",
        "MUSEUM_URL": "https://museum.example/",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"ARTML_{name}", str(value))
    (tmp_path / "photos").mkdir()
    settings.cache_clear()
    turnstile._counter.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="session")
def app() -> Starlette:
    """The routes behind the guard, without pages."""
    return Starlette(routes=list(api.ROUTES), middleware=list(api.MIDDLEWARE))


@pytest.fixture
def client(app: Starlette) -> TestClient:
    """A visitor's program."""
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def token(home: Path) -> str:
    """Ana's token."""
    with Collection.open() as collection:
        return collection.tokens.issue(ADDRESS, timedelta(days=1))[0]


@pytest.fixture
def curator(app: Starlette, token: str) -> TestClient:
    """Ana's program."""
    return TestClient(app, raise_server_exceptions=False, headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """The bytes of a picture of one colour."""

    def make(colour: str = "red", kind: str = "JPEG", **options: object) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (120, 90), colour).save(out, kind, **options)
        return out.getvalue()

    return make
