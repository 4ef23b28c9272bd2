"""A recipe: the TOML file that fixes one training run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from artml.errors import RecipeError
from artml.memory import Recall
from artml.networks.head import Head

BY_TORCH = {"fresh_rate", "mix", "average", "balance_sources", "teachers", "follow", "live", "grow_from"}
"""Keys that only the trainer `torch` knows."""
NO_RECIPES = ("study.toml", "clusters.toml")
"""What a folder of recipes may hold beside them: what its study says."""
RECIPES = Path(__file__).resolve().parent.parent / "recipes"
FULL = "full"
BUNDLE = "bundle:"
Share = Annotated[float, Field(ge=0, le=1)]
Span = tuple[float, float]
Split = Literal["train", "validation", "test"]
Count = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class More(_Strict):
    """Works of another catalogue, beside those of the recipe's own."""

    catalogue: str = Field(description="Folder beside the recipe's own catalogue.")
    where: dict[str, str | tuple[str, ...]] = Field(
        {}, description="Column -> the value its works must have, or one of several."
    )
    put: dict[str, str] = Field({}, description="Column -> the value its works are given.")
    works: dict[Split, Annotated[int, Field(ge=0)]] = Field(
        {}, description="At most so many works, by split; of several values, so many of each."
    )


class Data(_Strict):
    """Which works a run is about, and how they are divided."""

    catalogue: str = Field("paintings", description="Folder below ARTML_DATA that has the catalogue.csv.")
    labels: tuple[str, ...] = Field((), description="Only works with these labels.")
    top: int | None = Field(None, ge=2, description="Only the so many labels with most works.")
    merge: dict[str, tuple[str, ...]] = Field({}, description="New label -> the labels it stands for.")
    undersample: bool = Field(False, description="Cut every label, in each split, to the rarest one's size.")
    works: dict[Split, Count] = Field({}, description="At most so many works a label, by split.")
    split: Literal["given", "image", "artist"] = "given"
    shares: dict[Split, Share] = {"train": 0.8, "validation": 0.1, "test": 0.1}
    split_seed: int = 1
    validate_on: Share = Field(
        0.0, alias="validate", description="Share of the train split, whole artists, to validate on instead."
    )
    more: tuple[More, ...] = ()
    code_art: int = Field(
        0, ge=0, description="Pictures to draw by `artml.training.code_art`, and train on as by algorithm."
    )
    fold: tuple[int, int] | None = Field(None, description="(which, of how many) is the test split.")
    bootstrap: bool = Field(
        False, description="Draw the works trained on with replacement, by the run's seed."
    )
    train_on: tuple[Split, ...] = ("train",)
    test_on: Split = "test"

    @property
    def chooses_labels(self) -> bool:
        """Whether only some labels of the facet take part."""
        return bool(self.labels or self.top or self.merge or self.undersample or self.works)


class Crops(_Strict):
    """Squares cut out of a picture at random, instead of the whole of it."""

    train: int = Field(10, ge=1, description="Crops of each work trained on.")
    test: int = Field(10, ge=1, description="Crops of each other work.")
    size: int = Field(256, ge=16, description="Height and width, pixels, before it is scaled to the input's.")
    area: int = Field(0, ge=0, description="Pixels the picture is scaled to before; 0 leaves it.")


class Augmentation(_Strict):
    """How a training picture is varied; all off by default. Amounts are the most there is, drawn evenly."""

    rotation: float = Field(0.0, ge=0, le=180, description="Degrees to either side.")
    shift: Share = Field(0.0, description="Share of the width and of the height.")
    shear: float = Field(0.0, ge=0, lt=90, description="Degrees.")
    zoom: float = Field(0.0, ge=0, lt=1, description="Share that it grows or shrinks by.")
    stretch: float = Field(0.0, ge=0, lt=1, description="As zoom, width and height each on its own.")
    mirror: Share = Field(0.0, description="Share mirrored, left for right.")
    flip: Share = Field(0.0, description="Share turned upside down.")
    whitening: Share = Field(0.0, description="Share whose colours are decorrelated.")


