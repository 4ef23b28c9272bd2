from __future__ import annotations

from pathlib import Path

import pytest

import artml
from artml.environment import environment, processor


def test_the_environment_says_what_computes() -> None:
    found = environment()
    assert found["cores"] >= 1
    assert found["versions"]["artml"] == artml.__version__
    assert found["processor"] == processor() != ""


def test_a_machine_that_does_not_tell_still_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", refuse)
    assert processor()


def test_instructions_that_speed_depends_on_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "processor : 0\nmodel name : Some CPU\nflags : fpu avx2 avx512_vnni\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: told)
    assert processor() == "Some CPU (avx2, avx512_vnni)"
