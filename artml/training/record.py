"""What a run leaves on record: its recipe, its time, and the machine it ran on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from artml.environment import environment
from artml.training.recipe import Recipe


class Record:
    """Kept as `run.json` in the run's folder. Seconds add up over the stretches of a run that was stopped."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self.file, self.recipe = folder / "run.json", recipe
        folder.mkdir(parents=True, exist_ok=True)
        self.seconds: dict[str, float] = {}
        if self.file.is_file():
            self.seconds = json.loads(self.file.read_text(encoding="utf-8"))["seconds"]

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done within, also where it ends in an error."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - start, 2)
            self.write()

    def write(self, **facts: Any) -> None:
        """Write what is known, `facts` beside it."""
        content = {
            "recipe": self.recipe.model_dump(mode="json", by_alias=True),
            "seconds": self.seconds,
            "environment": environment(),
            **facts,
        }
        self.file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
