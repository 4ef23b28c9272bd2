"""The curators' page, without a browser: the queue, decisions, many at once, exports, closed doors."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from artml.collection import Collection, Person, Work
from artml.exports.record import Said
from artml.settings import ROOT, settings
from artml.web import identity
from artml.web.claims import CLAIMS
from artml.web.museum import museum as opened
from tests.collection.acting import ANA, BEN, VISITOR, said

Painted = Callable[..., Image.Image]


@pytest.fixture
def museum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, painted: Painted) -> Iterator[Collection]:
    """Four works in two folders: nothing of use is known of the first, and each next is surer."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(identity, "current_person", lambda: ANA)
    settings.cache_clear()
    CLAIMS._held.clear()
    collection = opened()
    for number, (name, ranked, folder) in enumerate(
        [
            ("unread", None, "oils"),
            ("torn", {"Cubism": 0.5, "Fauvism": 0.45, "Realism": 0.05}, "oils"),
            ("leaning", {"Fauvism": 0.6, "Cubism": 0.4}, "ink"),
            ("sure", {"Realism": 0.95, "Cubism": 0.05}, "oils"),
        ]
    ):
        out = io.BytesIO()
        painted(number, 160, 120).save(out, "JPEG")
        work = collection.add_work(
            sha(name),
            size=1_000,
            width=160,
            height=120,
            folder=folder,
            name=f"{name}.jpg",
            object_number=f"1987.{number}",
            columns={"title": name.capitalize(), "style": "Cubism" if name == "sure" else ""},
            thumbnail=out.getvalue(),
        )
        if ranked:
            collection.store(work, [said(ranked), said({"portrait": 0.9, "landscape": 0.1}, "genre")])
    yield collection
    collection.close()
    monkeypatch.undo()
    settings.cache_clear()


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def style(museum: Collection, name: str) -> tuple[str | None, tuple[Said, ...]] | None:
    held = museum.current(museum.work(sha(name))).get("style")
    return held and (held.outcome, held.labels)


def page(**query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "review.py"), default_timeout=60)
    at.query_params.update(query)
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def press(at: AppTest, act: str) -> AppTest:
    """Press the button whose key begins so, or that is called so."""
    found = [
        button for button in at.button if (button.key or "").startswith(f"{act}-") or button.label == act
    ]
    found[0].click().run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    """The title of the work that lies on the desk."""
    return next((image.alt for element in at.get("image") for image in element.proto.imgs), "")


def test_works_come_most_uncertain_first_and_each_decision_is_stored(museum: Collection) -> None:
    at = page()
    assert shown(at) == "Unread"
    assert "No model has looked at this work." in words(at)
    press(at, "cannot")
    assert shown(at) == "Torn"
    press(at, "accept")
    assert shown(at) == "Leaning"
    press(at, "choose2")
    assert [style(museum, name) for name in ("unread", "torn", "leaning", "sure")] == [
        ("cannot_say", ()),
        ("accepted", (Said("Cubism"),)),
        ("corrected", (Said("Cubism"),)),
        None,
    ]
    assert '"3 of 4"' in words(at)
    press(at, "accept")
    assert "Nothing waits here." in words(at)
    press(at, "Undo")
    assert shown(at) == "Sure"
    assert style(museum, "sure") is None


def test_a_page_opened_anew_shows_the_same_work(museum: Collection) -> None:
    at = page()
    press(at, "next")
    press(at, "next")
    assert shown(at) == "Leaning"
    assert shown(page(work="".join(at.query_params["work"]))) == "Leaning"
    assert shown(page(work="nothing")) in ("Unread", "Torn", "Sure")


def test_labels_may_be_typed(museum: Collection) -> None:
    at = page()
    press(at, "write")
    at.multiselect[0].set_value(["cubism", "Nihonga revival"])
    at.text_input[0].set_value(" by daylight ")
    press(at, "Save and next")
    assert style(museum, "unread") == ("corrected", (Said("Cubism"), Said("Nihonga revival")))
    assert museum.history(museum.work(sha("unread")))[0].note == "by daylight"
    assert shown(at) == "Torn"
    assert not at.multiselect


