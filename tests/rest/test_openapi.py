"""The OpenAPI document is true: schemathesis asks what it promises, and what it does not."""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as how
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artml import api
from artml.settings import settings

ASKED = int(os.environ.get("ARTML_TEST_EXAMPLES", "12"))
"""Requests a route."""

described = schemathesis.openapi.from_asgi(
    "/api/v1/openapi.json", Starlette(routes=list(api.ROUTES), middleware=list(api.MIDDLEWARE))
)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTML_MAX_UPLOADS_MINUTE", "0")
    settings.cache_clear()


@described.parametrize()
@how(
    max_examples=ASKED,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_route_does_what_the_document_says(
    case: schemathesis.Case, token: str, unlimited: None
) -> None:
    # Doors without a token are tried in test_curators.py; bytes may be no picture, and a folder nowhere.
    apart = [ignored_auth, positive_data_acceptance]
    case.call_and_validate(headers={"authorization": f"Bearer {token}"}, excluded_checks=apart)


def test_the_document_tells_versions_errors_and_who_may(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "/api/v1"}]
    open_to_all = {"/health", "/models", "/classify"}
    for path, methods in document["paths"].items():
        for about in methods.values():
            assert bool(about.get("security")) is (path not in open_to_all)
            for status, answer in about["responses"].items():
                if status >= "4" and path != "/health":
                    assert "application/problem+json" in answer["content"], (path, status)
