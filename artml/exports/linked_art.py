"""Linked Art 1.0 JSON-LD: of each object one file for the object and one for what it shows.

Sources: linked.art (model: object, aboutness, production, assertion) and its JSON schemas. What persons
decided is stated: style and genre as `classified_as` of the `VisualItem`, the artist as `carried_out_by` of
the production. A machine's guess is never stated, only reported, as an `AttributeAssignment`; so is an artist
with a qualifier (`workshop of`), whom no search should take for the maker. Each decision is reported too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from artml.exports.document import Json, save
from artml.exports.record import Guess, Museum, Piece, Record, Said, Verdict, aat, entry, pieces
from artml.exports.words import AAT, QUALIFIERS, UNSURE, decided, guessed, stamp, years

CONTEXT: Final = "https://linked.art/ns/v1/linked-art.json"

_WIKIDATA: Final = "http://www.wikidata.org/entity/"
_ACCESSION, _PRIMARY, _ARTWORK, _STYLE = "300312355", "300404670", "300133025", "300015646"


def write(records: Sequence[Record], museum: Museum, folder: Path) -> None:
    """Fill a folder: `objects/NAME.json` and `images/NAME.json` for each object."""
    for piece in pieces(records):
        document = _Document(piece, museum)
        save(document.thing(), folder / "objects" / f"{piece.name}.json")
        save(document.image(), folder / "images" / f"{piece.name}.json")


@dataclass(frozen=True)
class _Document:
    piece: Piece
    museum: Museum

    def thing(self) -> Json:
        """The `HumanMadeObject`."""
        piece = self.piece
        names = [
            {
                "type": "Identifier",
                "content": piece.number,
                "classified_as": [_aat(_ACCESSION, "accession number")],
            }
            if piece.number
            else {},
            {"type": "Name", "content": piece.label, "classified_as": [_aat(_PRIMARY, "primary name")]},
        ]
        return {
            "@context": CONTEXT,
            "id": self._id("objects", piece.name),
            "type": "HumanMadeObject",
            "_label": piece.label,
            "classified_as": [_aat(_ARTWORK, "works of art")],
            "identified_by": names,
            "referred_to_by": [_statement(f"artist as catalogued: {piece.artist}")] if piece.artist else [],
            "attributed_by": list(self._assignments(artist=True)),
            "representation": [self._picture(view) for view in piece.views],
            "shows": [{"id": self._id("images", piece.name), "type": "VisualItem", "_label": piece.label}],
            "produced_by": self._production(),
        }

    def image(self) -> Json:
        """The `VisualItem`: what the object shows."""
        kinds = dict.fromkeys(facet for view in self.piece.views for facet in view.decisions)
        return {
            "@context": CONTEXT,
            "id": self._id("images", self.piece.name),
            "type": "VisualItem",
            "_label": self.piece.label,
            "classified_as": [
                self._concept(facet, said.label)
                for facet in kinds
                if facet != "artist"
                for said in self.piece.decided(facet)
                if not said.qualifier
            ],
            "attributed_by": list(self._assignments(artist=False)),
        }

    def _production(self) -> Json:
        """By whom, as decided or else as catalogued, and when; empty where neither is known."""
        said = self.piece.decided("artist")
        makers = [self._artist(one.label) for one in said if not one.qualifier]
        if not said and self.piece.artist:
            makers = [self._artist(self.piece.artist)]
        facts = {"carried_out_by": makers, "timespan": _span(self.piece.date)}
        return {"type": "Production", **facts} if makers or self.piece.date else {}

    def _assignments(self, *, artist: bool) -> Iterator[Json]:
        for view in self.piece.views:
            for facet, guess in view.guesses.items():
                if (facet == "artist") == artist:
                    yield self._guess(view, facet, guess)
            for facet, verdict in view.decisions.items():
                if (facet == "artist") == artist:
                    yield from self._verdicts(view, facet, verdict)

    def _guess(self, view: Record, facet: str, guess: Guess) -> Json:
        model = f"bundle {guess.model} {guess.version}"
        return {
            "type": "AttributeAssignment",
            "_label": f"Machine guess, {facet}: {guess.label}",
            "classified_as": [_type("urn:x-artml:machine-guess", "machine guess, not reviewed by itself")],
            "referred_to_by": [
                _statement(f"{facet}: {guessed(facet, guess)}"),
                _statement(f"picture: {view.file}"),
            ],
            "timespan": _moment(guess.time),
            "technique": [_type(_urn("model", guess.model, guess.version), f"artml, {model}")],
            **self._assigned(facet, Said(guess.label)),
        }

    def _verdicts(self, view: Record, facet: str, verdict: Verdict) -> Iterator[Json]:
        """An assignment a label, or one that assigns nothing where the person could not say."""
        for said in verdict.labels or (None,):
            yield {
                "type": "AttributeAssignment",
                "_label": f"Decision, {facet}: {said or 'cannot say'}",
                "classified_as": [
                    _type(
                        _urn("decision", verdict.outcome), f"decision: {verdict.outcome.replace('_', ' ')}"
                    ),
                    _qualifier(said.qualifier) if said else {},
                ],
                "referred_to_by": [
                    _statement(f"{facet}: {decided(facet, verdict)}"),
                    _statement(f"picture: {view.file}"),
                ],
                "timespan": _moment(verdict.time),
                "carried_out_by": [
                    {"id": self._id("people", verdict.person), "type": "Person", "_label": verdict.person}
                ],
                **(self._assigned(facet, said) if said else {}),
            }

    def _assigned(self, facet: str, said: Said) -> Json:
        """What is assigned, and as what: a class, or a production by (or only in the way of) an artist."""
        if facet != "artist":
            return {"assigned": [self._concept(facet, said.label)], "assigned_property": "classified_as"}
        qualifier = said.qualifier.casefold().strip()
        by = "carried_out_by" if qualifier in ("", *UNSURE) else "influenced_by"
        production = {"type": "Production", by: [self._artist(said.label)]}
        return {"assigned": [production], "assigned_property": "produced_by"}

    def _picture(self, view: Record) -> Json:
        address = self.museum.picture(view)
        digital = {
            "type": "DigitalObject",
            "_label": view.file,
            "identified_by": [
                {
                    "type": "Identifier",
                    "content": view.sha256,
                    "classified_as": [_type("urn:x-artml:sha256", "SHA-256 of the file")],
                }
            ],
            "access_point": [{"id": address, "type": "DigitalObject"}] if address else [],
        }
        return {"type": "VisualItem", "digitally_shown_by": [digital]}

    def _concept(self, facet: str, label: str) -> Json:
        digits = aat(facet, label)
        kind = _aat(_STYLE, "styles and periods") if facet == "style" else _type(_urn("facet", facet), facet)
        address = AAT + digits if digits else self._id("concepts", facet, label)
        return {**_type(address, label), "classified_as": [kind]}

    def _artist(self, name: str) -> Json:
        known = entry("artist", name)
        address = _WIKIDATA + known.wikidata_id if known and known.wikidata_id else self._id("people", name)
        return {"id": address, "type": "Person", "_label": name}

    def _id(self, *parts: str) -> str:
        return self.museum.address(*parts) or _urn(*parts)


def _urn(*parts: str) -> str:
    return ":".join(["urn:x-artml", *(quote(part, safe="") for part in parts)])


def _type(address: str, label: str) -> Json:
    return {"id": address, "type": "Type", "_label": label}


def _aat(digits: str, label: str) -> Json:
    return _type(AAT + digits, label)


def _qualifier(qualifier: str) -> Json:
    """The qualifier as a concept; empty where there is none."""
    if not qualifier:
        return {}
    digits = QUALIFIERS.get(qualifier.casefold().strip())
    return _type(AAT + digits if digits else _urn("qualifier", qualifier), qualifier)


def _statement(text: str) -> Json:
    return {"type": "LinguisticObject", "content": text}


def _moment(time: datetime) -> Json:
    return {"type": "TimeSpan", "begin_of_the_begin": stamp(time), "end_of_the_end": stamp(time)}


def _span(date: str) -> Json:
    """A catalogued date in its own words, with its bounds where they leave no doubt."""
    if not date:
        return {}
    span = years(date)
    bounds = (
        {
            "begin_of_the_begin": f"{span[0]:04d}-01-01T00:00:00Z",
            "end_of_the_end": f"{span[1]:04d}-12-31T23:59:59Z",
        }
        if span
        else {}
    )
    return {"type": "TimeSpan", "identified_by": [{"type": "Name", "content": date}], **bounds}
