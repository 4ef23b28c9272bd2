from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from artml.bundle_works import BundleWorks


@pytest.fixture
def works() -> BundleWorks:
    rng = np.random.default_rng(0)
    embedding = rng.normal(0, [0.1, 1, 50, 0], (200, 4)).astype(np.float32)
    frame = pd.DataFrame(
        {
            "split": ["train", "train", "train", "validation"] * 50,
            "style": ["Naïve Art (Primitivism)", "Cubism", "", "Cubism"] * 50,
        }
    ).astype("str")
    return BundleWorks(embedding, frame)


def test_works_come_back_as_they_were(works: BundleWorks, tmp_path: Path) -> None:
    works.write(tmp_path / "works.npz")
    again = BundleWorks.read(tmp_path / "works.npz")
    pd.testing.assert_frame_equal(again.frame[list(works.frame)], works.frame)
    step = np.abs(works.embedding).max(0) / 127
    assert (np.abs(again.embedding - works.embedding) <= step * 0.51).all()


def test_a_number_takes_a_byte(works: BundleWorks, tmp_path: Path) -> None:
    works.write(tmp_path / "works.npz")
    assert (tmp_path / "works.npz").stat().st_size < works.embedding.size + 3_000


def test_a_split_is_chosen(works: BundleWorks) -> None:
    chosen = works.select("validation")
    assert (len(chosen), set(chosen.frame["style"])) == (50, {"Cubism"})
    assert np.array_equal(chosen.embedding, works.embedding[3::4])
