"""The benchmarks run: their pieces on a few small pictures, without the processes and without the clock."""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from artml.classifier import Classifier
from artml.markdown import markdown_table
from artml.settings import ROOT
from benchmarks import __main__ as runner
from benchmarks import contenders, decoding, folder, growth, measure, picture, precision
from benchmarks.measure import (
    DISTINCT,
    Contender,
    Figures,
    Peak,
    in_turn,
    peak_of,
    photograph,
    write_photographs,
)
from benchmarks.serving import another

SIZE = (400, 300)


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_photographs(tmp_path_factory.mktemp("bench") / "few", 3, SIZE)


@pytest.fixture(scope="module")
def guide() -> Classifier:
    return Classifier.load("guide")


@pytest.fixture(autouse=True)
def _loaded_once(guide: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Classifier, "load", lambda *_, **__: guide)


def test_ways_take_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []

    def way(name: str) -> list[float]:
        order.append(name)
        return [float(len(order))]

    found = in_turn({"a": lambda: way("a"), "b": lambda: way("b")}, rounds=2)
    assert "".join(order) == "ababab"
    assert found == {"a": Figures((3.0, 5.0)), "b": Figures((4.0, 6.0))}


def test_figures_are_a_median_and_a_spread() -> None:
    figures = Figures((3.0, 1.0, 2.0, 10.0, 2.5))
    assert (figures.median, figures.spread, figures.quantile(0.95)) == (2.5, (1.0, 10.0), 10.0)
    assert figures.shown(1, 1000) == "2,500.0 (1,000.0 to 10,000.0)"


def test_a_contender_answers_from_a_process_of_its_own() -> None:
    contender = Contender(partial, divmod)
    with peak_of(contender.pid) as peak:
        assert contender(7, 2) == (3, 1)
    contender.close()
    assert peak.mebibytes > 0


def test_memory_that_is_held_for_a_moment_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    peak, told = Peak(), [20.0, 22.0, 45.0, 23.0, 21.0]

    def held(_: int) -> float:
        if len(told) == 1:
            peak._over.set()
        return told.pop(0)

    monkeypatch.setattr(measure, "held", held)
    peak.watch(0)
    assert peak.mebibytes == 23


def test_pictures_compress_like_photographs_and_differ(tmp_path: Path) -> None:
    first, second = photograph((1200, 900), 1), photograph((1200, 900), 2)
    assert first != second
    assert 0.1 < len(first) / (1200 * 900) < 0.4
    with Image.open(io.BytesIO(another(first, "a comment"))) as same:
        assert same.size == (1200, 900)
    files = list(write_photographs(tmp_path / "many", DISTINCT + 2, (100, 100)).iterdir())
    assert len(files) == DISTINCT + 2
    assert len({file.stat().st_ino for file in files}) == DISTINCT


@pytest.mark.parametrize("question", runner.QUESTIONS)
def test_every_question_has_its_place_on_the_page(question: str) -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    found = markdown_table(("what", "ms"), [("artml", 1)])
    put = runner.put(page, question, found)
    assert put.count(found) == 1
    assert runner.put(put, question, found) == put
    assert (ROOT / "benchmarks" / f"{question}.py").is_file()


def test_what_is_not_installed_is_left_out_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contenders, "find_spec", lambda name: None)
    assert contenders.present() == [contenders.KERAS]
    assert "PyTorch is left out, for want of torch" in capsys.readouterr().out


def test_a_picture_is_answered_in_each_of_our_ways(photographs: Path) -> None:
    (first, *_) = (file.read_bytes() for file in sorted(photographs.iterdir()))
    ways = (partial(picture._classifying, "guide"), picture._decoding, partial(picture._network, "guide"))
    for way in ways:
        assert len(way()([first, first])) == 2


def test_others_open_pictures_and_write_the_same_columns(photographs: Path, tmp_path: Path) -> None:
    files = sorted(photographs.iterdir())
    seen = contenders.opened(files[0])
    assert seen.shape == (contenders.side(), contenders.side(), 3)
    answers = [{"style": seen.reshape(1, -1)[:, :4], "genre": seen.reshape(1, -1)[:, :2]}] * 3
    folder._write(tmp_path / "few", files, answers)
    with (tmp_path / "few.csv").open() as stream:
        rows = list(csv.reader(stream))
    assert [row[0] for row in rows] == [file.name for file in files]
    assert {len(row) for row in rows} == {5}


def test_a_folder_is_labelled_and_decoded(photographs: Path) -> None:
    assert folder.ours("guide")(photographs) > 0
    assert folder._seen(folder.Sight(eyes=(folder.Eye(side=32),)), next(photographs.iterdir())) == 1
    assert len(photographs.with_suffix(".guide.csv").read_text().splitlines()) == 4


def test_the_network_alone_is_reckoned_for_as_many_works_as_the_folder_has(
    monkeypatch: pytest.MonkeyPatch, photographs: Path
) -> None:
    monkeypatch.setattr(folder, "seconds", lambda answer: answer() or 6.0)
    monkeypatch.setattr(folder, "BATCHES", 1)
    monkeypatch.setattr("artml.labelling.pipeline.streams", lambda: 1)
    assert folder._network("guide")(photographs) == pytest.approx(6 / folder.BATCH * 3)


def test_the_network_is_asked_in_several_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "EACH", 2)
    assert precision.network("fp32")(2) > 0
    assert precision.asking(2, 1, 2)() > 0


def test_growth_is_measured_with_stubs_and_in_a_collection(photographs: Path, tmp_path: Path) -> None:
    growth._stubbed()(photographs)
    assert ",labelled," in photographs.with_suffix(".csv").read_text()
    store = growth._storing(tmp_path / "home")
    assert store(0, 3) > 0
    assert growth.search_table((40, 20), 20, 1).count("\n") == 3


def test_the_server_s_own_decoding_is_that_of_the_process(guide: Classifier, photographs: Path) -> None:
    decoding.here(guide, next(photographs.iterdir()).read_bytes())
