"""ResNet-50 v2 in the ONNX model zoo's layout (MXNet Gluon), channels last.

He et al. 2016, "Identity mappings in deep residual networks": batch norm and ReLU precede each convolution.
It is not `keras.applications.ResNet50V2`, whose strides lie elsewhere: here a stage's first block is strided,
in its 3x3 and in its shortcut, the input passes through a batch norm, and no convolution has a bias.

Layers are named `stem_*`, `stage{s}_block{b}_{bn1,conv1,bn2,conv2,bn3,conv3,shortcut,add}`; `stage{s}_act` is
the activated output of stage s, which the next stage's first block shares.
"""

from __future__ import annotations

from typing import Any

from keras import layers

from artml.networks import scaling
from artml.networks.base import Network, Pretrained

BLOCKS = {1: 3, 2: 4, 3: 6, 4: 3}
CHANNELS = {1: 256, 2: 512, 3: 1024, 4: 2048}
STAGES = ("stage1_act", "stage2_act", "stage3_act", "stage4_act")


def body(pixels: Any) -> dict[str, Any]:
    """The whole network on RGB pixels 0..255: the activated output of each stage, by name.

    `pixels` is (batch, side, side, 3); stage s gives (batch, side / 2^(s+1), side / 2^(s+1), 128 x 2^s).
    """
    x = _norm(scaling.standardised(pixels), "input_bn", scale=False, center=False)
    x = _conv(x, 64, 7, 2, "stem_conv")
    x = layers.ReLU(name="stem_relu")(_norm(x, "stem_bn"))
    x = layers.ZeroPadding2D(1, name="stem_pool_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="stem_pool")(x)
    activated = layers.ReLU(name="stage1_block1_relu1")(_norm(x, "stage1_block1_bn1"))
    stages = {}
    for number in range(1, 5):
        activated = _stage(activated, number)
        stages[f"stage{number}_act"] = activated
    return stages


def _stage(activated: Any, number: int) -> Any:
    x = None
    for block in range(1, BLOCKS[number] + 1):
        name = f"stage{number}_block{block}_"
        if block > 1:
            activated = layers.ReLU(name=name + "relu1")(_norm(x, name + "bn1"))
        x = _block(x, activated, number, name)
    closing = f"stage{number + 1}_block1_bn1" if number < 4 else "final_bn"
    return layers.ReLU(name=f"stage{number}_act")(_norm(x, closing))


def _block(x: Any, activated: Any, number: int, name: str) -> Any:
    channels = CHANNELS[number]
    stride = 2 if x is None and number > 1 else 1
    shortcut = _conv(activated, channels, 1, stride, name + "shortcut") if x is None else x
    y = _conv(activated, channels // 4, 1, 1, name + "conv1")
    y = layers.ReLU(name=name + "relu2")(_norm(y, name + "bn2"))
    y = _conv(y, channels // 4, 3, stride, name + "conv2")
    y = layers.ReLU(name=name + "relu3")(_norm(y, name + "bn3"))
    y = _conv(y, channels, 1, 1, name + "conv3")
    return layers.Add(name=name + "add")([y, shortcut])


def _conv(x: Any, filters: int, size: int, stride: int, name: str) -> Any:
    if size > 1:
        x = layers.ZeroPadding2D(size // 2, name=name + "_pad")(x)
    return layers.Conv2D(filters, size, stride, use_bias=False, kernel_initializer="he_normal", name=name)(x)


def _norm(x: Any, name: str, **options: bool) -> Any:
    return layers.BatchNormalization(epsilon=1e-5, momentum=0.97, name=name, **options)(x)


NETWORKS = (
    Network(
        "resnet50-v2",
        body,
        STAGES,
        224,
        Pretrained(
            ("resnet50_v2_imagenet_stages1to3_fp16.npz", "resnet50_v2_imagenet_stage4_remains.npz"),
            "stage3_act",
            "They were put together from models/resnet50v2_nchw of https://github.com/BruceDai/test-data, "
            "the ONNX model zoo's resnet50-v2-7.",
        ),
    ),
)
