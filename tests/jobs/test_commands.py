"""`artml jobs`, from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from artml import cli
from artml.collection import Collection, Person
from artml.settings import settings

Fill = Callable[..., Path]


@pytest.fixture
def home(colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the settings say that the collection is."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ARTML_DATABASE_URL", raising=False)
    monkeypatch.delenv("ARTML_FILES", raising=False)
    settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()


def run(*arguments: object) -> Result:
    environment = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return CliRunner(env=environment).invoke(cli.app, [str(argument) for argument in arguments])


def test_a_job_is_started_listed_paused_resumed_and_cancelled(home: Path, fill: Fill) -> None:
    folder = fill(2)
    started = run("jobs", "start", folder)
    assert started.exit_code == 0, started.output
    job = started.output.split()[0]
    listed = run("jobs").output
    for text in (job[:8], "waiting", str(folder), Person.here().name):
        assert text in listed
    for command, state in (("pause", "paused"), ("resume", "waiting"), ("cancel", "cancelled")):
        assert state in run("jobs", command, job[:6]).output
    with Collection.open() as museum:
        assert museum.jobs.get(job).state == "cancelled"
    assert "0 changed." in run("jobs", "changes", job).output


def test_what_is_not_there_is_said_in_a_sentence(home: Path, fill: Fill) -> None:
    result = run("jobs", "pause", "feed")
    assert (result.exit_code, result.stderr) == (2, "artml: No job begins with 'feed'.\n")
    result = run("jobs", "start", fill(0))
    assert result.exit_code == 1
    assert "holds no files to label" in result.stderr
