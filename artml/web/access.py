"""Who may enter which page. Everything is closed until a page says whom it is for.

A page says so by one line, read without running the page, and asks again itself who has come:

    AUDIENCE = Role.CURATOR
    person = enter(AUDIENCE)

What a page then does in that person's name, the library asks once more (`Person.check`).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.pages_manager import PagesManager

from artml.collection.people import Person
from artml.web import identity
from artml.web.look import element

ALONE: Final = "Open on this machine only: nobody signs in, and whoever sits here may do everything."
HERE_ONLY: Final = "This room opens only on the machine that serves it."
HOW: Final = "For other machines, whoever runs artml can set up sign-in: docs/access.md says how."
ASK: Final = "Whoever runs artml can add your address to ARTML_CURATORS or ARTML_STAFF."


class Role(IntEnum):
    """What a person may do here; each role may do all that the ones before it may."""

    VISITOR = 0
    CURATOR = 1
    STAFF = 2


def current_role() -> Role:
    """The role of whoever asks."""
    return role_of(identity.current_person())


def role_of(person: Person) -> Role:
    """The most that a person may be here."""
    return max((Role[role.upper()] for role in person.roles), default=Role.VISITOR)


def enter(least: Role) -> Person:
    """Whoever asks, if they have this role; else the page ends here, and says how to come in."""
    person = identity.current_person()
    if role_of(person) < least:
        closed_door()
        st.stop()
    return person


def audience(page: Path) -> Role | None:
    """The least role that `page` admits, from its line `AUDIENCE = Role.…`; None where it admits nobody.

    The line must be the only one of its kind, at the top level, and name a role outright: anything
    cleverer, unreadable or missing closes the page.
    """
    try:
        body = ast.parse(page.read_text(encoding="utf-8")).body
    except (OSError, SyntaxError, ValueError):
        return None
    said = [node for node in body if isinstance(node, ast.Assign | ast.AnnAssign) and _sets_audience(node)]
    return _named_role(said[0].value) if len(said) == 1 else None


def may_enter(page: Path, role: Role) -> bool:
    """Whether someone with `role` may open `page`; never, where the page does not say whom it is for."""
    admits = audience(page)
    return admits is not None and role >= admits


def open_doors(folder: Path, titles: Mapping[str, str]) -> Page:
    """The page that was asked for, ready to `run()`, from those in `folder` that the current role may enter.

    `titles` names the pages (file name without .py, and title) in the order of the menu, the home page first.
    Where the others are there is a closed door, which no menu shows.
    """
    role = current_role()
    rooms = [(folder / f"{name}.py", title) for name, title in titles.items()]
    pages = [_door(path, title, role) for path, title in rooms if audience(path) is not None]
    menu = [page for page in pages if page.visibility == "visible"]
    return st.navigation(pages, position="top" if len(menu) > 1 else "hidden")


def _door(path: Path, title: str, role: Role) -> Page:
    if may_enter(path, role):
        return st.Page(path, title=title)
    door = partial(closed_door, title)
    return st.Page(door, title=title, url_path=path.stem, visibility="hidden")


def closed_door(title: str = "This room is closed") -> None:
    """Say why a page does not open, and offer the way in where there is one."""
    person, way = identity.current_person(), identity.way()
    with st.container(key="closed-door"):
        st.html(element("h1", title, "welcome"))
        if way == "sign-in" and not person.name:
            st.html(element("p", "This room is for the people who work here.", "invitation"))
            st.button("Sign in", type="primary", on_click=st.login)
        elif way == "sign-in":
            refused = f"You are signed in as {person.name}, which opens other doors than this one."
            st.html(element("p", refused, "invitation") + element("p", ASK, "small-print"))
        else:
            st.html(element("p", HERE_ONLY, "invitation") + element("p", HOW, "small-print"))


def doorplate() -> None:
    """Say quietly, at the foot of a page, in whose name it is open, and offer to sign in or out."""
    way, person = identity.way(), identity.current_person()
    if way == "nobody":
        return
    with st.container(key="doorplate", horizontal=True, vertical_alignment="center"):
        if way == "here":
            st.html(element("p", ALONE, "small-print"))
        elif person.name:
            st.html(element("p", f"Signed in as {person.name}", "small-print"), width="content")
            st.button("Sign out", type="tertiary", on_click=st.logout)
        else:
            st.button("Sign in", type="tertiary", on_click=st.login)


def close_side_doors() -> None:
    """Take from Streamlit its habit of serving whatever lies in pages/ until `st.navigation` is first called.

    Without this, the first visit after a start could open any page by its address, whoever comes.
    """
    PagesManager.uses_pages_directory = False


def _sets_audience(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Name) and target.id == "AUDIENCE" for target in targets)


def _named_role(value: ast.expr | None) -> Role | None:
    match value:
        case ast.Attribute(value=ast.Name(id="Role"), attr=name):
            return Role.__members__.get(name)
        case _:
            return None
