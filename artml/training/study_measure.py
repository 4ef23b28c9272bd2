"""What the answers of a study's row are worth: every figure with its 95 % interval, by work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.evaluation import ClassFigures, bootstrap, macro_f1, per_class, wilson
from artml.training.predictions import COLUMNS

Interval = tuple[float, float]
Rows = npt.NDArray[np.intp]
DRAWS = 10_000


@dataclass(frozen=True)
class Figure:
    """A share, 0..1, and its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Measured:
    """The figures of one row and facet, over `n` pictures or crops of `works` works.

    Precision and F1 are means over the labels weighted by their pictures; recall so weighted is the accuracy.
    """

    labels: tuple[str, ...]
    n: int
    works: int
    accuracy: Figure
    precision: Figure
    f1: Figure
    macro_f1: Figure
    top5: Figure
    by_work: Figure | None
    """Accuracy where the probabilities of a work's crops are averaged; None without crops."""
    spread: float | None
    """Standard deviation of the accuracy from run to run (folds, seeds); None for one run."""
    largest: float
    """Accuracy of answering the commonest label always."""
    classes: tuple[ClassFigures, ...]
    recalls: tuple[Figure, ...]
    """Of each class, with its interval; 0 in [0, 1] where it has no picture."""
    confusion: npt.NDArray[np.intp]
    """Pictures by true label (rows) and answer (columns)."""
    draws: tuple[int, ...] = ()
    """How many of `DRAWS` draws of new works had 0, 1, … of them right."""

    @property
    def recall(self) -> Figure:
        """Weighted by works, it is the accuracy."""
        return self.accuracy


def pooled(answers: Sequence[pd.DataFrame], split: str, average: bool = False) -> pd.DataFrame:
    """The known answers of several runs on a split, one below the other, told apart by a column `run`.

    With `average`, their mean probabilities instead: the runs then answer the same pictures in one order.
    """
    parts = [frame[frame["split"] == split].reset_index(drop=True) for frame in answers]
    if average:
        labels = _labels(parts[0])
        if any(list(part["path"]) != list(parts[0]["path"]) for part in parts):
            raise ValueError("the runs do not answer the same pictures in one order")
        parts = [parts[0].assign(**{name: sum(part[name] for part in parts) / len(parts) for name in labels})]
    whole = pd.concat([part.assign(run=number) for number, part in enumerate(parts)], ignore_index=True)
    labels = _labels(whole)
    whole = whole[["run", *COLUMNS, *labels]].fillna(dict.fromkeys(labels, 0.0))
    return whole[whole["truth"] != ""].reset_index(drop=True)


def measured(answers: pd.DataFrame, crops: bool = False, draws: int = 0) -> Measured:
    """The figures of `pooled` answers. `crops`: by work as well; `draws`: how many new works are drawn at a
    time. ValueError where there is no answer.

    Intervals draw works, not pictures: crops of one work are alike, and so are answers of several seeds.
    """
    if answers.empty:
        raise ValueError("there is no answer to measure")
    labels, works = _labels(answers), answers["work"].to_numpy()
    probabilities = answers[labels].to_numpy(np.float64)
    truth = pd.Categorical(answers["truth"], labels).codes.astype(np.intp)
    said, k = probabilities.argmax(axis=1), len(labels)
    among_five = np.argsort(-probabilities, axis=1, kind="stable")[:, :5] == truth[:, None]

    def weighted(kind: str) -> Figure:
        return _figure(lambda rows: _weighted(per_class(truth[rows], said[rows], labels), kind), works)

    right = _right(answers)
    by_run = pd.Series(right).groupby(answers["run"].to_numpy()).mean()
    by_work = averaged(answers)
    return Measured(
        labels=tuple(labels),
        n=len(answers),
        works=len(set(works)),
        accuracy=_share(right, works),
        precision=weighted("precision"),
        f1=weighted("f1"),
        macro_f1=_figure(lambda rows: macro_f1(truth[rows], said[rows], k), works),
        top5=_share(among_five.any(axis=1).astype(np.float64), works),
        by_work=_share(_right(by_work), by_work["work"].to_numpy()) if crops else None,
        spread=float(by_run.std()) if len(by_run) > 1 else None,
        largest=float(np.bincount(truth).max() / len(truth)),
        classes=tuple(per_class(truth, said, labels)),
        recalls=tuple(_share(right[truth == one], works[truth == one]) for one in range(k)),
        confusion=np.bincount(truth * k + said, minlength=k * k).reshape(k, k),
        draws=_draws(_right(by_work), draws) if draws else (),
    )


