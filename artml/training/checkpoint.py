"""Where a run goes on that was killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import keras

KEPT: Final = ".weights.h5"


class Checkpoint(keras.callbacks.Callback):
    """The state of weights and optimiser after the last leg, in a folder: whole, or that of the leg before.

    Keras's own `BackupAndRestore` writes over the only copy, so that a kill in the midst of it loses all.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def restore(self, model: keras.Model) -> int:
        """Give a compiled model the state that was kept, if any; how many legs that had."""
        if not (kept := self._kept()):
            return 0
        model.optimizer.build(model.trainable_variables)
        last = max(kept)
        model.load_weights(kept[last])
        return last

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the state, and only then forget the one before."""
        self.folder.mkdir(exist_ok=True)
        part = self.folder / "part.weights.h5"
        self.model.save_weights(part)
        part.rename(self.folder / f"{epoch + 1}{KEPT}")
        for leg, file in self._kept().items():
            if leg <= epoch:
                file.unlink()

    def _kept(self) -> dict[int, Path]:
        return {int(file.name.removesuffix(KEPT)): file for file in self.folder.glob(f"[0-9]*{KEPT}")}