class Disguise(_Strict):
    """How a training picture is varied so that neither its uploader's scaling nor its compression shows.

    Sizes are in pixels, qualities in the codecs' own 0..100; every span is drawn from uniformly.
    """

    plain: Share = Field(0.3, description="Share of the pictures that are left as they are.")
    crop: Span = Field((0.5, 1.0), description="Area kept, as a share.")
    aspect: Span = Field((0.75, 1.33), description="Factor on width : height.")
    size: Span = Field((72, 224), description="Short side it is scaled down to.")
    blur: Span = Field((0.3, 1.2), description="Gaussian radius, pixels.")
    soften: Share = Field(0.25, description="Share blurred; as many again are sharpened.")
    quality: Span = Field((30, 95), description="JPEG or WebP quality it is saved at.")
    light: float = Field(0.15, ge=0, lt=1, description="Largest change of brightness, contrast and colour.")
    tint: float = Field(0.0, ge=0, lt=1, description="Largest change of red, green and blue alone.")


class Recipe(_Strict):
    """One training run.

    It starts from the weights of the recipe named in `after` (of several, networks without heads, where they
    stand side by side), from those of a bundle (`from`), else from the pretrained ones of its network, unless
    `pretrained` is false.
    """

    name: str
    limits: tuple[str, ...] = Field((), description="Sentences for the card: what the model cannot do.")
    data: Data = Data()
    crops: Crops | None = None
    facets: dict[str, Count] = Field(
        min_length=1, description="Facet -> fewest works trained on a label needs."
    )

    network: str = "resnet50-v2"
    side: int = Field(192, ge=16, le=512, description="Input height and width, pixels.")
    stages: tuple[str, ...] | None = Field(
        None,
        description="Stages that the head stands on, shallow to deep; by default the last with weights.",
    )
    head: Head = Head()

    pretrained: bool = True
    after: tuple[str, ...] = ()
    start: str | None = Field(None, alias="from", pattern=r"^bundle:.+$")
    train: Annotated[float, Field(gt=0, lt=1)] | Annotated[str, Field(min_length=1)] = Field(
        description="`heads`: they alone. `all`: every layer. `facets`: only what stands on the "
        "embedding. A share: the heads and the last of the layers. Else: they and the layers that begin so."
    )
    fresh_heads: bool = Field(
        False, description="Whether the heads start from nothing, whatever those before had learnt."
    )
    rehearse: bool = Field(
        False, description="Whether the works that the bundle in `from` carries are trained on as well."
    )
    frozen_norms: bool = Field(
        False, description="Whether the network's batch norms keep their statistics and their affine part."
    )
    versions: int = Field(
        2, ge=1, le=8, description="Versions of a picture in cached features; one is plain."
    )
    plain_share: Share | None = Field(
        None, description="How often cached features are the plain version's; by default each comes as often."
    )
    hold_out: Literal["artist", "source"] | None = None

    epochs: float = Field(gt=0, le=1000)
    legs: int = Field(1, ge=1, le=100, description="Checkpoints an epoch.")
    batch: int = Field(ge=1, le=4096)
    optimizer: Literal["adamw", "adam", "sgd", "rmsprop"] = "adamw"
    momentum: float = Field(0.9, ge=0, lt=1, description="Of SGD.")
    rate: float = Field(gt=0, le=1, description="Highest learning rate.")
    schedule: Literal["cosine", "constant"] = Field(
        "cosine", description="Cosine: warms up to the rate, and falls to nought."
    )
    warmup: Share = 0.05
    weight_decay: float = Field(0.01, ge=0, description="Of AdamW.")
    loss: Literal["crossentropy", "binary"] = Field(
        "crossentropy", description="Binary: a sigmoid a label, each against all others."
    )
    label_smoothing: float = Field(0.1, ge=0, lt=1)
    class_weight_power: float = Field(
        0.25, ge=0, le=1, description="Weight of a label with n works: n^-power."
    )
    memory: Recall | None = Field(
        None, description="How the works trained on vote beside the heads; needs an embedding."
    )
    keep: Share = Field(0.0, description="Share of the weights it started from in the weights it ends with.")
    precision: Literal["float32", "mixed_bfloat16"] = Field(
        "mixed_bfloat16", description="Where the processor has no bfloat16, it is float32."
    )
    seed: int = 1
    trainer: Literal["keras", "torch"] = Field(
        "keras", description="Torch trains every layer by PyTorch, on a graphics card if there is one."
    )
    fresh_rate: float = Field(
        1.0, ge=1, le=100, description="How many times the rate what starts from nothing learns at."
    )
    mix: float = Field(0.0, ge=0, le=10, description="Half of the batches blend pictures by Beta(mix, mix).")
    average: float = Field(0.0, ge=0, lt=1, description="The weights' running average keeps so much a step.")
    grow_from: Annotated[int, Field(ge=32, le=512)] | None = Field(
        None, description="Height and width in the first epoch, pixels; they grow to `side` by the last."
    )
    balance_sources: Share = Field(
        0.0, description="Works whose source holds a share s of their style come s^-power as often."
    )
    teachers: tuple[str, ...] = Field(
        (), description="Recipes of the folder, or bundles (`bundle:guide`), whose mean word is followed too."
    )
    follow: Share = Field(0.7, description="Share of the loss that is the teachers' word.")
    live: bool = Field(
        False,
        description="Whether bundles among the teachers see each picture as it is varied, instead of saying "
        "their word of it as it is, once.",
    )
    augmentation: Augmentation = Augmentation()
    disguise: Disguise | None = None

    @field_validator("after", mode="before")
    @classmethod
    def _several(cls, after: Any) -> Any:
        return (after,) if isinstance(after, str) else after

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.data.chooses_labels and len(self.facets) > 1:
            raise ValueError("data chooses among the labels of one facet, and this recipe has several")
        if self.after and self.start:
            raise ValueError("after and from both say where it starts; keep one")
        if self.rehearse and not (self.start and self.train == "facets"):
            raise ValueError('rehearse needs from = "bundle:…" and train = "facets"')
        if self.trainer == "keras" and (given := sorted(BY_TORCH & self.model_fields_set)):
            raise ValueError(f'{", ".join(given)} can be had with trainer = "torch" alone')
        if self.grow_from and self.grow_from > self.side:
            raise ValueError(f"grow_from is larger than side, {self.side}")
        whole = (self.train, self.optimizer, self.loss) == ("all", "adamw", "crossentropy")
        if self.trainer == "torch" and not whole:
            raise ValueError('trainer = "torch" trains all layers, by adamw, on the crossentropy')
        if self.memory and not self.head.embedding:
            raise ValueError("memory needs a head with an embedding")
        if self.data.fold and not 0 <= self.data.fold[0] < self.data.fold[1]:
            raise ValueError("data.fold counts from 0 to one less than their number")
        return self

    @property
    def leads(self) -> tuple[str, ...]:
        """The recipes that must be run before it."""
        return (*self.after, *self.teaching)

    @property
    def teaching(self) -> tuple[str, ...]:
        """The recipes among its teachers."""
        return tuple(name for name in self.teachers if not name.startswith(BUNDLE))

    @property
    def heard(self) -> tuple[str, ...]:
        """The bundles among its teachers, by name."""
        return tuple(name.removeprefix(BUNDLE) for name in self.teachers if name.startswith(BUNDLE))

    @property
    def varies(self) -> bool:
        """Whether training pictures are varied at all."""
        return self.disguise is not None or self.augmentation != Augmentation()

    @classmethod
    def read(cls, path: Path, full: bool = False) -> Recipe:
        """Read and check a TOML file; its stem is the recipe's name.

        `full` asks for the published setting, what the table `[full]` sets differently included. Raises
        `RecipeError`, naming each key that is unknown or impossible, and its line.
        """
        text, content = _read_toml(path)
        changes = content.pop(FULL, {})
        found = _checked(cls, path, text, content)
        published = _checked(cls, path, text, _merged(content, changes), (FULL,))
        return published if full else found


