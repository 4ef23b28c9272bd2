"""`artml doctor` says what is wrong, and what to do; and nothing where all is well."""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from artml import cli, service
from artml.collection import Collection
from artml.collection.columns import now
from artml.settings import settings
from artml.upkeep import doctor as module
from tests.collection.acting import ANA, said


@pytest.fixture(autouse=True)
def _no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow takes seconds to import; what is said of weights is tested alone."""
    examined = {name: look for name, look in module.EXAMINED.items() if name != "weights"}
    monkeypatch.setattr(module, "EXAMINED", examined)


def found() -> dict[str, str]:
    """What is wrong, by subject."""
    return {each.subject: each.sentence for each in module.examine() if each.state == "wrong"}


def run() -> Result:
    return CliRunner(env={"COLUMNS": "250", "NO_COLOR": "1", "TERM": "dumb"}).invoke(cli.app, ["doctor"])


def test_a_new_house_and_one_in_use_are_well(home: Path, colours: Path) -> None:
    new = run()
    assert new.exit_code == 0, new.output
    assert not home.exists()
    with Collection.open() as museum:
        museum.add_work(
            "a" * 64, size=1, width=1, height=1, folder="/oils", name="a.jpg", thumbnail=b"\xff\xd8"
        )
    used = run()
    assert used.exit_code == 0, used.output
    for sentence in (
        "1 work, 0 decisions",
        "1 thumbnails",
        "colours 7 is whole",
        "A blank canvas was looked at",
    ):
        assert sentence in used.output


def test_each_fault_has_its_sentence(home: Path, colours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Collection.open() as museum:
        work = museum.add_work(
            "a" * 64, size=1, width=1, height=1, folder="/oils", name="a.jpg", thumbnail=b"\xff\xd8"
        )
        museum.jobs.start(ANA, "label", "/oils")
        museum.store(work, [said({"Cubism": 1.0})])
        monkeypatch.setattr(module, "now", lambda: now() - timedelta(days=1))
        shutil.rmtree(home / "files")
    network = colours / "network.bin"
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.write_bytes(content)
    usage = namedtuple("usage", "total used free")(10, 9, 2**20)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    wrong = found()
    assert "clock of this machine is behind" in wrong["database"]
    assert "1 of 1 thumbnails are missing" in wrong["files"]
    assert "Start artml serve or artml worker" in wrong["jobs"]
    assert "network.bin has changed since the bundle was made. Fetch it anew." in wrong["models"]
    assert "network.bin" in wrong["answers"]
    assert "make room now" in wrong["space"]
    assert run().exit_code == 1


def test_a_version_in_service_that_is_gone_is_named(home: Path, colours: Path) -> None:
    service.write("colours", "8", "ben")
    assert "colours 8, put in service by ben, cannot be used" in found()["models"]


def test_a_damaged_database_is_told_to_be_brought_back(home: Path, colours: Path) -> None:
    with Collection.open() as museum:
        for number in range(200):
            name = f"{number:064x}"
            museum.add_work(name, size=1, width=1, height=1, folder="/oils", name=name * 5)
    file = home / "collection.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = b"\xa5" * (len(content) - len(content) // 2)
    file.write_bytes(content)
    assert "artml restore" in found()["database"]


def test_no_model_at_all_is_said(home: Path, models: Path) -> None:
    assert settings().models == models
    assert "nothing can answer" in found()["models"]


def test_weights_are_for_training_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTML_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    settings.cache_clear()
    ((state, sentence),) = module._weights()
    assert state == "note"
    assert "Only training from new pictures needs them" in sentence
