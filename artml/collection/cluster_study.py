"""The published clusterings of paintings, run again beside their figures: `artml study artylyze-clusters`."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from artml.catalogue import Catalogue
from artml.classifier import Classifier
from artml.collection import features
from artml.collection.clusters import METHODS, Method, cluster, elbow, numbers_to_try
from artml.collection.features import NAMES, Progress, Vectors
from artml.collection.gathered import Gathered
from artml.environment import environment
from artml.errors import CatalogueError, RecipeError
from artml.markdown import markdown_table
from artml.settings import ROOT, settings

RECIPES: Final = ROOT / "artml" / "recipes"
FILE: Final = "clusters.toml"
FACETS: Final = ("style", "genre", "artist")
METHOD_NAMES: Final[dict[Method, str]] = {"kmeans": "KMeans", "mixture": "Gaussian mixture"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Published(_Strict):
    """What was published of one clustering."""

    silhouette: float | None = None
    davies_bouldin: float | None = None


class Row(_Strict):
    """One kind of features, by both methods."""

    features: Literal["embedding", "mobilenet", "vgg16", "pca", "kernel-pca"]
    kmeans: Published = Published()
    mixture: Published = Published()


class ClusterStudy(_Strict):
    """What a `clusters.toml` says."""

    name: str
    title: str
    source: str
    about: str
    differences: str
    clusters: int = Field(ge=2)
    seed: int
    rows: tuple[Row, ...] = Field(min_length=1)

    @classmethod
    def read(cls, name: str) -> ClusterStudy:
        """The shipped study of that name; raises `RecipeError` where it cannot be read."""
        file = RECIPES / name / FILE
        try:
            return cls(name=name, **tomllib.loads(file.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, TypeError) as error:
            raise RecipeError(f"The study {file} cannot be read: {error}.") from error


def cluster_studies() -> list[str]:
    """The names of the shipped studies of clusters."""
    return sorted(file.parent.name for file in RECIPES.glob(f"*/{FILE}"))


@dataclass(frozen=True)
class Found:
    """What one clustering came to."""

    features: str
    method: Method
    numbers: int
    """How many each work has."""
    silhouette: float
    davies_bouldin: float
    agreement: dict[str, float] = field(default_factory=dict)
    """Adjusted mutual information with each facet, over the works that have a label."""
    suggested: int = 0
    """Clusters that the elbow curve suggests."""


@dataclass(frozen=True)
class Report:
    """A study and what was found."""

    study: ClusterStudy
    works: int
    artists: int
    found: Sequence[Found]
    machine: dict[str, Any]

    def markdown(self) -> str:
        """The page of the study."""
        study = self.study
        versions = ", ".join(f"{name} {number}" for name, number in self.machine["versions"].items())
        parts = [f"# {study.title}", study.about, f"Published: {study.source}"]
        machine = f"{self.machine['processor']}, {self.machine['cores']} cores; {versions}"
        size = f"{self.works:,} works by {self.artists} artists, {study.clusters} clusters"
        parts.append(f"`artml study {study.name}` measures it again. These figures: {size}; {machine}.")
        parts.append("Two figures in one cell: published / ours.")
        head = ("features", "numbers", "method", "silhouette", "Davies–Bouldin", *FACETS, "elbow")
        parts.append(markdown_table(head, map(self._cells, self.found)))
        parts += [f"Differences: {study.differences}", *self._remarks()]
        return "\n\n".join(parts) + "\n"

    def published(self, found: Found) -> Published:
        """What was published of a clustering."""
        row = next(row for row in self.study.rows if row.features == found.features)
        return row.kmeans if found.method == "kmeans" else row.mixture

    def _cells(self, found: Found) -> tuple[str, ...]:
        published = self.published(found)
        return (
            NAMES[found.features],
            f"{found.numbers:,}",
            METHOD_NAMES[found.method],
            _pair(published.silhouette, found.silhouette, 4),
            _pair(published.davies_bouldin, found.davies_bouldin, 2),
            *(f"{found.agreement[facet]:.3f}" if facet in found.agreement else "" for facet in FACETS),
            f"{found.suggested}",
        )

    def _remarks(self) -> list[str]:
        """What the table says, in words."""
        apart = max(self.found, key=lambda one: one.silhouette)
        said = [
            f"Clusters lie farthest apart, by the silhouette, with {NAMES[apart.features]} and "
            f"{METHOD_NAMES[apart.method]}."
        ]
        if all("style" in one.agreement for one in self.found):
            art = max(self.found, key=lambda one: one.agreement["style"])
            here, there = art.agreement["style"], apart.agreement["style"]
            said.append(
                f"They have most to do with style with {NAMES[art.features]} and {METHOD_NAMES[art.method]}: "
                f"{here:.2f}, against {there:.2f} where they lie farthest apart."
            )
        return [" ".join(said)]


def conduct(
    study: ClusterStudy,
    progress: Progress,
    say: Callable[[str], None] = lambda sentence: None,
    classifier: Callable[[], Classifier] = lambda: Classifier.load("guide"),
) -> tuple[Report, Path]:
    """Run a study below `ARTML_RUNS`; (what was found, the folder where it is saved).

    What was seen and found stays on disk: a study that was stopped goes on where it was. Raises
    `CatalogueError` where the labelled collection is absent.
    """
    works = published_works(settings().data / "paintings")
    folder = settings().runs / study.name
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Found] = []
    for row in study.rows:
        stage = features.stage(row.features, classifier)
        key = hashlib.sha256("\0".join([stage.name, *works.frame["id"]]).encode()).hexdigest()[:12]
        for one in _row(study, row, works, stage, folder, key, progress):
            found.append(one)
            say(
                f"{NAMES[one.features]}, {METHOD_NAMES[one.method]}: silhouette {one.silhouette:.4f}, "
                f"Davies–Bouldin {one.davies_bouldin:.2f}"
            )
    report = Report(study, len(works), works.frame["artist"].nunique(), found, environment())
    (folder / f"{study.name}.md").write_text(report.markdown(), encoding="utf-8")
    return report, folder


def published_works(folder: Path) -> Gathered:
    """The works of the labelled collection by the artists of the published list, `artists.csv` beside it."""
    catalogue = Catalogue.read(folder / "catalogue.csv")
    try:
        with (folder / "artists.csv").open(encoding="utf-8", newline="") as file:
            artists = {row["name"] for row in csv.DictReader(file)}
    except (OSError, KeyError) as error:
        raise CatalogueError(f"{folder / 'artists.csv'} cannot be read as a list of artists.") from error
    frame = catalogue.frame
    chosen = frame[frame["artist"].isin(artists)].reset_index(drop=True)
    if chosen.empty:
        raise CatalogueError(f"No work in {folder} is by an artist of artists.csv.")
    return Gathered.catalogue(Catalogue(chosen, catalogue.root))


def agreement(numbers: npt.NDArray[np.intp], labels: Iterable[str]) -> float | None:
    """Adjusted mutual information of clusters and labels over the works that have one; None without any."""
    from sklearn.metrics import adjusted_mutual_info_score

    named = np.array(list(labels), dtype=object)
    known = named != ""
    if not known.any():
        return None
    return float(adjusted_mutual_info_score(named[known].astype(str), numbers[known]))


def _row(
    study: ClusterStudy,
    row: Row,
    works: Gathered,
    stage: features.Stage,
    folder: Path,
    key: str,
    progress: Progress,
) -> list[Found]:
    """Both clusterings on one kind of features; from disk where they were made."""
    kept = folder / f"{row.features}-{key}-{study.clusters}.json"
    if kept.is_file():
        return [Found(**found) for found in json.loads(kept.read_text(encoding="utf-8"))]
    seen = features.see(stage, works, folder / f"seen-{key}", progress)
    bad = features.refused(stage, folder / f"seen-{key}")
    rows = np.array([number for number in range(len(works)) if number not in bad], dtype=np.intp)
    vectors = features.space(row.features, seen, rows, study.seed)
    curve = elbow(
        vectors,
        numbers_to_try(len(rows)),
        study.seed,
        lambda done, total: progress(f"elbow of {row.features}", done, total),
    )
    found = [_found(study, row, works, rows, vectors, method, curve.suggested) for method in METHODS]
    kept.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")
    return found


def _found(
    study: ClusterStudy,
    row: Row,
    works: Gathered,
    rows: npt.NDArray[np.intp],
    vectors: Vectors,
    method: Method,
    suggested: int,
) -> Found:
    parted = cluster(vectors, method, study.clusters, study.seed)
    agreements = {facet: agreement(parted.numbers, works.frame[facet].iloc[rows]) for facet in FACETS}
    return Found(
        row.features,
        method,
        vectors.shape[1],
        parted.silhouette,
        parted.davies_bouldin,
        {facet: share for facet, share in agreements.items() if share is not None},
        suggested,
    )


def _pair(published: float | None, ours: float, digits: int) -> str:
    return f"{ours:.{digits}f}" if published is None else f"{published:.{digits}f} / {ours:.{digits}f}"
