"""Fifty visitors at once on the page, while a job labels 5,000 works: does it hold, and who waits how long?

    .venv/bin/python -m benchmarks.load                                # ten minutes
    .venv/bin/python -m benchmarks.load --minutes 2 --works 1000        # a short form

Each visitor drops a generated photograph of 12 megapixels, waits for the answer and drops the next, without a
pause: the most that fifty people can ask for. Before that one visitor comes alone, with and without the job;
after it, fifty come while no more than ten may wait in line. Exit status 1 where anything broke, memory grew
or somebody was served less than half as often as another.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from artml.collection import Job
from artml.environment import processor
from benchmarks.measure import LARGE, photograph
from benchmarks.serving import another, memory, opened, served, start_job, wait_for
from benchmarks.visitor import Visit, Visitor

LEAST = 2
"""Pictures that each visitor brings, however long it takes."""

GROWTH = 1.25
"""The most that memory may grow by from the middle of the run to its end."""


@dataclass
class Held:
    """What a crowd met with."""

    visits: list[list[Visit]] = field(default_factory=list)
    """Of each visitor."""
    broken: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    """MiB of the server and its processes but the job's worker, every five seconds."""

    @property
    def seconds(self) -> list[float]:
        """From upload to answer, of all that were answered."""
        return sorted(visit.seconds for each in self.visits for visit in each if visit.answered)

    @property
    def turned_away(self) -> int:
        """How often somebody was asked to come again."""
        return sum(not visit.answered for each in self.visits for visit in each)

    @property
    def served(self) -> list[int]:
        """How many answers each visitor had."""
        return sorted(sum(visit.answered for visit in each) for each in self.visits)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--visitors", type=int, default=50)
    asked.add_argument("--works", type=int, default=5_000)
    options = asked.parse_args()
    failures: list[str] = []
    print(f"{processor()}; load before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="artml-load-") as place:
        folder = Path(place)
        picture = photograph(LARGE)
        with served(folder) as (address, server):
            asyncio.run(crowd(address, picture, 1, 0.0, server))  # the first of all wait for what wakes up
            alone = asyncio.run(crowd(address, picture, 1, 20.0, server))
            report("one visitor alone", alone, alone, failures)
            job = start_job(folder, picture, options.works)
            busy = asyncio.run(crowd(address, picture, 1, 20.0, server))
            report("one visitor, and the job", busy, alone, failures)
            before = finished(folder, job)
            many = asyncio.run(crowd(address, picture, options.visitors, options.minutes * 60, server))
            report(f"{options.visitors} visitors, and the job", many, alone, failures)
            judge(many, failures)
            after = finished(folder, job)
            print(f"  the job: {before:,} to {after:,} of {options.works:,} works meanwhile")
        with served(folder, ARTML_MAX_WAITING="10") as (address, server):
            full = asyncio.run(crowd(address, picture, options.visitors, 30.0, server))
            report(f"{options.visitors} visitors, a line of ten", full, alone, failures)
            print(f"  turned away politely: {full.turned_away} times")
            if not full.turned_away:
                failures.append("nobody was turned away")
            wait_for(f"{address}/api/v1/health")
        state = settled(folder, job)
        print(f"the job: {state}")
        print(f"summary: {summary(many, alone)}; a line of ten: {full.turned_away:,} asked to come again")
        if "failed" in state:
            failures.append("the job failed")
    print(f"load after: {os.getloadavg()[0]:.1f}")
    raise SystemExit("\n".join(failures) if failures else 0)


def report(title: str, held: Held, alone: Held, failures: list[str]) -> None:
    """Print what a crowd met with, beside one visitor alone."""
    seconds, base = held.seconds, alone.seconds
    places = [visit.places[0] for each in held.visits for visit in each if visit.places]
    print(f"{title}: {len(seconds):,} answers")
    for name, share in (("median", 0.5), ("p95", 0.95)):
        ours, theirs = quantile(seconds, share), quantile(base, share)
        print(f"  {name}, upload to answer: {ours:.2f} s, {ours / theirs:.1f} times one alone")
    if places:
        print(f"  told a place in line: {len(places):,} times, at most {max(places)}")
    print(f"  answers a visitor: {held.served[0]} to {held.served[-1]}")
    first, most, last = held.memory[0], max(held.memory), held.memory[-1]
    print(f"  memory: {first:.0f} MiB first, {most:.0f} at most, {last:.0f} last")
    for fault, count in held.broken.items():
        print(f"  BROKEN {count} times: {fault}")
        failures.append(f"{title}: {fault}")


def summary(held: Held, alone: Held) -> str:
    """A crowd in one line."""
    p95 = quantile(held.seconds, 0.95)
    return (
        f"{len(held.seconds):,} answers, {sum(held.broken.values())} errors, {held.served[0]} to"
        f" {held.served[-1]} a visitor; p95 {p95:.1f} s, {p95 / quantile(alone.seconds, 0.95):.0f} times one"
        f" alone; memory at most {max(held.memory):.0f} MiB"
    )


def judge(held: Held, failures: list[str]) -> None:
    """Whether memory stayed bounded and the line was fair."""
    half = held.memory[len(held.memory) // 2 :]
    if half[-1] > GROWTH * half[0]:
        failures.append(f"memory grew from {half[0]:.0f} to {half[-1]:.0f} MiB in the second half")
    if held.served[-1] > 2 * max(1, held.served[0]) + 1:
        failures.append(f"unfair: {held.served[0]} to {held.served[-1]} answers a visitor")


async def crowd(address: str, picture: bytes, count: int, seconds: float, server: int) -> Held:
    """So many visitors for so long."""
    held, inside = Held(visits=[[] for _ in range(count)]), asyncio.Barrier(count)
    watch = asyncio.create_task(watched(server, held))
    await asyncio.gather(*(visitor(address, picture, each, held, inside, seconds) for each in range(count)))
    watch.cancel()
    return held


async def visitor(
    address: str, picture: bytes, which: int, held: Held, inside: asyncio.Barrier, seconds: float
) -> None:
    """One visitor, who brings a picture that nobody brought before, and the next when it is answered.

    All begin when the last has come in.
    """
    try:
        async with Visitor(address) as session:
            await inside.wait()
            until = time.monotonic() + seconds
            while time.monotonic() < until or len(held.visits[which]) < LEAST:
                name = f"{which}-{time.monotonic_ns()}.jpg"
                visit = await session.bring(name, another(picture, name))
                held.visits[which].append(visit)
                if not visit.answered:
                    if 'class="refused"' not in visit.said:
                        held.broken["no answer, and no word why"] += 1
                    await asyncio.sleep(2.0)  # as they are asked to
    except Exception as error:  # whatever a server that falls over does to its visitors
        await inside.abort()
        held.broken[f"{type(error).__name__}: {error}"[:200]] += 1


async def watched(server: int, held: Held) -> None:
    """Write down the memory of a server."""
    while True:
        held.memory.append(memory(server))
        await asyncio.sleep(5.0)


def finished(folder: Path, job: Job) -> int:
    with opened(folder) as museum:
        return museum.jobs.get(job.id).counts.get("labelled", 0)


def settled(folder: Path, job: Job) -> str:
    with opened(folder) as museum:
        now = museum.jobs.get(job.id)
    counts = (f"{now.counts.get(name, 0):,} {name}" for name in ("labelled", "refused"))
    return ", ".join((now.state, *counts, now.reason))


def quantile(seconds: list[float], share: float) -> float:
    return seconds[min(len(seconds) - 1, int(share * len(seconds)))] if seconds else float("nan")


if __name__ == "__main__":
    main()
