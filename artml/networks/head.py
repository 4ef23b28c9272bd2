"""What stands on a network: pooling, dense layers, and a linear head a facet. Imports no TensorFlow."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Head(BaseModel):
    """By default the guide's: mean and spread of every stage, one embedding, a linear head a facet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pool: Literal["spread", "mean", "max", "flatten"] = Field(
        "spread",
        description="How a map becomes a vector. Spread is the mean and standard deviation of each channel, "
        "under a batch norm, for they differ much in size.",
    )
    units: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (), description="Sizes of dense layers with ReLU, above the batch norm."
    )
    dropout: float = Field(
        0.4, ge=0, lt=1, description="After each of them, after the batch norm and after the hidden layer."
    )
    embedding: int = Field(
        256, ge=0, le=1024, description="Size of the linear layer that the facets share; 0 leaves it out."
    )
    hidden: int = Field(
        0, ge=0, le=4096, description="Size of a layer with ReLU that they share above it; 0 leaves it out."
    )
    linear: tuple[str, ...] = Field(
        (), description="Facets whose heads stand below that layer, on the embedding itself."
    )

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if self.hidden and not self.embedding:
            raise ValueError("hidden stands on an embedding; without one, say units")
        if self.linear and not self.hidden:
            raise ValueError("without a hidden layer, every facet is linear")
        return self
