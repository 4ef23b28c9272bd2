from __future__ import annotations

from pathlib import Path

import pytest

from artml.errors import CatalogueError, LabellingError
from artml.labelling.companion import Companion, find

Rows = list[dict[str, str]]


def companion(text: str, tmp_path: Path, encoding: str = "utf-8") -> Companion:
    file = tmp_path / "catalogue.csv"
    file.write_text(text, encoding=encoding)
    return Companion.read(file)


@pytest.mark.parametrize(
    ("named", "file"),
    [
        ("oils/a.jpg", "oils/a.jpg"),
        ("oils\\a.jpg", "oils/a.jpg"),
        ("./oils/A.JPG", "oils/a.jpg"),
        ("export/oils/a.jpg", "a.jpg"),
        ("a.jpg", "oils/a.jpg"),
        ("a.tif", "a.jpg"),
        ("a", "a.jpg"),
        ("1954.12", "1954.12.jpg"),
    ],
)
@pytest.mark.parametrize("column", ["path", "File", "file name", "Image_File"])
def test_a_file_belongs_to_the_row_that_names_it(tmp_path: Path, column: str, named: str, file: str) -> None:
    found = companion(f"title,{column}\nOther,b.jpg\nThis,{named}\n", tmp_path)
    assert found.place(file) == 1
    assert found.place("c.jpg") is None


@pytest.mark.parametrize(
    ("number", "file", "belongs"),
    [
        ("SK-A-1718", "SK-A-1718.jpg", True),
        ("SK-A-1718", "sk_a_1718.tif", True),
        ("SK-A-1718", "deep/SK-A-1718_2.jpg", True),
        ("SK-A-1718", "SK-A-1718 (back).jpg", True),
        ("SK-A-1718", "SK-A-1718_2_detail.jpg", True),
        ("SK-A-1718", "SK-A-17189.jpg", False),
        ("SK-A-1718", "SK-A-17.jpg", False),
        ("1954/12", "1954_12.jpg", True),
        ("1954/12", "1954-12.jpg", True),
        ("1954.12", "1954.12.3.jpg", False),
        ("1954.12", "1954.12.jpg", True),
    ],
)
@pytest.mark.parametrize("column", ["Object Number", "object_number", "Inventarnummer", "accession number"])
def test_a_file_belongs_to_the_object_whose_number_is_its_name(
    tmp_path: Path, column: str, number: str, file: str, belongs: bool
) -> None:
    found = companion(f"{column};title\nX.1;Other\n{number};This\n", tmp_path)
    assert found.place(file) == (1 if belongs else None)
    assert found.object_number(1) == number


def test_the_closest_object_gets_the_view(tmp_path: Path) -> None:
    found = companion("object number\nA_1\nA_1_2\n", tmp_path)
    assert [found.place(file) for file in ("A_1.jpg", "A_1_2.jpg", "A_1_3.jpg", "A_1_2_3.jpg")] == [
        0,
        1,
        0,
        1,
    ]


def test_what_two_rows_could_claim_none_gets(tmp_path: Path) -> None:
    found = companion("path,title\none/a.jpg,One\ntwo/a.jpg,Two\nb.jpg,B\nb.jpg,Again\n", tmp_path)
    assert found.place("one/a.jpg") == 0
    assert found.place("a.jpg") is None
    assert found.place("b.jpg") is None


def test_a_file_column_goes_before_a_number(tmp_path: Path) -> None:
    found = companion("object number,file\n7,8.jpg\n8,\n", tmp_path)
    assert (found.place("8.jpg"), found.place("8_2.jpg"), found.place("7.jpg")) == (0, 1, 0)
    assert [found.object_number(place) for place in (0, 1)] == ["7", "8"]
    assert companion("file\na.jpg\n", tmp_path).object_number(0) == ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_spreadsheets_write_it_as_they_like(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [
        ["File", "Titre ", "Note", ""],
        ["a.jpg", "Vétheuil", '"two\nlines"', ""],
        ["", "", "", ""],
        ["b.jpg"],
    ]
    found = companion("\r\n".join(delimiter.join(row) for row in rows), tmp_path, encoding)
    assert found.columns == ("File", "Titre", "Note")
    assert found.rows == (
        {"File": "a.jpg", "Titre": "Vétheuil", "Note": "two\nlines"},
        {"File": "b.jpg", "Titre": "", "Note": ""},
    )


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("title,artist\nA,B\n", "utf-8", "needs a column 'file' or 'object number'; it has title, artist"),
        ("", "utf-8", "it has none"),
        ("file,title\na.jpg,Vétheuil\n", "latin-1", "not UTF-8"),
        ("file\n" + "a" * 200_000 + "\n", "utf-8", "is no CSV"),
    ],
)
def test_what_is_no_catalogue_is_said(tmp_path: Path, text: str, encoding: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=rf"catalogue\.csv .*{said}"):
        companion(text, tmp_path, encoding)


def test_a_catalogue_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nowhere.csv cannot be read"):
        Companion.read(tmp_path / "nowhere.csv")


def test_the_truth_is_where_its_name_stands(tmp_path: Path) -> None:
    found = companion("path,Style,author,class\na.jpg,Cubism,Juan Gris,hand\n", tmp_path)
    assert [found.truth(facet) for facet in ("style", "genre", "artist", "technique")] == [
        "Style",
        None,
        "author",
        "class",
    ]
    assert companion("path,class\na.jpg,painting\n", tmp_path).truth("technique") is None


def test_the_catalogue_in_the_folder_is_found(tmp_path: Path) -> None:
    assert find(tmp_path) == (None, [])
    (tmp_path / "museum.csv").write_text("file\na.jpg\n", encoding="utf-8")
    (tmp_path / "frames.csv").write_text("room,wall\n4,red\n", encoding="utf-8")
    (tmp_path / "labels.csv").write_text("file,sha256,status,error,style\n", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text("file\na.jpg\n", encoding="utf-8")
    found, complaints = find(tmp_path)
    assert found
    assert found.name == "museum.csv"
    assert [complaint.split()[0] for complaint in complaints] == ["frames.csv"]


def test_of_several_the_one_called_catalogue_is_taken(tmp_path: Path) -> None:
    for name in ("a.csv", "b.tsv"):
        (tmp_path / name).write_text("file\na.jpg\n", encoding="utf-8")
    with pytest.raises(LabellingError, match=r"several catalogues \(a\.csv, b\.tsv\)"):
        find(tmp_path)
    (tmp_path / "Catalogue.csv").write_text("file\na.jpg\n", encoding="utf-8")
    found, _ = find(tmp_path)
    assert found
    assert found.name == "Catalogue.csv"
