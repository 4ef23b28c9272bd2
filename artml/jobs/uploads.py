"""Files, folders and ZIPs that a browser sends: taken in among the collection's files, or refused.

What a ZIP says of itself is not believed: names that lead elsewhere, links, encryption and more than the
limit are refused with a sentence, before anything is stored.
"""

from __future__ import annotations

import re
import stat
import struct
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from artml.catalogue.paths import refusal
from artml.collection import Files
from artml.errors import CollectionError, LabellingError
from artml.jobs.sources import UPLOADS
from artml.settings import settings

MOST_FILES: Final = 50_000

LONGEST: Final = 1_000
"""Characters of a file's name, its folders included."""

_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways to pack that take little memory to undo; LZMA says itself how much."""

_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = b"PK\x01\x02"

_FOREIGN: Final = "__MACOSX"


class Sent(NamedTuple):
    """A file that was sent."""

    name: str
    """As the sender calls it, perhaps with folders."""
    size: int
    """Bytes."""
    read: Callable[[], bytes]
    """Its bytes; LabellingError where they are not what was announced."""


def sent(name: str, file: BinaryIO, size: int) -> Iterator[Sent]:
    """What a file that was sent holds: itself, or the files of a ZIP.

    LabellingError for a ZIP that is refused.
    """
    if name.lower().endswith(".zip"):
        yield from _unzipped(PurePosixPath(name).name, file)
    else:
        yield Sent(name, size, file.read)


def receive(files: Files, arrived: Sequence[Sent], title: str = "") -> str:
    """Store what was sent, and give the key of the upload, a job's folder: all of it, or nothing.

    Folders that all files lie in are left out of their names. LabellingError where it is too much, or
    nothing; `CollectionUnusable`.
    """
    if any(len(each.name) > LONGEST for each in arrived):
        raise LabellingError(f"A file has a name of more than {LONGEST:,} characters. Shorten it.")
    kept = [each for each in arrived if not is_foreign(each.name)]
    _check_amount(kept)
    names = _named([each.name for each in kept])
    key = f"{UPLOADS}{date.today():%Y-%m-%d}-{_stem(title or _folder(kept[0].name))}-{uuid.uuid4().hex[:6]}"
    try:
        for each, name in zip(kept, names, strict=True):
            files.put(f"{key}/{name}", each.read())
    except BaseException:
        with suppress(CollectionError):
            files.remove(key)
        raise
    return key


def _check_amount(kept: Sequence[Sent]) -> None:
    if not kept:
        raise LabellingError("Nothing that was sent is a file to label.")
    if len(kept) > MOST_FILES:
        raise LabellingError(f"That is {len(kept):,} files; at most {MOST_FILES:,} may be sent at once.")
    limit = settings().max_folder_bytes
    if sum(each.size for each in kept) > limit:
        raise LabellingError(
            f"Unpacked, that is more than {limit / 2**20:,.0f} MiB (ARTML_MAX_FOLDER_BYTES)."
            " Send it in parts."
        )


def _unzipped(name: str, file: BinaryIO) -> Iterator[Sent]:
    if _count(file) > MOST_FILES:
        raise LabellingError(f"{name} holds more than {MOST_FILES:,} files. Send it in parts.")
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise LabellingError(f"{name} is no ZIP file that can be read.") from error
    for entry in entries:
        if fault := _fault(entry):
            raise LabellingError(f"{name} is refused: {fault}.")
    for entry in entries:
        yield Sent(entry.filename, entry.file_size, partial(_read, name, archive, entry))


def _count(file: BinaryIO) -> int:
    """How many entries a ZIP has, its own word not believed: `ZipFile` would make an object of each."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - 2**16))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    listed, length = _END.unpack_from(tail, at)[4:6]
    if listed == 0xFFFF or length == 0xFFFFFFFF:  # a ZIP64: more than there may be
        return MOST_FILES + 1
    end = size - len(tail) + at
    file.seek(max(0, end - length))
    return max(int(listed), file.read(length).count(_ENTRY))


def _fault(entry: zipfile.ZipInfo) -> str | None:
    """Why a ZIP that holds this is refused; None where it is sound."""
    path, kind = entry.filename.replace("\\", "/"), stat.S_IFMT(entry.external_attr >> 16)
    shown = "".join(filter(str.isprintable, path[:100]))
    if entry.flag_bits & 0x1:
        return "it is encrypted; send it without a password"
    if refusal(path) or ".." in path.split("/") or "\0" in path:
        return f"the name {shown!r} leads out of it"
    if kind and not stat.S_ISREG(kind):
        return f"{shown!r} is a link or no file"
    if entry.compress_type not in _PACKED:
        return f"{shown!r} is packed in an unusual way; pack it anew as a plain ZIP"
    if entry.file_size > settings().max_bytes:
        return f"{shown!r} has more than {settings().max_mebibytes:,} MiB"
    return None


def _read(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
            if len(content) != entry.file_size:
                raise zipfile.BadZipFile("not the size that was announced")
            return content
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise LabellingError(f"{name} is damaged at {entry.filename!r}. Pack it anew.") from error


def is_foreign(name: str) -> bool:
    """Whether an operating system left it, or it is hidden."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") or part == _FOREIGN for part in parts)


def _named(names: Sequence[str]) -> list[str]:
    """Names to store files by, no two alike: labels, never paths."""
    parts = [[_plain(part) for part in name.replace("\\", "/").split("/") if part] for name in names]
    while all(len(each) > 1 for each in parts) and len({each[0] for each in parts}) == 1:
        parts = [each[1:] for each in parts]
    taken: set[str] = set()
    return [_free("/".join(each), taken) for each in parts]


def _free(name: str, taken: set[str]) -> str:
    path, count, found = PurePosixPath(name), 1, name
    while found.casefold() in taken:
        count += 1
        found = str(path.with_name(f"{path.stem} ({count}){path.suffix}"))
    taken.add(found.casefold())
    return found


def _plain(part: str) -> str:
    text = "".join(letter if letter.isprintable() and letter not in '<>:"|?*' else "_" for letter in part)
    return text.strip()[-120:] or "_"


def _folder(name: str) -> str:
    return name.replace("\\", "/").partition("/")[0] if "/" in name else "pictures"


def _stem(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-")[:40] or "pictures"
