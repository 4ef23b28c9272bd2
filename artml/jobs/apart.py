"""Training and clustering: in a process of their own, which the worker starts, watches and takes with it.

So a worker need not hold TensorFlow, and outlives whatever may become of it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Final

from artml.collection import Collection
from artml.collection.model import Kind
from artml.collection.parts import GOING
from artml.jobs.manners import end_with_input
from artml.jobs.patience import patiently

COMMAND: Final = (sys.executable, "-P", "-m", "artml.jobs.apart")

TRIES: Final = 3
"""After so many processes that ended without a word, the job is given up."""

NAMES: Final[Mapping[Kind, str]] = {"train": "Training", "cluster": "Clustering", "label": "Labelling"}

LOOK: Final = 0.5
"""Seconds between two looks at the process."""

_log = logging.getLogger(__name__)


def do_apart(
    collection: Collection, job_id: str, round_: int, going: Callable[[], bool] = lambda: True
) -> None:
    """Have a job done, for as long as it is wanted and `going` says so."""
    name = "Work"
    for _ in range(TRIES):
        job = patiently(lambda: collection.jobs.get(job_id), going, f"job {job_id}")
        if job is None or job.state not in GOING or job.round != round_:
            return
        if not going() or _ended(job_id, going):
            return
        name = NAMES[job.kind]
        _log.warning("%s job %s stopped without a word", name.lower(), job_id)
    reason = f"{name} stopped {TRIES} times without a word. The log of the worker says more."
    patiently(lambda: collection.jobs.fail(job_id, reason), going, f"job {job_id}")


def main() -> None:
    """Do the job whose id is the argument, for as long as standard input stays open."""
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING)
    end_with_input()
    with Collection.open() as collection:
        job = collection.jobs.get(sys.argv[1])
        if job.kind == "cluster":
            from artml.jobs.clustering import cluster

            cluster(collection, job.id)
        elif job.request.recipe:
            from artml.jobs.training import train

            train(collection, job.id)
        else:
            from artml.learning.job import learn

            learn(collection, job.id)


def _ended(job_id: str, going: Callable[[], bool]) -> bool:
    """Whether a process came to its end with the job, or with this worker; False where it broke off."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([*COMMAND, job_id], stdin=subprocess.PIPE, env=environment) as process:
        while True:
            try:
                return process.wait(LOOK) == 0
            except subprocess.TimeoutExpired:
                if not going():
                    process.kill()
                    return True


if __name__ == "__main__":
    main()
