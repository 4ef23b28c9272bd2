"""Where pretrained weights are looked for, and what is said where there are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from artml.errors import WeightsNotFound
from artml.networks import Network, Pretrained, weights
from artml.networks.base import Application
from tests.networks.drawn import write_h5

OURS, WHOLE = "tiny_to_first.h5", "tiny_notop.h5"
APPLICATION = Application("Tiny", f"https://example.org/tiny/{WHOLE}")


def body(pixels: Any) -> dict[str, Any]:
    first = keras.layers.Conv2D(4, 3, name="first")(pixels)
    return {"first": first, "second": keras.layers.Conv2D(5, 1, name="second")(first)}


@pytest.fixture
def tiny() -> Network:
    """A network whose first stage has a file of ours, and which Keras has whole."""
    return Network(
        "tiny",
        body,
        ("first", "second"),
        8,
        Pretrained((OURS,), "first", "It can be had from the baker.", APPLICATION),
    )


def written(file: Path, network: Network, stage: str, value: float) -> None:
    """A weight file with one number everywhere."""
    model = network.model(stage)
    for variable in model.variables:
        variable.assign(np.full(variable.shape, value))
    write_h5(file, model.layers, "f2")


def test_nothing_is_reachable_in_an_empty_folder(tiny: Network, folder: Path) -> None:
    assert not tiny.reachable()
    assert tiny.reach == "second"  # what Keras would fetch


def test_weights_that_nobody_fetches_reach_no_deeper_than_their_files(folder: Path) -> None:
    alone = Network("tiny", body, ("first", "second"), 8, Pretrained((OURS,), "first", "made here"))
    assert alone.reach == "first"
    written(folder / OURS, alone, "first", 0.5)
    assert set(alone.pretrained()) == {"first/kernel", "first/bias"}


def test_all_files_are_needed(folder: Path) -> None:
    two = Network("tiny", body, ("first", "second"), 8, Pretrained(("a.npz", "b.npz"), "second", "made here"))
    np.savez(folder / "a.npz", **{"first/kernel": np.ones((3, 3, 3, 4), np.float16)})
    assert not two.reachable()
    np.savez(folder / "b.npz", **{"second/kernel": np.zeros((1, 1, 4, 5), np.float16)})
    assert two.reachable()
    found = two.pretrained()
    assert {name: array.dtype for name, array in found.items()} == dict.fromkeys(
        ("first/kernel", "second/kernel"), np.dtype("float32")
    )


def test_our_file_is_read_up_to_where_it_reaches(tiny: Network, folder: Path) -> None:
    written(folder / OURS, tiny, "first", 0.5)
    assert tiny.reachable()
    assert tiny.reach == "first"
    found = tiny.pretrained()
    assert set(found) == {"first/kernel", "first/bias"}
    assert all((array == 0.5).all() for array in found.values())


def test_a_whole_file_in_the_folder_comes_first_and_the_cache_last(tiny: Network, folder: Path) -> None:
    cached = folder.parent / "keras" / "models" / WHOLE
    written(cached, tiny, "second", 1.0)
    assert (tiny.reachable(), tiny.reach) == (True, "second")
    assert tiny.pretrained()["second/bias"][0] == 1.0
    written(folder / OURS, tiny, "first", 2.0)
    assert tiny.reach == "first"
    assert tiny.pretrained()["first/bias"][0] == 2.0
    written(folder / WHOLE, tiny, "second", 3.0)
    assert tiny.reach == "second"
    assert tiny.pretrained()["second/bias"][0] == 3.0


def test_what_is_nowhere_is_fetched_once(
    tiny: Network, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def fetch(self: Application) -> None:
        fetched.append(self.builder)
        written(folder.parent / "keras" / "models" / self.file, tiny, "second", 4.0)

    monkeypatch.setattr(Application, "fetch", fetch)
    for _ in range(2):
        found = tiny.pretrained()
        assert set(found) == set(weights.variables(tiny.model()))
        assert found["second/kernel"].flat[0] == 4.0
    assert fetched == ["Tiny"]
    assert tiny.reachable()


def test_keras_is_asked_for_its_weights_without_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(keras.applications, "ResNet50", lambda **options: asked.append(options))
    Application("ResNet50", "https://example.org/file.h5").fetch()
    assert asked == [{"include_top": False, "weights": "imagenet", "input_shape": (224, 224, 3)}]


def test_missing_weights_say_which_from_where_and_where_to_put_them(tiny: Network, folder: Path) -> None:
    with pytest.raises(WeightsNotFound) as raised:
        tiny.pretrained()
    said = str(raised.value)
    assert OURS in said
    assert "keras.applications could not fetch it (no network)." in said
    assert "It can be had from the baker." in said
    assert said.endswith("Put the file there, or set ARTML_WEIGHTS to the folder that has it.")
    assert str(folder) in said


def test_without_anybody_to_fetch_them_the_sentence_is_shorter(folder: Path) -> None:
    alone = Network(
        "tiny", body, ("first", "second"), 8, Pretrained(("a.npz", "b.npz"), "first", "Ask Anna.")
    )
    with pytest.raises(WeightsNotFound, match=r"a\.npz and b\.npz, are not in .*\. Ask Anna\. Put the file"):
        alone.pretrained()


def test_a_network_that_nobody_trained_says_so(folder: Path) -> None:
    bare = Network("bare", body, ("first", "second"), 8)
    assert (bare.reachable(), bare.reach) == (False, None)
    with pytest.raises(WeightsNotFound, match="bare: train it from scratch"):
        bare.pretrained()


def test_the_first_kernel_is_turned_where_blue_comes_first(folder: Path) -> None:
    turned = Network(
        "tiny",
        body,
        ("first", "second"),
        8,
        Pretrained(("bgr.npz",), "first", "made here", bgr="first/kernel"),
    )
    kernel = np.arange(108, dtype=np.float32).reshape(3, 3, 3, 4)
    np.savez(folder / "bgr.npz", **{"first/kernel": kernel, "first/bias": np.zeros(4)})
    np.testing.assert_array_equal(turned.pretrained()["first/kernel"][:, :, 0], kernel[:, :, 2])


def test_a_model_ends_at_a_stage_and_takes_pictures_of_a_side(tiny: Network) -> None:
    assert tiny.model().output.shape == (None, 6, 6, 5)
    assert tiny.model("first", side=12).output.shape == (None, 10, 10, 4)
