"""How long work shows how far it is, in a terminal or in a log."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Reporter:
    """A progress bar on standard error, and sentences beside it. Use as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Reporter:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        """A new stretch of `total` steps."""
        self._progress.reset(self._task, description=what, total=total)

    def advance(self, steps: int) -> None:
        """So many steps more are done."""
        self._progress.advance(self._task, steps)

    def say(self, sentence: str) -> None:
        """A line that stays."""
        self._progress.console.print(sentence, highlight=False, soft_wrap=True)
