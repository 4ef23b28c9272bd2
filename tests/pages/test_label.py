"""The page Label, without a browser: choosing, starting, watching, closed doors. Labelling is done here."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from artml.collection import Collection
from artml.jobs.bench import Bench
from artml.jobs.labelling import Labelling
from artml.settings import ROOT, settings
from artml.web import identity
from artml.web.museum import museum as opened
from tests.collection.acting import ANA, VISITOR
from tests.colours import BLUE, GREEN, RED, write_colour_bundle

SLOW = 60


@pytest.fixture
def museum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collection]:
    """Empty, with a bundle that goes by colour, and folders: `new` holds three pictures and a text."""
    folder = tmp_path / "roots" / "new"
    folder.mkdir(parents=True)
    (tmp_path / "roots" / "old" / "deep").mkdir(parents=True)
    for name, colour in (("red", RED), ("green", GREEN), ("blue", BLUE)):
        Image.new("RGB", (64, 48), colour).save(folder / f"{name}.png")
    (folder / "note.txt").write_text("Frames are in room 4.", encoding="utf-8")
    write_colour_bundle(tmp_path / "models" / "colours")
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARTML_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ARTML_FOLDERS", str(tmp_path / "roots"))
    monkeypatch.setattr(identity, "current_person", lambda: ANA)
    settings.cache_clear()
    yield opened()
    opened().close()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def work(museum: Collection) -> Iterator[Callable[[], None]]:
    """Does what a worker would do: all jobs, to their end."""
    bench = Bench(museum, decoders=1)
    labelling = Labelling(bench)

    def working() -> None:
        for job in museum.jobs.all():
            for part in labelling.divide(job.id, job.round):
                labelling.label(job.id, job.round, part.number)

    yield working
    bench.close()


def page(**address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "label.py"), default_timeout=SLOW)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def words(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(each.value) for each in app.get("html"))


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def asked(app: AppTest, name: str) -> str:
    """What the page's address says."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def job_in(app: AppTest) -> str:
    return asked(app, "job")


def test_a_folder_is_chosen_surveyed_started_and_watched(
    museum: Collection, work: Callable[[], None], tmp_path: Path
) -> None:
    app = page()
    assert "Which pictures are to be labelled?" in words(app)
    app.button(key="inner-0").click().run()
    press(app, "take")
    assert asked(app, "folder") == str(tmp_path / "roots" / "new")
    for text in ("new", "<dd>3</dd>", "<dd>1</dd>", "Cannot be read: note.txt."):
        assert text in words(app)
    press(app, "start")
    assert "folder" not in app.query_params
    assert "Waits for a worker." in words(app)
    job = museum.jobs.get(job_in(app))
    assert (job.person, job.folder) == (ANA.name, str(tmp_path / "roots" / "new"))
    assert job.request.root == str(tmp_path / "roots")

    work()
    watched = page(job=job.id)  # another browser
    for text in (
        "3 labelled",
        f"review?job={job.id}",
        "1 could not be read",
        "new is labelled. Started by ana@museum.example",
    ):
        assert text in words(watched)
    assert words(watched).count('class="caption"') == 3
    assert [table.value["file"].tolist() for table in watched.dataframe] == [["note.txt"]]
    press(watched, "back")
    assert "is labelled · 4 · ana@museum.example" in words(watched)
    press(watched, f"open-{job.id}")
    assert job_in(watched) == job.id


