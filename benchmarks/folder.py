"""A folder of pictures into a CSV: works a second, end to end, and the memory it takes.

    .venv/bin/python -m benchmarks.folder [--full] [--rounds 5]

artml labels 2,000 pictures of 1,200 × 900 and 200 of 4,000 × 3,000 a round; the others do samples of 100 and
20 (with --full as many as artml). They are: the plain loop (open, resize, `model.predict`, one by one), of
the guide's network and of what most people have in its place, Keras's own ResNet50 at 224 × 224; Keras's
`image_dataset_from_directory` with `predict`, and PyTorch with a DataLoader, in batches of 16.
Loading models is not counted, starting workers is. Memory is the most that was held, shared pages counted
once.

The bound is decoding alone, at the size that is needed, by a process a processor, and the network alone in
batches: they share the processors, so that their times add up. artml answers with the guide, as the others
do, and with its swift pupil.
"""

from __future__ import annotations

import csv
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np

from artml.engine import BATCH
from artml.evaluation.calibration import softmax
from artml.images import open_image
from artml.labelling.decoding import processors
from artml.markdown import markdown_table
from artml.sight import Eye, Sight
from benchmarks.contenders import (
    BUNDLES,
    KERAS,
    TORCH,
    answerer,
    engine,
    export,
    keras_model,
    opened,
    present,
    read_facets,
    side,
)
from benchmarks.measure import (
    LARGE,
    USUAL,
    Contender,
    Figures,
    in_turn,
    options,
    peak_of,
    seconds,
    tell,
    write_photographs,
)

Way = Callable[[Path], float]
"""Runs over a folder; how many seconds it took."""

LOOP, DATASET, LOADER = "plain loop, Keras", "image_dataset_from_directory", "PyTorch, DataLoader"
USUAL_LOOP = "plain loop, Keras's ResNet50"
OTHERS: Final = (LOOP, USUAL_LOOP, DATASET, LOADER)
DECODING = "decoding alone"
NETWORKS: Final = {f"{bundle}: network alone": bundle for bundle in BUNDLES.values()}
OTHERS_BATCH: Final = 16
BATCHES: Final = 12
"""That each stream does where the network is alone."""
SIZES: Final = ((USUAL, 2000, 100), (LARGE, 200, 20))
"""Size, pictures for artml, and for the others."""


def main() -> None:
    asked = options(__doc__)
    torch = TORCH in present()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        export(home, [KERAS, *([TORCH] if torch else [])])
        makers: dict[str, tuple[Any, ...]] = {
            LOOP: (_loop, home),
            USUAL_LOOP: (_usual_loop,),
            DATASET: (_dataset, home),
            **({LOADER: (_loader, home)} if torch else {}),
            **{name: (ours, bundle) for name, bundle in BUNDLES.items()},
            DECODING: (_decoding,),
            **{name: (_network, bundle) for name, bundle in NETWORKS.items()},
        }
        contenders = {name: Contender(*maker) for name, maker in makers.items()}
        warm = write_photographs(home / "warm", 2 * OTHERS_BATCH)
        for contender in contenders.values():
            contender(warm)
        tables = []
        for size, many, few in SIZES:
            all_of = write_photographs(home / f"{size[0]}", many, size)
            some = all_of if asked.full else sample(all_of, few)
            folders = {name: some if name in OTHERS else all_of for name in contenders}
            tables.append(compared(contenders, folders, size, asked.rounds))
        for contender in contenders.values():
            contender.close()
        tell(*tables)


def sample(folder: Path, count: int) -> Path:
    """A folder beside it with its first pictures alone."""
    some = folder.with_name(f"{folder.name}-some")
    some.mkdir()
    for file in sorted(folder.iterdir())[:count]:
        (some / file.name).hardlink_to(file)
    return some


def compared(
    contenders: Mapping[str, Contender], folders: Mapping[str, Path], size: tuple[int, int], rounds: int
) -> str:
    """A table of works a second for one size of pictures."""
    peaks: dict[str, float] = {}

    def rate(name: str) -> float:
        with peak_of(contenders[name].pid) as peak:
            count = len(list(folders[name].glob("*.jpg")))
            taken: float = contenders[name](folders[name])
        peaks[name] = max(peaks.get(name, 0.0), peak.mebibytes)
        return count / taken

    found = in_turn({name: partial(rate, name) for name in contenders}, rounds, warm=0)
    bounds, shares = {}, []
    for (name, bundle), network in zip(BUNDLES.items(), NETWORKS, strict=True):
        bound = _both(found[DECODING], found[network])
        pairs = zip(found[name].values, bound.values, strict=True)
        share = Figures(tuple(ours / most for ours, most in pairs))
        bounds[f"bound of {bundle}: both"] = bound
        shares.append(f"{name}, in {engine(bundle).precision}, reaches {share.shown(0, 100)} % of its bound")
    plain, usual = found[LOOP].median, found[USUAL_LOOP].median
    size_and_rounds = f"{size[0]:,} × {size[1]:,}, {rounds} ×"
    heading = (size_and_rounds, "works a second (spread)", "× plain loop", "× that of ResNet50", "MiB")
    rows = [
        (
            name,
            figures.shown(1),
            f"{figures.median / plain:.1f}",
            f"{figures.median / usual:.1f}",
            f"{peaks[name]:,.0f}" if name in peaks else "",
        )
        for name, figures in (found | bounds).items()
    ]
    return f"{markdown_table(heading, rows)}\n\n{'; '.join(shares)}."


