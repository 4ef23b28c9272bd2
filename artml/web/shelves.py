"""Pictures on shelves: each a button that opens its work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Item:
    """A picture: the row of its work, its words, and what is said where it cannot be seen."""

    row: int
    words: str
    line: str
    spoken: str


@dataclass(frozen=True)
class Shelf:
    """Pictures under a title and a line; where there is a `key`, the title opens something too."""

    title: str
    line: str
    items: Sequence[Item]
    key: str | None = None


@dataclass(frozen=True)
class Pressed:
    """What was pressed: a picture's row, a title's key, or nothing."""

    row: int | None = None
    key: str | None = None


def shelves(
    given: Sequence[Shelf],
    pictures: str,
    on_pressed: Callable[[Pressed], None],
    *,
    key: str,
    high: float = 6.5,
    labelled: bool = False,
    cards: bool = False,
) -> None:
    """Draw shelves; `high` is the height of a picture, rem. `on_pressed` is called before the page is drawn
    again: what it changes in the page's address then goes out with the new page.

    labelled: words under each picture. cards: shelves side by side.
    """
    data = {
        "shelves": [asdict(shelf) for shelf in given],
        "pictures": pictures,
        "high": high,
        "labelled": labelled,
        "cards": cards,
    }

    def tell() -> None:
        told = st.session_state[key]
        on_pressed(Pressed(told.get("opened"), told.get("shelf")))

    component("shelves")(data=data, key=key, on_opened_change=tell, on_shelf_change=tell)


@lru_cache
def component(name: str) -> Any:
    """The component that `NAME.html`, `.css` and `.js` beside this file make."""
    html, css, js = ((_HERE / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component(f"artml_{name}", html=html, css=css, js=js)
