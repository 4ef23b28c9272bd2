from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import artml
from artml.environment import environment, has_bfloat16, processor
from artml.settings import ROOT

REQUIRED = [
    Requirement(line)
    for file in ("requirements.txt", "requirements-dev.txt")
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith(("#", "-r"))
]


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


@pytest.mark.parametrize("required", REQUIRED, ids=lambda required: required.name)
def test_every_requirement_begins_at_what_is_tested_and_ends_before_the_next_major(
    required: Requirement,
) -> None:
    bounds = {each.operator: Version(each.version) for each in required.specifier}
    assert set(bounds) == {">=", "<"}
    assert bounds[">="] < bounds["<"]
    assert bounds["<"].major <= bounds[">="].major + 1
    assert required.specifier.contains(version(required.name), prereleases=True)


@pytest.mark.parametrize(("flags", "found"), [("avx2 avx512f", False), ("avx2 avx512f avx512_bf16", True)])
def test_bfloat16_is_had_only_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch, flags: str, found: bool
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: f"model name : Some CPU\nflags : {flags}\n")
    assert has_bfloat16() is found
