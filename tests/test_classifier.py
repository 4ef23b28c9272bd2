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

from artml import Answer, Classifier, ModelVersion, NotAnImage, Prediction, RankedLabel

Paint = Callable[..., Image.Image]


@pytest.fixture(scope="module")
def guide() -> Classifier:
    return Classifier.load()


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
