"""Who may do what: nothing, unless a role allows it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from artml.collection import Person
from artml.errors import NotAllowed
from artml.settings import Settings, settings
from tests.collection.acting import ANA, BEN, VISITOR


def test_a_role_allows_what_it_is_for() -> None:
    ANA.check("curator", "staff")
    BEN.check("staff")
    Person.here().check("curator")
    Person.here().check("staff")


@pytest.mark.parametrize("person", [VISITOR, BEN])
def test_without_the_role_it_is_refused_by_name(person: Person) -> None:
    with pytest.raises(NotAllowed, match=f"^{person.name} may not do this: it takes a curator"):
        person.check("curator")


def test_somebody_without_a_name_may_do_nothing() -> None:
    with pytest.raises(NotAllowed, match="Sign in"):
        Person("", frozenset({"curator", "staff"})).check("curator")


def test_an_account_without_a_name_is_called_after_its_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert Person.here().name == "this machine"


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ARTML_CURATORS", " @Museum.example , cleo@home.example")
    monkeypatch.setenv("ARTML_STAFF", "ben@museum.example")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("address", "roles"),
    [
        ("ana@museum.example", {"curator"}),
        ("ANA@MUSEUM.EXAMPLE", {"curator"}),
        ("ben@museum.example", {"curator", "staff"}),
        ("cleo@home.example", {"curator"}),
        ("dan@home.example", set()),
        ("eve@evil-museum.example", set()),
        ("eve@sub.museum.example", set()),
        ("eve@museum.example@evil.example", set()),
        ("eve@evil.example@museum.example", set()),
        ("@museum.example", set()),
        ("museum.example", set()),
        ("ben@\u212auseum.example", set()),
        ("", set()),
    ],
)
def test_the_settings_say_what_an_address_may_do(named: None, address: str, roles: set[str]) -> None:
    assert Person.of(address).roles == roles


def test_by_default_an_address_may_do_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTML_CURATORS", raising=False)
    monkeypatch.delenv("ARTML_STAFF", raising=False)
    settings.cache_clear()
    assert Person.of("ben@museum.example").roles == frozenset()


def test_a_letter_that_only_looks_alike_is_another(monkeypatch: pytest.MonkeyPatch, named: None) -> None:
    monkeypatch.setenv("ARTML_STAFF", "kai@museum.example")
    settings.cache_clear()
    assert "staff" in Person.of("KAI@museum.example").roles
    assert "staff" not in Person.of("\u212aai@museum.example").roles


def test_what_is_no_address_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match=r"museum\.example is neither an address nor a domain"):
        Settings(curators="museum.example")
