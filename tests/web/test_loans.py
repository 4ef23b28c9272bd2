"""Pictures on loan: only by an address that cannot be guessed, and only what may be seen at that moment."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

import httpx
from PIL import Image
from starlette.applications import Starlette

from artml.errors import FileMissing
from artml.web import loans
from artml.web.loans import LOANS, Loan, Loans

Painted = Callable[..., Image.Image]


def get(path: str) -> httpx.Response:
    """What a browser gets."""

    async def ask() -> httpx.Response:
        server = httpx.ASGITransport(Starlette(routes=list(loans.ROUTES)))
        async with httpx.AsyncClient(transport=server, base_url="http://museum") as client:
            return await client.get(path)

    return asyncio.run(ask())


def loan(painted: Painted, seen: set[int], key: str = "works") -> Loan:
    def picture(row: int) -> Image.Image:
        if row == 7:
            raise FileMissing("There is no file.")
        return painted(row, 1600, 800)

    return Loan((key,), lambda row: row in seen, picture, lambda row: {"title": f"Work {row}", "line": ""})


def test_what_may_be_seen_is_lent(painted: Painted) -> None:
    address = LOANS.lend("ann", loan(painted, {1, 7}))
    found = get(f"/{address}/1.jpg")
    assert found.headers["content-type"] == "image/jpeg"
    assert "private" in found.headers["cache-control"]
    with Image.open(io.BytesIO(found.content)) as image:
        assert (image.size, image.info.get("exif")) == ((320, 160), None)
    with Image.open(io.BytesIO(get(f"/{address}/1.large.jpg").content)) as image:
        assert image.size == (1000, 500)
    assert get(f"/{address}/1.json").json() == {"title": "Work 1", "line": ""}


def test_nothing_else_is(painted: Painted) -> None:
    seen = {1, 7}
    address = LOANS.lend("ben", loan(painted, seen, "others"))
    get(f"/{address}/1.jpg")
    for path in (
        f"/{address}/2.jpg",
        f"/{address}/7.jpg",
        f"/{address}/1.png",
        "/api/v1/loans/guessed/1.jpg",
    ):
        assert get(path).status_code == 404
    assert get(f"/{address}/one.jpg").status_code == 404
    seen.clear()  # private from now on, also what was lent and is kept ready
    assert get(f"/{address}/1.jpg").status_code == 404
    assert get(f"/{address}/1.json").status_code == 404


def test_one_borrower_has_one_address_for_one_thing(painted: Painted) -> None:
    kept = Loans(most=2)
    first = kept.lend("ann", loan(painted, set()))
    assert kept.lend("ann", loan(painted, set())) == first
    assert kept.lend("ben", loan(painted, set())) != first
    token = first.rpartition("/")[2]
    assert kept.get(token) is not None
    kept.lend("cleo", loan(painted, set()))
    kept.lend("dan", loan(painted, set()))
    assert kept.get(token) is None
    assert kept.lend("ann", loan(painted, set())) != first
