"""How every page looks: what the theme in .streamlit/config.toml cannot say stands in style.css."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
ICON = _HERE / "frame.svg"


def dress(title: str = "artml") -> None:
    """Set the page's title, icon and width, and lay the style sheet; once, before anything is drawn."""
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide")
    st.html(f"<style>{_style_sheet()}</style>")


def is_dark() -> bool:
    """Whether the visitor sees the dark wall."""
    return bool(st.context.theme.type == "dark")


def element(tag: str, text: str, css: str = "", **attributes: str) -> str:
    """One HTML element around plain `text`, which is escaped; an empty string where there is no text."""
    if not text:
        return ""
    named = {"class": css, **attributes}
    written = "".join(f' {name}="{escape(value)}"' for name, value in named.items() if value)
    return f"<{tag}{written}>{escape(text)}</{tag}>"


def bar(share: float, name: str) -> str:
    """A thin line, so much of it drawn (0 to 1), as HTML."""
    return (
        f'<div class="along" role="progressbar" aria-label="{escape(name)}" aria-valuemin="0"'
        f' aria-valuemax="100" aria-valuenow="{100 * share:.0f}"><div style="width: {share:.2%}"></div></div>'
    )


@lru_cache(maxsize=1)
def _style_sheet() -> str:
    return (_HERE / "style.css").read_text(encoding="utf-8")
