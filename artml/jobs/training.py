"""Training as a job: in a process of its own, which the worker starts, watches and takes with it.

So a worker need not hold TensorFlow, and outlives whatever may become of it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from artml.collection import Collection
from artml.collection.parts import GOING
from artml.jobs.manners import end_with_input
from artml.jobs.patience import patiently

COMMAND: Final = (sys.executable, "-P", "-m", "artml.jobs.training")

TRIES: Final = 3
"""After so many processes that ended without a word, the job is given up."""

LOOK: Final = 0.5
"""Seconds between two looks at the process."""

_log = logging.getLogger(__name__)


def train_apart(
    collection: Collection, job_id: str, round_: int, going: Callable[[], bool] = lambda: True
) -> None:
    """Have a training job done, for as long as it is wanted and `going` says so."""
    what = f"training job {job_id}"
    for _ in range(TRIES):
        job = patiently(lambda: collection.jobs.get(job_id), going, what)
        if job is None or job.state not in GOING or job.round != round_:
            return
        if not going() or _ended(job_id, going):
            return
        _log.warning("%s stopped without a word", what)
    reason = f"Training stopped {TRIES} times without a word. The log of the worker says more."
    patiently(lambda: collection.jobs.fail(job_id, reason), going, what)


def main() -> None:
    """Do the training job whose id is the argument, for as long as standard input stays open."""
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING)
    end_with_input()
    from artml.learning.job import learn

    with Collection.open() as collection:
        learn(collection, sys.argv[1])


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
