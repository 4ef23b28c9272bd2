from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml import Answer, BundleNotFound, Classifier, ModelVersion, NotAnImage, Prediction, RankedLabel
from artml.errors import UnknownName
from artml.settings import settings
from tests.colours import BLUE, GREEN, GREY, RED, WHITE, write_colour_bundle, write_technique_bundle

Paint = Callable[..., Image.Image]


@pytest.fixture(scope="module")
def guide() -> Classifier:
    return Classifier.load("guide")


@pytest.fixture
def both(models: Path) -> Path:
    """A folder with the two bundles that go by colour, as guide and technique."""
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    return models


def plain(colour: tuple[int, int, int], width: int = 80, height: int = 60) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def test_every_kind_of_source_is_answered_alike(guide: Classifier, painted: Paint, tmp_path: Path) -> None:
    picture = painted(1)
    file = tmp_path / "picture.png"
    picture.save(file)
    data = file.read_bytes()
    sources = [file, str(file), data, io.BytesIO(data), picture, np.asarray(picture)]
    answers = [guide.classify(source) for source in sources]
    assert {answer["style"].ranked for answer in answers} == {answers[0]["style"].ranked}


def test_an_answer_covers_every_label(guide: Classifier, painted: Paint) -> None:
    answer = guide.classify(painted(2))
    assert list(answer) == list(guide.facets)
    for facet, prediction in answer.items():
        assert {ranked.label for ranked in prediction.ranked} == set(guide.facets[facet])
        probabilities = [ranked.probability for ranked in prediction.ranked]
        assert probabilities == sorted(probabilities, reverse=True)
        assert sum(probabilities) == pytest.approx(1)
        assert prediction.model == ModelVersion(guide.name, guide.version)
    assert answer["artist"].open_set
    assert not answer["style"].open_set
    assert answer.embedding is not None
    assert answer.embedding.shape == (256,)


def test_different_pictures_get_different_answers(guide: Classifier, painted: Paint) -> None:
    one, other = guide.classify(painted(3)), guide.classify(painted(4))
    assert one["style"].ranked != other["style"].ranked


def test_many_answer_in_order_and_a_bad_one_stops_nothing(guide: Classifier, painted: Paint) -> None:
    sources = [painted(0), b"no picture", painted(1), painted(2)]
    found = list(guide.classify_many(sources, batch_size=3))
    assert isinstance(found[1], NotAnImage)
    for source, answer in zip((sources[0], *sources[2:]), (found[0], *found[2:]), strict=True):
        assert isinstance(answer, Answer)
        alone = guide.classify(source)["style"]
        assert answer["style"].label == alone.label
        assert answer["style"].probability == pytest.approx(alone.probability, abs=0.02)


def test_nothing_gives_nothing(guide: Classifier) -> None:
    assert list(guide.classify_many([])) == []
    assert guide.answers([]) == []


def test_what_somebody_else_has_opened_is_answered_alike(both: Path, painted: Paint) -> None:
    classifier = Classifier.load()
    pictures = [plain(RED), painted(1), plain(GREEN, 20, 300)]
    answers = classifier.answers([classifier.sight.pixels(picture) for picture in pictures])
    for picture, answer in zip(pictures, answers, strict=True):
        alone = classifier.classify(picture)
        assert list(answer) == list(alone)
        for facet in answer:
            assert answer[facet].probability == pytest.approx(alone[facet].probability, abs=1e-2)


def test_threads_share_it(guide: Classifier, painted: Paint) -> None:
    pictures = [painted(seed) for seed in range(8)]
    alone = [guide.classify(picture)["style"].ranked for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: guide.classify(picture)["style"].ranked, pictures))
    assert together == alone