def averaged(answers: pd.DataFrame) -> pd.DataFrame:
    """A row a work and run, with the mean of its pictures' probabilities."""
    labels = _labels(answers)
    grouped = answers.groupby(["run", "work"], sort=False)
    return grouped.agg({"truth": "first", **dict.fromkeys(labels, "mean")}).reset_index()


def gain(before: pd.DataFrame, after: pd.DataFrame) -> Figure:
    """How much more of the pictures both answer is right after than before, paired by picture: -1..1.

    ValueError where they have no picture in common.
    """
    first, then = (
        pd.Series(_right(frame)).groupby(frame["path"].to_numpy()).mean() for frame in (before, after)
    )
    works = after.drop_duplicates("path").set_index("path")["work"]
    both = pd.DataFrame({"more": then - first, "work": works}).dropna()
    if both.empty:
        raise ValueError("the two rows have no picture in common")
    more = both["more"].to_numpy()
    return _figure(lambda rows: float(more[rows].mean()), both["work"].to_numpy())


def _figure(statistic: Callable[[Rows], float], works: npt.NDArray[np.object_]) -> Figure:
    """A statistic of rows, with its interval over works drawn anew, each with all of its rows."""
    order = np.argsort(works, kind="stable")
    _, starts = np.unique(works[order], return_index=True)
    groups = np.split(order, starts[1:])
    alone = len(groups) == len(works)

    def drawn(which: Rows) -> float:
        return statistic(order[which] if alone else np.concatenate([groups[one] for one in which]))

    return Figure(statistic(np.arange(len(works))), bootstrap(drawn, np.arange(len(groups))))


def _share(flags: npt.NDArray[np.float64], works: npt.NDArray[np.object_]) -> Figure:
    """A share of rows. The interval is Wilson's where every row is a work of its own, and where all rows are
    alike, which drawing anew cannot tell from certainty; of no row it is all there is.
    """
    if not len(flags):
        return Figure(0.0, (0.0, 1.0))
    count = len(set(works))
    if count == len(works) or flags.min() == flags.max():
        return Figure(float(flags.mean()), wilson(round(float(flags.mean()) * count), count))
    return _figure(lambda rows: float(flags[rows].mean()), works)


def _labels(answers: pd.DataFrame) -> list[str]:
    return [str(name) for name in answers if name not in ("run", *COLUMNS)]


def _right(answers: pd.DataFrame) -> npt.NDArray[np.float64]:
    labels = _labels(answers)
    said = np.array(labels)[answers[labels].to_numpy().argmax(axis=1)]
    return np.asarray(said == answers["truth"].to_numpy(), np.float64)


def _weighted(classes: Sequence[ClassFigures], kind: str) -> float:
    return sum(one.n * float(getattr(one, kind)) for one in classes) / sum(one.n for one in classes)


def _draws(right: npt.NDArray[np.float64], size: int) -> tuple[int, ...]:
    """How often 0, 1, … `size` of so many works drawn without replacement are right."""
    good = int(right.sum())
    rng = np.random.default_rng(0)
    found = rng.hypergeometric(good, len(right) - good, min(size, len(right)), DRAWS)
    return tuple(int(count) for count in np.bincount(found, minlength=size + 1))
