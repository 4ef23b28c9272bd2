"""InceptionV3 (Szegedy et al. 2016, "Rethinking the Inception architecture for computer vision").

The same network as `keras.applications.InceptionV3`, whose layers are numbered anew each time it is built.
Here they are named after their module (`mixed0` to `mixed10`) and branch, so that a recipe can name them.
"""

from __future__ import annotations

from typing import Any

from keras import layers

from artml.networks import scaling
from artml.networks.base import PUBLISHED, Application, Network, Pretrained

STAGES = ("mixed2", "mixed5", "mixed7", "mixed8", "mixed10")
WHOLE = Application(
    "InceptionV3", f"{PUBLISHED}/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
)
Convolution = tuple[int, int | tuple[int, int]]  # filters, size


def body(pixels: Any) -> dict[str, Any]:
    """The output of five of its modules, each branch activated; 288, 768, 768, 1280 and 2048 channels.

    For a side of 299: 35, 17, 17, 8 and 8 pixels. The side must be at least 75.
    """
    x = _conv(scaling.symmetric(pixels), "stem1", 32, 3, 2, "valid")
    x = _conv(_conv(x, "stem2", 32, 3, 1, "valid"), "stem3", 64, 3)
    x = layers.MaxPooling2D(3, 2, name="stem_pool1")(x)
    x = _conv(_conv(x, "stem4", 80, 1, 1, "valid"), "stem5", 192, 3, 1, "valid")
    x = layers.MaxPooling2D(3, 2, name="stem_pool2")(x)
    maps = {}
    for number, pooled in enumerate((32, 64, 64)):
        x = maps[f"mixed{number}"] = _fine(x, f"mixed{number}", pooled)
    x = _halved(x, "mixed3", [(64, 1), (96, 3)], _conv(x, "mixed3_three", 384, 3, 2, "valid"), 96)
    for number, width in enumerate((128, 160, 160, 192), 4):
        x = maps[f"mixed{number}"] = _middle(x, f"mixed{number}", width)
    three = _conv(_conv(x, "mixed8_three1", 192, 1), "mixed8_three2", 320, 3, 2, "valid")
    x = maps["mixed8"] = _halved(x, "mixed8", [(192, 1), (192, (1, 7)), (192, (7, 1))], three, 192)
    for number in (9, 10):
        x = maps[f"mixed{number}"] = _coarse(x, f"mixed{number}")
    return {stage: maps[stage] for stage in STAGES}


def _fine(x: Any, name: str, pooled: int) -> Any:
    return layers.Concatenate(name=name)(
        [
            _chain(x, f"{name}_one", [(64, 1)]),
            _chain(x, f"{name}_five", [(48, 1), (64, 5)]),
            _chain(x, f"{name}_double", [(64, 1), (96, 3), (96, 3)]),
            _averaged(x, name, pooled),
        ]
    )


def _middle(x: Any, name: str, width: int) -> Any:
    across, down = (1, 7), (7, 1)
    return layers.Concatenate(name=name)(
        [
            _chain(x, f"{name}_one", [(192, 1)]),
            _chain(x, f"{name}_seven", [(width, 1), (width, across), (192, down)]),
            _chain(
                x,
                f"{name}_double",
                [(width, 1), (width, down), (width, across), (width, down), (192, across)],
            ),
            _averaged(x, name, 192),
        ]
    )


def _halved(x: Any, name: str, lead: list[Convolution], three: Any, filters: int) -> Any:
    """Half the side: `three`, a longer branch that begins as `lead`, and pooling."""
    double = _conv(_chain(x, f"{name}_double", lead), f"{name}_double_end", filters, 3, 2, "valid")
    return layers.Concatenate(name=name)([three, double, layers.MaxPooling2D(3, 2, name=f"{name}_max")(x)])


def _coarse(x: Any, name: str) -> Any:
    three = _conv(x, f"{name}_three", 384, 1)
    double = _chain(x, f"{name}_double", [(448, 1), (384, 3)])
    return layers.Concatenate(name=name)(
        [
            _chain(x, f"{name}_one", [(320, 1)]),
            _split(three, f"{name}_three"),
            _split(double, f"{name}_double"),
            _averaged(x, name, 192),
        ]
    )


def _split(x: Any, name: str) -> Any:
    across, down = _conv(x, f"{name}_across", 384, (1, 3)), _conv(x, f"{name}_down", 384, (3, 1))
    return layers.Concatenate(name=f"{name}_both")([across, down])


def _averaged(x: Any, name: str, filters: int) -> Any:
    x = layers.AveragePooling2D(3, 1, padding="same", name=f"{name}_average")(x)
    return _conv(x, f"{name}_averaged", filters, 1)


def _chain(x: Any, name: str, convolutions: list[Convolution]) -> Any:
    for number, (filters, size) in enumerate(convolutions, 1):
        x = _conv(x, f"{name}{number}", filters, size)
    return x


def _conv(
    x: Any, name: str, filters: int, size: int | tuple[int, int], stride: int = 1, padding: str = "same"
) -> Any:
    x = layers.Conv2D(filters, size, stride, padding, use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(scale=False, name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


NETWORKS = (
    Network(
        "inception-v3",
        body,
        STAGES,
        299,
        Pretrained(
            ("inception_v3_2015_to_mixed8_notop.fp16.h5",),
            "mixed8",
            "It was put together from Google's network of 2015 in https://github.com/shu223/iOS-10-Sampler, "
            f"its batch norms folded; all modules can be had from {WHOLE.url}.",
            WHOLE,
        ),
    ),
)
