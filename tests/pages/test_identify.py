"""The visitors' page, without a browser: what it says of pictures, bad files, doubts and strangers."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from artml.classifier import Answer, ModelVersion, Prediction, RankedLabel
from artml.collection import Person
from artml.errors import BundleNotFound, Crowded
from artml.explanation import HeatMap
from artml.labelling.decoding import Decoders
from artml.line import Line
from artml.looking import Looker, decoding_for
from artml.settings import ROOT, settings
from artml.sight import Eye, Sight
from artml.views import Pixels
from artml.web import arrivals, identity
from artml.web import guide as guide_module

Painted = Callable[..., Image.Image]
Upload = tuple[str, bytes, str]
JPEG = b"\xff\xd8"
SIGHT = Sight(eyes=(Eye(side=32),))

LABELS: Mapping[str, tuple[str, ...]] = {
    "style": ("Impressionism", "Realism", "Rococo"),
    "genre": ("landscape", "portrait", "still life"),
    "artist": ("Claude Monet", "Edvard Munch", "Diego Rivera"),
    "technique": ("hand", "algorithm"),
}


class Foretold:
    """A guide whose answers are fixed beforehand: page logic is tested apart from what a model sees."""

    def __init__(
        self,
        style: float = 0.8,
        genre: float = 0.8,
        artist: float = 0.8,
        technique: float | None = None,
        is_painting: bool = True,
    ) -> None:
        self.probabilities = {"style": style, "genre": genre, "artist": artist}
        if technique is not None:
            self.probabilities["technique"] = technique
        self.is_painting = is_painting
        self.asked = self.explained = 0

    def answers(self, pixels: Sequence[tuple[Pixels, ...]]) -> list[Answer]:
        assert [seen.shape for (seen,) in pixels] == [SIGHT.eyes[0].shape]
        self.asked += 1
        predictions = {facet: self._predict(facet, top) for facet, top in self.probabilities.items()}
        return [Answer(predictions, np.zeros(4, np.float32), self.is_painting)]

    def explain(self, image: bytes, labels: Mapping[str, str]) -> dict[str, HeatMap]:
        """All in the upper left corner; the technique has no map."""
        self.explained += 1
        assert image.startswith(JPEG)
        values = np.zeros((8, 8))
        values[0, 0] = 1.0
        return {
            facet: HeatMap(facet, label, values, 0.0)
            for facet, label in labels.items()
            if facet != "technique"
        }

    def _predict(self, facet: str, top: float) -> Prediction:
        shares = (top, (1 - top) * 0.7, (1 - top) * 0.3) if facet != "technique" else (top, 1 - top)
        ranked = tuple(RankedLabel(*pair) for pair in zip(LABELS[facet], shares, strict=True))
        model = ModelVersion("technique" if facet == "technique" else "guide", "9.9")
        return Prediction(facet, ranked, 0.6, facet == "artist", model, self.is_painting, 0.1)


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    """Processes that every test of the page shares: they take a while to start."""
    with decoding_for(SIGHT) as started:
        yield started


@pytest.fixture
def foretell(monkeypatch: pytest.MonkeyPatch, decoders: Decoders) -> Callable[..., Foretold]:
    """Put a `Foretold` guide in the place of the shipped one."""

    def put(**answers: float) -> Foretold:
        foretold = Foretold(**answers)  # type: ignore[arg-type]
        looker = Looker(foretold, decoders)  # type: ignore[arg-type]
        monkeypatch.setattr(guide_module, "guide", lambda: foretold)
        monkeypatch.setattr(guide_module, "looker", lambda: looker)
        return foretold

    return put


@pytest.fixture
def picture(painted: Painted) -> Callable[[int], Upload]:
    """An upload of a generated picture, a different one for each seed."""

    def make(seed: int) -> Upload:
        out = io.BytesIO()
        painted(seed).save(out, "JPEG")
        return f"picture-{seed}.jpg", out.getvalue(), "image/jpeg"

    return make


def opened() -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not at.exception
    return at


def bring(at: AppTest, *files: Upload) -> AppTest:
    at.file_uploader[0].set_value(list(files))
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def bars(at: AppTest) -> list[str]:
    return [chart.proto.alt for chart in at.get("plotly_chart") if chart.proto.alt]


def pictures(at: AppTest) -> list[str]:
    return [image.alt for element in at.get("image") for image in element.proto.imgs]


NOTES: Upload = ("notes.txt", b"this is not a picture", "text/plain")


def test_an_empty_frame_and_one_sentence(foretell: Callable[..., Foretold]) -> None:
    guide = foretell()
    at = opened()
    assert "What am I looking at?" in words(at)
    assert "Hang a picture of a painting in this frame" in words(at)
    assert at.file_uploader[0].accept_multiple_files
    assert bars(at) == pictures(at) == []
    assert guide.asked == 0


def test_one_picture_hangs_large_beside_its_label(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = bring(opened(), picture(1))
    label = words(at)
    assert "Impressionism" in label
    assert "fairly sure" in label
    assert "Landscape, most likely by Claude Monet" in label
    assert "What to look for" in label
    assert "1872–1892" in label
    assert "Berthe Morisot" in label
    assert "Seen by guide 9.9" in label
    assert pictures(at) == ["picture-1.jpg: Impressionism — fairly sure"]
    assert [title.split(":")[0] for title in bars(at)] == ["Style", "Genre", "Artist"]
    assert bars(at)[0] == "Style: Impressionism 80%, Realism 14%, Rococo 6%"


@pytest.mark.parametrize(
    ("technique", "words_of_it"), [(0.7, "Made by hand"), (0.55, "By hand or by algorithm: cannot say")]
)
def test_the_technique_is_a_quiet_line_with_its_reasons_and_no_bars(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], technique: float, words_of_it: str
) -> None:
    foretell(technique=technique)
    at = bring(opened(), picture(1))
    assert f'<p class="made">{words_of_it}</p>' in words(at)
    assert len(bars(at)) == 3
    assert "Seen by guide 9.9 and technique 9.9" in words(at)
    reasons = at.expander[0].get("html")[0].proto.body
    assert "the style is Impressionism or Realism; as often, the genre is landscape" in reasons
    assert "AI image generators" in reasons


def test_the_reasons_show_where_it_looked_only_once_they_are_opened(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    guide = foretell(style=0.5, technique=0.7)
    at = bring(opened(), picture(1))
    assert guide.explained == 0
    assert "Style: Impressionism leads without being certain." in words(at)
    assert "Genre: certain. Of answers as clear as landscape here, nine in ten were right." in words(at)
    at.session_state["only-reasons"] = True
    at.run()
    shown = words(at)
    assert shown.count('class="veil"') == 3
    assert shown.count('type="range"') == 1
    for label in ("Impressionism", "landscape", "Claude Monet"):
        assert f"<span>{label}</span>" in shown
    at.run()
    assert guide.explained == 1


def test_what_is_no_painting_shows_no_places(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    guide = foretell(is_painting=False)
    at = bring(opened(), picture(1))
    at.session_state["only-reasons"] = True
    at.run()
    assert guide.explained == 0
    assert "certain. Of answers" not in words(at)


def test_no_word_of_hands_where_no_model_judges_them(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = bring(opened(), picture(1))
    assert "algorithm" not in words(at)


def test_what_is_no_painting_has_no_likely_labels_and_no_certain_technique(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell(technique=0.99, is_painting=False)
    at = bring(opened(), picture(1))
    assert "By hand or by algorithm: cannot say" in words(at)
    assert "Nine times in ten" not in words(at)


def test_the_next_picture_replaces_the_last_and_the_same_one_is_looked_at_once(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    guide = foretell()
    at = bring(opened(), picture(1))
    bring(at, picture(2))
    assert [alt.split(":")[0] for alt in pictures(at)] == ["picture-2.jpg"]
    bring(at, picture(1))
    assert [alt.split(":")[0] for alt in pictures(at)] == ["picture-1.jpg"]
    at.run()
    assert guide.asked == 2


def test_several_pictures_make_a_gallery_and_each_opens_large(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = bring(opened(), *(picture(seed) for seed in range(5)))
    assert [alt.split(":")[0] for alt in pictures(at)] == [f"picture-{seed}.jpg" for seed in range(5)]
    assert words(at).count("Impressionism — fairly sure") == 5
    assert bars(at) == []
    at.button(key="open-3").click().run()
    assert [alt.split(":")[0] for alt in pictures(at)] == ["picture-3.jpg"]
    assert len(bars(at)) == 3
    at.button(key="back").click().run()
    assert len(pictures(at)) == 5


def test_a_bad_file_among_good_ones_gets_its_sentence(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = bring(opened(), picture(1), NOTES, picture(2))
    assert len(pictures(at)) == 2
    assert words(at).count('role="alert"') == 1
    assert "notes.txt" in words(at)


def test_a_damaged_file_takes_nothing_down(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = bring(opened(), picture(1))
    name, data, kind = picture(2)
    bring(at, (f"torn-{name}", data[: len(data) // 2], kind))
    assert [alt.split(":")[0] for alt in pictures(at)] == ["picture-1.jpg"]
    assert "torn-picture-2.jpg" in words(at)
    bring(at, picture(3))
    assert 'role="alert"' not in words(at)


def test_only_a_bad_file_leaves_the_frame_empty(foretell: Callable[..., Foretold]) -> None:
    guide = foretell()
    at = bring(opened(), NOTES)
    assert words(at).count('role="alert"') == 1
    assert "Hang a picture of a painting in this frame" in words(at)
    assert guide.asked == 0


def test_more_pictures_than_there_is_room_for(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    foretell()
    monkeypatch.setenv("ARTML_MAX_UPLOADS", "2")
    settings.cache_clear()
    try:
        at = bring(opened(), *(picture(seed) for seed in range(5)))
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert len(pictures(at)) == 2
    assert "There is room for 2 pictures at once: 3 had to stay outside." in words(at)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("a\x1b[31m\u202eb.jpg", "a[31mb.jpg"),
        ("x" * 10_000, "x" * 100),
        ("\x00\x07", "A picture"),
    ],
    ids=["path", "formula", "control", "endless", "nothing"],
)
def test_a_name_is_only_a_name(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], name: str, shown: str
) -> None:
    foretell()
    _, content, kind = picture(1)
    said = words(bring(opened(), (name, content, kind)))
    assert shown in said
    assert len(said) < 20_000
    assert not set("\x00\x07\x1b\u202e") & set(said)


def test_where_a_picture_was_taken_goes_no_further(
    foretell: Callable[..., Foretold], painted: Painted
) -> None:
    foretell()
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.6)})
    out = io.BytesIO()
    painted(1).save(out, "JPEG", exif=exif, comment=b"taken at home")
    at = bring(opened(), ("a.jpg", out.getvalue(), "image/jpeg"))
    (hung,) = at.session_state["wall"].hung
    with Image.open(io.BytesIO(hung.rendition)) as shown:
        assert not shown.getexif()
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def test_a_visitor_brings_so_many_pictures_a_minute(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = foretell()
    monkeypatch.setenv("ARTML_MAX_UPLOADS_MINUTE", "3")
    settings.cache_clear()
    monkeypatch.setattr(arrivals, "current_person", lambda: identity.NOBODY)
    admit = arrivals.admit  # the address of an AppTest is a new mock at every run
    monkeypatch.setattr(arrivals, "admit", lambda _address, way: admit("203.0.113.9", way))
    at = bring(bring(opened(), picture(1), picture(2)), picture(3), picture(4))
    assert guide.asked == 3
    assert "Those are many pictures within a minute. Bring the rest in" in words(at)
    assert len(pictures(at)) == 1, "the one that was welcome hangs"
    monkeypatch.setattr(arrivals, "current_person", lambda: Person("ana", frozenset({"curator"})))
    bring(opened(), picture(5), picture(6))
    assert guide.asked == 5, "people who work here do not wait"


def test_when_it_is_not_sure_it_says_so(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell(style=0.34)
    at = bring(opened(), picture(1))
    assert (
        "I am not sure of the style. The nearest that I know are Impressionism, Realism or Rococo."
        in words(at)
    )
    assert bars(at)[0].startswith("Style: Impressionism 34%")


def test_what_is_no_painting_is_told_so(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell(style=0.99, artist=0.99, is_painting=False)
    at = bring(opened(), picture(1))
    assert "This does not look like a painting" in words(at)
    assert "Monet" not in words(at)
    assert [expander.label for expander in at.expander] == ["If it were a painting", "How sure is this?"]


def test_a_stranger_is_not_given_a_name(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell(style=0.34, artist=0.59)
    at = bring(opened(), picture(1))
    assert "by none of the 3 painters I know well" in words(at)
    assert "Monet" not in words(at)
    assert bars(at)[2].startswith("If it were by one of the 3: Claude Monet 59%")


def test_clearing_the_wall_brings_the_frame_back(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = bring(opened(), picture(1))
    at.button(key="clear").click().run()
    assert pictures(at) == []
    assert "Hang a picture of a painting in this frame" in words(at)


def test_the_camera_waits_until_it_is_asked_for(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    at = opened()
    assert not at.get("camera_input")
    at.button(key="camera-switch").click().run()
    assert len(at.camera_input) == 1
    assert not at.file_uploader
    at.camera_input[0].set_value(
        ("camera-input-2026-01-02T03_04_05.678Z.jpg", picture(1)[1], "image/jpeg")
    ).run()
    assert [alt.split(":")[0] for alt in pictures(at)] == ["Your photograph"]
    assert len(at.file_uploader) == 1


def test_a_name_is_shown_and_never_obeyed(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    _, data, kind = picture(1)
    at = bring(opened(), ("<img src=x onerror=alert(1)>.jpg", data, kind))
    assert "<img" not in words(at)
    assert "&lt;img src=x" in words(at)


def test_without_a_model_the_page_stays_polite(
    monkeypatch: pytest.MonkeyPatch, picture: Callable[[int], Upload]
) -> None:
    def missing() -> Foretold:
        raise BundleNotFound("There is no bundle in /models/guide.")

    monkeypatch.setattr(guide_module, "guide", missing)
    at = bring(opened(), picture(1))
    assert "its model cannot be loaded" in words(at)
    assert "/models" not in words(at)
    assert len(at.file_uploader) == 1


def test_the_bytes_brought_are_let_go(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: set[str] = set()
    add, remove = MemoryUploadedFileManager.add_file, MemoryUploadedFileManager.remove_file

    def adding(self: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
        kept.add(file.file_id)
        add(self, session_id, file)

    def removing(self: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        kept.remove(file_id)
        remove(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", adding)
    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", removing)
    foretell()
    at = bring(opened(), picture(1), NOTES)
    assert len(pictures(at)) == 1
    assert kept == set()


def test_light_and_dark_walls_have_their_own_bars(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload]
) -> None:
    foretell()
    specs = []
    for theme in ("light", "dark"):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        at.context["theme"] = theme
        bring(at.run(), picture(1))
        specs.append(at.get("plotly_chart")[0].proto.spec)
    assert "#8f2d22" in specs[0]
    assert "#e58d76" in specs[1]


def test_the_shipped_guide_answers(picture: Callable[[int], Upload]) -> None:
    at = bring(opened(), picture(1))
    assert len(pictures(at)) == 1
    assert len(bars(at)) == 3
    assert "Seen by guide" in words(at)


def test_the_page_never_imports_tensorflow(picture: Callable[[int], Upload], tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(picture(1)[1])
    visit = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

at = AppTest.from_file(sys.argv[1], default_timeout=120).run()
at.file_uploader[0].upload("picture.jpg", Path(sys.argv[2]).read_bytes()).run()
assert not at.exception and len(at.get("image")) == 1, at
heavy = {"tensorflow", "keras", "torch"} & set(sys.modules)
assert not heavy, heavy
"""
    command = [sys.executable, "-c", visit, str(ROOT / "app.py"), str(tmp_path / "picture.jpg")]
    seen = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert seen.returncode == 0, seen.stderr[-2000:]


def test_who_has_to_wait_is_told_the_place_and_then_answered(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    foretell()
    places: list[int] = []
    turn = Line.turn

    @contextmanager
    def after_two(line: Line, told: Callable[[int], object]) -> Iterator[None]:
        for place in (3, 1):
            told(place)
            places.append(place)
        with turn(line):
            yield

    monkeypatch.setattr(Line, "turn", after_two)
    at = bring(opened(), picture(1))
    assert places == [3, 1]
    assert len(pictures(at)) == 1
    assert "Before you" not in words(at)


def test_who_finds_the_line_full_is_asked_to_try_again_and_need_not_bring_it_again(
    foretell: Callable[..., Foretold], picture: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    foretell()

    @contextmanager
    def full(*_: object) -> Iterator[None]:
        raise Crowded("full")
        yield

    with monkeypatch.context() as crowd:
        crowd.setattr(Line, "turn", full)
        at = bring(opened(), picture(1))
        assert "Many people are asking at this moment" in words(at)
        assert pictures(at) == []
    at.button("again").click().run()
    assert not at.exception
    assert "Many people" not in words(at)
    assert len(pictures(at)) == 1
