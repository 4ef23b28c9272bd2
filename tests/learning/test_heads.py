from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artml.bundle import Bundle
from artml.engine import Engine
from artml.errors import BundleForeign
from artml.learning.heads import heads_of, put_into
from artml.networks import graph
from tests.colours import write_colour_bundle
from tests.learning.drawn import SIDE, STYLES, write_guide

PIXELS = np.random.default_rng(2).integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)


@pytest.mark.parametrize("hidden", [False, True])
def test_new_heads_change_nothing_else(tmp_path: Path, hidden: bool) -> None:
    bundle = Bundle.load(write_guide(tmp_path / "guide", each=10, hidden=hidden))
    heads = heads_of(bundle)
    grown = heads["style"].with_labels(("Cubism", "Dada", "Fauvism", "Impressionism"))
    grown.kernel[:, 1], grown.bias[1] = 0.25, 3.0
    graph.save(put_into(bundle, heads | {"style": grown}), tmp_path / "new.xml")
    before = Engine(bundle.network, precision="fp32")(PIXELS)
    after = Engine(tmp_path / "new.xml", precision="fp32")(PIXELS)
    np.testing.assert_allclose(before["genre"], heads["genre"].logits(before["embedding"]), rtol=1e-4)
    for name in ("embedding", "genre", "painting"):
        np.testing.assert_array_equal(after[name], before[name])
    np.testing.assert_allclose(after["style"][:, [0, 2, 3]], before["style"], rtol=1e-5)
    np.testing.assert_allclose(after["style"], grown.logits(before["embedding"]), rtol=1e-4)
    np.testing.assert_array_equal(graph.variables(tmp_path / "new.xml")["style/kernel"], grown.kernel)


def test_a_new_label_starts_as_rare_as_the_rarest(tmp_path: Path) -> None:
    head = heads_of(Bundle.load(write_guide(tmp_path / "guide", each=10)))["style"]
    head.bias[:] = (0.5, -2.0, 1.0)
    grown = head.with_labels((*STYLES, "Rococo"))
    assert grown.bias.tolist() == [0.5, -2.0, 1.0, -2.0]
    assert not grown.kernel[:, 3].any()


def test_heads_of_another_kind_cannot_learn(tmp_path: Path) -> None:
    with pytest.raises(BundleForeign, match="colours cannot learn from decisions"):
        heads_of(Bundle.load(write_colour_bundle(tmp_path / "colours")))