def recipes(name: str, full: bool = False) -> list[Recipe]:
    """The recipes of a shipped study or of a folder, by name, each behind what it starts from; or that of a
    TOML file; or one of a shipped study (`picar/resnet50`) and those it starts from.

    In a folder with numbered recipes those lead to its bundle, and the others are rows of its study alone.
    """
    path = Path(name)
    if path.suffix == ".toml":
        return [Recipe.read(path, full)]
    if len(path.parts) == 2 and (RECIPES / f"{name}.toml").is_file():
        beside = [Recipe.read(file, full) for file in _files(RECIPES / path.parent)]
        return _leading_to(path.name, _in_order(beside))
    folder = path if path.is_dir() else RECIPES / name
    if not folder.is_dir():
        known = ", ".join(sorted(p.name for p in RECIPES.iterdir() if p.is_dir()))
        raise RecipeError(f"There is no recipe {name!r}. Known: {known}; or name a .toml file or a folder.")
    files = _files(folder)
    if not files:
        raise RecipeError(f"{name} has no recipe to train by; artml study {name} runs it.")
    numbered = [file for file in files if file.name[0].isdigit()]
    return _in_order([Recipe.read(file, full) for file in numbered or files])


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.toml")) if file.name not in NO_RECIPES]


def _leading_to(name: str, steps: Sequence[Recipe]) -> list[Recipe]:
    """Of a study's recipes in order, that of a name and those that it starts from."""
    wanted = {name}
    for recipe in reversed(steps):
        if recipe.name in wanted:
            wanted.update(recipe.leads)
    return [recipe for recipe in steps if recipe.name in wanted]


