"""A recipe: the TOML file that fixes one training run."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from artml.errors import RecipeError

RECIPES = Path(__file__).resolve().parent.parent / "recipes"
Share = Annotated[float, Field(ge=0, le=1)]
Span = tuple[float, float]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Augmentation(_Strict):
    """How a training picture is varied, so that neither its uploader's scaling nor its compression shows.

    Sizes are in pixels, qualities in the codecs' own 0..100; every span is drawn from uniformly.
    """

    plain: Share = Field(0.3, description="Share of the pictures that are only mirrored.")
    mirror: Share = 0.5
    crop: Span = Field((0.5, 1.0), description="Area kept, as a share.")
    aspect: Span = Field((0.75, 1.33), description="Factor on width : height.")
    size: Span = Field((72, 224), description="Short side it is scaled down to.")
    blur: Span = Field((0.3, 1.2), description="Gaussian radius, pixels.")
    soften: Share = Field(0.25, description="Share blurred; as many again are sharpened.")
    quality: Span = Field((30, 95), description="JPEG or WebP quality it is saved at.")
    light: float = Field(0.15, ge=0, lt=1, description="Largest change of brightness, contrast and colour.")


class Recipe(_Strict):
    """One training run. `after` names the recipe whose weights it starts from; without it, the pretrained
    ones.
    """

    name: str
    network: str = "resnet50-v2"
    side: int = Field(192, ge=32, le=512, description="Input height and width, pixels.")
    stages: tuple[str, ...] = Field(description="The stages that the heads stand on, shallow to deep.")
    facets: dict[str, int] = Field(description="Facet -> fewest training works a label needs.")
    embedding: int = Field(256, ge=2, le=1024)
    dropout: float = Field(0.4, ge=0, lt=1)

    after: str | None = None
    train: Literal["heads", "stage4", "all"]
    versions: int = Field(
        2, ge=1, le=8, description="Versions of each picture in cached features; the first plain."
    )
    hold_out: Literal["artist", "source"] | None = None

    epochs: float = Field(gt=0, le=1000)
    legs: int = Field(1, ge=1, le=100, description="Checkpoints an epoch.")
    batch: int = Field(ge=1, le=4096)
    rate: float = Field(
        gt=0, le=1, description="Highest learning rate; it warms up to it and falls as a cosine."
    )
    warmup: Share = 0.05
    weight_decay: float = Field(0.01, ge=0)
    label_smoothing: float = Field(0.1, ge=0, lt=1)
    class_weight_power: float = Field(
        0.25, ge=0, le=1, description="Weight of a label with n works: n^-power."
    )
    keep: Share = Field(0.0, description="Share of the weights it started from in the weights it ends with.")
    precision: Literal["float32", "mixed_bfloat16"] = "mixed_bfloat16"
    seed: int = 1
    augmentation: Augmentation = Augmentation()

    @classmethod
    def read(cls, path: Path) -> Recipe:
        """Read and check a TOML file; its stem is the recipe's name.

        Raises `RecipeError`, naming each key that is unknown or impossible.
        """
        try:
            return cls(name=path.stem, **tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RecipeError(f"The recipe {path} cannot be read: {error}.") from error
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise RecipeError(f"The recipe {path} has mistakes. {faults}.") from error


def recipes(name: str) -> list[Recipe]:
    """The recipes of a shipped study or of a folder, by name; or the one of a TOML file."""
    path = Path(name)
    if path.suffix == ".toml":
        return [Recipe.read(path)]
    folder = path if path.is_dir() else RECIPES / name
    if not folder.is_dir():
        known = ", ".join(sorted(p.name for p in RECIPES.iterdir() if p.is_dir()))
        raise RecipeError(f"There is no recipe {name!r}. Known: {known}; or name a .toml file or a folder.")
    return [Recipe.read(file) for file in sorted(folder.glob("*.toml"))]
