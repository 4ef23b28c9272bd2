"""XMP sidecars: beside each picture a file `NAME.EXT.xmp`, the picture itself untouched.

Sources: ISO 16684-1 (XMP), IPTC Photo Metadata Standard (Artwork or Object in the Image: the work, which has
another maker than the photograph). Guesses and decisions in full stand in a namespace of our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from lxml import etree

from artml.errors import ExportFailed
from artml.exports.markup import Child, maker, save
from artml.exports.record import Guess, Museum, Record, Said, Verdict, aat
from artml.exports.words import OUTCOMES, stamp

TOOLKIT: Final = "artml"
"""What a sidecar of ours says it was written by."""

_SPACES: Final = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "artml": "urn:x-artml:xmp:1.0#",
}
_make = maker(_SPACES)
_RESOURCE: Final = {"rdf:parseType": "Resource"}


def write(records: Sequence[Record], museum: Museum, folder: Path) -> None:
    """Fill a folder with the sidecars, each where its picture lies below the pictures' own folder.

    Raises `ExportFailed` for a picture that lies outside of it, or nobody knows where.
    """
    for record in records:
        path = PurePosixPath(record.file)
        if not record.file or path.is_absolute() or ".." in path.parts:
            where = f"{record.file} lies" if record.file else f"The picture {record.sha256} lies"
            raise ExportFailed(f"{where} outside the folder of pictures.")
        out = folder / f"{path}.xmp"
        out.parent.mkdir(parents=True, exist_ok=True)
        save(_sidecar(record, museum), out)


def ours(sidecar: Path) -> bool:
    """Whether a sidecar was written here, and nobody's work is lost when it is written anew."""
    try:
        root = etree.parse(sidecar, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except etree.XMLSyntaxError:
        return False
    return root.get(f"{{{_SPACES['x']}}}xmptk") == TOOLKIT


def _sidecar(record: Record, museum: Museum) -> etree._Element:
    said = {facet: verdict.labels for facet, verdict in record.decisions.items()}
    keywords = dict.fromkeys(str(label) for labels in said.values() for label in labels)
    times = [verdict.time for verdict in record.decisions.values()]
    times += [guess.time for guess in record.guesses.values()]
    description = _make(
        "rdf:Description",
        _wrapped("dc:title", "rdf:Alt", _default(record.title)) if record.title else None,
        _make("dc:identifier", record.object_number) if record.object_number else None,
        _wrapped("dc:subject", "rdf:Bag", (_make("rdf:li", word) for word in keywords)) if keywords else None,
        _make("xmp:MetadataDate", stamp(max(times))) if times else None,
        _wrapped("Iptc4xmpExt:ArtworkOrObject", "rdf:Bag", [_artwork(record, museum, said)]),
        _make("artml:SHA256", record.sha256),
        _wrapped("artml:Guesses", "rdf:Bag", (_guess(*item) for item in record.guesses.items())),
        _wrapped("artml:Decisions", "rdf:Bag", (_verdict(*item) for item in record.decisions.items())),
    )
    # An empty `rdf:about` says: of the file beside this one.
    description.set(f"{{{_SPACES['rdf']}}}about", "")
    return _make("x:xmpmeta", {"x:xmptk": TOOLKIT}, _make("rdf:RDF", description))


def _artwork(record: Record, museum: Museum, said: dict[str, tuple[Said, ...]]) -> etree._Element:
    """The work shown, by the standard's own fields: as decided, or else as catalogued."""
    artists = [str(label) for label in said.get("artist", ())] or [record.artist]
    styles = [str(label) for label in said.get("style", ())]
    return _make(
        "rdf:li",
        _RESOURCE,
        _wrapped("Iptc4xmpExt:AOTitle", "rdf:Alt", _default(record.title)) if record.title else None,
        _listed("Iptc4xmpExt:AOCreator", "rdf:Seq", artists),
        _field(f"Iptc4xmpExt:{_date_field(record.date)}", record.date),
        _field("Iptc4xmpExt:AOSource", museum.name),
        _field("Iptc4xmpExt:AOSourceInvNo", record.object_number),
        _listed("Iptc4xmpExt:AOStylePeriod", "rdf:Bag", styles),
    )


def _date_field(date: str) -> str:
    """The standard keeps exact dates and dates in words apart."""
    return "AODateCreated" if len(date) == 4 and date.isdecimal() else "AOCircaDateCreated"


def _guess(facet: str, guess: Guess) -> etree._Element:
    return _make(
        "rdf:li",
        _RESOURCE,
        _make("artml:Facet", facet),
        _make("artml:Label", guess.label),
        _field("artml:AAT", aat(facet, guess.label)),
        _make("artml:Probability", f"{guess.probability:.4f}"),
        _make("artml:Certain", str(guess.certain)),
        _make("artml:Model", guess.model),
        _make("artml:Version", guess.version),
        _make("artml:Time", stamp(guess.time)),
    )


def _verdict(facet: str, verdict: Verdict) -> etree._Element:
    labels = [
        _make(
            "rdf:li",
            _RESOURCE,
            _make("artml:Label", said.label),
            _field("artml:Qualifier", said.qualifier),
            _field("artml:AAT", aat(facet, said.label)),
        )
        for said in verdict.labels
    ]
    return _make(
        "rdf:li",
        _RESOURCE,
        _make("artml:Facet", facet),
        _make("artml:Outcome", OUTCOMES[verdict.outcome]),
        _wrapped("artml:Labels", "rdf:Seq", labels) if labels else None,
        _make("artml:Reviewer", verdict.person),
        _make("artml:Time", stamp(verdict.time)),
        _field("artml:Note", verdict.note),
    )


def _default(text: str) -> list[etree._Element]:
    return [_make("rdf:li", text, {"xml:lang": "x-default"})]


def _field(name: str, text: str) -> Child:
    return _make(name, text) if text else None


def _listed(name: str, kind: str, values: Iterable[str]) -> Child:
    items = [_make("rdf:li", value) for value in values if value]
    return _wrapped(name, kind, items) if items else None


def _wrapped(name: str, kind: str, items: Iterable[etree._Element]) -> etree._Element:
    return _make(name, _make(kind, *items))