def test_nothing_typed_is_refused_and_may_be_typed_again(museum: Collection) -> None:
    at = page()
    press(at, "write")
    press(at, "Save and next")
    assert "at least one label" in words(at)
    assert shown(at) == "Unread"
    assert len(at.multiselect) == 1


def test_an_artist_may_be_doubted(museum: Collection) -> None:
    museum.store(museum.work(sha("sure")), [said({"Claude Monet": 0.5, "Diego Rivera": 0.5}, "artist")])
    at = page(facet="Artist", work=sha("sure"))
    press(at, "write")
    at.multiselect[0].set_value(["Claude Monet"])
    at.selectbox[-1].set_value("workshop of")
    press(at, "Save and next")
    held = museum.current(museum.work(sha("sure")))["artist"]
    assert held.labels == (Said("Claude Monet", "workshop of"),)


def test_a_job_in_the_address_chooses_its_works(museum: Collection) -> None:
    job = museum.jobs.start(ANA, "label", "ink")
    at = page(job=job.id)
    assert shown(at) == "Leaning"
    assert '"0 of 1"' in words(at)
    assert "There is no job" in words(page(job="nobody"))
    empty = museum.jobs.start(ANA, "label", "elsewhere")
    assert "labelled no work yet" in words(page(job=empty.id))


def test_works_may_be_chosen_by_folder_and_label(museum: Collection) -> None:
    at = page(folder="oils")
    assert '"0 of 3"' in words(at)
    label = next(box for box in at.selectbox if box.label == "Predicted as")
    assert label.options == ["Cubism (1)", "Realism (1)"]
    label.set_value("Realism").run()
    assert shown(at) == "Sure"


def test_the_same_work_s_next_question(museum: Collection) -> None:
    at = page(work=sha("leaning"))
    press(at, "Its genre")
    assert shown(at) == "Leaning"
    press(at, "accept")
    assert museum.current(museum.work(sha("leaning")))["genre"].labels == (Said("portrait"),)


def test_doubts_of_the_catalogue_are_a_queue(museum: Collection) -> None:
    at = page()
    next(toggle for toggle in at.toggle if "doubts" in toggle.label).set_value(True).run()
    assert shown(at) == "Sure"
    assert "The catalogue says Cubism." in words(at)
    press(at, "catalogued")
    assert style(museum, "sure") == ("corrected", (Said("Cubism"),))


def test_the_history_says_who_what_and_when(museum: Collection) -> None:
    work = museum.work(sha("torn"))
    first = museum.decide(BEN, work, "style", "corrected", [Said("Realism")], note="seen in daylight")
    museum.undo(ANA, first)
    told = words(page(work=work.sha256))
    assert f"{BEN.name} corrected style Realism (seen in daylight)" in told
    assert f"{ANA.name} took back style Realism" in told
    assert "guide 1: style Cubism 50%" in told


def test_who_decided_meanwhile_is_said(museum: Collection) -> None:
    at = page()
    museum.decide(BEN, museum.work(sha("unread")), "style", "corrected", ["Fauvism"])
    press(at, "cannot")
    assert f"{BEN.name} decided this work&#x27;s style meanwhile: Fauvism" in words(at)
    assert shown(at) == "Unread"
    assert style(museum, "unread") == ("corrected", (Said("Fauvism"),))


def test_a_sheet_is_accepted_but_for_what_is_marked(museum: Collection) -> None:
    at = page(view="Fifty at a time")
    assert len(at.get("image")) == 4
    assert [box.label for box in at.checkbox] == ["Cubism 50%", "Fauvism 60%", "Realism 95%"]
    at.checkbox[1].check()
    press(at, "Accept those not marked, next sheet")
    assert style(museum, "torn") == ("accepted", (Said("Cubism"),))
    assert style(museum, "leaning") is None
    assert "No more works here." in words(at)
    press(at, "From the beginning")
    assert [box.label for box in at.checkbox] == ["Fauvism 60%"]
    press(at, "Take these 2 back")
    assert style(museum, "torn") is None
    assert len(at.checkbox) == 3


