"""Who may enter which page. Everything is closed until a page says whom it is for.

A page says so by one line, read without running the page:

    AUDIENCE = Role.VISITOR
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.pages_manager import PagesManager


class Role(IntEnum):
    """What a person may do here; each role may do all that the ones before it may."""

    VISITOR = 0
    CURATOR = 1
    STAFF = 2


def current_role() -> Role:
    """The role of whoever asks. Nothing that a browser sends is read: until sign-in, all are visitors."""
    return Role.VISITOR


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
    """
    role = current_role()
    rooms = [(folder / f"{name}.py", title) for name, title in titles.items()]
    pages = [st.Page(path, title=title) for path, title in rooms if may_enter(path, role)]
    return st.navigation(pages, position="top" if len(pages) > 1 else "hidden")


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
