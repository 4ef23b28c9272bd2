"""A plan as a PyTorch module; convolutions in half precision where autocast says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

SPREAD_EPSILON = 1e-5
"""As in `artml.networks.layers`."""
STILL = ("moving_mean", "moving_variance")
"""Variables that no gradient changes."""


class Network(nn.Module):
    """Runs a plan, whose steps are `plan.Step`s or the like.

    `arrays` are Keras's variables, by `layer/variable`; `outputs` the layers whose output is wanted.
    Takes pixels 0..255 (n, 3, side, side), float; gives float32 by name.
    """

    def __init__(
        self, steps: Sequence[Any], arrays: Mapping[str, np.ndarray], outputs: Sequence[str]
    ) -> None:
        super().__init__()
        self.outputs = tuple(outputs)
        self.steps = _needed(steps, self.outputs)
        self.kinds = {step.name: step.kind for step in self.steps}
        self.constants: dict[tuple[str, torch.device], Tensor] = {}
        for name, array in arrays.items():
            layer, _, variable = name.partition("/")
            if layer not in self.kinds:
                continue
            value = torch.from_numpy(_to_torch(array, self.kinds[layer], variable).copy())
            if variable in STILL:
                self.register_buffer(name, value)
            else:
                self.register_parameter(name, nn.Parameter(value))

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        """Run the plan."""
        values: dict[str, Tensor] = {"pixels": pixels}
        for step in self.steps:
            values[step.name] = RULES[step.kind](self, step, [values[name] for name in step.inputs])
        return {name: values[name] for name in self.outputs}

    def arrays(self) -> dict[str, np.ndarray]:
        """The variables, float32, in Keras's layout."""
        return {
            name: _to_keras(value.detach().float().cpu().numpy(), self.kinds[name.partition("/")[0]], name)
            for name, value in self.variables().items()
        }

    def constant(self, step: Any, option: str, device: torch.device) -> Tensor:
        """An option of a layer, a number a channel, on the card."""
        key = (f"{step.name}/{option}", device)
        if key not in self.constants:
            self.constants[key] = torch.tensor(step.options[option], device=device)[:, None, None]
        return self.constants[key]

    @property
    def device(self) -> torch.device:
        """Where it is."""
        return next(self.parameters()).device

    def variables(self) -> dict[str, Tensor]:
        """Parameters and statistics, by `layer/variable`."""
        return {**dict(self.named_parameters()), **dict(self.named_buffers())}

    def own(self, step: Any, variable: str) -> Tensor:
        """A variable of a layer."""
        found: Tensor = getattr(self, f"{step.name}/{variable}")
        return found


def _needed(steps: Sequence[Any], outputs: Sequence[str]) -> list[Any]:
    wanted, kept = set(outputs), []
    for step in reversed(steps):
        if step.name in wanted:
            wanted |= set(step.inputs)
            kept.append(step)
    return kept[::-1]


def _to_torch(array: np.ndarray, kind: str, variable: str) -> np.ndarray:
    if variable != "kernel" or kind not in ("conv", "depthwise"):
        return array
    turned = array.transpose(3, 2, 0, 1) if kind == "conv" else array.transpose(2, 3, 0, 1)
    return np.ascontiguousarray(turned)


def _to_keras(array: np.ndarray, kind: str, name: str) -> np.ndarray:
    if not name.endswith("/kernel") or kind not in ("conv", "depthwise"):
        return array
    turned = array.transpose(2, 3, 1, 0) if kind == "conv" else array.transpose(2, 3, 0, 1)
    return np.ascontiguousarray(turned)


