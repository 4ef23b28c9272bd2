"""The front door: which pages there are, and the ASGI app that serves them.

Streamlit runs this file for every visit; a server imports it for `app` (`artml serve`, `streamlit run app.py`
or `uvicorn app:app`).
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from artml.web.access import doorplate, open_doors
from artml.web.look import dress

# File name and title of each page in the order of the menu, home first. Each says itself whom it admits.
PAGES = {
    "identify": "What am I looking at?",
    "hand_or_code": "By hand, or by algorithm?",
    "explore": "Explore",
    "label": "Label",
    "review": "Review",
    "train": "Train",
    "reports": "Reports",
}

if __name__ == "__main__":
    dress()
    open_doors(Path(__file__).parent / "pages", PAGES).run()
    doorplate()
else:
    from artml import api

    api.prepare()
    app = st.App(__file__, routes=list(api.ROUTES), middleware=list(api.MIDDLEWARE), lifespan=api.opening)
