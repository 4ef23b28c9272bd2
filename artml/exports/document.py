"""JSON documents: UTF-8, indented, empty values left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from artml.exports.words import clean

Json = dict[str, Any]
"""A JSON object."""


def lean(value: Any) -> Any:
    """The value without what is empty, at any depth, and with clean text."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        kept = {key: lean(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in ("", None, [], {})}
    if isinstance(value, list | tuple):
        return [one for one in map(lean, value) if one not in ("", None, [], {})]
    return value


def save(value: Json, out: Path) -> None:
    """Write a document, its empty values left out; makes the folder."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(lean(value), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
