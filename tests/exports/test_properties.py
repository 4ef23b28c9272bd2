"""Works with anything in their fields leave in every format: whole, readable, doing nothing on their own."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from artml.errors import ExportFailed
from artml.exports.formats import FORMATS, export
from artml.exports.record import Guess, Museum, Record, Said, Verdict

WHEN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HERE = Museum("Museum of Small Towns", "https://museum.example/")

odd = st.sampled_from(
    [
        '=HYPERLINK("http://evil.example")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "]]>",
        "&#0;",
        "\x00\x01\x1b[31m",
        "\ufffe\uffff",
        "../../etc/passwd",
        "C:\\x",
        "a" * 40_000,
        "|",
        "\u202e",
    ]
)
words = st.one_of(odd, st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
names = words.map(lambda text: text.replace("\0", "")[:200].strip("/") or "a.jpg")


@st.composite
def works(draw: st.DrawFn, number: int) -> Record:
    labels = ((draw(words) or "x", 0.7), (draw(words) or "y", 0.3))
    verdict = Verdict("corrected", (Said(draw(words) or "z", draw(words)),), draw(words), WHEN, draw(words))
    return Record(
        sha256=f"{number:064x}",
        file=draw(names),
        width=draw(st.integers(1, 40_000)),
        height=draw(st.integers(1, 40_000)),
        object_number=draw(words),
        title=draw(words),
        artist=draw(words),
        date=draw(words),
        columns=draw(st.dictionaries(words, words, max_size=3)),
        guesses={"style": Guess(labels, draw(st.booleans()), "guide", "1", WHEN)},
        decisions={"artist": verdict} if draw(st.booleans()) else {},
    )


collections = st.tuples(works(1), works(2), works(3)).map(list)


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(records=collections)
def test_anything_leaves_whole_or_not_at_all(form: str, records: list[Record]) -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"works{FORMATS[form].suffix}"
        try:
            export(records, form, out, HERE)
        except ExportFailed as error:
            assert list(Path(folder).iterdir()) == []
            assert "Traceback" not in str(error)
            return
        assert [file.name for file in Path(folder).iterdir()] == [out.name]
        READERS[form](out)


def read_csv(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) >= 2
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@")) or is_number(cell), cell[:50]


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def read_xlsx(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def read_xml(file: Path) -> None:
    assert etree.parse(str(file), etree.XMLParser(resolve_entities=False)).getroot() is not None


def read_zip(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names
        for name in names:
            assert ".." not in name.replace("\\", "/").split("/")
            assert not name.startswith("/")
            content = archive.read(name)
            if name.endswith(".json"):
                json.loads(content)
            else:
                etree.fromstring(content, etree.XMLParser(resolve_entities=False))


READERS = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "omeka": read_csv,
    "lido": read_xml,
    "linked-art": read_zip,
    "iiif": read_zip,
    "xmp": read_zip,
}
