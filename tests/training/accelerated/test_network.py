from __future__ import annotations

import pytest

from tests.training.accelerated.torch_here import torch_or_skip


def test_mean_and_spread_have_the_gradient_that_they_should() -> None:
    torch = torch_or_skip()
    from artml.training.accelerated.network import MeanAndSpread, mean_and_spread

    torch.manual_seed(1)
    maps = torch.rand((2, 3, 4, 5), dtype=torch.float64, requires_grad=True)
    found = MeanAndSpread.apply(maps)
    assert found.shape == (2, 6)
    seen = found.detach()
    assert seen[1, 2] == pytest.approx(float(maps.detach()[1, 2].mean()), rel=1e-5)
    assert seen[1, 5] == pytest.approx(float(maps.detach()[1, 2].std(correction=0)), rel=1e-3)
    weights = torch.rand_like(found)
    (ours,) = torch.autograd.grad((found * weights).sum(), maps)
    (theirs,) = torch.autograd.grad((mean_and_spread(maps) * weights).sum(), maps)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-7)


def test_a_gradient_keeps_the_type_and_layout_of_the_maps() -> None:
    torch = torch_or_skip()
    from artml.training.accelerated.network import MeanAndSpread

    maps = torch.rand((2, 8, 4, 4)).bfloat16().contiguous(memory_format=torch.channels_last)
    maps.requires_grad_()
    MeanAndSpread.apply(maps).sum().backward()
    assert maps.grad is not None and maps.grad.dtype == torch.bfloat16
    assert maps.grad.is_contiguous(memory_format=torch.channels_last)
