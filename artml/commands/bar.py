"""How far long work is, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console


class Told(Protocol):
    """Call it with (done, in all), and with the title of a stage where there are several."""

    def __call__(self, done: int, total: int, title: str | None = None) -> None:
        """Show how far it is."""


@contextmanager
def progress_bar(title: str, console: Console | None = None) -> Iterator[Told]:
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    class Rate(ProgressColumn):
        def render(self, task: Task) -> str:
            early = task.speed is None or (task.elapsed or 0) < 3  # answers come in batches
            return "" if early else f"{task.speed:.1f} a second"

    console = console or Terminal(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), Left())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task, shown = bar.add_task(title, total=None), title

        def tell(done: int, total: int, title: str | None = None) -> None:
            nonlocal shown
            if title and title != shown:
                shown = title
                bar.reset(task, description=title)
            bar.update(task, completed=done, total=total)

        yield tell