def _in_order(recipes: list[Recipe]) -> list[Recipe]:
    """The recipes, each moved behind those it starts from; where that cannot be, they stay as they are."""
    waiting, ordered = list(recipes), list[Recipe]()
    while waiting:
        known = {recipe.name for recipe in waiting}
        ready = (one for one in waiting if not known.intersection(one.leads))
        recipe = next(ready, waiting[0])
        waiting.remove(recipe)
        ordered.append(recipe)
    return ordered


def _read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"The recipe {path} cannot be read: {error}.") from error


def _checked(
    cls: type[Recipe], path: Path, text: str, content: Mapping[str, Any], within: tuple[str, ...] = ()
) -> Recipe:
    try:
        return cls(**{"name": path.stem, **content})
    except ValidationError as error:
        faults = "; ".join(fault_of(text, fault, within) for fault in error.errors())
        raise RecipeError(f"The recipe {path} has mistakes. {faults}.") from error


def fault_of(text: str, fault: Any, within: Sequence[str] = ()) -> str:
    """One of pydantic's errors in words, with its line in the TOML text: of the table `within`, if there."""
    place = fault["loc"]
    keys = ".".join(map(str, place))
    line = line_of(text, (*within, *place)) or line_of(text, place)
    where = f"line {line}: " if line else ""
    return f"{where}{keys}: {fault['msg']}" if keys else f"{where}{fault['msg']}"


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line, from 1, where a TOML text sets the longest known beginning of these nested keys; whole
    numbers among them count the tables of an array from 0.
    """
    lines, keys = list(enumerate(text.splitlines(), 1)), list[str]()
    for key in place:
        if isinstance(key, str):
            keys.append(key)
            continue
        header = f"[[{'.'.join(keys)}]]"
        starts = [index for index, (_, line) in enumerate(lines) if line.strip() == header]
        if key < len(starts):
            lines = lines[slice(*[*starts, None][key : key + 2])]
    return _longest(lines, keys)


def _longest(lines: Sequence[tuple[int, str]], keys: list[str]) -> int | None:
    table: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in lines:
        if header := re.match(r"\s*\[\[?([^\]]+)\]", line):
            table = [part.strip(' "') for part in header[1].split(".")]
            found = table
        elif key := re.match(r'\s*([\w."-]+)\s*=', line):
            found = [*table, *(part.strip('"') for part in key[1].split("."))]
        else:
            continue
        if found == keys[: len(found)] and (best is None or len(found) > best[0]):
            best = (len(found), number)
    return best[1] if best else None


def _merged(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(content)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
