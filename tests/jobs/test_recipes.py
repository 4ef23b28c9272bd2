"""What there is to train by, read without TensorFlow, is what is then trained."""

from __future__ import annotations

import subprocess
import sys

import pytest

from artml.errors import RecipeError
from artml.jobs.recipes import choices, known


def test_every_choice_can_be_read_as_recipes() -> None:
    from artml.training.recipe import recipes

    for choice in choices():
        steps = recipes(choice.name)
        assert len(steps) == choice.steps, choice.name
        last = [step for step in steps if not step.hold_out][-1]
        assert choice.facets == tuple(last.facets), choice.name
        assert choice.catalogue == last.data.catalogue, choice.name
        assert choice.about, choice.name


def test_whole_studies_that_lead_to_one_model_come_first() -> None:
    names = [choice.name for choice in choices()]
    assert names[:4] == ["museum", "technique", "guide-swift", "guide"]
    assert known("guide-swift").title == "A swift guide"
    assert "picar/fine-tuned-last-20" in names
    assert known("picar/fine-tuned-last-20").steps == 2
    with pytest.raises(RecipeError, match="no recipe 'guide/1-heads'"):
        known("guide/1-heads")


def test_nobody_needs_tensorflow_to_choose() -> None:
    code = "import sys, artml.jobs.recipes as r, artml.jobs.rehearsal, artml.jobs.histories; r.choices()"
    code += "; assert not {'tensorflow', 'keras'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
