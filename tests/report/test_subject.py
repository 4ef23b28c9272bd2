"""What there is to report on: bundles and runs, found by name, and what they say of themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from artml.bundle import Bundle
from artml.catalogue import Catalogue
from artml.errors import UnknownName
from artml.evaluation import measure
from artml.report.measured import measure_anew
from artml.report.subject import find, measured_file, sources
from tests.colours import STYLES, write_colour_bundle
from tests.report.conftest import add_figures, answers, figures


def test_bundles_come_first_the_guide_before_all(guide: Path, old: Path, run_folder: Path) -> None:
    trained = write_colour_bundle(run_folder.parent / "bundle" / "colours")
    assert [source.title for source in sources()] == ["guide", "old", "trained: colours", "colours: 2-all"]
    assert find("guide").folder == guide
    assert find(str(trained)).is_bundle
    assert find(str(run_folder)).read().title == "2-all"


def test_an_unknown_name_is_said_with_what_there_is(guide: Path, runs: Path) -> None:
    with pytest.raises(UnknownName, match="'technique'. Here are: guide"):
        find("technique")


def test_a_bundle_without_figures_is_nothing_to_report(models: Path, runs: Path) -> None:
    folder = add_figures(write_colour_bundle(models / "guide"), {})
    with pytest.raises(UnknownName, match=f"{folder} carries no figures"):
        find("guide").read()


def test_a_run_is_measured_by_work_and_calibrated_on_its_validation_split(run_folder: Path) -> None:
    subject = find("colours: 2-all").read()
    shares, truth = answers(STYLES, 1)
    found = subject.metrics["test"]["style"]
    assert found["n"] == len(truth)
    assert found["accuracy"] == measure(shares, truth, STYLES, 0.5).accuracy
    assert found["mistakes"][0]["path"].startswith("test/")
    facet = subject.facets["style"]
    assert facet.temperature != 1.0
    assert facet.set_threshold is not None
    assert facet.labels == STYLES
    assert subject.facts["seconds"] == {"fitting": 90.0}
    assert list(subject.history["step"].unique()) == ["2-all"]  # type: ignore[index]


def test_a_run_that_has_not_answered_yet_is_said_so(run_folder: Path) -> None:
    (run_folder / "predictions-style.csv").write_text(
        "split,path,work,truth,Cubism\nvalidation,a,a,Cubism,1\n"
    )
    with pytest.raises(UnknownName, match="has not answered for test works yet"):
        find("colours: 2-all").read()


def test_what_a_bundle_lacks_is_measured_anew_and_kept(models: Path, runs: Path, museum: Path) -> None:
    """Of twelve test works one, green, is labelled as the red ones are."""
    style = {name: value for name, value in figures("style").items() if name in ("n", "accuracy", "ece")}
    add_figures(write_colour_bundle(models / "guide"), {"test": {"style": style}})
    assert "confusion" not in find("guide").read().metrics["test"]["style"]
    told: list[tuple[int, int]] = []
    bundle = Bundle.load("guide")
    file = measure_anew(bundle, Catalogue.read(museum), lambda done, total: told.append((done, total)))
    assert file == measured_file(bundle)
    assert told[-1] == (12, 12)
    found = find("guide").read().metrics
    assert found["test"]["style"]["confusion"] == [[6, 1, 0], [0, 5, 0], [0, 0, 0]]
    assert [mistake["path"] for mistake in found["test"]["style"]["mistakes"]] == ["2.png"]
    assert found["test"]["style"]["accuracy"] == style["accuracy"]
    assert found["trained_on"]["n"] == 12


def test_it_imports_no_tensorflow(guide: Path, runs: Path) -> None:
    code = (
        "import sys; from artml.report.subject import find; from artml.report.sections import report;"
        "from artml.report.html import page; page('x', report(find('guide').read()));"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
