"""Catalogues: read whatever a museum exports, say what is wrong by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from artml.catalogue import Catalogue, Problem
from artml.errors import CatalogueError
from artml.vocabulary import Label, Vocabulary

Write = Callable[..., Path]

WORDS = Vocabulary(
    Label(facet, name, "", "", "", "", "", ())
    for facet, name in (("style", "Rococo"), ("style", "Baroque"), ("genre", "portrait"))
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a catalogue, `write(text or bytes)`, and an empty file for each of `files` beside it."""

    def put(text: str | bytes, files: Sequence[str] = ()) -> Path:
        for name in files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        path = tmp_path / "works.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


@pytest.fixture
def rows(write: Write) -> Callable[..., Catalogue]:
    """A catalogue of rows "value value …" under the columns "name name …"; "-" stands for an empty value."""

    def build(columns: str, *lines: str) -> Catalogue:
        body = [",".join("" if value == "-" else value for value in line.split()) for line in lines]
        return Catalogue.read(write("\n".join([columns.replace(" ", ","), *body])))

    return build


def column(catalogue: Catalogue, name: str) -> list[object]:
    return list(catalogue.frame[name])


def told(catalogue: Catalogue) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.severity, problem.message) for problem in catalogue.check(WORDS)]


# Reading


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_usual_ways_to_write_a_csv_are_read(
    write: Write, delimiter: str, newline: str, mark: bytes
) -> None:
    lines = [["Path ", "TITLE", "style"], ["a.png", " Été, à; Nîmes ", "Rococo"], ["b.png", "", ""]]
    text = newline.join(delimiter.join(f'"{value}"' for value in line) for line in lines)
    read = Catalogue.read(write(mark + text.encode()))
    assert list(read.frame.columns) == ["line", "path", "title", "style"]
    assert read.frame.to_numpy().tolist() == [[2, "a.png", "Été, à; Nîmes", "Rococo"], [3, "b.png", "", ""]]


def test_values_stay_the_strings_they_are(write: Write) -> None:
    read = Catalogue.read(write("path,date,title\n007,1923.0,NA\nnan,,None\n"))
    assert read.frame[["path", "date", "title"]].to_numpy().tolist() == [
        ["007", "1923.0", "NA"],
        ["nan", "", "None"],
    ]


def test_only_a_path_is_needed(write: Write) -> None:
    read = Catalogue.read(write("path\nimages/a.png\n\nimages/b.png"))
    assert column(read, "path") == ["images/a.png", "images/b.png"]
    assert column(read, "line") == [2, 4]
    assert not read.facets


def test_a_header_alone_is_a_catalogue_of_nothing(write: Write) -> None:
    read = Catalogue.read(write("path,style\n"))
    assert len(read) == 0
    assert not read.facets
    assert not read.check()
    assert not read.files()
    assert not read.labels("style")
    assert read.class_weights("style") == {}
    assert len(read.undersample("style", seed=0)) == 0


def test_a_row_is_named_by_the_line_it_begins_on(write: Write) -> None:
    text = 'path,title\n"a.png","two\nlines"\n,\nb.png,"with, ""quotes"""\nc.png\n'
    read = Catalogue.read(write(text))
    assert column(read, "line") == [2, 5, 6]
    assert column(read, "title") == ["two\nlines", 'with, "quotes"', ""]


def test_the_delimiter_is_the_one_that_finds_the_path(write: Write) -> None:
    read = Catalogue.read(write("size, in cm;path;style\n1,5;a.png;Rococo\n"))
    assert column(read, "path") == ["a.png"]
    assert column(read, "size, in cm") == ["1,5"]


def test_columns_without_a_name_come_along(write: Write) -> None:
    read = Catalogue.read(write(",path,\n0,a.png,\n"))
    assert list(read.frame.columns) == ["line", "column 1", "path", "column 3"]