def _both(decoding: Figures, network: Figures) -> Figures:
    """Works a second where one comes after the other."""
    rates = zip(decoding.values, network.values, strict=True)
    return Figures(tuple(1 / sum(1 / rate for rate in both) for both in rates))


def _loop(home: Path) -> Way:
    answer = answerer(KERAS, home)

    def run(folder: Path) -> None:
        files = sorted(folder.iterdir())
        _write(folder, files, (answer(opened(file)[np.newaxis]) for file in files))

    return timed(run)


def _usual_loop() -> Way:
    """As is found in every tutorial; untrained, which costs the same."""
    import keras

    model = keras.applications.ResNet50(weights=None)
    side = model.input_shape[1]

    def answer(file: Path) -> np.ndarray:
        pixels = np.asarray(keras.utils.load_img(file, target_size=(side, side)))[np.newaxis]
        said: np.ndarray = model.predict(keras.applications.resnet50.preprocess_input(pixels), verbose=0)
        return said

    def run(folder: Path) -> None:
        files = sorted(folder.iterdir())
        _write(folder, files, ({"label": answer(file)} for file in files))

    return timed(run)


def _dataset(home: Path) -> Way:
    import keras

    model, facets = keras_model(home), read_facets()

    def run(folder: Path) -> None:
        pictures = keras.utils.image_dataset_from_directory(
            folder,
            labels=None,
            image_size=(side(), side()),
            batch_size=OTHERS_BATCH,
            shuffle=False,
            verbose=False,
        )
        said = model.predict(pictures, verbose=0)
        answer = {facet: softmax(said[facet], 1.0) for facet in facets}
        _write(folder, sorted(folder.iterdir()), [answer])

    return timed(run)


def _loader(home: Path) -> Way:
    from torch.utils.data import DataLoader

    answer = answerer(TORCH, home)

    def run(folder: Path) -> None:
        files = sorted(folder.iterdir())
        loader = DataLoader(_Files(files), batch_size=OTHERS_BATCH, num_workers=processors())
        _write(folder, files, (answer(pixels.numpy()) for pixels in loader))

    return timed(run)


class _Files:
    """Pictures as a DataLoader takes them."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, row: int) -> np.ndarray:
        return opened(self._files[row])


def ours(bundle: str) -> Way:
    """artml, from a folder to a CSV beside it."""
    from artml import Classifier
    from artml.labelling.pipeline import streams
    from artml.labelling.table import label_into_table

    asked = Classifier.load(bundle, streams=streams())
    return timed(lambda folder: label_into_table(folder, folder.with_suffix(f".{bundle}.csv"), asked))


def _decoding() -> Way:
    pool = get_context("spawn").Pool(processors())  # whose processes end with this one
    see = partial(_seen, Sight(eyes=(Eye(side=side()),)))
    return timed(lambda folder: sum(pool.map(see, sorted(folder.iterdir()), chunksize=BATCH)))


def _seen(sight: Sight, file: Path) -> int:
    return len(sight.pixels(open_image(file, shortest=sight.shortest)))


def _network(bundle: str) -> Way:
    from artml.labelling.pipeline import streams

    run, pixels = engine(bundle, streams()), np.zeros((BATCH, side(), side(), 3), np.uint8)
    pool, batches = ThreadPoolExecutor(streams()), [pixels] * (BATCHES * streams())

    def way(folder: Path) -> float:
        taken = seconds(lambda: deque(pool.map(run, batches), maxlen=0))
        return taken / (len(batches) * BATCH) * len(list(folder.iterdir()))

    return way


def timed(run: Callable[[Path], object]) -> Way:
    """What runs over a folder, and gives its seconds."""
    return partial(seconds, run)


def _write(folder: Path, files: Sequence[Path], answers: Iterable[Mapping[str, np.ndarray]]) -> None:
    """The likeliest label of each facet and its probability, a row a file, from answers a batch each."""
    with _table_of(folder).open("w", newline="") as stream:
        out, rest = csv.writer(stream), iter(files)
        for answer in answers:
            columns = [column for said in answer.values() for column in (said.argmax(-1), said.max(-1))]
            out.writerows((next(rest).name, *row) for row in zip(*columns, strict=True))


def _table_of(folder: Path) -> Path:
    return folder.with_suffix(".csv")


if __name__ == "__main__":
    main()
