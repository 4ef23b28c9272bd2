"""Look-alikes: the works of an atlas most like a picture that somebody brings."""

from __future__ import annotations

import hashlib

import streamlit as st

from artml.collection.similarity import Near
from artml.errors import BundleError, Crowded, ImageError
from artml.settings import settings
from artml.web.arrivals import MANY, wait_of_visitor
from artml.web.explore.room import Room
from artml.web.guide import looker
from artml.web.look import element
from artml.web.shelves import Shelf

EACH = 12

OLD = "This atlas was made with another version of the guide; staff can make it anew (artml cluster)."


def like_yours(room: Room) -> list[Near]:
    """A place to bring a picture, and the works most like it; none before one was brought."""
    name, version = room.atlas.model
    if not name or room.atlas.parted[0].space != "embedding":
        return []
    brought = st.file_uploader(
        "Find works like a picture of yours", key="yours", max_upload_size=settings().max_mebibytes
    )
    if brought is None:
        return []
    content = brought.getvalue()
    try:
        looking = looker()
        bundle = looking.classifier
        if (bundle.name, bundle.version) != (name, version):
            st.html(element("p", OLD, "refused", role="alert"))
            return []
        key = hashlib.sha256(content).hexdigest()
        if st.session_state.get("yours-key") != key:
            if wait := wait_of_visitor():
                st.html(element("p", f"{MANY} Try again in {wait} seconds.", "refused", role="alert"))
                return []
            st.session_state["yours-vector"] = looking.look(brought.name, content).answer.embedding
            st.session_state["yours-key"] = key
    except (ImageError, BundleError, Crowded) as error:
        st.html(element("p", str(error), "refused", role="alert"))
        return []
    vector = st.session_state["yours-vector"]
    near = room.atlas.alike.nearest(vector, EACH, among=room.rows)
    room.shelves(
        [Shelf("Most like your picture", "", [room.item(found.row) for found in near])],
        key="like-yours",
        high=5,
    )
    return near
