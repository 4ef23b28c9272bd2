"""The server: health beside the pages, limits that agree, nothing written to a disk."""

from __future__ import annotations

import asyncio
import json
import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from streamlit.runtime.pages_manager import PagesManager

from artml import __version__, api
from artml.errors import ArtmlError
from artml.rest.guard import Guard
from artml.settings import ROOT, Settings, settings
from artml.web import identity

CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))


@pytest.fixture
def bundle(models: Path) -> Path:
    """An empty folder where the settings look for the guide."""
    (models / "guide").mkdir()
    return models / "guide"


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts back what `prepare` changes in the process."""
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    monkeypatch.setattr(PagesManager, "uses_pages_directory", PagesManager.uses_pages_directory)


def get(path: str, method: str = "GET") -> tuple[int, bytes]:
    """Ask the routes as a server would."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    asyncio.run(Starlette(routes=list(api.ROUTES))(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def test_health_names_the_version_and_the_bundle(bundle: Path) -> None:
    (bundle / "bundle.json").write_text('{"name": "guide", "version": "7.1", "facets": {}}')
    status, body = get("/api/v1/health")
    assert status == 200
    assert json.loads(body) == {
        "status": "ok",
        "version": __version__,
        "bundle": {"name": "guide", "version": "7.1"},
        "bundles": [{"name": "guide", "version": "7.1"}],
    }


def test_health_names_every_bundle_that_answers(bundle: Path) -> None:
    for name in ("guide", "technique"):
        (bundle.parent / name).mkdir(exist_ok=True)
        (bundle.parent / name / "bundle.json").write_text(f'{{"name": "{name}", "version": "2"}}')
    said = json.loads(get("/api/v1/health")[1])
    assert [named["name"] for named in said["bundles"]] == ["guide", "technique"]
    assert said["bundle"] == said["bundles"][0]


def test_a_bundle_that_is_promised_and_missing_is_not_healthy(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bundle / "bundle.json").write_text('{"name": "guide", "version": "7.1"}')
    monkeypatch.setenv("ARTML_BUNDLES", "guide,technique")
    settings.cache_clear()
    assert get("/api/v1/health")[0] == 503


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"name": "guide"}'])
def test_a_server_that_cannot_answer_is_not_healthy(bundle: Path, content: str | None) -> None:
    if content is not None:
        (bundle / "bundle.json").write_text(content)
    status, body = get("/api/v1/health")
    assert status == 503
    assert json.loads(body) == {
        "status": "no bundle",
        "version": __version__,
        "bundle": None,
        "bundles": [],
    }


def test_health_is_only_read() -> None:
    assert get("/api/v1/health", "POST")[0] == 405


def test_the_app_carries_the_routes(untouched: None) -> None:
    app = runpy.run_path(str(ROOT / "app.py"))["app"]
    paths = ["/api/v1/loans/{loan}/{row:int}.{form}", "/api/v1"]
    assert [route.path for route in app._user_routes] == paths
    assert [each.cls for each in app._user_middleware] == [Guard]
    assert app.script_path == ROOT / "app.py"


def test_streamlit_finds_the_app_in_app_py() -> None:
    from streamlit.web.server.app_discovery import discover_asgi_app

    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app"


def test_limits_on_uploads_agree() -> None:
    default = Settings.model_fields["max_bytes"].default
    assert CONFIG["server"]["maxUploadSize"] * api.MEBIBYTE == default


def test_the_limit_is_rounded_up(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTML_MAX_BYTES", str(api.MEBIBYTE + 1))
    settings.cache_clear()
    assert settings().max_mebibytes == 2


def test_nothing_is_reported_and_no_trace_is_shown() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["toolbarMode"] == "minimal"


def test_colours_of_the_theme_and_of_the_figures_are_the_same() -> None:
    from artml.figures import DARK, LIGHT

    for scheme, palette in (("light", LIGHT), ("dark", DARK)):
        theme = CONFIG["theme"][scheme]
        assert (theme["textColor"], theme["primaryColor"]) == (palette.ink, palette.accent)
    style = (ROOT / "artml/web/style.css").read_text(encoding="utf-8")
    named = {
        name: re.findall("#[0-9a-f]{6}", line)
        for name, line in re.findall(r"--(\w+): (light-dark.*);", style)
    }
    assert named["ink"] == [LIGHT.ink, DARK.ink]
    assert named["quiet"] == [LIGHT.quiet, DARK.quiet]
    assert named["accent"] == [LIGHT.accent, DARK.accent]


def test_uploads_stay_in_memory_while_they_are_read(untouched: None) -> None:
    api.prepare()
    picture = bytes(5 * api.MEBIBYTE)
    body = b"".join(
        [
            b"--edge\r\n",
            b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n',
            picture,
            b"\r\n--edge--\r\n",
        ]
    )

    async def rolled() -> bool:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        headers = [(b"content-type", b"multipart/form-data; boundary=edge")]
        async with Request({"type": "http", "method": "PUT", "headers": headers}, receive).form() as form:
            file = form["file"]
            assert isinstance(file, UploadFile)
            assert file.size == len(picture)
            return bool(file.file._rolled)  # type: ignore[attr-defined]

    assert asyncio.run(rolled()) is False


def test_no_pages_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "ROOT", tmp_path)
    with pytest.raises(ArtmlError, match=r"app\.py"):
        api.serve()


@pytest.mark.parametrize(
    ("host", "public", "sign_in", "listens", "says"),
    [
        (None, False, False, "127.0.0.1", "this machine only"),
        ("::1", False, False, "::1", "this machine only"),
        (None, True, False, "0.0.0.0", "visitors' pages only"),
        ("10.0.0.7", True, False, "10.0.0.7", "visitors' pages only"),
        (None, False, True, "127.0.0.1", "with sign-in"),
        ("0.0.0.0", False, True, "0.0.0.0", "with sign-in"),
        (None, True, True, "0.0.0.0", "with sign-in"),
    ],
)
def test_serving_says_to_whom(
    served: dict[str, Any],
    host: str | None,
    public: bool,
    sign_in: bool,
    listens: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(identity, "signs_in", lambda: sign_in)
    api.serve(host, 9000, public=public)
    assert served["server.address"] == listens
    assert says in capsys.readouterr().out
    assert settings().public is public


def test_nobody_is_served_unawares(served: dict[str, Any]) -> None:
    with pytest.raises(ArtmlError, match="--public"):
        api.serve("0.0.0.0")
    assert served == {}


def test_secrets_that_cannot_be_read_stop_the_server(
    served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "secrets_broken", lambda: True)
    with pytest.raises(ArtmlError, match="secrets"):
        api.serve(public=True)
    assert served == {}


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What a server that never starts would be told."""
    told: dict[str, Any] = {}
    (tmp_path / "app.py").write_text("")
    monkeypatch.setattr(api, "ROOT", tmp_path)
    monkeypatch.setattr(api.runpy, "run_path", lambda _path: {"app": Told(told)})
    monkeypatch.setattr(sys, "argv", ["artml"])
    monkeypatch.setenv("ARTML_PUBLIC", "false")
    settings.cache_clear()
    yield told
    monkeypatch.undo()
    settings.cache_clear()


class Told:
    """An app that only remembers how it was to be run."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def run(self, config: dict[str, Any]) -> None:
        self.told.update(config)
