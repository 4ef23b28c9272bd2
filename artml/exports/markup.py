"""XML written from Python: short names, clean text, whole documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lxml import etree

from artml.exports.words import clean

LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"

Child = etree._Element | None
"""An element within another; None is left out."""
Maker = Callable[..., etree._Element]


def maker(spaces: Mapping[str, str]) -> Maker:
    """A function that makes elements: `make("lido:term", "Cubism", {"xml:lang": "en"})`.

    Names are `prefix:name` with the prefixes of `spaces` (and `xml`). Strings are the text, mappings the
    attributes, of which empty ones are left out, elements the children.
    """

    def full(name: str) -> str:
        prefix, local = name.split(":")
        return LANGUAGE if name == "xml:lang" else f"{{{spaces[prefix]}}}{local}"

    def make(name: str, *content: str | Mapping[str, str] | Child) -> etree._Element:
        element = etree.Element(full(name), nsmap=dict(spaces))
        for part in content:
            if isinstance(part, str):
                element.text = clean(part)
            elif isinstance(part, Mapping):
                for key, value in part.items():
                    if value:
                        element.set(full(key), clean(value))
            elif part is not None:
                element.append(part)
        return element

    return make


def save(root: etree._Element, out: Path) -> None:
    """Write a document: UTF-8, indented, each namespace declared once."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])
    etree.indent(root)
    etree.ElementTree(root).write(out, encoding="UTF-8", xml_declaration=True)
