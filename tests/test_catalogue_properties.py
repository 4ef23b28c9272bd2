"""Catalogues of any content: what is written is read, and what is no catalogue is a sentence."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artml.catalogue import Catalogue
from artml.catalogue.paths import refusal
from artml.errors import CatalogueError
from artml.labelling.companion import Companion
from tests.reliability import note

each = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
rows = st.lists(st.tuples(cells, cells, cells), max_size=8)
delimiters = st.sampled_from(",;\t")


def written(folder: Path, table: list[tuple[str, str, str]], delimiter: str, mark: bool) -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(("Path", "style", "Note"))
    writer.writerows(table)
    file = folder / "works.csv"
    file.write_text(text.getvalue(), encoding="utf-8-sig" if mark else "utf-8", newline="")
    return file


def stripped(table: list[tuple[str, str, str]]) -> list[tuple[str, ...]]:
    """As it is read: without the spaces round a value, nor rows of nothing."""
    plain = [tuple(cell.strip() for cell in row) for row in table]
    return [row for row in plain if any(row)]


@each
@given(table=rows, delimiter=delimiters, mark=st.booleans())
def test_what_is_written_is_read(
    tmp_path: Path, table: list[tuple[str, str, str]], delimiter: str, mark: bool
) -> None:
    frame = Catalogue.read(written(tmp_path, table, delimiter, mark)).frame
    assert list(frame.columns) == ["line", "path", "style", "note"]
    found = [tuple(row) for row in frame[["path", "style", "note"]].itertuples(index=False)]
    assert found == stripped(table)


@each
@given(table=rows, delimiter=delimiters, mark=st.booleans())
def test_a_catalogue_beside_pictures_says_the_same(
    tmp_path: Path, table: list[tuple[str, str, str]], delimiter: str, mark: bool
) -> None:
    companion = Companion.read(written(tmp_path, table, delimiter, mark))
    found = [tuple(row[name] for name in ("Path", "style", "Note")) for row in companion.rows]
    assert [row for row in found if any(row)] == stripped(table)


@each
@given(table=rows)
def test_no_path_leads_out(tmp_path: Path, table: list[tuple[str, str, str]]) -> None:
    catalogue = Catalogue.read(written(tmp_path, table, ",", False), tmp_path)
    try:
        files = catalogue.files()
    except CatalogueError:
        assert any(refusal(path) for path in catalogue.frame["path"])
        return
    assert all(file.is_relative_to(tmp_path) and ".." not in file.parts for file in files)


@each
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")),
        st.text(max_size=100).map(lambda text: b"path,style\n" + text.encode("utf-8", "replace")),
        st.binary(max_size=200).map(b"path;style\n".__add__),
        st.binary(max_size=100).map(b'"path","style\n'.__add__),
    )
)
@pytest.mark.parametrize("kind", [Catalogue, Companion])
def test_any_bytes_are_a_catalogue_or_a_sentence(
    tmp_path: Path, content: bytes, kind: type[Catalogue] | type[Companion]
) -> None:
    file = tmp_path / "works.csv"
    file.write_bytes(content)
    try:
        kind.read(file)
    except CatalogueError as error:
        assert "works.csv" in str(error)
        assert len(str(error)) < 1000


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.hostile)])
@pytest.mark.parametrize("kind", [Catalogue, Companion])
def test_a_million_rows_are_read(tmp_path: Path, count: int, kind: type[Catalogue] | type[Companion]) -> None:
    file = tmp_path / "works.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("path,artist,title,date,style\n")
        out.writelines(
            f'works/{n}.jpg,Artist {n % 900},"Title, {n}",{n % 500 + 1500},Cubism\n' for n in range(count)
        )
    read = kind.read(file)
    if isinstance(read, Companion):
        assert len(read.rows) == count
        assert read.place(f"works/{count - 1}.jpg") == count - 1
        assert read.rows[count - 1]["title"] == f"Title, {count - 1}"
    else:
        assert len(read) == count
        assert read.frame["title"].iloc[-1] == f"Title, {count - 1}"
    if count > 100_000:
        note("Input", f"CSV, as {kind.__name__.lower()}", f"{count:,} rows", "every row read")
