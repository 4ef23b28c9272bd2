"""Pictures varied as a recipe says, by a process of its own: training imports TensorFlow, a page must not.

Run as a module it reads `{"recipe": …, "files": […]}` and writes rows of JPEGs, in base64, a row a file: the
picture as it is, then as it was varied.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from artml.errors import RecipeError
from artml.images import open_image

VERSIONS: Final = 4
SIDE: Final = 224
NEEDED: Final = ("name", "facets", "train", "epochs", "batch", "rate", "augmentation", "disguise")
"""What a recipe must say, and what of it varies pictures: the rest may be of another version."""


def versions(recipe: Mapping[str, Any], files: Sequence[Path]) -> list[list[bytes]]:
    """A row a file, each as it is and varied four times, as JPEGs. Raises `RecipeError` where that fails."""
    asked = json.dumps({"recipe": dict(recipe), "files": [str(file) for file in files]})
    done = subprocess.run(
        [sys.executable, "-m", __name__], input=asked, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RecipeError(f"The pictures of {recipe.get('name')} cannot be varied as its recipe says.")
    return [[base64.b64decode(image) for image in row] for row in json.loads(done.stdout)]


def _vary(recipe: Mapping[str, Any], files: Sequence[str]) -> list[list[str]]:
    from artml.training.augmentation import varied
    from artml.training.recipe import Recipe

    how, rng = Recipe(**{name: recipe[name] for name in NEEDED if name in recipe}), np.random.default_rng(0)
    rows = []
    for file in files:
        image = open_image(Path(file))
        rows.append([_jpeg(image), *(_jpeg(varied(image, how, rng)) for _ in range(VERSIONS))])
    return rows


def _jpeg(image: Image.Image) -> str:
    small, out = image.copy(), io.BytesIO()
    small.thumbnail((SIDE, SIDE))
    small.save(out, "JPEG", quality=85)
    return base64.b64encode(out.getvalue()).decode()


if __name__ == "__main__":
    request = json.load(sys.stdin)
    print(json.dumps(_vary(request["recipe"], request["files"])))
