"""What stands before every request: other sites, limits a minute, headers, and a log that keeps secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from artml import logs, turnstile
from artml.rest import guard
from artml.rest.guard import Guard
from artml.settings import settings
from tests.rest.test_visitors import is_problem

Picture = Callable[..., bytes]
CLASSIFY = "/api/v1/classify"
UPLOAD = "/_stcore/upload_file/session/file"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pictures a minute."""
    monkeypatch.setenv("ARTML_MAX_UPLOADS_MINUTE", "2")
    settings.cache_clear()


@pytest.fixture
def pages() -> TestClient:
    """Where a page's files arrive, behind the guard."""

    async def arrive(request: Request) -> Response:
        await request.body()
        return PlainTextResponse("taken")

    routes = [Route("/_stcore/upload_file/{session}/{file}", arrive, methods=["PUT"])]
    routes += [Route("/{path:path}", arrive, methods=["GET", "POST"])]
    return TestClient(Guard(Starlette(routes=routes)), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "http://testserver"}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "http://testserver.evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": "http://["}, True),
    ],
    ids=str,
)
def test_other_sites_change_nothing(pages: TestClient, headers: dict[str, str], refused: bool) -> None:
    for method, path in (("PUT", UPLOAD), ("POST", CLASSIFY), ("POST", "/auth/logout")):
        answer = pages.request(method, path, headers=headers)
        if refused:
            is_problem(answer, 403, "CrossSite")
        else:
            assert answer.status_code == 200
    assert pages.get("/", headers=headers).status_code == 200, "links from other sites are welcome"


@pytest.mark.usefixtures("few")
def test_an_address_sends_so_many_pictures_a_minute(
    client: TestClient, app: Starlette, picture: Picture
) -> None:
    assert [client.post(CLASSIFY, content=picture()).status_code for _ in range(2)] == [200, 200]
    answer = client.post(CLASSIFY, content=picture())
    assert "Try again in" in is_problem(answer, 429, "TooMany")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert client.get("/api/v1/health").status_code == 200
    elsewhere = TestClient(app, client=("203.0.113.9", 1))
    assert elsewhere.post(CLASSIFY, content=picture()).status_code == 200


@pytest.mark.usefixtures("few")
def test_files_on_their_way_to_a_page_are_counted_unless_they_are_a_curator_s(pages: TestClient) -> None:
    answers = [pages.put(UPLOAD, content=b"x") for _ in range(2 * turnstile.SPARE + 1)]
    assert [answer.status_code for answer in answers] == [200] * 2 * turnstile.SPARE + [429]
    turnstile.PASSES.give("hers")
    mine = [pages.put(UPLOAD.replace("session", "hers"), content=b"x").status_code for _ in range(20)]
    assert mine == [200] * 20


@pytest.mark.usefixtures("few")
def test_one_visitor_has_a_whole_network_of_ipv6(app: Starlette, picture: Picture) -> None:
    statuses = [
        TestClient(app, client=(f"2001:db8::{n}", 1)).post(CLASSIFY, content=picture()).status_code
        for n in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_no_more_lies_in_memory_than_the_settings_say(
    pages: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "held_bytes", lambda: settings().max_held_bytes - 10)
    assert pages.put(UPLOAD, content=b"x" * 10).status_code == 200
    answer = pages.put(UPLOAD, content=b"x" * 11)
    is_problem(answer, 503, "Busy")
    assert answer.headers["retry-after"]


def test_only_pictures_are_large(pages: TestClient) -> None:
    large = bytes(guard.FORM + 1)
    is_problem(pages.post("/anything", content=large), 413, "TooLarge")
    assert pages.put(UPLOAD, content=large).status_code == 200


@pytest.mark.parametrize("path", ["metrics", "agent/interact", "agent/openapi.json"])
def test_what_streamlit_would_tell_everybody_is_closed(pages: TestClient, path: str) -> None:
    is_problem(pages.get(f"/_stcore/{path}"), 404, "NotFound")
    is_problem(pages.post(f"/_stcore/{path}"), 404, "NotFound")


def test_every_answer_carries_the_headers(pages: TestClient, client: TestClient) -> None:
    for answer in (pages.get("/"), client.get("/api/v1/nothing"), client.get("/api/v1/health")):
        for name, value in guard.HEADERS.items():
            assert answer.headers[name] == value
        assert "strict-transport-security" not in answer.headers
    policy = guard.HEADERS["content-security-policy"]
    assert "http" not in policy, "nothing comes from elsewhere"
    assert "'unsafe-eval'" not in policy


def test_browsers_that_came_by_https_keep_to_it(app: Starlette) -> None:
    answer = TestClient(app, base_url="https://museum.example").get("/api/v1/health")
    assert answer.headers["strict-transport-security"] == guard.FOR_A_YEAR


@contextmanager
def logging_as(form: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have this process log as a server does, in a form."""
    kept, level = logging.getLogger().handlers[:], logging.getLogger("artml").level
    monkeypatch.setenv("ARTML_LOG", form)
    settings.cache_clear()
    logs.begin()
    try:
        yield
    finally:
        logging.getLogger().handlers[:] = kept
        logging.getLogger("artml").setLevel(level)


def test_the_log_says_what_was_asked_and_no_secret(
    curator: TestClient,
    token: str,
    picture: Picture,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_as("json", monkeypatch):
        curator.get("/api/v1/jobs")
        curator.get(f"/api/v1/jobs/{'f' * 32}?password=hush")
        curator.get("/api/v1/loans/a-loan-that-opens-doors/1.jpg")
        curator.post(f"{CLASSIFY}?top=1", content=picture(), headers={"cookie": "_streamlit_user=hush"})
        curator.get("/api/v1/metrics", headers={"authorization": "Bearer artml_another"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    found = [
        (line["method"], line["route"], line["status"]) for line in lines if line["message"] == "request"
    ]
    assert found == [
        ("GET", "/api/v1/jobs", 200),
        ("GET", "/api/v1/jobs/{job}", 404),
        ("GET", "/api/v1/loans/{loan}/{row:int}.{form}", 404),
        ("POST", "/api/v1/classify", 200),
        ("GET", "/api/v1/metrics", 401),
    ]
    text = json.dumps(lines)
    for secret in (token, "hush", "artml_", "opens-doors", "f" * 32, "museum.example", "testclient"):
        assert secret not in text
    assert {"time", "level", "logger", "seconds"} <= lines[0].keys()


def test_a_terminal_reads_plain_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_as("text", monkeypatch):
        logging.getLogger("artml.x").info("quiet")
        logging.getLogger("artml.x").warning("the cat is out")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("artml.x: the cat is out")
