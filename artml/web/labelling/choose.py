"""Where the pictures come from: a folder of this machine, or what somebody brings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from artml.collection import Collection
from artml.errors import ArtmlError, LabellingError
from artml.jobs.sources import below_roots, folders_in, roots
from artml.jobs.uploads import Sent, receive, sent
from artml.settings import settings
from artml.turnstile import PASSES
from artml.web.look import element

NO_FOLDERS: Final = "Whoever runs artml can name folders of this machine to choose from (ARTML_FOLDERS)."

NOTE: Final = "A catalogue (CSV) may come with them. No file, and no ZIP, above {:,} MiB."


def choose(collection: Collection) -> None:
    """Draw both ways; what is chosen goes into the page's address as `folder`."""
    left, right = st.columns(2, gap="large")
    with left, st.container(key="folders"):
        st.html(element("h2", "A folder on the server", "way"))
        _browse()
    with right, st.container(key="bring"):
        st.html(element("h2", "Or bring them here", "way"))
        _bring(collection)


def _browse() -> None:
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
    st.button(f"Look into {folder.name}", key="take", type="primary", on_click=_take, args=(str(folder),))


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


def _take(folder: str) -> None:
    st.query_params["folder"] = folder


def _bring(collection: Collection) -> None:
    if (context := get_script_run_ctx()) is not None:
        PASSES.give(context.session_id)
    delivery = st.session_state.setdefault("delivery", 0)
    whole = st.toggle("A whole folder", key="whole")
    files = st.file_uploader(
        "Drop a folder here" if whole else "Drop pictures or a ZIP here",
        accept_multiple_files="directory" if whole else True,
        key=f"brought-{'folder' if whole else 'files'}-{delivery}",
        max_upload_size=settings().max_mebibytes,
        label_visibility="collapsed",
    )
    st.html(element("p", NOTE.format(settings().max_mebibytes), "small-print"))
    if not files:
        return
    if st.button("Take them in", key="take-in", type="primary"):
        try:
            with st.spinner("Taking them in…"):
                arrived = [each for file in files for each in sent(file.name, file, file.size)]
                key = receive(collection.files, arrived, _title(files[0].name, arrived))
        except ArtmlError as error:
            st.html(element("p", str(error), "refused", role="alert"))
            return
        st.session_state["delivery"] = delivery + 1
        st.query_params["folder"] = key
        st.rerun()


def _title(first: str, arrived: list[Sent]) -> str:
    """The name of the ZIP, if that is what came."""
    return Path(first).stem if first.lower().endswith(".zip") and arrived else ""
