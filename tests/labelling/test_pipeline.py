from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image

from artml.classifier import Answer, Classifier
from artml.engine import BATCH
from artml.errors import ImageDamaged, NotAnImage
from artml.labelling.pipeline import AHEAD, Row, label, label_folder
from artml.views import Pixels

Save = Callable[..., Path]


def test_a_folder_gives_a_row_a_file_in_order(folder: Path, classifier: Classifier) -> None:
    rows = list(label_folder(folder, classifier, workers=2))
    assert [row.file.name for row in rows] == [
        "blue.png",
        "green.png",
        "note.txt",
        "red.png",
        "torn.png",
        "white.png",
    ]
    assert [type(row.error) for row in rows if row.error] == [NotAnImage, ImageDamaged]
    assert [row.answer["style"].label for row in rows if row.answer] == [
        "Naïve Art (Primitivism)",
        "Cubism",
        "Impressionism",
        rows[5].answer["style"].label if rows[5].answer else "",
    ]
    assert [row.answer.is_painting for row in rows if row.answer] == [True, True, True, False]
    for row in rows:
        assert (row.answer is None) == (row.picture is None) == (row.error is not None)
        assert len(row.sha256) == 64


def test_folders_inside_come_when_asked(folder: Path, classifier: Classifier) -> None:
    rows = label_folder(folder, classifier, recursive=True, workers=1)
    assert [row.file for row in rows if row.file.parent != folder] == [folder / "deep" / "red.png"]


def test_answers_are_those_of_the_classifier_with_several_bundles_too(both: Classifier, folder: Path) -> None:
    for row in label_folder(folder, both, workers=1):
        if row.answer:
            alone = both.classify(row.file)
            assert list(row.answer) == list(alone) == ["style", "genre", "artist", "technique"]
            for facet, said in row.answer.items():
                assert said.model == alone[facet].model
                assert said.probability == pytest.approx(alone[facet].probability, abs=1e-2)


def test_many_batches_keep_their_order_with_bad_files_among_them(
    save: Save, classifier: Classifier, tmp_path: Path
) -> None:
    colours = ["red", "green", "blue"]
    files = [save(f"{number}.png", colours[number % 3]) for number in range(3 * BATCH + 5)]
    for bad in (0, 7, BATCH, 3 * BATCH + 4):
        files[bad].write_bytes(b"no picture")
    styles = {"red": "Impressionism", "green": "Cubism", "blue": "Naïve Art (Primitivism)"}
    rows = list(label(files, classifier, workers=2))
    assert [row.file for row in rows] == files
    for number, row in enumerate(rows):
        if number in (0, 7, BATCH, 3 * BATCH + 4):
            assert isinstance(row.error, NotAnImage)
        else:
            assert row.answer
            assert row.answer["style"].label == styles[colours[number % 3]]


def test_two_streams_answer_side_by_side_and_in_order(
    save: Save, streaming: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch waits for another to be under way beside it."""
    meeting = threading.Barrier(2, timeout=60)
    answers = streaming.answers

    def meet(pixels: Sequence[tuple[Pixels, ...]]) -> list[Answer]:
        meeting.wait()
        return answers(pixels)

    monkeypatch.setattr(streaming, "answers", meet)
    files = [save(f"{number}.png", "green" if number < BATCH else "blue") for number in range(4 * BATCH)]
    rows = list(label(files, streaming, workers=2))
    assert [row.file for row in rows] == files
    styles = [row.answer["style"].label if row.answer else "" for row in rows]
    assert styles == ["Cubism"] * BATCH + ["Naïve Art (Primitivism)"] * (3 * BATCH)


def test_nothing_but_bad_files_is_no_hindrance(classifier: Classifier, tmp_path: Path) -> None:
    rows = list(label([tmp_path / "a.jpg", tmp_path / "b.jpg"], classifier, workers=1))
    assert [type(row.error) for row in rows] == [NotAnImage, NotAnImage]
    assert list(label([], classifier, workers=1)) == []


def test_the_same_bytes_under_two_names_are_one_work(save: Save, classifier: Classifier) -> None:
    first, other, twin = label(
        [save("a.png", "red"), save("b.png", "blue"), save("c.png", "red")], classifier, workers=1
    )
    assert first.sha256 == twin.sha256 != other.sha256


def test_thumbnails_come_when_asked(save: Save, classifier: Classifier) -> None:
    file = save("a.png", size=(300, 150))
    (without,) = label([file], classifier, workers=1)
    (with_one,) = label([file], classifier, workers=1, thumbnail=100)
    assert without.picture
    assert (without.picture.width, without.picture.height, without.picture.thumbnail) == (300, 150, None)
    assert with_one.picture
    assert with_one.picture.thumbnail
    with Image.open(io.BytesIO(with_one.picture.thumbnail)) as thumbnail:
        assert thumbnail.size == (100, 50)


@pytest.mark.parametrize("streams", [1, 2])
def test_an_endless_folder_is_read_only_so_far_ahead(
    save: Save, classifier: Classifier, streaming: Classifier, streams: int
) -> None:
    asked = streaming if streams == 2 else classifier
    most = streams * (AHEAD + 2 * BATCH)
    file, taken = save("a.png"), []

    def endless() -> Iterator[Path]:
        while True:
            taken.append(file)
            yield file

    rows = label(endless(), asked, workers=2)
    first: Row = next(rows)
    assert first.error is None
    assert len(taken) <= most + 3
    for _ in range(100):
        next(rows)
    assert len(taken) <= 101 + most + 3
    rows.close()


def test_a_picture_that_crashes_or_hangs_costs_no_other(
    save: Save, obeying: None, classifier: Classifier
) -> None:
    names = ["a.png", "crash.png", "b.png", "hang.png", "c.png"]
    rows = list(label([save(name, "green") for name in names], classifier, workers=2, seconds=2))
    assert [row.file.name for row in rows] == names
    assert [row.answer["style"].label if row.answer else None for row in rows] == [
        "Cubism",
        None,
        "Cubism",
        None,
        "Cubism",
    ]


@pytest.mark.collection
def test_odd_images_get_a_row_each(collection: Path, classifier: Classifier) -> None:
    rows = list(label_folder(collection / "odd-images", classifier))
    assert len(rows) >= 243
    assert sum(row.answer is not None for row in rows) >= 145
    assert all(str(row.error) for row in rows if row.answer is None)
