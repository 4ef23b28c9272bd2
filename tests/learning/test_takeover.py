"""Which version answers: by a person's word, and by no other."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest

from artml import Classifier, service
from artml.bundle import Bundle, locate
from artml.errors import BundleDamaged, BundleNotFound, UnknownName
from artml.learning.takeover import rollback, use, versions
from artml.report.subject import sources
from artml.web.guide import guide, named
from tests.collection.acting import BEN
from tests.colours import write_colour_bundle
from tests.learning.drawn import write_guide


@pytest.fixture
def later(home: Path) -> Path:
    """A second version, not in service."""
    return write_guide(home / "bundles" / "guide" / "2", each=10)


def test_without_a_word_the_shipped_one_answers(later: Path, models: Path) -> None:
    assert locate("guide") == models / "guide"
    assert Bundle.load(later).folder == later
    assert [(each.version, each.serves) for each in versions("guide")] == [("1", True), ("2", False)]
    assert [source.title for source in sources()][:2] == ["guide", "learnt: 2"]


def test_the_app_notices_and_so_does_its_health(later: Path, models: Path) -> None:
    write_colour_bundle(later.parent / "3")
    before = guide()
    assert guide() is before
    use(BEN, "guide", "3")
    assert guide().name == "colours"
    assert named("guide") == {"name": "colours", "version": "7"}
    rollback(BEN, "guide")
    assert guide().version == "1"


@pytest.mark.parametrize("harm", ["gone", "changed", "torn"])
def test_a_version_that_is_damaged_does_not_answer_and_the_log_says_so(
    later: Path, models: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    use(BEN, "guide", "2")
    assert locate("guide") == later
    if harm == "gone":
        shutil.rmtree(later)
    elif harm == "changed":
        (later / "network.bin").write_bytes(b"other weights")
    else:
        (later / "bundle.json").write_text("{", encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="artml.bundle"):
        for _ in range(3):
            assert Classifier.load().bundles[0].folder == models / "guide"
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(
        f"guide 2, which {BEN.name} put in service, cannot be used, and the shipped guide answers instead."
    )
    rollback(BEN, "guide")


def test_a_damaged_version_is_not_put_in_service(later: Path) -> None:
    (later / "works.npz").unlink()
    with pytest.raises(BundleDamaged, match=r"works\.npz is missing"):
        use(BEN, "guide", "2")
    assert service.turns("guide") == ()


@pytest.mark.parametrize("content", ["{", "[]x", '[{"version": "2"}]'])
def test_where_nobody_knows_who_serves_the_shipped_one_does(
    later: Path, models: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = later.parent / service.SERVICE
    file.write_text(content, encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="artml.bundle"):
        assert locate("guide") == models / "guide"
    assert "nobody knows which version of guide is in service" in caplog.text
    with pytest.raises(BundleDamaged):
        use(BEN, "guide", "2")
    assert file.read_text(encoding="utf-8") == content


def test_every_turn_is_kept_and_the_file_is_never_half(later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(BEN, "guide", "2")
    rollback(BEN, "guide")
    file = later.parent / service.SERVICE
    said = json.loads(file.read_text(encoding="utf-8"))
    assert [(turn["version"], turn["back"], turn["person"]) for turn in said] == [
        ("2", False, BEN.name),
        ("", True, BEN.name),
    ]

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(service.os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        use(BEN, "guide", "2")
    assert json.loads(file.read_text(encoding="utf-8")) == said


def test_what_there_is_not_cannot_serve(later: Path) -> None:
    for version in ("9", "../guide", ".making"):
        with pytest.raises(UnknownName, match="there are 1, 2"):
            use(BEN, "guide", version)
    for change in (lambda: use(BEN, "nobody", "1"), lambda: rollback(BEN, "nobody")):
        with pytest.raises(BundleNotFound):
            change()
