"""Tokens stand for people as the settings see them now; nobody can read one back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from artml.collection import Collection
from artml.errors import NotAllowed, UnknownName
from artml.settings import settings

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ARTML_CURATORS", "@museum.example")
    monkeypatch.setenv("ARTML_STAFF", "ben@museum.example")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_a_token_stands_for_its_person(museum: Collection) -> None:
    secret, row = museum.tokens.issue(" Ben@museum.example ", DAY)
    person = museum.tokens.person(secret)
    assert person is not None
    assert (person.name, person.roles) == ("Ben@museum.example", {"curator", "staff"})
    assert [each.id for each in museum.tokens.all()] == [row.id]
    assert secret.startswith("artml_")
    assert secret not in str(vars(row))


@pytest.mark.parametrize("guess", ["", "artml_", "\0", "\ud800", "' OR 1=1 --", "x" * 10_000])
def test_guesses_stand_for_nobody(museum: Collection, guess: str) -> None:
    museum.tokens.issue("ana@museum.example", DAY)
    assert museum.tokens.person(guess) is None


def test_a_token_does_not_outlive_its_time_nor_its_revocation(museum: Collection) -> None:
    late, _ = museum.tokens.issue("ana@museum.example", -DAY)
    gone, row = museum.tokens.issue("ana@museum.example", DAY)
    museum.tokens.revoke(row.id)
    assert (museum.tokens.person(late), museum.tokens.person(gone)) == (None, None)
    with pytest.raises(UnknownName):
        museum.tokens.revoke(row.id)


@pytest.mark.parametrize("address", ["zoe@elsewhere.example", "", "museum.example"])
def test_nobody_without_a_role_has_a_token(museum: Collection, address: str) -> None:
    with pytest.raises(NotAllowed, match="ARTML_CURATORS"):
        museum.tokens.issue(address, DAY)
    assert museum.tokens.all() == []