def test_the_sure_ones_are_accepted_only_after_a_look(museum: Collection) -> None:
    at = page(view="The sure ones")
    assert "One work waits at 90% or more." in words(at)
    accept = next(button for button in at.button if button.label == "Accept it")
    assert accept.disabled
    at.slider(key="least").set_value(50).run()
    assert "3 works wait at 50% or more." in words(at)
    at.checkbox[0].check().run()
    press(at, "Accept all 3")
    assert [style(museum, name) for name in ("torn", "leaning", "sure", "unread")] == [
        ("accepted", (Said("Cubism"),)),
        ("accepted", (Said("Fauvism"),)),
        ("accepted", (Said("Realism"),)),
        None,
    ]
    assert "Accepted: 3 works." in words(at)
    press(at, "Take these 3 back")
    assert style(museum, "sure") is None


def test_a_folder_s_works_are_exported_whole(museum: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    museum.decide(ANA, museum.work(sha("sure")), "style", "corrected", ["Fauvism"])
    at = page(view="Export", folder="oils")
    assert "3 works to export" in words(at)
    press(at, "Make the file")
    kept = at.session_state["made"][1]
    rows = list(csv.DictReader(io.StringIO(kept.decode("utf-8-sig"))))
    assert {row["file"]: row["style_decided"] for row in rows} == {
        "unread.jpg": "",
        "torn.jpg": "",
        "sure.jpg": "Fauvism",
    }
    at.selectbox(key="format").set_value("lido").run()
    press(at, "Make the file")
    assert "give the museum&#x27;s name" in words(at)


def test_what_visitors_may_see_is_for_the_curator_to_say(museum: Collection) -> None:
    at = page(work=sha("torn"))
    next(toggle for toggle in at.toggle if "Visitors" in toggle.label).set_value(True).run()
    assert [work.title for work in museum.works()] == ["Torn"]
    at = page(view="Export", folder="oils")
    press(at, "Show these works to visitors")
    assert "3 works are shown to visitors now." in words(at)
    assert {work.title for work in museum.works()} == {"Unread", "Torn", "Sure"}
    press(at, "Hide them")
    assert museum.works() == []


@pytest.mark.parametrize("person", [identity.NOBODY, VISITOR, Person("eve@elsewhere.example")], ids=str)
def test_a_visitor_finds_a_closed_door_and_no_work(
    museum: Collection, monkeypatch: pytest.MonkeyPatch, person: Person
) -> None:
    monkeypatch.setattr(identity, "current_person", lambda: person)
    for way in ("sign-in", "nobody"):
        monkeypatch.setattr(identity, "way", lambda way=way: way)
        at = page(work=sha("sure"))
        assert not at.get("image")
        assert "Sure" not in words(at)
        assert "room" in words(at) or "doors" in words(at)
        assert [button.label for button in at.button] == (
            ["Sign in"] if way == "sign-in" and not person.name else []
        )


def test_a_collection_that_cannot_be_used_is_said_in_one_sentence(
    museum: Collection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "home2").write_text("a file where a folder should be")
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home2"))
    settings.cache_clear()
    assert "cannot be made" in words(page())


def test_an_empty_collection_is_no_error(
    museum: Collection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "empty"))
    settings.cache_clear()
    for view in ("One by one", "Fifty at a time", "The sure ones", "Export"):
        at = page(view=view)
        assert "work" in words(at)


def test_a_work_whose_picture_is_gone_can_be_decided(museum: Collection) -> None:
    work: Work = museum.work(sha("unread"))
    (Path(settings().home) / "files" / work.thumbnail).unlink()
    at = page()
    assert "The picture cannot be reached." in words(at)
    press(at, "cannot")
    assert style(museum, "unread") == ("cannot_say", ())
