"""`artml bundle optimise`: int8 where it answers as well, a refusal with the figures where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from artml import Classifier, cli, optimisation
from artml.bundle import Bundle, Facet, seal, sha256
from artml.member import Member
from artml.openvino import op, ov
from artml.quantisation import Ranges
from artml.settings import settings
from artml.views import Pixels

SIDE, STYLES, LAYERS = 16, ("dark", "bright"), ("second", "third", "fourth", "fifth", "sixth")


@pytest.fixture
def lamp(models: Path) -> Path:
    """The bundle `lamp`, which goes by how bright a picture is, through a first layer and five more."""
    return write_lamp(models / "lamp")


def write_lamp(folder: Path, taught_by: str = "") -> Path:
    dice = np.random.default_rng(3)
    folder.mkdir()

    def layer(x: Any, name: str, channels: int) -> Any:
        # one large weight a channel: AVX2 adds pairs of products in 16 bits, which two large ones overflow
        kernel = np.eye(channels)[np.arange(8) % channels] + dice.uniform(0, 0.2, (8, channels)) / channels
        kernel = kernel[..., np.newaxis, np.newaxis]
        named = op.constant(kernel.astype(np.float16), name=f"keras:{name}/kernel@oihw")
        return op.relu(op.convolution(x, op.convert(named, "f32"), [1, 1], [0, 0], [0, 0], [1, 1]))

    pixels = op.parameter([-1, SIDE, SIDE, 3], np.uint8, name="pixels")
    x = op.transpose(op.convert(pixels, "f32"), np.array([0, 3, 1, 2]))
    x = layer(op.multiply(x, np.float32(1 / 255)), "first", 3)
    for name in LAYERS:
        x = layer(x, name, 8)
    embedding = op.reduce_mean(x, np.array([2, 3]))
    logits = op.matmul(op.subtract(embedding, np.float32(0.5)), np.float32([[-1, 1]] * 8), False, False)
    results = [op.result(logits), op.result(embedding)]
    for result, name in zip(results, ("style", "embedding"), strict=True):
        result.output(0).set_names({name})
    ov.save_model(ov.Model(results, [pixels], "lamp"), folder / "network.xml", compress_to_fp16=False)
    (folder / "card.md").write_text(f"# {folder.name}\n", encoding="utf-8")
    (folder / "metrics.json").write_text("{}", encoding="utf-8")
    facets = {"style": Facet(labels=STYLES, temperature=1.0, threshold=0.9)}
    facts: dict[str, Any] = {"name": folder.name, "version": "1", "network": "lamp", "side": SIDE}
    seal(folder, **facts, stages=(), facets=facets, made_with={}, taught_by=taught_by)
    return folder


@pytest.fixture
def works(tmp_path: Path) -> Path:
    """A catalogue of dark and bright pictures, half to train and half to validate on; one is broken."""
    rows, dice = ["path,style,split"], np.random.default_rng(4)
    for place in range(24):
        low, high = ((20, 100), (150, 230))[place % 2]
        colours = dice.integers(low, high, (SIDE, SIDE, 3), dtype=np.uint8)
        Image.fromarray(colours).save(tmp_path / f"{place}.png")
        rows.append(f"{place}.png,{STYLES[place % 2]},{'train' if place < 12 else 'validation'}")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text("\n".join([*rows, "broken.png,dark,validation"]), encoding="utf-8")
    return catalogue


def optimise(*arguments: object, name: str = "lamp") -> Result:
    environment = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    asked = ["bundle", "optimise", name, *map(str, arguments)]
    return CliRunner(env=environment).invoke(cli.app, asked)


def digests(folder: Path) -> dict[str, str]:
    return {file.name: sha256(file) for file in folder.iterdir()}


def test_a_bundle_that_answers_as_well_runs_in_eight_bits(
    lamp: Path, works: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = sha256(lamp / "network.bin")
    assert Classifier.load("lamp").precisions != ("int8",)
    for _ in range(2):  # the second time as the first
        done = optimise("--data", works)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert "lamp runs in int8 from now on: at worst +0.0 [+0.0, +0.0] points" in done.stdout
    (row,) = (line.split() for line in done.stdout.splitlines() if line.startswith("style"))
    assert (row[1], row[2], row[4]) == ("12", "1.000", "1.000")
    assert sorted(file.name for file in lamp.parent.iterdir()) == ["lamp"]

    bundle = Bundle.load("lamp")
    assert bundle.ranges is not None
    assert set(bundle.ranges) <= set(LAYERS)
    assert len(bundle.ranges) >= 3
    assert all(low == 0 and 0.5 < high < 3 for low, high in bundle.ranges.values())
    assert sha256(lamp / "network.bin") == network
    assert bundle.card.count("## In eight bits") == 1
    assert bundle.metrics["precisions"]["validation"]["int8"]["style"]["n"] == 12

    picture = Image.new("RGB", (40, 30), (140, 150, 160))
    found = Classifier.load("lamp")
    assert found.precisions == ("int8",)
    monkeypatch.setenv("ARTML_PRECISION", "fp32")
    settings.cache_clear()
    exact = Classifier.load("lamp")
    assert exact.precisions == ("fp32",)
    said, truth = (each.classify(picture)["style"].ranked for each in (found, exact))
    assert said != truth
    assert said[0].probability == pytest.approx(truth[0].probability, abs=0.02)


@pytest.mark.parametrize("teacher", ["lamp", "none"])
def test_the_card_says_what_a_bundle_loses_beside_its_teacher(
    lamp: Path, works: Path, teacher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lamp(lamp.parent / "swift", taught_by=teacher)
    blind = Member.read

    def read(self: Member, pixels: Pixels, at_once: int) -> Any:
        """The pupil sees a third of the pictures in the dark."""
        found = dict(blind(self, pixels, at_once))
        if self.manifest.name == "swift":
            found["style"] = np.where(np.arange(len(pixels))[:, None] % 3 == 0, [[0.9, 0.1]], found["style"])
        return found

    monkeypatch.setattr(Member, "read", read)
    for _ in range(2):  # the second time as the first
        assert optimise("--data", works, name="swift").exit_code == 0
    card, figures = Bundle.load("swift").card, Bundle.load("swift").metrics
    assert card.count("## In eight bits") == 1
    if teacher == "none":  # it is not here
        assert "teacher" not in figures
        assert "## Beside its teacher" not in card
        return
    assert card.count("## Beside its teacher") == 1
    assert "Taught by lamp 1" in card
    row = next(line for line in card.splitlines() if " 1.000 | 0.833 " in line).split(" | ")
    assert row[4].startswith("-16.7 [")
    assert figures["teacher"]["accuracy"]["style"] == pytest.approx([1, 10 / 12])
    assert figures["teacher"]["gains"]["style"][0] == pytest.approx(-100 / 6)
    assert figures["teacher"]["faster"] > 0


def test_a_bundle_that_would_lose_too_much_stays_as_it_is(
    lamp: Path, works: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def narrow(*_: object) -> Ranges:
        return dict.fromkeys(LAYERS, (0.0, 0.01))

    monkeypatch.setattr(optimisation, "calibrated", narrow)
    before = digests(lamp)
    done = optimise("--data", works)
    assert done.exit_code == 1
    assert done.stderr.startswith("artml: lamp stays as it is: at worst -50.0 [")
    assert done.stderr.endswith("] points of accuracy, in style; 0.5 may be lost.\n")
    assert digests(lamp) == before


def test_a_layer_that_does_much_harm_keeps_its_precision(
    lamp: Path, works: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harms = dict.fromkeys(LAYERS, 1.0) | {"fourth": 11.0}
    monkeypatch.setattr(optimisation, "_harms", lambda *_: harms)
    assert optimise("--data", works).exit_code == 0
    assert sorted(Bundle.load("lamp").ranges or ()) == sorted(set(LAYERS) - {"fourth"})


def test_what_is_missing_is_said_in_a_sentence(lamp: Path, works: Path, tmp_path: Path) -> None:
    done = optimise()
    assert done.exit_code == 2
    assert "lamp does not say what it learnt from. Name a catalogue with --data." in done.stderr
    rows = works.read_text(encoding="utf-8")
    works.write_text(rows.replace(",train", ",validation"), encoding="utf-8")
    assert "holds no picture of the train split that can be read" in optimise("--data", works).stderr
    works.write_text(rows.replace("dark", "dim").replace(",bright", ",dim"), encoding="utf-8")
    assert "holds no picture whose label lamp knows" in optimise("--data", works).stderr
