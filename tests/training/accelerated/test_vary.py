from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from artml.training.recipe import Disguise
from tests.training.accelerated.torch_here import torch_or_skip

torch = torch_or_skip()

from artml.training.accelerated import vary  # noqa: E402  needs PyTorch

STILL = Disguise(
    plain=0, crop=(1, 1), aspect=(1, 1), size=(48, 48), soften=0, quality=(100, 100), light=0, tint=0
)


@pytest.fixture
def picture() -> npt.NDArray[np.uint8]:
    """(48, 48, 3): a slope in every band, with detail on it."""
    across, down = np.meshgrid(np.arange(48), np.arange(48))
    bands = [4 * across, 255 - 5 * down, 128 + 60 * np.sin(across / 3) * np.cos(down / 4)]
    return np.stack(bands, -1).clip(0, 255).astype(np.uint8)


def batch(picture: npt.NDArray[np.uint8], count: int = 4) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1).float()[None].repeat(count, 1, 1, 1)


def test_left_as_they_are(picture: npt.NDArray[np.uint8]) -> None:
    pictures = batch(picture)
    assert torch.equal(vary.vary(pictures, Disguise(plain=1)), pictures)


def test_doing_nothing_changes_next_to_nothing(picture: npt.NDArray[np.uint8]) -> None:
    found = vary.vary(batch(picture), STILL)
    assert float((found - batch(picture)).abs().mean()) < 1.5


def test_each_is_varied_its_own_way(picture: npt.NDArray[np.uint8]) -> None:
    torch.manual_seed(1)
    found = vary.vary(batch(picture), Disguise(plain=0))
    assert found.shape == (4, 3, 48, 48)
    assert float(found.min()) >= 0
    assert float(found.max()) <= 255
    assert all(float((found[0] - other).abs().mean()) > 2 for other in found[1:])


@pytest.mark.parametrize("quality", [20, 50, 75])
def test_compression_is_jpegs(picture: npt.NDArray[np.uint8], quality: int) -> None:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    saved = np.asarray(Image.open(buffer), float)
    how = STILL.model_copy(update={"quality": (quality, quality)})
    found = vary._compressed(batch(picture, 1), how)[0].permute(1, 2, 0).numpy()
    assert np.abs(found - saved).mean() < 0.5 * np.abs(saved - picture).mean()


def test_a_mirror_turns_all_or_none(picture: npt.NDArray[np.uint8]) -> None:
    assert torch.equal(vary.mirrored(batch(picture), 1.0, 3), batch(picture[:, ::-1].copy()))
    assert torch.equal(vary.mirrored(batch(picture), 0.0, 3), batch(picture))
