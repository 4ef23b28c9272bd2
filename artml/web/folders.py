"""A way through the folders of the server that may be read, to one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st

from artml.errors import LabellingError
from artml.jobs.sources import below_roots, folders_in, roots
from artml.web.look import element

NO_FOLDERS: Final = "Whoever runs artml can name folders of this machine to choose from (ARTML_FOLDERS)."


def browse(words: str, take: Callable[[str], None]) -> None:
    """Draw it; the button says `words` and the folder's name, and `take` is told the folder."""
    offered = roots()
    if not offered:
        st.html(element("p", NO_FOLDERS, "small-print"))
        return
    here = st.session_state.get("browsed")
    if here is None:
        if len(offered) > 1:
            for number, root in enumerate(offered):
                _way(str(root), root, f"root-{number}")
            return
        here = str(offered[0])
    try:
        folder, root = below_roots(here)
        inner = folders_in(folder, root)
    except LabellingError as error:
        st.session_state.pop("browsed", None)
        st.html(element("p", str(error), "refused", role="alert"))
        return
    with st.container(key="crumbs", horizontal=True, gap="small"):
        if len(offered) > 1:
            st.button("All", key="crumb-all", type="tertiary", on_click=_turn_to, args=(None,))
        for depth, step in enumerate(_trail(folder, root)):
            _way(step.name or str(step), step, f"crumb-{depth}", disabled=step == folder)
    with st.container(key="inner", height=264 if len(inner) > 6 else "content", border=False, gap=None):
        for number, name in enumerate(inner):
            _way(name, folder / name, f"inner-{number}")
        if not inner:
            st.html(element("p", "No folders in it.", "small-print"))
    st.button(f"{words} {folder.name}", key="take", type="primary", on_click=take, args=(str(folder),))


def _trail(folder: Path, root: Path) -> list[Path]:
    """The folders from a root down to a folder, both included."""
    return [step for step in reversed([folder, *folder.parents]) if step.is_relative_to(root)]


def _way(text: str, folder: Path, key: str, disabled: bool = False) -> None:
    st.button(text, key=key, type="tertiary", disabled=disabled, on_click=_turn_to, args=(str(folder),))


def _turn_to(folder: str | None) -> None:
    if folder is None:
        st.session_state.pop("browsed", None)
    else:
        st.session_state["browsed"] = folder
