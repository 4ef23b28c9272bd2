"""A small collection on SQLite, with a guide's word on each work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from artml.collection import Collection, Work
from artml.web.claims import CLAIMS
from tests.collection.acting import said


@pytest.fixture
def museum(tmp_path: Path) -> Iterator[Collection]:
    CLAIMS._held.clear()
    with Collection.open(f"sqlite:///{tmp_path / 'works.sqlite'}", str(tmp_path / "files")) as collection:
        yield collection


@pytest.fixture
def add(museum: Collection, painted: Callable[..., Image.Image]) -> Callable[..., Work]:
    """Adds a work with its thumbnail and what is predicted of it: `add("a", {"Cubism": 0.6, …})`."""

    def add(
        name: str,
        style: Mapping[str, float] | None = None,
        *,
        columns: Mapping[str, str] | None = None,
        folder: str = "new",
        is_painting: bool = True,
    ) -> Work:
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        out = BytesIO()
        painted(int(sha256[:6], 16), 160, 120).save(out, "JPEG")
        work = museum.add_work(
            sha256,
            size=1_000,
            width=160,
            height=120,
            folder=folder,
            name=f"{name}.jpg",
            columns=columns,
            thumbnail=out.getvalue(),
        )
        if style:
            museum.store(work, [said(style, is_painting=is_painting)])
        return work

    return add