def _conv(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    x, kernel = inputs[0], net.own(step, "kernel")
    options = step.options
    groups = x.shape[1] if step.kind == "depthwise" else 1
    padding = 0
    if options["padding"] == "same":
        if options["stride"] == 1:
            padding = kernel.shape[-1] // 2
        else:
            x = functional.pad(x, _same(x.shape[-1], kernel.shape[-1], options["stride"]))
    bias = net.own(step, "bias") if options["bias"] else None
    x = functional.conv2d(x, kernel, bias, options["stride"], padding, 1, groups)
    return _activated(x, options["activation"])


def _same(size: int, kernel: int, stride: int) -> tuple[int, int, int, int]:
    """TensorFlow pads the odd pixel at the end."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return (total // 2, total - total // 2) * 2


def _norm(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    options = step.options
    return functional.batch_norm(
        inputs[0],
        net.own(step, "moving_mean"),
        net.own(step, "moving_variance"),
        net.own(step, "gamma") if options["scale"] else None,
        net.own(step, "beta") if options["center"] else None,
        net.training,
        1 - options["momentum"],
        options["epsilon"],
    )


def _dense(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    with torch.autocast(inputs[0].device.type, enabled=False):
        x = inputs[0].float() @ net.own(step, "kernel") + net.own(step, "bias")
    return _activated(x, step.options["activation"])


def _activated(x: Tensor, activation: str) -> Tensor:
    return x if activation == "linear" else getattr(functional, activation)(x)


def _relu(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    most = step.options["most"]
    return functional.relu(inputs[0]) if most is None else functional.hardtanh(inputs[0], 0.0, most)


def _pad(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    (top, bottom), (left, right) = step.options["padding"]
    return functional.pad(inputs[0], (left, right, top, bottom))


def _rescale(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    scale, offset = (net.constant(step, key, inputs[0].device) for key in ("scale", "offset"))
    return inputs[0] * scale + offset


def mean_and_spread(x: Tensor) -> Tensor:
    """Mean and standard deviation of each channel of maps, float32 (n, 2 * channels)."""
    variance, mean = torch.var_mean(x.float(), (2, 3), correction=0)
    return torch.cat([mean, (variance + SPREAD_EPSILON).sqrt()], 1)


class MeanAndSpread(torch.autograd.Function):
    """`mean_and_spread` with its gradient in one pass: PyTorch's own takes several over float32 copies of the
    map, a tenth of a step on processors. Cannot be traced.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """Of maps (n, channels, height, width)."""
        found = mean_and_spread(x)
        ctx.save_for_backward(x, *found.chunk(2, 1))
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """d mean / dx is 1 / size; d spread / dx is (x - mean) / (size * spread)."""
        x, mean, spread = ctx.saved_tensors
        of_mean, of_spread = gradients[0].chunk(2, 1)
        size = x.shape[2] * x.shape[3]
        slope = of_spread / (size * spread)
        level = of_mean / size - slope * mean
        return torch.addcmul(level[:, :, None, None].to(x.dtype), x, slope[:, :, None, None].to(x.dtype))


def _mean_and_spread(net: Network, step: Any, inputs: list[Tensor]) -> Tensor:
    found: Tensor = MeanAndSpread.apply(inputs[0]) if net.training else mean_and_spread(inputs[0])
    return found


RULES: dict[str, Callable[[Network, Any, list[Tensor]], Tensor]] = {
    "conv": _conv,
    "depthwise": _conv,
    "norm": _norm,
    "dense": _dense,
    "relu": _relu,
    "pad": _pad,
    "rescale": _rescale,
    "mean_and_spread": _mean_and_spread,
    "max_pool": lambda net, step, x: functional.max_pool2d(x[0], **step.options),
    "mean": lambda net, step, x: x[0].float().mean((2, 3)),
    "most": lambda net, step, x: x[0].float().amax((2, 3)),
    "add": lambda net, step, x: x[0] + x[1],
    "concatenate": lambda net, step, x: torch.cat(x, 1),
    "dropout": lambda net, step, x: functional.dropout(x[0], step.options["rate"], net.training),
    "activation": lambda net, step, x: _activated(x[0], step.options["activation"]),
}
