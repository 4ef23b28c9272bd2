"""Works -> an atlas, stage by stage. Each stage leaves what it found on disk: work cut short goes on.

Give it to a job as it stands: `chart(works, …, progress)` is told after every step how far which stage is,
and what it raises beside `ArtmlError` is nobody's fault.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.classifier import Classifier
from artml.collection import clusters, features
from artml.collection.atlas import FACTS, SCHEMA, SHOWN, WORKS, Atlas, Parted, atlases
from artml.collection.columns import now
from artml.collection.features import SPACES, Progress, Vectors
from artml.collection.gathered import Gathered, period, year
from artml.collection.influences import influences
from artml.collection.similarity import Alike
from artml.environment import environment
from artml.errors import UnknownName

LEAST: Final = 20
"""Works without which there is nothing to explore."""
NEIGHBOURS: Final = 12
SEED: Final = 1
SEEN: Final = "seen"

_MAPPED: Final = 50  # principal components that the map is made of


def chart(
    works: Gathered,
    name: str,
    facts: Mapping[str, Any],
    *,
    spaces: Sequence[str] | None = None,
    count: int | None = None,
    classifier: Callable[[], Classifier] = Classifier.load,
    progress: Progress = lambda stage, done, total: None,
) -> Atlas:
    """Make the atlas `name` of works, in the place of the one there is.

    facts: what the atlas says of itself: `title`, `source`, `public`, and `root` for a catalogue's.
    spaces: of `SPACES`, by default all for which there are weights here; of the others the atlas says why
        not. The map, look-alikes and influences are made from the first.
    count: clusters; by default where the elbow curve of the first space bends.
    Raises `UnknownName` for a space, `CollectionError` where the works are too few, and what a bundle or
    pretrained weights that are not here raise.
    """
    for space in spaces or ():
        if space not in SPACES:
            raise UnknownName(f"There are no features {space!r}; there are {', '.join(SPACES)}.")
    works.check(LEAST)
    lacking = {} if spaces else {space: why for space in SPACES if (why := features.unreachable(space))}
    wanted = [space for space in dict.fromkeys(spaces or SPACES) if space not in lacking]
    facts = {**facts, "left_out": lacking}
    return _Charting(works, atlases() / name, classifier, progress).chart(facts, wanted, count)


class _Charting:
    def __init__(
        self, works: Gathered, folder: Path, classifier: Callable[[], Classifier], progress: Progress
    ) -> None:
        self.works, self.folder, self.progress = works, folder, progress
        self._classifier, self._loaded = classifier, list[Classifier]()
        self.seen, self.new = folder / SEEN, folder / "new"
        self._keep_if_the_same()

    def chart(self, facts: Mapping[str, Any], spaces: Sequence[str], count: int | None) -> Atlas:
        passes = {space: features.stage(space, self._guide) for space in spaces}
        seen = {one.name: features.see(one, self.works, self.seen, self.progress) for one in passes.values()}
        refused: dict[int, str] = {}
        for one in passes.values():
            refused |= features.refused(one, self.seen)
        rows = np.array([row for row in range(len(self.works)) if row not in refused], dtype=np.intp)
        Gathered(self.works.frame.iloc[rows], self.works.picture).check(LEAST)
        vectors = {
            space: self._stored(f"space-{one.name}-{space}", self._made(space, seen[one.name], rows))
            for space, one in passes.items()
        }
        first = spaces[0]
        elbow = self._elbow(first, vectors[first])
        count = min(count or elbow.suggested, len(rows) - 1)
        shutil.rmtree(self.new, ignore_errors=True)
        self.new.mkdir(parents=True)
        parted = [
            self._parted(space, method, vectors[space], count)
            for space in spaces
            for method in clusters.METHODS
        ]
        neighbours, likenesses = self._neighbours(vectors[first])
        found = influences(vectors[first], min(count, len(rows) - 1), neighbours, SEED)
        self._save(
            vectors=vectors[first],
            neighbours=neighbours.astype(np.int32),
            likenesses=likenesses,
            shares=found.shares,
            points=self._stored(f"points-{first}", lambda: self._points(vectors[first])),
        )
        self._table(rows, seen).to_csv(self.new / WORKS, index=False)
        told = {
            "schema": SCHEMA,
            **facts,
            "made": now().isoformat(timespec="seconds"),
            "works": len(rows),
            "refused": [
                {"path": self.works.frame["path"].iloc[row], "why": why} for row, why in refused.items()
            ],
            "parted": [asdict(one) for one in parted],
            "sizes": {space: int(values.shape[1]) for space, values in vectors.items()},
            "elbow": asdict(elbow) | {"suggested": elbow.suggested},
            "influences": {
                "temperature": found.temperature,
                "sure_before": found.sure_before,
                "sure": found.sure,
            },
            "model": self._model(),
            "environment": environment(),
        }
        (self.new / FACTS).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        self._show()
        return Atlas.load(self.folder.name)

    def _keep_if_the_same(self) -> None:
        """Forget what was seen in other works than these."""
        digest = hashlib.sha256("\0".join(self.works.frame["id"]).encode()).hexdigest()
        mark = self.seen / "works.sha256"
        if not mark.is_file() or mark.read_text(encoding="utf-8") != digest:
            shutil.rmtree(self.seen, ignore_errors=True)
            self.seen.mkdir(parents=True)
            mark.write_text(digest, encoding="utf-8")

    def _guide(self) -> Classifier:
        if not self._loaded:
            self._loaded.append(self._classifier())
        return self._loaded[0]

    def _model(self) -> dict[str, str] | None:
        return {"name": self._loaded[0].name, "version": self._loaded[0].version} if self._loaded else None

    def _stored(self, name: str, make: Callable[[], Vectors]) -> Vectors:
        """An array that is made once."""
        file = self.seen / f"{name}.npy"
        if file.is_file():
            return np.asarray(np.load(file, allow_pickle=False))
        self.progress(name, 0, 1)
        made = make()
        aside = file.with_suffix(".part.npy")
        np.save(aside, made, allow_pickle=False)
        aside.replace(file)
        self.progress(name, 1, 1)
        return made

    def _made(
        self, space: str, seen: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[np.intp]
    ) -> Callable[[], Vectors]:
        return lambda: features.space(space, seen, rows, SEED)

    def _elbow(self, space: str, vectors: Vectors) -> clusters.Elbow:
        tried = clusters.numbers_to_try(len(vectors))

        def curve() -> Vectors:
            found = clusters.elbow(
                vectors, tried, SEED, lambda done, total: self.progress("elbow", done, total)
            )
            return np.array([found.counts, found.inertias], dtype=np.float32)

        counts, inertias = self._stored(f"elbow-{self._key(space)}", curve)
        return clusters.Elbow(tuple(map(int, counts)), tuple(map(float, inertias)))

    def _parted(self, space: str, method: clusters.Method, vectors: Vectors, count: int) -> Parted:
        """One clustering, its numbers saved; kept with its scores at the end of the array."""

        def part() -> Vectors:
            found = clusters.cluster(vectors, method, count, SEED)
            return np.array([*found.numbers, found.silhouette, found.davies_bouldin], dtype=np.float32)

        stored = self._stored(f"clusters-{self._key(space)}-{method}-{count}", part)
        numbers = stored[:-2].astype(np.int32)
        self._save(**{f"{space}-{method}": numbers})
        return Parted(space, method, int(numbers.max()) + 1, float(stored[-2]), float(stored[-1]))

    def _key(self, space: str) -> str:
        return f"{features.stage(space, self._guide).name}-{space}"

    def _neighbours(self, vectors: Vectors) -> tuple[npt.NDArray[np.intp], Vectors]:
        count = min(NEIGHBOURS, len(vectors) - 1)
        return Alike(vectors).neighbours(count, lambda done, total: self.progress("neighbours", done, total))

    def _points(self, vectors: Vectors) -> Vectors:
        return points(vectors, SEED)

    def _save(self, **arrays: npt.NDArray[Any]) -> None:
        for name, array in arrays.items():
            np.save(self.new / f"{name}.npy", array, allow_pickle=False)

    def _table(
        self, rows: npt.NDArray[np.intp], seen: Mapping[str, Mapping[str, npt.NDArray[Any]]]
    ) -> pd.DataFrame:
        frame = self.works.frame.iloc[rows].reset_index(drop=True)
        frame["year"] = [year(date) or "" for date in frame["date"]]
        frame["period"] = [period(date) for date in frame["date"]]
        for guide in self._loaded:
            answers = seen.get(f"{guide.name}-{guide.version}")
            if answers is None:
                continue
            for place, (facet, labels) in enumerate(guide.facets.items()):
                shares = np.asarray(answers[facet][:, 0], dtype=np.float32)[rows]
                first = shares.argmax(axis=1)
                frame[f"guess_{facet}"] = np.array(labels, dtype=object)[first]
                frame[f"certainty_{facet}"] = np.round(shares.max(axis=1), 4)
                frame[f"certain_{facet}"] = np.where(answers["certain"][rows, 0, place] > 0, "yes", "")
        return frame

    def _show(self) -> None:
        """The new atlas in the place of the old."""
        shown, old = self.folder / SHOWN, self.folder / "old"
        shutil.rmtree(old, ignore_errors=True)
        if shown.exists():
            shown.rename(old)
        self.new.replace(shown)
        shutil.rmtree(old, ignore_errors=True)


def points(vectors: Vectors, seed: int) -> Vectors:
    """A place on a map for each work, (n, 2) in 0..1, near for works that look alike.

    t-SNE (van der Maaten 2014) on the unit vectors' principal components, started from the first two, so
    that its large shape is theirs and the same each time.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    units = vectors - vectors.mean(axis=0)
    units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-12)
    reduced = PCA(min(_MAPPED, *units.shape), random_state=seed).fit_transform(units)
    perplexity = min(30.0, (len(units) - 1) / 3)
    placed = TSNE(init="pca", perplexity=perplexity, random_state=seed).fit_transform(reduced)
    placed -= placed.min(axis=0)
    return np.asarray(placed / max(float(placed.max()), 1e-12), dtype=np.float32)
