from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from artml.classifier import Classifier
from artml.errors import CatalogueError, LabellingError
from artml.labelling.report import lines
from artml.labelling.table import Summary, label_into_table
from tests.colours import write_colour_bundle

Save = Callable[..., Path]

HEADER = [
    *("file", "sha256", "status", "error"),
    *("style", "style_probability", "style_certain"),
    *("genre", "genre_probability", "genre_certain"),
    *("artist", "artist_probability", "artist_certain"),
]


def read(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(summary: Summary) -> str:
    return "\n".join(lines(summary))


def test_a_row_a_file_sorted_by_path(folder: Path, classifier: Classifier, tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"
    summary = label_into_table(folder, out, classifier, recursive=True, workers=2)
    rows = read(out)
    assert list(rows[0]) == HEADER
    files = ["blue.png", "deep/red.png", "green.png", "note.txt", "red.png", "torn.png", "white.png"]
    assert [row["file"] for row in rows] == files
    assert [row["sha256"] for row in rows] == [
        hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files
    ]
    refused = {row["file"]: row for row in rows if row["status"] == "refused"}
    assert list(refused) == ["note.txt", "torn.png"]
    assert "torn.png is damaged" in refused["torn.png"]["error"]
    assert set(list(refused["torn.png"].values())[4:]) == {""}
    red = rows[4]
    assert (red["status"], red["error"], red["style"], red["style_certain"]) == (
        "labelled",
        "",
        "Impressionism",
        "yes",
    )
    assert float(red["style_probability"]) == pytest.approx(0.9993, abs=1e-3)
    assert red["artist_certain"] == rows[6]["style_certain"] == "no"
    assert (summary.files, summary.labelled, dict(summary.refused)) == (
        7,
        5,
        {"NotAnImage": 1, "ImageDamaged": 1},
    )
    assert sorted(tmp_path.iterdir()) == [out, folder]
    said = text(summary)
    assert said.startswith(f"{out}: 5 of 7 files labelled in ")
    assert "Refused: 1 no pictures, 1 damaged; the column `error` says why." in said


def test_the_catalogue_comes_along_and_is_compared(
    folder: Path, classifier: Classifier, tmp_path: Path
) -> None:
    (folder / "museum.csv").write_text(
        "Object number,File,style,artist,catalogue_style\n"
        "1.1,red.png,Impressionism,Claude Monet,kept\n"
        "1.2,green.png,Impressionism,Claude Monet,\n"
        "1.3,blue.png,,Nobody,\n"
        "1.4,torn.png,Cubism,Claude Monet,\n"
        "1.5,gone.png,Cubism,Claude Monet,=1+1\n"
        "white,,Cubism,Claude Monet,@SUM(1)\n",
        encoding="utf-8",
    )
    (folder / "rooms.csv").write_text("room\n4\n", encoding="utf-8")
    out = folder / "labels.csv"
    summary = label_into_table(folder, out, classifier, workers=1)
    rows = {row["file"]: row for row in read(out)}
    assert list(rows["red.png"]) == [
        *HEADER,
        *("Object number", "File", "catalogue_catalogue_style", "catalogue_artist", "catalogue_style"),
    ]
    assert list(rows["red.png"].values())[-5:] == ["1.1", "red.png", "Impressionism", "Claude Monet", "kept"]
    assert rows["white.png"]["catalogue_style"] == "'@SUM(1)"
    assert rows["torn.png"]["Object number"] == "1.4"
    assert rows["note.txt"]["Object number"] == ""
    style, artist = summary.scores["style"], summary.scores["artist"]
    assert (style.works, style.right, style.certain, style.certain_right, style.unknown) == (3, 1, 2, 1, 0)
    assert (artist.works, artist.right, artist.unknown) == (3, 3, 1)
    assert (summary.catalogue, summary.matched, summary.unused) == ("museum.csv", 5, 1)
    said = text(summary)
    assert "museum.csv came along: it has a row for 5 of the files and none for 1; 1 row of it had no" in said
    assert (
        "style: as catalogued in 33.3 % of 3 works (6.1 % to 79.2 %); 2 certain, 50.0 % of these right."
        in said
    )
    assert "1 certain, 100.0 % of these right; 1 catalogued with a label it does not know." in said
    assert "rooms.csv names neither files nor objects" in said


def test_a_catalogue_from_elsewhere_is_taken_when_named(
    folder: Path, classifier: Classifier, tmp_path: Path
) -> None:
    (folder / "a.csv").write_text("file,title\nred.png,Inside\n", encoding="utf-8")
    (folder / "b.csv").write_text("file,title\nred.png,Inside\n", encoding="utf-8")
    elsewhere = tmp_path / "c.csv"
    elsewhere.write_text("path,title\nscans/red.png,Outside\n", encoding="utf-8")
    out = tmp_path / "labels.csv"
    with pytest.raises(LabellingError, match="several catalogues"):
        label_into_table(folder, out, classifier, workers=1)
    label_into_table(folder, out, classifier, workers=1, catalogue=elsewhere)
    assert [row["title"] for row in read(out) if row["file"] == "red.png"] == ["Outside"]
    elsewhere.write_text("title\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="needs a column"):
        label_into_table(folder, out, classifier, workers=1, catalogue=elsewhere)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_hostile_name_is_only_a_name(save: Save, classifier: Classifier, tmp_path: Path) -> None:
    picture = save("a.png").read_bytes()
    for name in ("=HYPERLINK(1).png", '\n\x1b[31m,".png', "\udcff.png"):
        (tmp_path / "works" / name).write_bytes(picture)
    label_into_table(tmp_path / "works", tmp_path / "labels.csv", classifier, workers=1)
    files = [row["file"] for row in read(tmp_path / "labels.csv")]
    assert len(files) == 4
    assert "'=HYPERLINK(1).png" in files
    assert not any("\x1b" in file or file.startswith("=") for file in files)


def test_what_is_no_table_of_labels_is_left_alone(
    folder: Path, classifier: Classifier, tmp_path: Path
) -> None:
    out = tmp_path / "catalogue.csv"
    out.write_text("path,title\nred.png,Mine\n", encoding="utf-8")
    with pytest.raises(LabellingError, match="is there already, and no table of labels"):
        label_into_table(folder, out, classifier, workers=1)
    assert out.read_text(encoding="utf-8") == "path,title\nred.png,Mine\n"
    out.unlink()
    first = label_into_table(folder, out, classifier, workers=1)
    again = label_into_table(folder, out, classifier, workers=1)
    assert first.labelled == again.labelled == 4


def test_an_empty_folder_and_a_place_that_is_not_there_are_said(
    folder: Path, classifier: Classifier, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabellingError, match=r"holds no files to label\. Perhaps .*--recursive"):
        label_into_table(tmp_path / "empty", tmp_path / "labels.csv", classifier)
    with pytest.raises(LabellingError, match=r"cannot be written"):
        label_into_table(folder, tmp_path / "nowhere" / "labels.csv", classifier)


_STOPS = """
import sys, time
from pathlib import Path
from artml.classifier import Classifier
from artml.labelling.table import label_into_table

def progress(done, total):
    if done == int(sys.argv[4]):
        print(done, flush=True)
        time.sleep(600)

bundle, folder, out = sys.argv[1:4]
label_into_table(Path(folder), Path(out), Classifier.load(bundle), resume=True, workers=1, progress=progress)
"""


def test_killed_twice_it_goes_on_each_time(save: Save, tmp_path: Path) -> None:
    bundle, out = write_colour_bundle(tmp_path / "colours"), tmp_path / "labels.csv"
    colours = ["red", "green", "blue"]
    files = [save(f"{number:02}.png", colours[number % 3]) for number in range(40)]
    folder = files[0].parent
    for stop in (5, 21):
        command = [sys.executable, "-c", _STOPS, str(bundle), str(folder), str(out), str(stop)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == f"{stop}\n"
            process.kill()
        assert not out.exists()
    told: list[tuple[int, int]] = []
    save("03.png", "blue", size=(32, 32))  # was red, and done
    save("07a.png", "green")
    classifier = Classifier.load(bundle)
    summary = label_into_table(
        folder,
        out,
        classifier,
        resume=True,
        workers=1,
        progress=lambda done, total: told.append((done, total)),
    )
    rows = read(out)
    assert [row["file"] for row in rows] == sorted([*(file.name for file in files), "07a.png"])
    assert {row["status"] for row in rows} == {"labelled"}
    styles = {"red": "Impressionism", "green": "Cubism", "blue": "Naïve Art (Primitivism)"}
    answers = {row["file"]: row["style"] for row in rows}
    assert answers.pop("03.png") == styles["blue"]
    assert answers.pop("07a.png") == styles["green"]
    assert all(style == styles[colours[int(file[:2]) % 3]] for file, style in answers.items())
    assert (summary.resumed, told) == (20, [(done, 41) for done in range(20, 42)])
    assert "; 20 of them had been done before." in text(summary)
    assert not out.with_name("labels.csv.part").exists()


def test_another_model_does_not_go_on(folder: Path, classifier: Classifier, tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        label_into_table(folder, out, classifier, workers=1, progress=stop)
    other = Classifier.load(write_colour_bundle(tmp_path / "other", version="8"))
    with pytest.raises(LabellingError, match="begun by colours 7.*now it is colours 8"):
        label_into_table(folder, out, other, workers=1, resume=True)
    with pytest.raises(LabellingError, match="asked for style"):
        label_into_table(folder, out, classifier.only(["style"]), workers=1, resume=True)
    assert label_into_table(folder, out, other, workers=1).resumed == 0


def test_all_that_was_done_before_needs_no_worker(
    folder: Path, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "labels.csv"

    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        label_into_table(folder, out, classifier, workers=1, progress=stop)
    monkeypatch.setattr("artml.labelling.decoding.WORKER", ("/nowhere",))
    summary = label_into_table(folder, out, classifier, workers=1, resume=True)
    assert summary.resumed == len(read(out)) == 6
    assert "4 of 6 files labelled; 6 of them had been done before." in text(summary)


@pytest.mark.collection
def test_odd_images_have_a_row_each(collection: Path, classifier: Classifier, tmp_path: Path) -> None:
    folder = collection / "odd-images"
    summary = label_into_table(folder, tmp_path / "labels.csv", classifier)
    rows = read(tmp_path / "labels.csv")
    assert [row["file"] for row in rows] == sorted(file.name for file in folder.iterdir())
    assert summary.labelled >= 145
    assert all((row["status"] == "labelled") == (row["error"] == "") for row in rows)
