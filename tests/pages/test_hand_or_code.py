"""By hand, or by algorithm: one picture and its map, a portfolio and its table, the story, and no model."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from artml.settings import ROOT, settings
from tests.colours import GREEN, GREY, RED, WHITE, write_colour_bundle, write_technique_bundle

Upload = tuple[str, bytes, str]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundles that go by colour: red is by hand, green by an algorithm, white is no painting."""
    folder = tmp_path_factory.mktemp("models")
    write_colour_bundle(folder / "guide")
    write_technique_bundle(folder / "technique")
    return folder


@pytest.fixture
def opened(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], AppTest]]:
    """Opens the page with those bundles."""
    monkeypatch.setenv("ARTML_MODELS", str(shelf))
    settings.cache_clear()
    yield enter
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def _guides_anew() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def enter() -> AppTest:
    at = (
        AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        .switch_page("pages/hand_or_code.py")
        .run()
    )
    assert not at.exception
    return at


def plain(name: str, *colours: tuple[int, int, int]) -> Upload:
    """A picture of upright stripes."""
    image = Image.new("RGB", (60 * len(colours), 80))
    for place, colour in enumerate(colours):
        image.paste(colour, (60 * place, 0, 60 * place + 60, 80))
    out = io.BytesIO()
    image.save(out, "PNG")
    return name, out.getvalue(), "image/png"


def packed(name: str, *files: Upload) -> Upload:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content, _ in files:
            archive.writestr(path, content)
    return name, out.getvalue(), "application/zip"


def bring(at: AppTest, *files: Upload) -> AppTest:
    at.file_uploader[0].set_value(list(files))
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def charts(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


def test_before_a_picture_there_is_a_frame_and_the_story(opened: Callable[[], AppTest]) -> None:
    at = opened()
    assert "By hand, or by algorithm?" in words(at)
    assert "Nothing you bring is kept" in words(at)
    assert at.file_uploader[0].accept_multiple_files
    assert "Martin Calvino" in words(at)
    assert charts(at) == 2


@pytest.mark.parametrize(
    ("colours", "title"),
    [
        ((RED,), "<span>Made by hand</span>"),
        ((GREEN,), "<span>Drawn by an algorithm</span>"),
        ((GREY,), "<span>Cannot say</span>"),
        ((WHITE,), "<span>Cannot say</span>"),
    ],
)
def test_one_picture_hangs_under_its_map_beside_its_verdict(
    opened: Callable[[], AppTest], colours: tuple[tuple[int, int, int], ...], title: str
) -> None:
    at = bring(opened(), plain("one.png", *colours))
    shown = words(at)
    assert title in shown
    maps = 0 if colours == (WHITE,) else 1  # what is no art has no map, and no scale
    assert shown.count('class="veil tint"') == shown.count('class="rail"') == maps
    assert "AI image generator" in shown
    assert "Seen by technique 3" in shown
    assert charts(at) == 0, "the story waits until it is asked for"
    if colours == (WHITE,):
        assert "This looks like neither a painting or drawing nor art made by code." in shown


def test_the_map_tells_one_side_from_the_other(opened: Callable[[], AppTest]) -> None:
    at = bring(opened(), plain("two.png", RED, RED, GREEN, GREEN))
    assert "It looks made by hand in" in words(at)
    assert "clearest on the left and made by an algorithm in" in words(at)
    assert "I lean to" in words(at)


def test_the_story_opens_under_a_picture(opened: Callable[[], AppTest]) -> None:
    at = bring(opened(), plain("one.png", RED))
    at.session_state["story-opened"] = True
    at.run()
    assert charts(at) == 2


def test_a_portfolio_is_a_table_that_counts_once_the_truth_is_told(opened: Callable[[], AppTest]) -> None:
    at = bring(opened(), plain("a.png", RED), plain("b.png", GREEN), plain("c.png", GREY))
    assert "3 works: 1 made by hand, 1 drawn by an algorithm, and of 1 I cannot say." in words(at)
    assert "Going by whichever leads" not in words(at)
    for control, label in zip(at.segmented_control, ("hand", "hand", "algorithm"), strict=True):
        control.set_value(label)
    at.run()
    assert not at.exception
    assert "Where I did say, I was right about 1 of 2" in words(at)
    assert "What I said of what" in words(at)
    at.button(key="open-1").click().run()
    assert "<span>Drawn by an algorithm</span>" in words(at)
    at.button(key="back").click().run()
    assert "Where I did say, I was right about 1 of 2" in words(at), "the truth is kept"
    at.button(key="all-hand").click().run()
    assert [control.value for control in at.segmented_control] == ["hand"] * 3


def test_a_zip_tells_the_truth_by_its_folders(opened: Callable[[], AppTest]) -> None:
    files = plain("p/hand/a.png", RED), plain("p/code/b.png", GREEN), plain("__MACOSX/x.png", RED)
    at = bring(opened(), packed("portfolio.zip", *files))
    assert "2 works: 1 made by hand, 1 drawn by an algorithm." in words(at)
    assert "I was right about 2 of 2, 100%" in words(at)
    assert [control.value for control in at.segmented_control] == ["hand", "algorithm"]


def test_the_table_goes_out_as_csv(opened: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bytes] = []
    button = st.download_button

    def keep(label: str, data: bytes, *args: object, **kwargs: object) -> bool:
        given.append(data)
        return button(label, data, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(st, "download_button", keep)
    bring(opened(), packed("all.zip", plain("hand/a.png", RED), plain("hand/b.png", GREEN)))
    rows = pd.read_csv(io.BytesIO(given[-1]), keep_default_na=False)
    assert rows["work"].tolist() == ["hand/a.png", "hand/b.png"]
    assert rows["verdict"].tolist() == ["hand", "algorithm"]
    assert rows["right"].tolist() == ["yes", "no"]


def test_what_is_no_picture_and_no_zip_gets_its_sentence(opened: Callable[[], AppTest]) -> None:
    notes = ("notes.txt", b"this is not a picture", "text/plain")
    torn = ("torn.zip", b"PK\x03\x04 torn", "application/zip")
    at = bring(opened(), notes, torn, packed("empty.zip"), plain("a.png", RED))
    assert words(at).count('role="alert"') == 3
    assert "empty.zip holds no picture." in words(at)
    assert "torn.zip is no ZIP file that can be read." in words(at)
    assert "<span>Made by hand</span>" in words(at)


def test_the_next_picture_and_an_empty_wall(opened: Callable[[], AppTest]) -> None:
    at = bring(opened(), packed("all.zip", plain("hand/a.png", RED), plain("hand/b.png", GREEN)))
    bring(at, plain("c.png", GREEN), plain("d.png", GREEN))
    assert [control.value for control in at.segmented_control] == [None, None], "new works, no truth yet"
    at.button(key="clear").click().run()
    assert "Hang a picture here" in words(at)


def test_without_that_model_the_page_says_one_sentence_and_tells_the_story(
    models: Path, opened: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(models / "guide")
    monkeypatch.setenv("ARTML_MODELS", str(models))
    settings.cache_clear()
    at = opened()
    assert "The model that tells a hand from an algorithm is not here today" in words(at)
    assert not at.file_uploader
    assert charts(at) == 2