@pytest.mark.parametrize(
    ("probability", "is_painting", "certain"),
    [(0.7, True, True), (0.6999, True, False), (0.99, False, False)],
)
def test_certain_means_above_the_threshold_and_a_painting(
    probability: float, is_painting: bool, certain: bool
) -> None:
    ranked = (RankedLabel("Cubism", probability), RankedLabel("Fauvism", 1 - probability))
    model = ModelVersion("guide", "1")
    prediction = Prediction("style", ranked, 0.7, False, model, is_painting)
    assert prediction.certain is certain
    assert (prediction.label, prediction.probability) == ranked[0]
    assert prediction.top(1) == ranked[:1]


@pytest.mark.parametrize(
    ("set_threshold", "is_painting", "held"),
    [(None, True, 0), (0.25, True, 2), (0.2, True, 3), (0.6, True, 1), (1.0, True, 1), (0.25, False, 0)],
)
def test_the_prediction_set_is_the_first_labels_and_never_empty(
    set_threshold: float | None, is_painting: bool, held: int
) -> None:
    ranked = tuple(
        RankedLabel(label, share) for label, share in zip("abcd", (0.5, 0.28, 0.2, 0.02), strict=True)
    )
    model = ModelVersion("guide", "1")
    prediction = Prediction("style", ranked, 0.7, False, model, is_painting, set_threshold)
    assert prediction.likely == ranked[:held]


def test_bundles_answer_together_each_in_its_own_name(both: Path) -> None:
    classifier = Classifier.load()
    assert list(classifier.facets) == ["style", "genre", "artist", "technique"]
    assert [bundle.manifest.name for bundle in classifier.bundles] == ["colours", "technique"]
    assert (classifier.name, classifier.version, classifier.card) == ("colours", "7", "# colours\n")
    red, green = classifier.classify_many([plain(RED), plain(GREEN)])
    assert isinstance(red, Answer)
    assert isinstance(green, Answer)
    assert (red["style"].label, red["technique"].label) == ("Impressionism", "hand")
    assert (green["style"].label, green["technique"].label) == ("Cubism", "algorithm")
    assert red["style"].model == ModelVersion("colours", "7")
    assert red["technique"].model == ModelVersion("technique", "3")
    assert red["technique"].certain
    assert red.embedding is not None


def test_one_bundle_answers_alone_and_without_embedding_or_doubt(both: Path) -> None:
    for classifier in (Classifier.load("technique"), Classifier.load(both / "technique")):
        answer = classifier.classify(plain(WHITE))
        assert list(answer) == ["technique"]
        assert answer.embedding is None
        assert answer.is_painting  # nobody here can tell


def test_the_facets_asked_for_load_no_more_than_they_need(both: Path) -> None:
    style = Classifier.load(facets=("style",))
    assert [bundle.folder.name for bundle in style.bundles] == ["guide"]
    assert list(style.classify(plain(RED))) == ["style"]
    asked = Classifier.load(facets=("technique", "genre"))
    assert list(asked.classify(plain(RED))) == list(asked.facets) == ["technique", "genre"]
    assert asked.name == "technique"


def test_the_guide_says_whether_it_is_a_painting_though_it_is_asked_for_nothing_else(both: Path) -> None:
    technique = Classifier.load(facets=["technique"])
    assert [bundle.folder.name for bundle in technique.bundles] == ["guide", "technique"]
    red, white = (technique.classify(plain(colour)) for colour in (RED, WHITE))
    assert list(red) == ["technique"]
    assert (red.is_painting, red["technique"].certain) == (True, True)
    assert (white.is_painting, white["technique"].certain) == (False, False)


def test_an_unknown_facet_is_named_with_what_there_is(both: Path) -> None:
    known = "known: style, genre, artist, technique"
    with pytest.raises(UnknownName, match=rf"'colour'; {known}"):
        Classifier.load(facets=("style", "colour"))
    with pytest.raises(UnknownName, match=known):
        Classifier.load(facets=())
    with pytest.raises(UnknownName, match="'technique'; known: style, genre, artist"):
        Classifier.load("guide", facets=("technique",))
    with pytest.raises(UnknownName, match="'colour'"):
        Classifier.load().only(["colour"])


