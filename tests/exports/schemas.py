"""The published schemas, where they lie beside the labelled collection; else the test is skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree
from referencing import Registry, Resource


def lido(collection: Path) -> etree.XMLSchema:
    """LIDO 1.1."""
    file = collection / "schemas" / "lido" / "lido-v1.1.xsd"
    if not file.is_file():
        pytest.skip(f"no LIDO schema at {file}")
    return etree.XMLSchema(etree.parse(file, etree.XMLParser(no_network=True)))


def linked_art(collection: Path) -> dict[str, Draft202012Validator]:
    """What validates the files of each folder, `objects` and `images`."""
    files = sorted((collection / "schemas" / "linked-art").glob("*.json"))
    if not files:
        pytest.skip(f"no Linked Art schemas at {collection}")
    schemas = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    kinds = {schema["title"]: Draft202012Validator(schema, registry=registry) for schema in schemas}
    return {"objects": kinds["Human-Made Object Schema"], "images": kinds["Visual Content Schema"]}
