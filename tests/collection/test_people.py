"""Who may do what: nothing, unless a role allows it."""

from __future__ import annotations

import getpass

import pytest

from artml.collection import Person
from artml.errors import NotAllowed
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