def test_a_classifier_can_be_asked_for_less(both: Path) -> None:
    classifier = Classifier.load()
    technique = classifier.only(["technique"])
    assert list(technique.classify(plain(GREEN))) == ["technique"]
    assert not technique.classify(plain(WHITE))["technique"].certain
    assert {id(bundle) for bundle in technique.bundles} <= {id(bundle) for bundle in classifier.bundles}


def test_of_two_bundles_with_one_facet_the_first_answers(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(models / "guide", version="1")
    write_colour_bundle(models / "ours", version="2")
    assert Classifier.load().classify(plain(RED))["style"].model.version == "1"
    monkeypatch.setenv("ARTML_BUNDLES", "ours,guide")
    settings.cache_clear()
    classifier = Classifier.load()
    assert classifier.version == "2"
    assert len(classifier.bundles) == 1


def test_no_bundle_at_all_is_said(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BundleNotFound, match="no bundle in .*models"):
        Classifier.load()
    write_colour_bundle(models / "guide")
    monkeypatch.setenv("ARTML_BUNDLES", "guide,technique")
    settings.cache_clear()
    with pytest.raises(BundleNotFound, match="technique.*Bundles here: guide"):
        Classifier.load()


def test_crops_are_averaged_over_the_picture(both: Path) -> None:
    """Half of it by hand: every crop is sure, and together they are not."""
    split = plain(RED, 160, 40)
    split.paste(plain(GREEN, 80, 40), (80, 0))
    classifier = Classifier.load("technique")
    whole, mixed = classifier.classify(plain(RED, 160, 40)), classifier.classify(split)
    assert whole["technique"].certain
    assert not mixed["technique"].certain
    assert mixed["technique"].probability == pytest.approx(0.5, abs=0.06)
    again = list(classifier.classify_many([split, plain(RED), split], batch_size=2))
    for answer in (again[0], again[2]):
        assert isinstance(answer, Answer)
        assert answer["technique"].probability == pytest.approx(mixed["technique"].probability, abs=1e-3)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3)])
def test_a_picture_of_any_size_is_cropped(both: Path, size: tuple[int, int]) -> None:
    assert Classifier.load().classify(plain(GREEN, *size))["technique"].label == "algorithm"


def test_grey_is_neither_and_every_label_is_likely(both: Path) -> None:
    answer = Classifier.load().classify(plain(GREY))
    assert not answer["technique"].certain
    assert {label for label, _ in answer["technique"].likely} == {"hand", "algorithm"}
    assert len(answer["style"].likely) == 3
    assert answer["genre"].likely == ()
    assert [label for label, _ in Classifier.load().classify(plain(BLUE))["style"].likely] == [
        "Naïve Art (Primitivism)"
    ]


def test_it_never_imports_tensorflow(painted: Paint, tmp_path: Path) -> None:
    painted(0).save(tmp_path / "picture.png")
    code = (
        "import sys; from artml import Classifier;"
        f"Classifier.load().classify({str(tmp_path / 'picture.png')!r});"
        "print([m for m in ('tensorflow', 'keras', 'pandas') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["artml.openvino", "artml.networks.graph"])
def test_the_engine_reports_nothing_to_its_maker(module: str) -> None:
    code = f"import sys, {module}; print([m for m in sys.modules if m.startswith('openvino_telemetry.')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.collection
def test_it_knows_paintings_it_never_saw(guide: Classifier, collection: Path) -> None:
    from artml.catalogue import Catalogue

    catalogue = Catalogue.read(collection / "paintings" / "catalogue.csv")
    known = catalogue.select(split="test", facet="style", labels=guide.facets["style"])
    rows = np.random.default_rng(2026).choice(len(known), 20, replace=False)
    files, truth = known.files(), list(known.frame["style"])
    answers = guide.classify_many(files[row] for row in rows)
    found = [
        truth[row] in [ranked.label for ranked in answer["style"].top(5)]
        for row, answer in zip(rows, answers, strict=True)
        if isinstance(answer, Answer)
    ]
    assert sum(found) >= 17
