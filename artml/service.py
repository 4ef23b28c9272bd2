"""Which version of a bundle is in service here: the shipped one, or one that learnt from decisions.

ARTML_HOME/bundles/NAME/VERSION/       such a bundle, whole or not there
ARTML_HOME/bundles/NAME/service.json   who put which version in service, and when; nothing is ever struck
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from artml.errors import BundleDamaged
from artml.settings import settings

SERVICE: Final = "service.json"
SHIPPED: Final = ""
"""Stands for the shipped version, whichever that is."""

_NAME: Final = re.compile(r"\w[\w.-]*")


class Turn(BaseModel):
    """That somebody put a version in service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    """The version that answers from then on; `SHIPPED`: the one in ARTML_MODELS."""
    person: str
    time: datetime
    back: bool = False
    """Whether this took back the turn before it."""


_TURNS: Final = TypeAdapter(tuple[Turn, ...])


def place(name: str) -> Path:
    """Where the versions of a bundle are that were trained here."""
    return settings().home / "bundles" / name


def turns(name: str) -> tuple[Turn, ...]:
    """Who put which version of a bundle in service, the first first.

    Raises `BundleDamaged`, which names the file.
    """
    if not _NAME.fullmatch(name):
        return ()
    file = place(name) / SERVICE
    try:
        return _TURNS.validate_json(file.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        raise BundleDamaged(
            f"{file} cannot be read, so that nobody knows which version of {name} is in service. Mend it, or"
            " remove it: then the shipped one is."
        ) from error


def standing(said: Sequence[Turn]) -> list[Turn]:
    """The turns that nobody took back, the one that holds last."""
    kept: list[Turn] = []
    for turn in said:
        if turn.back:
            kept.pop()
        else:
            kept.append(turn)
    return kept


def write(name: str, version: str, person: str, *, back: bool = False) -> Turn:
    """Add a turn; the file is the old one or the new one, whatever happens meanwhile."""
    turn = Turn(version=version, person=person, time=datetime.now(UTC).replace(microsecond=0), back=back)
    content = [each.model_dump(mode="json") for each in (*turns(name), turn)]
    file = place(name) / SERVICE
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{SERVICE}.{os.getpid()}")
    with part.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(content, indent=1) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
    return turn
