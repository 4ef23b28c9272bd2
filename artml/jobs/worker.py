"""The process that works at the queue: `artml worker`, or beside the pages `python -m artml.jobs`.

It yields to everything else on its machine. Killed at any moment it loses nothing: what it had in hand is
taken over by the others, or by the next that starts.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Final, NoReturn

from dbos import DBOS

from artml.collection import Collection
from artml.collection.database import SILENCE
from artml.jobs.apart import do_apart
from artml.jobs.bench import Bench
from artml.jobs.hearts import BEAT, Hearts, myself
from artml.jobs.labelling import Labelling
from artml.jobs.manners import end_with_input, stand_back
from artml.jobs.queue import (
    APP,
    AT_ONCE,
    DIVIDE,
    ERRAND,
    ERRANDS,
    LABEL,
    QUEUE,
    VERSION,
    in_hand,
    queue_again,
    queue_parts,
)

IDLE: Final = 300.0
"""Seconds after which models that nobody asks for are put away."""

_log = logging.getLogger(__name__)
_stop = threading.Event()
_hand: list[Labelling] = []  # DBOS finds workflows by name, not by object


@DBOS.workflow(name=DIVIDE, max_recovery_attempts=None)
def divide(job_id: str, round_: int) -> None:
    """Divide a job and queue its parts."""
    parts = _hand[0].divide(job_id, round_)
    _stay_if_told_to_stop()
    queue_parts(parts, round_)


@DBOS.workflow(name=LABEL, max_recovery_attempts=None)
def label(job_id: str, round_: int, number: int) -> None:
    """Label a part. It keeps no steps: the part itself knows how far it is."""
    _hand[0].label(job_id, round_, number)
    _stay_if_told_to_stop()


@DBOS.workflow(name=ERRAND, max_recovery_attempts=None)
def errand(job_id: str, round_: int) -> None:
    """Train or cluster, in a process of its own."""
    do_apart(_hand[0].collection, job_id, round_, lambda: not _stop.is_set())
    _stay_if_told_to_stop()


def work(decoders: int | None = None, started: Callable[[str], None] = lambda _: None) -> NoReturn:
    """Work until told to stop (SIGTERM, SIGINT); then the process ends. Raises `CollectionUnusable`."""
    stand_back()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop.set())
    collection = Collection.open()
    bench, me = Bench(collection, decoders), myself()
    hearts = Hearts(collection.workers, me)
    _hand[:] = [Labelling(bench, lambda: not _stop.is_set())]
    hearts.beat()
    _launch(collection.url, me.id)
    started(me.id)
    try:
        _look_around(hearts)
        while not _stop.wait(BEAT):
            _look_around(hearts)
            bench.close(IDLE)
    finally:
        hearts.leave()
        logging.shutdown()
        os._exit(0)  # threads that work at parts are left where they are


def main() -> None:
    """Work for as long as whoever started this process holds its standard input open."""
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING)
    end_with_input()
    work()


def _stay_if_told_to_stop() -> None:
    """Never say that an entry is done that may not be: the process ends, and another goes on."""
    while _stop.is_set():
        threading.Event().wait()


def _launch(url: str, name: str) -> None:
    """Start to take parts from the queue."""
    DBOS(
        config={
            "name": APP,
            "system_database_url": url,
            "application_version": VERSION,
            "executor_id": name,
            "log_level": "WARNING",
            "sys_db_idle_transaction_timeout_sec": SILENCE,
        }
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, on_conflict="always_update")
    DBOS.register_queue(ERRANDS, worker_concurrency=1, on_conflict="always_update")


def _look_around(hearts: Hearts) -> None:
    """Show that this worker lives; the first of the living takes over from the dead."""
    try:
        hearts.beat()
        held = in_hand()  # before the living are counted, or one that just began were taken for dead
        living = hearts.living()
        orphans = [entry for entry, worker in held.items() if worker not in living]
        if orphans and living[0] == hearts.name:
            queue_again(orphans)
            _log.warning("took over %d parts of workers that are gone", len(orphans))
    except Exception:  # a database that is away for a while: the next look may find it
        _log.warning("could not look after the other workers", exc_info=True)
