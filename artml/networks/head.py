"""What stands on a network: pooling, dense layers, and a linear head a facet. Imports no TensorFlow."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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
    dropout: float = Field(0.4, ge=0, lt=1, description="After each of them, and after the batch norm.")
    embedding: int = Field(
        256, ge=0, le=1024, description="Size of the linear layer that the facets share; 0 leaves it out."
    )
