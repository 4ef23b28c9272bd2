"""What all rooms of the page share: the atlas, the works in it that may be seen, and their pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from artml.collection.atlas import FACTS, SHOWN, Atlas, atlases, known
from artml.collection.exploring import picture, visible
from artml.errors import AtlasNotFound
from artml.web.access import Role
from artml.web.loans import LOANS, Loan
from artml.web.museum import museum
from artml.web.shelves import Item, Pressed, Shelf, shelves

Rows = npt.NDArray[np.intp]

CERTAINTY = "certainty"


@dataclass(frozen=True, eq=False)
class Room:
    """An atlas as one person may see it."""

    atlas: Atlas
    rows: Rows
    """The works that this person may see."""
    pictures: str
    """What the addresses of their pictures begin with."""
    role: Role

    @cached_property
    def mask(self) -> npt.NDArray[np.bool_]:
        """(n,): whether a work may be seen."""
        mask = np.zeros(len(self.atlas.works), dtype=bool)
        mask[self.rows] = True
        return mask

    @cached_property
    def _titled(self) -> bool:
        """Whether any work has a title: then a file's name need not stand for one."""
        return bool((self.atlas.works["title"] != "").any())

    @property
    def key(self) -> str:
        """Which clustering is looked at."""
        asked, parted = st.query_params.get("clusters"), self.atlas.parted
        return asked if asked in {found.key for found in parted} else parted[0].key

    def title(self, row: int) -> str:
        """What to call a work."""
        works = self.atlas.works
        named = "Untitled" if self._titled else PurePosixPath(works["path"].iloc[row]).stem
        return str(works["title"].iloc[row]) or named or "Untitled"

    def line(self, row: int) -> str:
        """Its artist and date."""
        works = self.atlas.works
        year = works["year"].iloc[row]
        when = f"{year:.0f}" if pd.notna(year) else str(works["date"].iloc[row])
        return ", ".join(part for part in (str(works["artist"].iloc[row]), when) if part)

    def item(self, row: int, line: str = "") -> Item:
        """Its picture, for a shelf."""
        title, made = self.title(row), self.line(row)
        return Item(int(row), title, line or made, f"{title}, {made}" if made else title)

    def shelves(
        self, given: list[Shelf], *, key: str, high: float = 6.5, labelled: bool = False, cards: bool = False
    ) -> None:
        """Draw shelves: a picture opens its work, a title its cluster."""

        def press(pressed: Pressed) -> None:
            if pressed.row is not None:
                move(work=str(pressed.row), room=None)
            elif pressed.key is not None:
                move(cluster=pressed.key, page=None)

        shelves(given, self.pictures, press, key=key, high=high, labelled=labelled, cards=cards)

    def seen(self, rows: Iterable[int]) -> list[int]:
        """Those of the rows that may be seen."""
        return [int(row) for row in rows if self.mask[row]]


def move(**where: str | None) -> None:
    """Change the page's address, None taking a part out of it.

    For callbacks: what changes as the page is being drawn may not reach a busy browser.
    """
    for name, value in where.items():
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def asked(name: str, least: int, below: int) -> int | None:
    """A whole number in the page's address, within bounds; else None."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and least <= int(text) < below else None


def rooms_of(role: Role) -> list[Room]:
    """Every atlas in which somebody of this role may see a work, the museum's own first."""
    found = []
    for name in known():
        try:
            found.append(_room(_atlas(name), role))
        except AtlasNotFound:  # of another version, or made anew this moment
            continue
    return [room for room in found if len(room.rows)]


def _room(atlas: Atlas, role: Role) -> Room:
    everything = role >= Role.CURATOR
    rows = np.flatnonzero(visible(atlas, museum, everything))
    room = Room(atlas, rows, "", role)
    context = get_script_run_ctx()
    token = LOANS.lend(
        context.session_id if context else "",
        Loan(
            key=(atlas.name, atlas.stamp, str(everything)),
            may_see=lambda row: _may_see(atlas, row, everything),
            picture=lambda row: picture(atlas, row, museum),
            about=lambda row: {"title": room.title(row), "line": room.line(row)},
        ),
    )
    return Room(atlas, rows, token, role)


def _may_see(atlas: Atlas, row: int, everything: bool) -> bool:
    if not 0 <= row < len(atlas.works):
        return False
    if everything or atlas.source == "catalogue":
        return everything or bool(atlas.facts.get("public"))
    return museum().work(str(atlas.works["id"].iloc[row])).public


def _atlas(name: str) -> Atlas:
    """The atlas of that name, as it is now, read once a server; raises `AtlasNotFound`."""
    try:
        made = (atlases() / name / SHOWN / FACTS).stat().st_mtime_ns
    except OSError as error:
        raise AtlasNotFound(f"There is no atlas {name!r}.") from error
    return _read(atlases(), name, made)


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(folder: Path, name: str, made: int) -> Atlas:
    """What every page needs of it is read and named here, once."""
    atlas = Atlas.load(name)
    atlas.names(atlas.parted[0].key), atlas.points, atlas.influence_names
    return atlas
