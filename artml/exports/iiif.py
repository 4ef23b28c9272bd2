"""IIIF Presentation 3: a manifest an object, a canvas a picture, and a collection that lists them.

Source: iiif.io/api/presentation/3.0. Viewers show `metadata` beside the picture, so what a machine guessed
and what a person decided stand there under names that keep them apart.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from artml.errors import ExportFailed
from artml.exports.document import Json, save
from artml.exports.record import Museum, Piece, Record, Said, aat, facets, pieces
from artml.exports.words import AAT, decided, guessed

CONTEXT: Final = "http://iiif.io/api/presentation/3/context.json"


def write(records: Sequence[Record], museum: Museum, folder: Path) -> None:
    """Fill a folder: `collection.json` and `manifests/NAME.json`, to be served below the museum's `iiif/`.

    Raises `ExportFailed` where the museum has no `url`: every part of a manifest has a web address, and the
    pictures must be served somewhere.
    """
    if not museum.url.startswith(("https://", "http://")):
        raise ExportFailed("IIIF needs the web address (https://…) below which the museum serves pictures.")
    if lost := [record.sha256 for record in records if not record.file]:
        raise ExportFailed(f"Nobody knows the file of the picture {lost[0]}, so it has no web address.")
    found = pieces(records)
    for piece in found:
        save(_manifest(piece, museum), folder / "manifests" / f"{piece.name}.json")
    collection = {
        "@context": CONTEXT,
        "id": museum.address("iiif", "collection.json"),
        "type": "Collection",
        "label": {"en": [f"{museum.name or 'Works'}: {len(found)} objects"]},
        "items": [
            {"id": _address(piece, museum), "type": "Manifest", "label": _text(piece.label)}
            for piece in found
        ],
    }
    save(collection, folder / "collection.json")


def _manifest(piece: Piece, museum: Museum) -> Json:
    return {
        "@context": CONTEXT,
        "id": _address(piece, museum),
        "type": "Manifest",
        "label": _text(piece.label),
        "metadata": _metadata(piece),
        "provider": [{"id": museum.url, "type": "Agent", "label": _text(museum.name)}] if museum.name else [],
        "items": [_canvas(view, place, piece, museum) for place, view in enumerate(piece.views, start=1)],
    }


def _canvas(view: Record, place: int, piece: Piece, museum: Museum) -> Json:
    manifest = _address(piece, museum)
    canvas = f"{manifest}/canvas/{place}"
    size = {"width": view.width, "height": view.height}
    format, _ = mimetypes.guess_type(view.file)
    picture = {"id": museum.picture(view), "type": "Image", "format": format, **size}
    painting = {
        "id": f"{canvas}/painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": picture,
        "target": canvas,
    }
    return {
        "id": canvas,
        "type": "Canvas",
        "label": _text(view.file),
        **size,
        "metadata": _pairs(_told(view)),
        "items": [{"id": f"{canvas}/page", "type": "AnnotationPage", "items": [painting]}],
    }


def _metadata(piece: Piece) -> list[Json]:
    """What holds of the object: as catalogued, and as decided."""
    known = [("Object number", piece.number), ("Artist (catalogued)", piece.artist), ("Date", piece.date)]
    said = [
        (f"{facet.capitalize()} (decided)", [_linked(facet, label) for label in piece.decided(facet)])
        for facet in facets(piece.views)
    ]
    return _pairs([(name, [_plain(value)] if value else []) for name, value in known] + said)


def _told(view: Record) -> list[tuple[str, list[str]]]:
    """What was said of one picture, by machine and by person, with model, version, reviewer and date."""
    guesses = [
        (
            f"{facet.capitalize()}: machine guess",
            [_linked(facet, Said(guess.label)), _plain(guessed(facet, guess))],
        )
        for facet, guess in view.guesses.items()
    ]
    verdicts = [
        (f"{facet.capitalize()}: decision", [_plain(decided(facet, verdict))])
        for facet, verdict in view.decisions.items()
    ]
    return [*guesses, *verdicts, ("SHA-256", [view.sha256])]


def _pairs(pairs: Sequence[tuple[str, list[str]]]) -> list[Json]:
    return [{"label": {"en": [name]}, "value": {"none": values}} for name, values in pairs if values]


def _linked(facet: str, said: Said) -> str:
    """The label, linked to its AAT concept where it has one."""
    digits = aat(facet, said.label)
    return f'<a href="{AAT}{digits}">{escape(str(said))}</a>' if digits else _plain(str(said))


def _plain(text: str) -> str:
    """Text that no viewer takes for HTML: that is what begins with `<` and ends with `>`."""
    return f"<span>{escape(text)}</span>" if text.lstrip().startswith("<") else text


def _text(text: str) -> Json:
    return {"none": [text]}


def _address(piece: Piece, museum: Museum) -> str:
    return museum.address("iiif", "manifests", f"{piece.name}.json")
