"""Who may enter which page: closed until a page says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from artml.settings import ROOT
from artml.web.access import Role, audience, close_side_doors, current_role, may_enter

FRONT_DOOR = """
from pathlib import Path
from artml.web.access import open_doors

titles = {"open": "Open", "silent": "Silent", "staff": "Staff"}
open_doors(Path(__file__).parent / "rooms", titles).run()
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.py"


@pytest.mark.parametrize(
    ("line", "admits"),
    [
        ("AUDIENCE = Role.VISITOR", Role.VISITOR),
        ("AUDIENCE: Final = Role.CURATOR", Role.CURATOR),
        ("AUDIENCE = Role.STAFF", Role.STAFF),
    ],
)
def test_a_page_names_the_least_role_it_admits(page: Path, line: str, admits: Role) -> None:
    page.write_text(f'"""A page."""\n{line}\n')
    assert audience(page) is admits
    assert [may_enter(page, role) for role in Role] == [role >= admits for role in Role]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import streamlit as st\nst.write('hello')",
        "AUDIENCE = 'visitor'",
        "AUDIENCE = 0",
        "AUDIENCE = Role.EVERYBODY",
        "AUDIENCE = min(Role)",
        "AUDIENCE: Role",
        "AUDIENCE = other.VISITOR",
        "# AUDIENCE = Role.VISITOR",
        "def show():\n    AUDIENCE = Role.VISITOR",
        "AUDIENCE = Role.STAFF\nAUDIENCE = Role.VISITOR",
        "AUDIENCE = Role.VISITOR\nthis is no Python",
    ],
)
def test_a_page_that_does_not_say_plainly_whom_it_is_for_admits_nobody(page: Path, source: str) -> None:
    page.write_text(source)
    assert audience(page) is None
    assert not any(may_enter(page, role) for role in Role)


def test_a_missing_or_binary_page_admits_nobody(page: Path) -> None:
    assert audience(page) is None
    page.write_bytes(b"\x00\xff\xfe")
    assert audience(page) is None


def test_every_page_in_the_house_says_whom_it_is_for() -> None:
    pages = sorted((ROOT / "pages").glob("*.py"))
    assert pages
    assert [page.name for page in pages if audience(page) is None] == []


def test_the_side_doors_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    close_side_doors()
    assert PagesManager(str(ROOT / "app.py")).uses_pages_directory is False


@pytest.fixture
def house(tmp_path: Path) -> AppTest:
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    for name, line in {
        "open": "AUDIENCE = Role.VISITOR",
        "silent": "",
        "staff": "AUDIENCE = Role.STAFF",
    }.items():
        show = f"import streamlit as st\nst.markdown('inside {name}')\n"
        (rooms / f"{name}.py").write_text(f"from artml.web.access import Role\n{line}\n{show}")
    (tmp_path / "front.py").write_text(FRONT_DOOR)
    return AppTest.from_file(str(tmp_path / "front.py"), default_timeout=60)


def test_the_front_door_lets_a_visitor_only_where_visitors_may_go(house: AppTest) -> None:
    house.run()
    assert not house.exception
    assert [text.value for text in house.markdown] == ["inside open"]


def test_nothing_a_visitor_sends_makes_another_role_of_them(house: AppTest) -> None:
    house.query_params.update({"role": "staff", "Role": "STAFF", "user": "admin"})
    house.session_state["role"] = Role.STAFF
    house.run()
    assert current_role() is Role.VISITOR
    assert [text.value for text in house.markdown] == ["inside open"]
