"""The strip along the top: which works, which question, and how far along it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal, get_args

import streamlit as st

from artml.collection import Collection, Progress
from artml.collection.review import Order, Wish
from artml.errors import UnknownName
from artml.vocabulary import vocabulary
from artml.web.look import element

View = Literal["One", "Grid", "Sure", "Export"]

VIEWS: Final[dict[View, str]] = {
    "One": "One by one",
    "Grid": "Fifty at a time",
    "Sure": "The sure ones",
    "Export": "Export",
}
ORDERS: Final[dict[Order, str]] = {
    "margin": "Most uncertain first",
    "confidence": "Surest first",
    "label": "By label",
    "added": "As they came in",
}
EVERYWHERE: Final = "All works"


@dataclass(frozen=True)
class Asked:
    """What the strip says is wanted."""

    facet: str
    view: View
    wish: Wish
    facets: tuple[str, ...]
    """All that can be asked of these works."""


def strip(collection: Collection) -> Asked:
    """Draw the strip, and give what is chosen there; the address of the page keeps it."""
    folders = collection.folders()
    _from_job(collection, folders)
    with st.container(key="strip"):
        with st.container(key="strip-head", horizontal=True, vertical_alignment="center"):
            st.html(element("h1", "Review", "running-title"), width="content")
            folder = _folder(folders)
            view = st.segmented_control(
                "View",
                get_args(View),
                default="One",
                required=True,
                format_func=VIEWS.__getitem__,
                key="view",
                bind="query-params",
                label_visibility="collapsed",
            )
            menu = st.popover("Which works", type="tertiary")
        progress = collection.progress(folder)
        facets = tuple(progress) or vocabulary().facets
        facet = _facet(facets, progress)
        with menu:
            wish = _wish(collection, facet, folder)
    return Asked(facet, view, wish, facets)


def _facet(facets: tuple[str, ...], progress: dict[str, Progress]) -> str:
    """The question asked; how far along each is stands under its name."""
    shares = "".join(
        f".st-key-facet [role=radio]:nth-of-type({place}) {{ --along: {done / max(total, 1):.2%};"
        f' --count: "{done:,} of {total:,}" }}'
        for place, (done, total) in enumerate(progress.values(), start=1)
    )
    st.html(f"<style>{shares}</style>")
    return st.segmented_control(
        "Facet",
        facets,
        default=facets[0],
        required=True,
        format_func=str.capitalize,  # the counts are drawn beside it: a widget whose words change is another
        key="facet",
        bind="query-params",
        label_visibility="collapsed",
        width="stretch",
    )


def _from_job(collection: Collection, folders: dict[str, int]) -> None:
    """The address may name a job: its folder is chosen then."""
    job = st.query_params.get("job")
    if not job or st.session_state.get("job") == job:
        return
    st.session_state["job"] = job
    try:
        folder = collection.jobs.get(job).folder
    except UnknownName as error:
        st.html(element("p", str(error), "refused", role="alert"))
        return
    if folder in folders:
        st.session_state["folder"] = folder
    else:
        st.html(element("p", "That job has labelled no work yet.", "refused", role="status"))


def _folder(folders: dict[str, int]) -> str | None:
    if "folder" not in st.session_state and st.query_params.get("folder") in folders:
        st.session_state["folder"] = st.query_params["folder"]
    chosen: str = st.selectbox(
        "Folder",
        [EVERYWHERE, *folders],
        format_func=lambda name: PurePath(name).name or name,
        key="folder",
        label_visibility="collapsed",
        on_change=_leave_job,
        width=230,
    )
    if chosen == EVERYWHERE:
        st.query_params.pop("folder", None)
        return None
    st.query_params["folder"] = chosen
    return chosen


def _leave_job() -> None:
    st.query_params.pop("job", None)


def _wish(collection: Collection, facet: str, folder: str | None) -> Wish:
    """Which of them, and in what order."""
    wish: Wish = {"folder": folder} if folder is not None else {}
    order = st.selectbox(
        "Order", get_args(Order), format_func=ORDERS.__getitem__, key="order", bind="query-params"
    )
    if order and order != "margin":
        wish["order"] = order
    if st.toggle("Only where the model doubts the catalogue", key="doubted", bind="query-params"):
        wish["doubted"] = True
    if st.toggle("Also those that are decided", key="decided", bind="query-params"):
        wish["decided"] = True
    low, high = st.slider("Confidence, per cent", 0, 100, (0, 100), key="confidence", bind="query-params")
    if low > 0:
        wish["at_least"] = low / 100
    if high < 100:
        wish["below"] = high / 100
    counts = collection.waiting(facet, **wish)
    labels = sorted(filter(None, counts))
    label = st.selectbox(
        "Predicted as",
        labels,
        index=None,
        placeholder="Any label",
        format_func=lambda name: f"{name} ({counts.get(name, 0)})",
        key=f"label-{facet}",
    )
    if label:
        wish["label"] = label
    return wish
