"""Where the pictures come from: a folder of this machine, or what somebody brings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from artml.collection import Collection
from artml.errors import ArtmlError
from artml.jobs.uploads import Sent, receive, sent
from artml.settings import settings
from artml.turnstile import PASSES
from artml.web.folders import browse
from artml.web.look import element

NOTE: Final = "A catalogue (CSV) may come with them. No file, and no ZIP, above {:,} MiB."


def choose(collection: Collection) -> None:
    """Draw both ways; what is chosen goes into the page's address as `folder`."""
    left, right = st.columns(2, gap="large")
    with left, st.container(key="folders"):
        st.html(element("h2", "A folder on the server", "way"))
        browse("Look into", _take)
    with right, st.container(key="bring"):
        st.html(element("h2", "Or bring them here", "way"))
        _bring(collection)


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
