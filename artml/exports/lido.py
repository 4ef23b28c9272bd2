"""LIDO 1.1 for aggregators: one file, one record an object.

Sources: LIDO 1.1 XML schema and the LIDO terminology (terminology.lido-schema.org). What persons decided is
indexed where LIDO looks for it: style as `periodName` of the production, genre as `classification`, artist as
actor of the production with his attribution qualifier. What a machine guessed is not indexed: each guess and
each decision is an event of its own, an attribute assignment, which says what, by whom or what, and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lxml import etree

from artml.errors import ExportFailed
from artml.exports.markup import Child, maker
from artml.exports.record import Guess, Museum, Piece, Record, Said, Verdict, aat, pieces
from artml.exports.words import AAT, OUTCOMES, QUALIFIERS, decided, guessed, stamp, statements, years

_TERMS: Final = "http://terminology.lido-schema.org/lido"
URI: Final = {"lido:type": f"{_TERMS}00099"}
NONE: Final[Mapping[str, str]] = MappingProxyType({})
LOCAL: Final = {"lido:type": f"{_TERMS}00100"}

_make = maker({"lido": "http://www.lido-schema.org"})


def write(records: Sequence[Record], museum: Museum, out: Path) -> None:
    """Write a `lidoWrap`; raises `ExportFailed` where the museum has no name, which LIDO asks for."""
    if not museum.name:
        raise ExportFailed("LIDO says whose record it is: give the museum's name.")
    # One record at a time: a folder of ten thousand would otherwise be half a gigabyte of tree.
    with etree.xmlfile(str(out), encoding="UTF-8") as file:
        file.write_declaration()
        wrap = _make("lido:lidoWrap")
        with file.element(wrap.tag, nsmap=wrap.nsmap):
            for piece in pieces(records):
                record = _record(piece, museum)
                etree.indent(record)
                file.write("\n", record)
            file.write("\n")


def _record(piece: Piece, museum: Museum) -> etree._Element:
    address = museum.address("objects", piece.name)
    key = piece.number or piece.views[0].sha256
    return _make(
        "lido:lido",
        _make("lido:lidoRecID", key, LOCAL, {"lido:source": museum.name}),
        _make("lido:objectPublishedID", address, URI) if address else None,
        _concept("lido:category", f"{_TERMS}00096", "Human-made object"),
        _make(
            "lido:descriptiveMetadata",
            {"xml:lang": "en"},
            _classification(piece),
            _identification(piece, museum),
            _make("lido:eventWrap", _production(piece), *_assignments(piece)),
        ),
        _make(
            "lido:administrativeMetadata",
            {"xml:lang": "en"},
            _administration(piece, key, museum),
            _make("lido:resourceWrap", *(_resource(view, museum) for view in piece.views)),
        ),
    )


def _classification(piece: Piece) -> etree._Element:
    kinds = dict.fromkeys(facet for view in piece.views for facet in view.decisions)
    found = [
        _label("lido:classification", facet, said)
        for facet in kinds
        if facet not in ("artist", "style")
        for said in piece.decided(facet)
    ]
    work = _concept("lido:objectWorkType", f"{AAT}300191086", "visual works (works)")
    return _make(
        "lido:objectClassificationWrap",
        _make("lido:objectWorkTypeWrap", work),
        _make("lido:classificationWrap", *found) if found else None,
    )


def _identification(piece: Piece, museum: Museum) -> etree._Element:
    number = _make("lido:workID", piece.number, {"lido:type": f"{_TERMS}00113"}) if piece.number else None
    repository = _make("lido:repositoryName", _named("lido:legalBodyName", museum.name))
    return _make(
        "lido:objectIdentificationWrap",
        _make("lido:titleWrap", _named("lido:titleSet", piece.label)),
        _make(
            "lido:repositoryWrap",
            _make("lido:repositorySet", {"lido:type": f"{_TERMS}00475"}, repository, number),
        ),
    )


def _production(piece: Piece) -> Child:
    """By whom, when, in which style: as decided, or else as catalogued."""
    said = piece.decided("artist")
    source = "as decided in review" + (f"; catalogued as {piece.artist}" if piece.artist else "")
    actors = [_actor(label, source) for label in said]
    if not said and piece.artist:
        actors = [_actor(Said(piece.artist), "as catalogued")]
    styles = [_label("lido:periodName", "style", label) for label in piece.decided("style")]
    if not (actors or styles or piece.date):
        return None
    return _make(
        "lido:eventSet",
        _make(
            "lido:event",
            _concept("lido:eventType", f"{_TERMS}00007", "Production"),
            *actors,
            _date(piece.date, years(piece.date)) if piece.date else None,
            *styles,
        ),
    )


def _actor(said: Said, source: str) -> etree._Element:
    return _make(
        "lido:eventActor",
        _make("lido:displayActorInRole", str(said)),
        _make(
            "lido:actorInRole",
            _make("lido:actor", _named("lido:nameActorSet", said.label)),
            _qualifier(said.qualifier) if said.qualifier else None,
            _make("lido:sourceActorInRole", source),
        ),
    )


def _qualifier(qualifier: str) -> etree._Element:
    digits = QUALIFIERS.get(qualifier.casefold().strip(), "")
    return _concept("lido:attributionQualifierActor", AAT + digits if digits else "", qualifier)


def _date(shown: str, span: tuple[int, int] | None) -> etree._Element:
    ends = zip(("lido:earliestDate", "lido:latestDate"), span or (), strict=False)
    exact = _make("lido:date", *(_make(name, f"{year:04d}") for name, year in ends)) if span else None
    return _make("lido:eventDate", _make("lido:displayDate", shown), exact)


def _assignments(piece: Piece) -> list[etree._Element]:
    guesses = [_guess(view, facet, guess) for view in piece.views for facet, guess in view.guesses.items()]
    verdicts = [_verdict(view, facet, it) for view in piece.views for facet, it in view.decisions.items()]
    return guesses + verdicts


def _guess(view: Record, facet: str, guess: Guess) -> etree._Element:
    digits = aat(facet, guess.label)
    method = _make("lido:eventMethod", _make("lido:term", "machine classification, not reviewed by itself"))
    described = _make(
        "lido:eventDescriptionSet",
        {"lido:type": "machine guess"},
        _make("lido:descriptiveNoteID", AAT + digits, URI) if digits else None,
        _make("lido:descriptiveNoteValue", f"{facet}: {guess.label}", {"lido:label": facet}),
        _make("lido:descriptiveNoteValue", f"{guess.probability:.4f}", {"lido:label": "probability"}),
        _make("lido:sourceDescriptiveNote", f"artml, bundle {guess.model} {guess.version}"),
        _make("lido:sourceDescriptiveNote", view.file, {"lido:label": "picture"}),
    )
    shown = f"Machine guess, {facet}: {guessed(facet, guess)}"
    return _assignment(shown, [_day(stamp(guess.time)), method, described])


def _verdict(view: Record, facet: str, verdict: Verdict) -> etree._Element:
    ids = [AAT + digits for said in verdict.labels if (digits := aat(facet, said.label))]
    said = statements(verdict.labels) or OUTCOMES[verdict.outcome]
    who = _make(
        "lido:eventActor",
        _make("lido:displayActorInRole", f"{verdict.person} (reviewer)"),
        _make(
            "lido:actorInRole",
            _make("lido:actor", _named("lido:nameActorSet", verdict.person)),
            _make("lido:roleActor", _make("lido:term", "reviewer")),
        ),
    )
    described = _make(
        "lido:eventDescriptionSet",
        {"lido:type": "decision"},
        *(_make("lido:descriptiveNoteID", address, URI) for address in ids),
        _make("lido:descriptiveNoteValue", f"{facet}: {said}", {"lido:label": facet}),
        _make("lido:descriptiveNoteValue", OUTCOMES[verdict.outcome], {"lido:label": "outcome"}),
        _make("lido:sourceDescriptiveNote", view.file, {"lido:label": "picture"}),
    )
    return _assignment(
        f"Decision, {facet}: {decided(facet, verdict)}", [who, _day(stamp(verdict.time)), described]
    )


def _assignment(shown: str, content: Sequence[etree._Element]) -> etree._Element:
    kind = _concept("lido:eventType", f"{_TERMS}00024", "Attribute assignment")
    return _make("lido:eventSet", _make("lido:displayEvent", shown), _make("lido:event", kind, *content))


def _day(time: str) -> etree._Element:
    ends = (_make(name, time) for name in ("lido:earliestDate", "lido:latestDate"))
    return _make("lido:eventDate", _make("lido:displayDate", time), _make("lido:date", *ends))


def _administration(piece: Piece, key: str, museum: Museum) -> etree._Element:
    times = [guess.time for view in piece.views for guess in view.guesses.values()]
    times += [verdict.time for view in piece.views for verdict in view.decisions.values()]
    changed = _make("lido:recordMetadataDate", stamp(max(times))) if times else None
    link = _make("lido:legalBodyWeblink", museum.url) if museum.url else None
    return _make(
        "lido:recordWrap",
        _make("lido:recordID", key, LOCAL),
        _concept("lido:recordType", f"{_TERMS}00141", "Item-level record"),
        _make("lido:recordSource", _named("lido:legalBodyName", museum.name), link),
        _make("lido:recordInfoSet", changed) if changed is not None else None,
    )


def _resource(view: Record, museum: Museum) -> etree._Element:
    address = museum.picture(view)
    link = _make("lido:linkResource", address) if address else None
    return _make(
        "lido:resourceSet",
        _make("lido:resourceID", view.sha256, LOCAL, {"lido:source": "SHA-256"}),
        _make("lido:resourceRepresentation", link) if link is not None else None,
        _make("lido:resourceDescription", view.file, {"lido:type": "file"}),
    )


def _label(name: str, facet: str, said: Said) -> etree._Element:
    digits = "" if said.qualifier else aat(facet, said.label)
    return _concept(name, AAT + digits if digits else "", str(said), {"lido:type": facet})


def _concept(name: str, address: str, term: str, attributes: Mapping[str, str] = NONE) -> etree._Element:
    known = _make("lido:conceptID", address, URI) if address else None
    return _make(name, attributes, known, _make("lido:term", term))


def _named(name: str, value: str) -> etree._Element:
    return _make(name, _make("lido:appellationValue", value))
