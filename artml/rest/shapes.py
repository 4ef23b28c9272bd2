"""What goes in and out of the API, as its OpenAPI document says it. Later versions only add to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from artml.collection.model import Kind, State


class Named(BaseModel):
    """A bundle by name and version."""

    name: str
    version: str


class Health(BaseModel):
    """Whether this server can answer."""

    status: Literal["ok", "no bundle"]
    version: str
    """Of artml."""
    bundle: Named | None
    bundles: list[Named]


class ModelFacet(BaseModel):
    """What a bundle answers of one facet."""

    labels: list[str]
    threshold: float = Field(description="Probability from which the first label is certain.")
    open_set: bool = Field(description="Whether works with none of these labels are to be expected.")


class Model(Named):
    """A bundle that answers."""

    precision: Literal["int8", "bf16", "fp32"] = Field(description="The arithmetic its network runs in here.")
    facets: dict[str, ModelFacet]


class Models(BaseModel):
    """The bundles that answer together."""

    models: list[Model]


class RankedLabel(BaseModel):
    """A label, its probability, and its identifiers where they are verified."""

    label: str
    probability: float = Field(ge=0, le=1)
    aat: str | None
    wikidata: str | None


class Answer(BaseModel):
    """What is said of a picture: as `artml classify --json` says it."""

    version: int = Field(alias="schema")
    file: str
    ok: Literal[True]
    painting: bool
    facets: dict[str, list[RankedLabel]]
    certain: dict[str, bool]
    likely: dict[str, list[str]]
    models: dict[str, Named]


class JobWanted(BaseModel):
    """A folder to label."""

    model_config = ConfigDict(extra="forbid")

    folder: str = Field(
        min_length=1, max_length=4_096, description="Below ARTML_FOLDERS, or the `folder` of an upload."
    )
    recursive: bool = True
    facets: list[str] | None = Field(None, max_length=20, description="By default all.")


class Job(BaseModel):
    """A job, and how far it is."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: Kind
    state: State
    folder: str
    person: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    counts: Mapping[str, int]
    reason: str


class Jobs(BaseModel):
    """Jobs, the newest first."""

    jobs: list[Job]


class Refusal(BaseModel):
    """A file that a job could not read, and why."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    reason: str


class Refusals(BaseModel):
    """The files that a job could not read."""

    refusals: list[Refusal]


class Upload(BaseModel):
    """Pictures that were taken in."""

    folder: str = Field(description="The folder to start a job with.")
    files: int


class Fault(BaseModel):
    """What is wrong with a part of a request."""

    where: list[str]
    what: str


class Problem(BaseModel):
    """What is wrong, and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[Fault] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for its documentation."""
    from artml.rest.problems import MEDIA_TYPE

    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": "What is wrong, and what to do.", "content": {MEDIA_TYPE: reference}}
        for status in statuses
    }
