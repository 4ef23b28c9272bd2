"""A look at all that artml stands on here: what is wrong, and what to do.

Nothing is changed, but that a database of an earlier artml is brought up to date, as whenever one is opened.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from sqlalchemy import make_url

from artml.bundle import Bundle, known, locate, names
from artml.collection import Collection
from artml.collection.columns import now
from artml.errors import ArtmlError
from artml.service import standing, turns
from artml.settings import settings
from artml.upkeep.backup import amount

State = Literal["well", "note", "wrong"]
"""`note`: all works, but somebody may want to know."""

SCARCE: Final = 2**30
"""Bytes left on a disk below which it is worth a word."""
FULL: Final = 100 * 2**20
"""Bytes left below which work will stop soon."""

DRIFT: Final = timedelta(minutes=5)
"""How far the clock may be behind what was written down."""


@dataclass(frozen=True)
class Finding:
    """What was found."""

    subject: str
    state: State
    sentence: str
    """What is, and where something is wrong what to do."""


def examine() -> Iterator[Finding]:
    """Look at everything, one finding after the other, as soon as it is known."""
    for subject, look in EXAMINED.items():
        try:
            yield from (Finding(subject, state, sentence) for state, sentence in look())
        except ArtmlError as error:
            yield Finding(subject, "wrong", str(error))
        except OSError as error:
            yield Finding(subject, "wrong", f"{error.filename or subject}: {error.strerror or error}.")


def _home() -> Iterator[tuple[State, str]]:
    home = settings().home
    if not home.exists():
        yield "note", f"{home} is not there yet: it is made when it is first needed (ARTML_HOME)."
        return
    problem = _unwritable(home)
    if problem:
        yield "wrong", f"Nothing can be written in {home}: {problem}. Give it to the account that runs artml."
    else:
        yield "well", f"{home} can be written."


def _database() -> Iterator[tuple[State, str]]:
    if not _has_database():
        yield "note", "There is none yet: it is made when it is first needed."
        return
    with Collection.open() as collection:
        if fault := collection.copies.check():
            yield "wrong", f"Its file is damaged: {fault}. Bring back a backup with artml restore."
            return
        collection.copies.check_writable()
        shown = make_url(collection.url).render_as_string(hide_password=True)
        holds = collection.copies.holds()
        yield "well", f"{shown} can be read and written: {amount(holds)}."
        if (latest := collection.copies.latest()) and latest > now() + DRIFT:
            yield (
                "wrong",
                f"The clock of this machine is behind what was written down at {latest:%Y-%m-%d %H:%M} UTC."
                " Set it: until then the times of decisions and jobs are wrong. Their order is not.",
            )


def _has_database() -> bool:
    return bool(settings().database_url) or (settings().home / "collection.sqlite").is_file()


def _files() -> Iterator[tuple[State, str]]:
    if not settings().files and not settings().home.exists():
        yield "note", "There are none yet."
        return
    with Collection.open() as collection:
        kept = {f"thumbnails/{name}" for name in collection.files.below("thumbnails")}
        wanted = {work.thumbnail for work in collection.works(public_only=False) if work.thumbnail}
        collection.files.put("doctor/probe", b"")
        collection.files.remove("doctor")
        if lost := wanted - kept:
            yield (
                "wrong",
                f"{len(lost):,} of {len(wanted):,} thumbnails are missing. Bring back a backup, or label"
                " their folders again.",
            )
        else:
            yield "well", f"{len(kept):,} thumbnails."


def _jobs() -> Iterator[tuple[State, str]]:
    if not _has_database():
        return
    with Collection.open() as collection:
        jobs = [job for job in collection.jobs.all() if job.state in ("waiting", "running")]
        lately = [worker for worker in collection.workers.all() if now() - worker.seen < DRIFT]
        if jobs and not lately:
            yield "wrong", "Jobs wait, and nobody works at them. Start artml serve or artml worker."
        else:
            yield "well", f"{len(jobs)} to be done, {len(lately)} at work."


def _space() -> Iterator[tuple[State, str]]:
    home = next(folder for folder in (settings().home, *settings().home.parents) if folder.exists())
    for what, folder in (("the home", home), ("temporary files", Path(tempfile.gettempdir()))):
        left = shutil.disk_usage(folder).free
        shown = f"{left / 2**30:,.1f} GiB are left for {what} ({folder})."
        if left < FULL:
            yield "wrong", f"{shown} Work stops when none is left: make room now."
        elif left < SCARCE:
            yield "note", f"{shown} Make room soon."
        else:
            yield "well", shown


def _bundles() -> Iterator[tuple[State, str]]:
    if not names():
        yield "wrong", f"There is no model in {settings().models} (ARTML_MODELS): nothing can answer."
    for name in known():
        held = standing(turns(name))
        try:
            folder = locate(name)
            found = Bundle.load(folder)
            wanted = held[-1].version if held else ""
            if wanted and folder.name != wanted:
                yield (
                    "wrong",
                    f"{name} {wanted}, put in service by {held[-1].person}, cannot be used, and the shipped"
                    f" one answers. Bring back a backup, or say artml bundle rollback {name}.",
                )
            else:
                yield "well", f"{name} {found.manifest.version} is whole."
        except ArtmlError as error:
            yield "wrong", str(error)


def _answers() -> Iterator[tuple[State, str]]:
    from artml.classifier import Classifier

    answer = Classifier.load().classify(Image.new("RGB", (256, 256), "white"))
    yield "well", f"A blank canvas was looked at: {', '.join(answer)}."


def _weights() -> Iterator[tuple[State, str]]:
    with _hushed():
        from artml.networks import NETWORKS

    sought = [network for network in NETWORKS.values() if network.weights or network.parts]
    lacking = [network.name for network in sought if not network.reachable()]
    if lacking:
        yield (
            "note",
            f"Pretrained weights of {', '.join(lacking)} are not in {settings().weights} (ARTML_WEIGHTS)."
            " Only training from new pictures needs them; artml networks says where they can be had.",
        )
    else:
        yield "well", f"Those of {len(sought)} networks are here."


EXAMINED: Final[dict[str, Callable[[], Iterator[tuple[State, str]]]]] = {
    "home": _home,
    "space": _space,
    "database": _database,
    "files": _files,
    "jobs": _jobs,
    "models": _bundles,
    "answers": _answers,
    "weights": _weights,
}


@contextmanager
def _hushed() -> Iterator[None]:
    """Without what TensorFlow says of the machine as it is imported, which it writes past Python."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _unwritable(folder: Path) -> str:
    """Why nothing can be written in a folder; empty where something can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 2**16)
    except OSError as error:
        return (error.strerror or str(error)).rstrip(".")
    return ""