def test_where_several_could_label_one_is_chosen_by_what_it_takes(
    museum: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(tmp_path / "models" / "swift", taught_by="colours")
    times = cycle([600.0, 20.0])
    monkeypatch.setattr("artml.labelling.pace.pace", lambda classifier, files, thumbnail: next(times))
    folder = str(tmp_path / "roots" / "new")
    short = page(folder=folder)
    assert short.radio(key="by").options == ["colours", "swift"]
    assert list(short.radio(key="by").proto.captions) == ["", ""]
    monkeypatch.setattr("artml.web.labelling.models.LONG", 3)
    app = page(folder=folder)
    assert list(app.radio(key="by").proto.captions) == ["Takes about 30 minutes.", "Takes about 60 seconds."]
    press(app, "start")
    assert museum.jobs.get(job_in(app)).request.bundle == ""
    app = page(folder=folder)
    app.radio(key="by").set_value(("swift",)).run()
    press(app, "start")
    job = museum.jobs.get(job_in(app))
    assert (job.request.bundle, job.request.models) == ("swift", (("colours", "7"),))


def test_a_job_is_paused_resumed_and_cancelled(museum: Collection, tmp_path: Path) -> None:
    app = page(folder=str(tmp_path / "roots" / "new"))
    press(app, "start")
    job = job_in(app)
    for key, state in (("pause", "paused"), ("resume", "waiting"), ("cancel", "cancelled")):
        press(app, key)
        assert museum.jobs.get(job).state == state
    assert "was cancelled" in words(app)


def test_a_new_version_says_what_changed(
    museum: Collection, work: Callable[[], None], tmp_path: Path
) -> None:
    app = page(folder=str(tmp_path / "roots" / "new"))
    press(app, "start")
    work()
    again = page(folder=str(tmp_path / "roots" / "new"))
    assert "known already" in words(again)
    shutil.rmtree(tmp_path / "models" / "colours")
    styles = ("Impressionism", "Fauvism", "Naïve Art (Primitivism)")
    write_colour_bundle(tmp_path / "models" / "colours", version="8", styles=styles)
    press(again, "start")
    work()
    done = page(job=job_in(again))
    assert "One answer changed" in done.expander[-1].label
    assert done.dataframe[-1].value.to_dict("records") == [
        {"file": "green.png", "facet": "style", "was": "Cubism", "is": "Fauvism"}
    ]


def test_a_zip_is_taken_in_and_what_means_harm_is_refused(museum: Collection, tmp_path: Path) -> None:
    red = (tmp_path / "roots" / "new" / "red.png").read_bytes()
    app = page()
    app.get("file_uploader")[0].upload("gifts.zip", packed("../red.png", red), "application/zip").run()
    press(app, "take-in")
    assert "gifts.zip is refused: the name &#x27;../red.png&#x27; leads out of it." in words(app)
    assert museum.files.below("uploads") == []
    app = page()
    app.get("file_uploader")[0].upload("gifts.zip", packed("red.png", red), "application/zip").run()
    press(app, "take-in")
    key = asked(app, "folder")
    assert key.startswith("uploads/")
    assert "-gifts-" in key
    assert "<dd>1</dd>" in words(app)
    press(app, "start")
    assert museum.jobs.get(job_in(app)).folder == key


@pytest.mark.parametrize("folder", ["/etc", "{roots}/../home", "uploads/../previews", "uploads/nobody"])
def test_what_may_not_be_labelled_is_said_so(museum: Collection, tmp_path: Path, folder: str) -> None:
    app = page(folder=folder.format(roots=tmp_path / "roots"))
    if "start" in [each.key for each in app.button]:
        press(app, "start")
    assert 'role="alert"' in words(app)
    assert museum.jobs.all() == []


def test_folders_are_walked_up_and_down(museum: Collection) -> None:
    app = page()
    press(app, "inner-1")
    assert [each.label for each in app.button if each.key.startswith("inner")] == ["deep"]
    press(app, "inner-0")
    press(app, "crumb-1")
    assert [each.label for each in app.button if each.key.startswith("inner")] == ["deep"]
    press(app, "crumb-0")
    assert [each.label for each in app.button if each.key.startswith("inner")] == ["new", "old"]


def test_a_job_nobody_knows_is_said_in_a_sentence(museum: Collection) -> None:
    assert "There is no job" in words(page(job="nobody"))


def test_visitors_see_nothing_of_it(museum: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "current_person", lambda: VISITOR)
    app = page()
    assert [each.key for each in app.button if each.key in ("take", "take-in", "start")] == []


def packed(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()
