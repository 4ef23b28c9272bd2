"""The one classifier of a server: loaded once, warmed beside the start, and missed with grace."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from artml.errors import BundleNotFound
from artml.web import guide as module
from artml.web.guide import guide, warm, warming
from tests.colours import write_colour_bundle, write_technique_bundle


def test_the_guide_is_loaded_once() -> None:
    assert guide() is guide()


def test_bundles_answer_together_and_a_new_one_is_noticed(models: Path) -> None:
    write_colour_bundle(models / "guide")
    assert list(guide().facets) == ["style", "genre", "artist"]
    write_technique_bundle(models / "technique")
    assert list(guide().facets) == ["style", "genre", "artist", "technique"]


def test_a_missing_bundle_is_said_to_be_missing(models: Path) -> None:
    with pytest.raises(BundleNotFound):
        guide()


def test_a_server_without_a_bundle_starts_all_the_same(
    models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="artml.web.guide"):
        warm()
    assert "The guide cannot be loaded" in caplog.text


def test_warming_does_not_hold_up_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    asked, answer = Event(), Event()

    def slow() -> None:
        asked.set()
        answer.wait(30)

    monkeypatch.setattr(module, "warm", slow)

    async def start() -> bool:
        async with warming(object()) as state:
            assert state == {}
            return await asyncio.to_thread(asked.wait, 30)

    try:
        assert asyncio.run(start())
    finally:
        answer.set()
