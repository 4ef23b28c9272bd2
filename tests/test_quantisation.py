"""Convolutions in eight bits: near what they were, really in eight bits, and only where there is a range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from artml.bundle import Bundle
from artml.engine import Engine
from artml.openvino import op, ov
from artml.quantisation import Ranges, extremes, mark

SIDE = 16
PIXELS = np.random.default_rng(2).integers(0, 256, (6, SIDE, SIDE, 3), dtype=np.uint8)
SHAPES = {"first": (8, 3, 3, 3), "deep": (8, 1, 1, 3, 3), "left": (12, 8, 1, 1), "right": (12, 8, 1, 1)}


def graph() -> ov.Model:
    """A first layer, a depthwise one that pads signed numbers, and two side by side on one input."""
    dice = np.random.default_rng(1)
    size = np.array([0.2, 1, 3, 0.5, 1, 2, 0.7, 1])  # channels differ in size

    def kernel(name: str) -> Any:
        shape = SHAPES[name]
        drawn = dice.normal(0, 1, shape) / np.sqrt(np.prod(shape[-3:]))
        drawn = drawn * size.reshape(-1, *[1] * (len(shape) - 1)) if shape[0] == 8 else drawn
        return op.convert(op.constant(drawn.astype(np.float16), name=f"keras:{name}/kernel@oihw"), "f32")

    pixels = op.parameter([-1, SIDE, SIDE, 3], np.uint8, name="pixels")
    x = op.transpose(op.convert(pixels, "f32"), np.array([0, 3, 1, 2]))
    x = op.subtract(op.multiply(x, np.float32(1 / 127.5)), np.float32(1))
    same = {"strides": [1, 1], "pads_begin": [1, 1], "pads_end": [1, 1], "dilations": [1, 1]}
    none = same | {"pads_begin": [0, 0], "pads_end": [0, 0]}
    x = op.convolution(x, kernel("first"), **same)
    x = op.pad(x, np.int64([0, 0, 1, 1]), np.int64([0, 0, 1, 1]), "constant", np.float32(0))
    x = op.relu(op.group_convolution(x, kernel("deep"), **none))
    x = op.add(op.convolution(x, kernel("left"), **none), op.convolution(x, kernel("right"), **none))
    result = op.result(op.reduce_mean(op.relu(x), np.array([2, 3])))
    result.output(0).set_names({"embedding"})
    return ov.Model([result], [pixels], "drawn")


@pytest.fixture(scope="module")
def seen() -> Mapping[str, np.ndarray]:
    return Engine(extremes(graph()), precision="fp32")(PIXELS)


@pytest.fixture(scope="module")
def ranges(seen: Mapping[str, np.ndarray]) -> Ranges:
    return {layer: (float(each[:, 0].min()), float(each[:, 1].max())) for layer, each in seen.items()}


def test_extremes_are_those_of_what_enters_each_layer_but_the_one_that_sees_colours(
    seen: Mapping[str, np.ndarray],
) -> None:
    assert sorted(seen) == ["deep", "left", "right"]
    assert seen["left"].shape == (6, 2)
    assert seen["left"][:, 0].tolist() == [0.0] * 6
    assert np.array_equal(seen["left"], seen["right"])
    assert (seen["deep"][:, 0] < -0.5).all()


def test_eight_bits_say_nearly_the_same(ranges: Ranges) -> None:
    engine = Engine(graph(), ranges=ranges)
    assert engine.precision == "int8"
    exact, found = Engine(graph(), precision="fp32")(PIXELS)["embedding"], engine(PIXELS)["embedding"]
    assert not np.array_equal(found, exact)
    np.testing.assert_allclose(found, exact, atol=0.02 * np.abs(exact).max())


def test_what_has_a_range_runs_in_eight_bits_and_nothing_else_does(ranges: Ranges) -> None:
    def whole(engine: Engine) -> int:
        ran = (node.get_rt_info() for node in engine._compiled.get_runtime_model().get_ops())
        kinds = [(info["layerType"].value, info["primitiveType"].value) for info in ran]
        return sum(layer == "Convolution" and kind.endswith("_I8") for layer, kind in kinds)

    assert whole(Engine(graph(), ranges=ranges)) == 3
    assert whole(Engine(graph(), ranges={"deep": ranges["deep"]})) == 1
    assert whole(Engine(graph())) == 0


def test_zero_is_a_step_and_a_shared_input_is_rounded_once(ranges: Ranges) -> None:
    marked = graph()
    mark(marked, {"deep": (-0.7, 1.9), "left": (0.0, 1.0), "right": (0.0, 1.0)})
    rounded = [node for node in marked.get_ops() if node.get_type_name() == "FakeQuantize"]
    inputs = [node for node in rounded if node.get_attributes()["levels"] == 256]
    assert (len(rounded), len(inputs)) == (5, 2)
    ends = [[float(node.input_value(end).get_node().get_data()) for end in (1, 2)] for node in inputs]
    assert [0.0, 1.0] in ends
    low, high = min(ends)
    assert "Pad" not in {node.input_value(0).get_node().get_type_name() for node in inputs}
    assert high - low == pytest.approx(2.6)
    assert -low * 255 / 2.6 == pytest.approx(round(-low * 255 / 2.6), abs=1e-3)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_eight_bits_can_be_refused(precision: Any, ranges: Ranges) -> None:
    engine = Engine(graph(), precision=precision, ranges=ranges)
    assert engine.precision in (precision, "fp32")  # bf16 only where the processor has it
    plain = Engine(graph(), precision=precision)(PIXELS)["embedding"]
    assert np.array_equal(engine(PIXELS)["embedding"], plain)


def test_without_ranges_eight_bits_give_way_to_the_next() -> None:
    assert Engine(graph(), precision="int8").precision == Engine(graph()).precision != "int8"


def test_what_is_shipped_has_ranges_of_its_own_layers() -> None:
    bundle = Bundle.load("guide")
    layers = {output.get_any_name() for output in extremes(ov.Core().read_model(bundle.network)).outputs}
    assert set(bundle.ranges or ()) <= layers
    assert len(bundle.ranges or ()) > len(layers) / 2
