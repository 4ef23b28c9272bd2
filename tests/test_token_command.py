"""`artml token`: made, listed and revoked on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from artml.cli import app
from artml.collection import Collection
from artml.settings import settings


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path))
    monkeypatch.setenv("ARTML_CURATORS", "ana@museum.example")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_a_token_is_shown_once_and_good_until_it_is_revoked() -> None:
    made = CliRunner().invoke(app, ["token", "add", "ana@museum.example", "--days", "7"])
    assert made.exit_code == 0
    secret = made.stdout.strip()
    with Collection.open() as collection:
        person = collection.tokens.person(secret)
        (row,) = collection.tokens.all()
    assert person is not None
    assert (row.expires - row.created).days == 7
    listed = CliRunner().invoke(app, ["token", "list"]).stdout
    assert row.id in listed
    assert "ana@museum.example" in listed
    assert secret not in listed
    assert CliRunner().invoke(app, ["token", "revoke", row.id]).exit_code == 0
    assert CliRunner().invoke(app, ["token", "revoke", row.id]).exit_code == 2
    with Collection.open() as collection:
        assert collection.tokens.person(secret) is None


def test_a_stranger_gets_none() -> None:
    refused = CliRunner().invoke(app, ["token", "add", "eve@elsewhere.example"])
    assert refused.exit_code == 1
    assert "may do nothing here" in refused.stderr
