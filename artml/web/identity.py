"""Who is asking: signed in, sitting at this machine, or a visitor. Nothing that a browser says makes a role.

Where Streamlit's secrets have a section `[auth]`, people sign in (OIDC), and the settings say by e-mail
address what each may do. Without it, whoever sits at this machine may do everything, and everybody else is a
visitor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import streamlit as st

from artml.collection.people import Person
from artml.settings import settings

Way = Literal["sign-in", "here", "nobody"]
"""How people become more than visitors: by signing in, by sitting at this machine, or not at all."""

NOBODY: Final = Person("")
"""A visitor."""

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
"""What this machine calls itself."""

PASSED_ON: Final = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Headers of a request that came by way of another machine."""


def current_person() -> Person:
    """Whoever asks, with the roles they have; a visitor has neither roles nor a name."""
    match way():
        case "sign-in":
            return _signed_in()
        case "here":
            return Person.here()
        case _:
            return NOBODY


def way() -> Way:
    """How whoever asks may become more than a visitor."""
    if signs_in():
        return "sign-in"
    return "here" if not secrets_broken() and not settings().public and _at_this_machine() else "nobody"


def signs_in() -> bool:
    """Whether sign-in is configured: Streamlit's secrets have a section `[auth]`."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def secrets_broken() -> bool:
    """Whether there are secrets that cannot be read: nobody knows then whether people should sign in."""
    there = any(Path(file).exists() for file in st.get_option("secrets.files"))
    return there and not st.secrets.load_if_toml_exists()


def _signed_in() -> Person:
    """Known by an e-mail address for which the provider vouches."""
    facts = st.user.to_dict()
    address = facts.get("email")
    vouched = facts.get("email_verified") is True or settings().trust_unverified
    if not facts.get("is_logged_in") or not isinstance(address, str):
        return NOBODY
    return Person.of(address) if vouched else Person(address)


def _at_this_machine() -> bool:
    """Whether the browser runs here: it came straight, from here, to an address that only exists here."""
    headers = st.context.headers
    if any(name in headers for name in PASSED_ON) or st.context.ip_address is not None:
        return False
    # Of a site that a proxy serves from here, the page's own origin still tells.
    return _is_loopback(f"//{headers.get('Host', '')}") and _is_loopback(headers.get("Origin") or "")


def _is_loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False
