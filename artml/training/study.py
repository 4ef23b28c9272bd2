"""What a `study.toml` says: several recipes, and what their authors published beside them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from artml.errors import RecipeError
from artml.training.recipe import RECIPES, Recipe, Split, fault_of

Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PublishedClass(_Strict):
    """What was published of one label. `recall` is also what is called a class's accuracy."""

    precision: Share | None = None
    recall: Share | None = None
    f1: Share | None = None


class Published(PublishedClass):
    """What was published of one experiment; precision, recall and F1 are means weighted by works."""

    accuracy: Share | None = None
    top5: Share | None = None


class Row(_Strict):
    """One experiment: a recipe, run once or several times."""

    label: Name
    recipe: Name
    published: Published = Published()
    by_class: dict[str, PublishedClass] = {}
    note: str = ""
    needs: str = Field("", description="Weights file without which the network cannot be trained so.")
    stand_in: str | None = Field(None, description="Run beside it where its weights are not reachable.")
    folds: int | None = Field(None, ge=2, le=20, description="Cross-validation: test works are pooled.")
    bags: int | None = Field(None, ge=2, le=100, description="Bagging: probabilities are averaged.")
    seeds: tuple[int, ...] = Field((), description="Run with each: mean and spread.")
    against: str | None = Field(None, description="Recipe of the row that its gain is measured against.")
    draws: int = Field(0, ge=0, le=100, description="How many new works are drawn at a time.")
    details: bool = Field(False, description="Whether its figures by class and its confusions are shown.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(map(bool, (self.folds, self.bags, self.seeds))) > 1:
            raise ValueError("folds, bags and seeds exclude each other")
        return self


class Part(_Strict):
    """Rows that make one table. `change` is set in their recipes, whose runs are then called `…-name`."""

    title: str = ""
    name: str = ""
    change: dict[str, Any] = {}
    below: str = Field("", description="Measured on the pictures below this folder alone.")
    differences: str = Field("", description="By default the study's.")
    long: bool = Field(False, description="Whether it takes so long that --full alone runs it.")
    rows: tuple[Row, ...] = Field((), description="By default the study's.")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.change and not self.name:
            raise ValueError("a part that changes recipes needs a name")
        return self


class Study(_Strict):
    """What a `study.toml` says, beside the recipes in its folder."""

    folder: Path
    title: Name
    source: str = Field("", description="Who published the figures, and where.")
    about: str = ""
    differences: str = Field("", description="What differs from the published data, in one sentence.")
    facets: tuple[Name, ...] = Field(min_length=1)
    split: Split = "test"
    missing: tuple[str, ...] = Field((), description="Published classes without pictures here.")
    published_works: dict[str, int] = Field({}, description="Test works of a label in the published study.")
    rows: tuple[Row, ...] = ()
    parts: tuple[Part, ...] = (Part(),)

    @property
    def name(self) -> str:
        """The folder's."""
        return self.folder.name

    @classmethod
    def read(cls, name: str) -> Study:
        """The shipped study of that name, or the one in a folder.

        `RecipeError` names each key that is unknown or impossible, and recipes that are not there.
        """
        folder = Path(name) if Path(name, "study.toml").is_file() else RECIPES / name
        path = folder / "study.toml"
        if not path.is_file():
            raise RecipeError(f"There is no study {name!r}. Known: {', '.join(studies())}; or name a folder.")
        try:
            text = path.read_text(encoding="utf-8")
            study = cls(folder=folder, **tomllib.loads(text))
        except ValidationError as error:
            faults = "; ".join(fault_of(text, fault) for fault in error.errors())
            raise RecipeError(f"The study {path} has mistakes. {faults}.") from error
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
            raise RecipeError(f"The study {path} cannot be read: {error}.") from error
        study._check()
        return study

    def tables(self) -> Iterator[tuple[Part, tuple[Row, ...]]]:
        """Each part with its rows."""
        for part in self.parts:
            yield part, part.rows or self.rows

    def chain(self, recipe: str, full: bool = False) -> tuple[Recipe, ...]:
        """A recipe of the folder, behind those it starts from; `RecipeError` where one cannot be read."""
        return tuple(self._chain(recipe, full, ()).values())

    def _chain(self, name: str, full: bool, above: tuple[str, ...]) -> dict[str, Recipe]:
        if name in above:
            raise RecipeError(f"The recipe {above[0]} of {self.name} starts, at last, after itself.")
        recipe = Recipe.read(self.folder / f"{name}.toml", full)
        found: dict[str, Recipe] = {}
        for before in recipe.after:
            found |= self._chain(before, full, (*above, name))
        return {**found, name: recipe}

    def _check(self) -> None:
        for part, rows in self.tables():
            before: set[str] = set()
            if not rows:
                raise RecipeError(f"The study {self.name} has a part without rows: {part.title!r}.")
            for row in rows:
                if row.against and row.against not in before:
                    raise RecipeError(f"{row.label}: against names {row.against}, which is no row before it.")
                before.add(row.recipe)
                for recipe in filter(None, (row.recipe, row.stand_in)):
                    self.chain(recipe)


def studies() -> list[str]:
    """The names of the shipped studies."""
    return sorted(file.parent.name for file in RECIPES.glob("*/study.toml"))
