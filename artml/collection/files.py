"""Where thumbnails and uploads lie: a folder, or a bucket at any service that fsspec knows."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any, Final

import fsspec
from fsspec.implementations.local import LocalFileSystem

from artml.catalogue.paths import refusal
from artml.errors import CollectionUnusable, FileMissing

_ASIDE: Final = re.compile(r"\.[0-9a-f]{32}$")  # of what is still being written


class Files:
    """Files by key, such as `thumbnails/ab/abcd.jpg`. A file is there whole, or not at all."""

    def __init__(self, url: str) -> None:
        """Those at a URL: a folder, or `s3://BUCKET/PREFIX`; raises `CollectionUnusable` for a kind unknown.

        A bucket's endpoint and credentials come from the environment, as its service's own tools take them.
        """
        try:
            self._system, self._root = fsspec.url_to_fs(
                url, use_listings_cache=False, skip_instance_cache=True
            )
        except (ImportError, ValueError) as error:
            raise CollectionUnusable(f"Files cannot be kept at {url!r} (ARTML_FILES): {error}.") from error

    def put(self, key: str, content: bytes) -> None:
        """Keep a file, in the place of the one that has this key."""
        path = self._path(key)
        try:
            if isinstance(self._system, LocalFileSystem):
                self._write_aside(path, content)
            else:  # a bucket shows no object before it is whole
                self._system.pipe_file(path, content)
        except Exception as error:
            raise self._unusable(error) from error

    def get(self, key: str) -> bytes:
        """The bytes of a file; raises `FileMissing`."""
        path = self._path(key)
        try:
            content: bytes = self._system.cat_file(path)
        except FileNotFoundError:
            raise FileMissing(f"There is no file {key!r} in the collection.") from None
        except Exception as error:
            raise self._unusable(error) from error
        return content

    def below(self, prefix: str) -> list[str]:
        """The files whose keys begin with `prefix` and a slash, without it, sorted."""
        before = f"{self._path(prefix)}/"
        try:
            found = self._system.find(before) if self._system.isdir(before) else []
        except Exception as error:
            raise self._unusable(error) from error
        names = (path.removeprefix(before) for path in found)
        return sorted(name for name in names if not _ASIDE.search(name))

    def remove(self, prefix: str) -> None:
        """Delete the files whose keys begin with `prefix` and a slash."""
        path = self._path(prefix)
        try:
            if self._system.isdir(path):
                self._system.rm(path, recursive=True)
        except Exception as error:
            raise self._unusable(error) from error

    def folder(self, prefix: str) -> Path | None:
        """The folder in which the files lie whose keys begin so; None where they are on no disk of here."""
        return Path(self._path(prefix)) if isinstance(self._system, LocalFileSystem) else None

    def __contains__(self, key: str) -> bool:
        try:
            return bool(self._system.isfile(self._path(key)))
        except Exception as error:
            raise self._unusable(error) from error

    def _path(self, key: str) -> str:
        if refused := refusal(key):
            raise ValueError(f"no key: {refused}")
        return f"{self._root}/{key}"

    def _write_aside(self, path: str, content: bytes) -> None:
        self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
        aside = f"{path}.{uuid.uuid4().hex}"
        try:
            self._system.pipe_file(aside, content)
            self._system.mv(aside, path)
        finally:
            if self._system.exists(aside):
                self._system.rm_file(aside)

    def _unusable(self, error: Exception) -> CollectionUnusable:
        """Services raise nearly anything when they cannot be reached."""
        return CollectionUnusable(f"The collection's files at {self._shown} cannot be used: {error}")

    @property
    def _shown(self) -> Any:
        return self._system.unstrip_protocol(self._root)