def test_a_saved_frame_reads_back(write: Write, tmp_path: Path) -> None:
    read = Catalogue.read(write("path,style\na.png,\nb.png,Rococo\n")).select(facet="style")
    read.frame.to_csv(tmp_path / "again.csv", index=False)
    again = Catalogue.read(tmp_path / "again.csv")
    assert again.frame.to_numpy().tolist() == [[2, "b.png", "Rococo"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("path,title\r\na.png,Été".encode("cp1252"), r"not UTF-8: line 2 holds byte 0xc9 at offset 18; save"),
        (b"\xef\xbb\xbfpath\n\xff", r"not UTF-8: line 2 holds byte 0xff at offset 8; save"),
        ("path\na.png".encode("utf-16"), "is UTF-16, not UTF-8; save"),
        ("path\na.png".encode("utf-16-le"), "line 1 holds a NUL byte; save"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"file;artist\na.png;x", "no column 'path'; its columns are: file, artist"),
        (b'"file\n', "no column 'path'; its columns are: none"),
        (b"path,Style, style\n", "names a column twice: style"),
        (b"path,title\na.png,x\nb.png,x,y", "line 3 has 3 values for 2 columns; put quotation marks"),
        (b'path,title\na.png,x\nb.png,"x\nc.png,y\n', "line 3: .*is a quotation mark left open"),
        (b'path,title\na.png,"x" y\n', "line 2: "),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_reason(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        Catalogue.read(write(content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no catalogue at .*absent\.csv"):
        Catalogue.read(tmp_path / "absent.csv")
    with pytest.raises(CatalogueError, match="cannot be read"):
        Catalogue.read(tmp_path)


# Files and facets


def test_files_lie_below_the_catalogue_or_the_root_given(write: Write, tmp_path: Path) -> None:
    path = write("path\nimages/a.png\nimages/../b.png\n")
    assert Catalogue.read(path).files() == [tmp_path / "images/a.png", tmp_path / "b.png"]
    assert Catalogue.read(str(path), root="/data").files() == [
        Path("/data/images/a.png"),
        Path("/data/b.png"),
    ]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../a.png", "x/../../a.png", r"..\a.png", r"C:\a.png", r"\\h\a"]
)
def test_no_path_leads_out_of_the_root(write: Write, path: str) -> None:
    read = Catalogue.read(write(f"path\nb.png\n{path}\n", files=["b.png"]))
    assert [(problem.line, problem.severity) for problem in read.check()] == [(3, "error")]
    with pytest.raises(CatalogueError, match=r"line 3: .*(absolute path|leads out of)"):
        read.files()


def test_an_empty_path_is_an_error(write: Write) -> None:
    read = Catalogue.read(write("path,title\n,Untitled\n"))
    assert read.check() == [Problem(2, "error", "the path is empty")]
    with pytest.raises(CatalogueError, match="line 2: the path is empty"):
        read.files()


def test_facets_are_those_with_a_label(rows: Callable[..., Catalogue]) -> None:
    read = rows("path genre class artist style technique", "a - hand Monet - -", "b - code - - hand")
    assert read.facets == ("artist", "technique")


def test_author_and_class_stand_for_artist_and_technique(rows: Callable[..., Catalogue]) -> None:
    read = rows("path class author", "a hand Ana", "b algorithm -", "c - Ben")
    assert list(read.frame.columns) == ["line", "path", "technique", "artist"]
    assert column(read, "technique") == ["hand", "algorithm", ""]
    assert column(read, "artist") == ["Ana", "", "Ben"]
    assert read.facets == ("artist", "technique")


def test_author_and_class_are_left_alone_where_the_facets_have_their_names(
    rows: Callable[..., Catalogue],
) -> None:
    read = rows("path class author technique artist", "a hand Ana algorithm Ben")
    assert read.frame.iloc[0].to_dict() == {
        "line": 2,
        "path": "a",
        "class": "hand",
        "author": "Ana",
        "technique": "algorithm",
        "artist": "Ben",
    }


def test_a_class_of_another_kind_is_no_technique(rows: Callable[..., Catalogue]) -> None:
    read = rows("path class", "a hand", "b drawing")
    assert list(read.frame.columns) == ["line", "path", "class"]
    assert not read.facets


@pytest.mark.collection
def test_hand_or_algorithm_is_read_as_it_lies(collection: Path) -> None:
    read = Catalogue.read(collection / "hand-or-algorithm" / "catalogue.csv")
    assert read.facets == ("artist", "technique")
    assert read.labels("technique") == ("algorithm", "hand")


# Checking


def test_a_sound_catalogue_has_no_problem(write: Write) -> None:
    text = "path,work,style,split\na.png,w1,Rococo,train\nb.png,w1,,train\nc.png,,Baroque,test\nd.png,,,\n"
    read = Catalogue.read(write(text, files=["a.png", "b.png", "c.png", "d.png"]))
    assert read.check(WORDS) == []


def test_every_problem_is_told_by_line(write: Write, tmp_path: Path) -> None:
    text = """path,work,style,genre,split
a.png,w1,Roccoco,portrait,train
b.png,w2,Baroque,,dev
./a.png,w1,Roccoco,portrait,test
images,w3,Rococo,landscape,test
gone.png,w1,,,validation
"""
    read = Catalogue.read(write(text, files=["a.png", "b.png", "images/c.png"]))
    assert told(read) == [
        (2, "warning", "style 'Roccoco' is not in the vocabulary (2 rows)"),
        (3, "warning", "split 'dev' is none of train, validation, test (1 row)"),
        (4, "warning", "'./a.png' is on line 2 already"),
        (4, "error", "work 'w1' is in two splits: test here, train on line 2"),
        (5, "error", f"there is no file 'images' in {tmp_path}"),
        (5, "warning", "genre 'landscape' is not in the vocabulary (1 row)"),
        (6, "error", f"there is no file 'gone.png' in {tmp_path}"),
    ]


def test_labels_are_checked_against_ours_by_default(write: Write) -> None:
    read = Catalogue.read(write("path,style\na.png,Rococo\na.png,Nonsense\n", files=["a.png"]))
    assert [str(problem) for problem in read.check()] == [
        "line 3: 'a.png' is on line 2 already",
        "line 3: style 'Nonsense' is not in the vocabulary (1 row)",
    ]


def test_a_path_too_long_for_the_disk_is_a_problem_like_others(write: Write) -> None:
    (problem,) = Catalogue.read(write("path\n" + "a" * 5000)).check()
    assert problem.severity == "error"
    assert "there is no file" in problem.message


# The collection


@pytest.fixture(scope="module")
def paintings(collection: Path) -> Catalogue:
    return Catalogue.read(collection / "paintings" / "catalogue.csv")


@pytest.mark.collection
def test_the_collection_is_read_whole(paintings: Catalogue) -> None:
    assert len(paintings) == 24_275
    assert paintings.facets == ("style", "genre", "artist")
    sizes = [len(paintings.select(split=split)) for split in ("train", "validation", "test")]
    assert sizes == [19_277, 2_445, 2_553]


@pytest.mark.collection
def test_the_collection_has_no_errors(paintings: Catalogue) -> None:
    problems = [problem for problem in paintings.check() if " artist " not in f" {problem.message}"]
    assert [str(problem) for problem in problems] == [
        "line 7986: style 'Gutai' is not in the vocabulary (21 rows)",
        "line 16810: style 'Poster Art Realism' is not in the vocabulary (39 rows)",
    ]


@pytest.mark.collection
def test_the_collection_has_the_classes_agreed(paintings: Catalogue) -> None:
    train = paintings.select(split="train")
    asked = {"style": 80, "genre": 100, "artist": 60}
    assert [len(train.labels(facet, minimum)) for facet, minimum in asked.items()] == [31, 10, 61]


@pytest.mark.collection
@pytest.mark.parametrize("folder", ["paintings", "hand-or-algorithm"])
def test_every_file_of_the_collection_is_there(collection: Path, folder: str) -> None:
    read = Catalogue.read(collection / folder / "catalogue.csv")
    assert [problem for problem in read.check() if problem.severity == "error"] == []
    assert all(file.is_relative_to(collection / folder) for file in read.files())
