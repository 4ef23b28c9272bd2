"""The process that decodes pictures nobody vouches for: `python -m artml.labelling.worker`.

A codec that crashes or runs away takes this process with it, and nothing else. Orders come by standard
input, a line of JSON each: first a `Task`, then `[name, null, shown]` for a file, or `[name, size, shown]`
and the bytes of a picture that lies nowhere, as often as wanted; there is a thumbnail only if it is `shown`.
Each is answered on standard output by a line of JSON (`Reply`) and the raw bytes it announces: a process that
fell to a picture made to hurt can send wrong pixels, but no code. It ends when its input does.
"""

from __future__ import annotations

import faulthandler
import hashlib
import io
import json
import os
import signal
import sys
from math import ceil
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image
from pydantic import BaseModel, ConfigDict, Field

from artml.errors import ImageDamaged, ImageError, ImageTooLarge
from artml.image_kinds import HEAD, kind_of
from artml.images import SPARE, open_image, printable
from artml.settings import settings
from artml.sight import Sight

READY = b"ready\n"
"""What it writes when it has started."""

_TURNED = (5, 6, 7, 8)
"""EXIF orientations of a picture that lies on its side."""


class Task(BaseModel):
    """What to do with every picture, and how much it may cost."""

    model_config = ConfigDict(frozen=True)

    sight: Sight
    thumbnail: int = 0
    """Longest side of a small JPEG to make of each picture, pixels; 0: none."""
    seconds: float
    """For one picture, reading it included."""
    memory: int
    """Bytes for one picture, beyond what the process has at rest; kept where the system can (Linux)."""


class Reply(BaseModel):
    """What became of a picture: an error, or its facts and the bytes that follow."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    """Of the file's bytes; empty for a file that is not worth reading."""
    error: tuple[str, str] | None = None
    """Name of an `ImageError`, and its message."""
    width: int = 0
    """Of the upright picture, pixels."""
    height: int = 0
    """Of the upright picture, pixels."""
    thumbnail: int = Field(0, ge=0, le=2**24)
    """Bytes of the thumbnail, which follow; then what each network sees, uint8: the asker knows its shape."""


def main() -> None:
    """Answer orders until there are no more."""
    orders, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that gives the orders
    task = Task.model_validate_json(orders.readline())
    unseen = task.model_copy(update={"thumbnail": 0})
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # codecs complain there
        os.dup2(nowhere, stream)
    _limit_memory(task.memory)
    replies.write(READY)
    replies.flush()
    for order in orders:
        # Unlike a signal's handler, this ends the process also while a codec never comes back to Python.
        faulthandler.dump_traceback_later(task.seconds, exit=True, file=nowhere)
        name, size, shown = json.loads(order)
        sent = None if size is None else orders.read(size)
        reply, content = _reply(name, sent, task if shown else unseen)
        faulthandler.cancel_dump_traceback_later()
        replies.writelines((reply.model_dump_json().encode() + b"\n", *content))
        replies.flush()


def _reply(file: str, sent: bytes | None, task: Task) -> tuple[Reply, list[bytes]]:
    sha256 = ""
    try:
        sha256, source = _source(file) if sent is None else _named(file, sent)
        image = open_image(source, shortest=_shortest(task))
        if not sha256:
            raise ImageDamaged(f"{_name(file)} changed while it was read. Try again when it is complete.")
        width, height = _size(source, image)
        thumbnail = _thumbnail(image, task.thumbnail) if task.thumbnail else b""
        pixels = [seen.tobytes() for seen in task.sight.pixels(image)]
    except MemoryError:
        sentence = f"{_name(file)} takes too much memory. Make it smaller and try again."
        return Reply(sha256=sha256, error=(ImageTooLarge.__name__, sentence)), []
    except ImageError as error:
        return Reply(sha256=sha256, error=(type(error).__name__, str(error))), []
    return Reply(sha256=sha256, width=width, height=height, thumbnail=len(thumbnail)), [thumbnail, *pixels]


def _source(file: str) -> tuple[str, BinaryIO | str]:
    """SHA-256 and bytes of a file, read once; "" and its name where opening it will say what is wrong."""
    try:
        if Path(file).is_file() and 0 < Path(file).stat().st_size <= settings().max_bytes:
            return _named(file, Path(file).read_bytes())
    except (OSError, ValueError):
        pass
    return "", file


def _named(file: str, content: bytes) -> tuple[str, BinaryIO]:
    """SHA-256 of a picture's bytes, and themselves, called as messages call them."""
    source = io.BytesIO(content)
    source.name = file
    return hashlib.sha256(content).hexdigest(), source


def _name(file: str) -> str:
    return printable(Path(file).name) or "The picture"


def _shortest(task: Task) -> int | None:
    """Pixels on the short side: with what is spared, those of the thumbnail, which is thus never enlarged."""
    needed = task.sight.shortest
    return None if needed is None else max(needed, ceil(task.thumbnail / SPARE))


def _size(source: BinaryIO | str, seen: Image.Image) -> tuple[int, int]:
    """Width and height of the upright picture; a big JPEG was decoded at less than that."""
    assert not isinstance(source, str)
    source.seek(0)
    kind = kind_of(source.read(HEAD))
    if kind is None or kind.decoder != "JPEG":
        return seen.size
    with Image.open(source, formats=["JPEG"]) as whole:
        width, height = whole.size
        try:
            turned = whole.getexif().get(ExifTags.Base.Orientation) in _TURNED
        except Exception:  # broken metadata does not spoil a picture
            turned = False
    return (height, width) if turned else (width, height)


def _thumbnail(image: Image.Image, longest: int) -> bytes:
    factor, file = min(1.0, longest / max(image.size)), io.BytesIO()
    width, height = (max(1, round(side * factor)) for side in image.size)
    image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0).save(file, "JPEG", quality=85)
    return file.getvalue()


def _limit_memory(more: int) -> None:
    """Refuse this process `more` bytes than it has now. Only Linux can, and keeps it."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + more
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    except (ImportError, OSError, ValueError):
        return


if __name__ == "__main__":
    main()
