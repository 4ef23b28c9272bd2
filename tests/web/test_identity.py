"""Who is asking: deny by default, whatever a browser says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from artml.settings import settings
from artml.web import identity
from artml.web.access import Role, current_role

Ask = Callable[..., None]
STRAIGHT = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


class Secrets(dict[str, Any]):
    """Streamlit's secrets; `readable` False: they cannot be parsed."""

    readable = True

    def load_if_toml_exists(self) -> bool:
        return self.readable and bool(self)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Ask]:
    """Ask in these circumstances: `ask(headers, user={…}, auth=True)`."""
    monkeypatch.setenv("ARTML_CURATORS", "@museum.example")
    monkeypatch.setenv("ARTML_STAFF", "ben@museum.example")
    settings.cache_clear()

    def ask(
        headers: dict[str, str] | None = None,
        *,
        address: str | None = None,
        user: dict[str, Any] | None = None,
        auth: bool = False,
        broken: bool = False,
    ) -> None:
        secrets = Secrets({"auth": {}} if auth else {})
        secrets.readable = not broken
        file = tmp_path / "secrets.toml"
        if broken:
            file.write_text("[auth")
        asked = SimpleNamespace(
            context=SimpleNamespace(headers=STRAIGHT if headers is None else headers, ip_address=address),
            secrets=secrets,
            user=SimpleNamespace(to_dict=lambda: user or {}),
            get_option=lambda _name: [str(file)],
        )
        monkeypatch.setattr(identity, "st", asked)

    yield ask
    monkeypatch.undo()
    settings.cache_clear()


def test_whoever_sits_at_this_machine_may_do_everything(ask: Ask) -> None:
    ask()
    assert identity.way() == "here"
    assert current_role() is Role.STAFF
    assert identity.current_person().name


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8501"},
        {"Host": "museum.example", "Origin": "http://localhost:8501"},
        {"Host": "localhost:8501", "Origin": "https://museum.example"},
        {"Host": "localhost.museum.example", "Origin": "http://localhost.museum.example"},
        {"Host": "127.0.0.1", "Origin": "null"},
        {"Host": "127.0.0.1", "Origin": "http://[::1"},
        {**STRAIGHT, "X-Forwarded-For": "127.0.0.1"},
        {**STRAIGHT, "Forwarded": "for=localhost"},
    ],
    ids=str,
)
def test_who_does_not_come_straight_from_here_is_a_visitor(ask: Ask, headers: dict[str, str]) -> None:
    ask(headers)
    assert identity.way() == "nobody"
    assert identity.current_person() == identity.NOBODY
    assert current_role() is Role.VISITOR


def test_another_machine_is_a_visitor_s_whatever_its_headers_say(ask: Ask) -> None:
    ask(address="10.0.0.9")
    assert current_role() is Role.VISITOR


def test_where_others_are_served_this_machine_is_no_exception(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTML_PUBLIC", "true")
    settings.cache_clear()
    ask()
    assert current_role() is Role.VISITOR


def test_secrets_that_cannot_be_read_open_nothing(ask: Ask) -> None:
    ask(broken=True)
    assert identity.secrets_broken()
    assert current_role() is Role.VISITOR


@pytest.mark.parametrize(
    ("user", "role", "name"),
    [
        ({}, Role.VISITOR, ""),
        ({"is_logged_in": False, "email": "ben@museum.example", "email_verified": True}, Role.VISITOR, ""),
        ({"email": "ana@museum.example"}, Role.CURATOR, "ana@museum.example"),
        ({"email": "Ben@Museum.example"}, Role.STAFF, "Ben@Museum.example"),
        ({"email": "eve@elsewhere.example"}, Role.VISITOR, "eve@elsewhere.example"),
        ({"email": "ben@museum.example", "email_verified": False}, Role.VISITOR, "ben@museum.example"),
        ({"email": "ben@museum.example", "email_verified": "true"}, Role.VISITOR, "ben@museum.example"),
        ({"email": "eve@elsewhere.example", "roles": ["staff"]}, Role.VISITOR, "eve@elsewhere.example"),
        ({"email": ["ben@museum.example"]}, Role.VISITOR, ""),
        ({"name": "ben@museum.example"}, Role.VISITOR, ""),
    ],
    ids=str,
)
def test_who_signs_in_is_what_the_settings_say(ask: Ask, user: dict[str, Any], role: Role, name: str) -> None:
    if user:
        user = {"is_logged_in": True, "email_verified": True, **user}
    ask(auth=True, user=user)
    assert identity.way() == "sign-in"
    assert current_role() is role
    assert identity.current_person().name == name


def test_where_people_sign_in_this_machine_is_no_exception(ask: Ask) -> None:
    ask(auth=True)
    assert current_role() is Role.VISITOR


def test_a_provider_may_be_taken_at_its_word(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = {"is_logged_in": True, "email": "ben@museum.example"}
    ask(auth=True, user=user)
    assert current_role() is Role.VISITOR
    monkeypatch.setenv("ARTML_TRUST_UNVERIFIED", "true")
    settings.cache_clear()
    assert current_role() is Role.STAFF
