"""What stands in the container file, the compose file and the page about them, run here as processes."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import typer.main
import yaml
from PIL import Image

from artml.cli import app
from artml.collection import Collection
from artml.jobs.desk import Desk
from artml.settings import ROOT, Settings
from tests.browser.conftest import free_port, wait_for
from tests.collection.acting import ANA
from tests.collection.conftest import PostgreSQL, server
from tests.colours import write_colour_bundle
from tests.jobs.conftest import assert_whole, fill, wait_until

__all__ = ["fill", "server"]

CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
OUTSIDE = {"ARTML_DOMAIN", "ARTML_DB_PASSWORD", "ARTML_PICTURES", "ARTML_BACKUPS"}
"""Variables of the compose file itself."""


def instruction(name: str) -> list[str]:
    """What follows each instruction of that name in the container file."""
    return re.findall(rf"^{name} (.+)$", CONTAINER, re.MULTILINE)


def admitted(source: str) -> bool:
    lines = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    return any(line == f"!{source}" for line in lines)


def test_the_image_is_made_of_what_is_there_and_let_in() -> None:
    sources = [source for copy in instruction("COPY") for source in copy.split()[:-1]]
    assert {"app.py", "artml", "models", "pages", ".streamlit/config.toml"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists() or not admitted(source)] == []


def test_every_variable_is_a_setting() -> None:
    known = {f"ARTML_{name.upper()}" for name in Settings.model_fields} | OUTSIDE
    named = set(re.findall(r"ARTML_[A-Z_]+", CONTAINER + (ROOT / "compose.yaml").read_text("utf-8") + PAGE))
    assert named - known == set()


def lines() -> list[list[str]]:
    """Every command line of artml that is named: its words after `artml`."""
    run = [json.loads(instruction("CMD")[-1]), COMPOSE["services"]["worker"]["command"]]
    shown = re.findall(r"^(?:docker compose exec app |ExecStart=\S*/)artml (.+)$", PAGE, re.MULTILINE)
    told = re.findall(r"`artml ([^`]+)`", PAGE)
    return [*(words[1:] for words in run), *map(shlex.split, [*shown, *told])]


@pytest.mark.parametrize("words", lines(), ids=" ".join)
def test_every_command_is_one(words: list[str]) -> None:
    group = typer.main.get_command(app)
    command = group.commands[words[0]]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    assert [word for word in words if word.startswith("--") and word not in known] == []


@contextmanager
def running(words: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A part, as its container would run it."""
    with log.open("wb") as out:
        part = subprocess.Popen(
            [sys.executable, "-m", *words], env=environment, stdout=out, stderr=out, cwd=log.parent
        )
    try:
        yield part
    finally:
        part.terminate()
        assert part.wait(60) is not None


def environment_of(service: str, url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a service, with this machine's places in the place of the container's."""
    told = {name: str(value) for name, value in COMPOSE["services"][service]["environment"].items()}
    given = {name: re.sub(r"\$\{(\w+)(:[-?][^}]*)?\}", "", value) for name, value in told.items()}
    here = {
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "ARTML_HOME": str(tmp_path / "home"),
        "ARTML_DATABASE_URL": url,
        "ARTML_FOLDERS": str(tmp_path),
        "ARTML_MODELS": str(tmp_path / "models"),
        "COLUMNS": "300",
    }
    return {**os.environ, **given, **here}


def test_app_worker_and_database_work_together_and_are_backed_up(
    server: PostgreSQL, tmp_path: Path, fill: Any
) -> None:
    write_colour_bundle(tmp_path / "models" / "colours")
    url, port = server.new(), free_port()
    serving: list[str] = json.loads(instruction("CMD")[-1])
    serving[serving.index("--port") + 1] = str(port)
    (check,) = re.findall(r"HEALTHCHECK .*CMD (\[.+\])", CONTAINER)
    at_app = environment_of("app", url, tmp_path) | {"ARTML_MAX_UPLOADS_MINUTE": "1"}
    at_worker = environment_of("worker", url, tmp_path)
    with (
        running([*serving, "--host", "127.0.0.1"], at_app, tmp_path / "app.log") as app_,
        running(COMPOSE["services"]["worker"]["command"], at_worker, tmp_path / "worker.log"),
        Collection.open(url, str(tmp_path / "home" / "files")) as museum,
    ):
        with pytest.MonkeyPatch.context() as here, Desk(museum) as desk:
            here.setenv("ARTML_MODELS", str(tmp_path / "models"))
            from artml.settings import settings

            settings.cache_clear()
            job = desk.label(ANA, fill(30, bad=1))
        wait_until(lambda: museum.jobs.get(job.id).state not in ("waiting", "running"))
        assert_whole(museum, job, labelled=30, refused=1)

        wait_for(f"http://127.0.0.1:{port}/api/v1/health", app_, tmp_path / "app.log")
        healthy = [word.replace(":8501/", f":{port}/") for word in json.loads(check)]
        subprocess.run([sys.executable, *healthy[1:]], check=True)

        # The proxy's word for who a visitor is counts: each has a limit of their own.
        assert [asked(port, who) for who in ("10.0.0.1", "10.0.0.2", "10.0.0.1")] == [200, 200, 429]

        artml(at_app, "backup", tmp_path / "a.zip")
    elsewhere = at_app | {"ARTML_HOME": str(tmp_path / "new"), "ARTML_DATABASE_URL": ""}
    assert "Brought back 30 works" in artml(elsewhere, "restore", tmp_path / "a.zip")
    assert "30 works" in artml(elsewhere, "doctor")


def asked(port: int, address: str) -> int:
    """The status that a picture gets which the proxy sends on from an address."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(picture, "PNG")
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/classify",
        data=picture.getvalue(),
        headers={"X-Forwarded-For": address, "Content-Type": "image/png"},
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def artml(environment: dict[str, str], *words: object) -> str:
    command = [sys.executable, "-m", "artml", *map(str, words)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
