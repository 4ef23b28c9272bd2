"""The report of one subject, section by section, in the order a person would ask."""

from __future__ import annotations

from artml.report.build import built
from artml.report.failures import fails
from artml.report.learning import learned, learnt_from
from artml.report.parts import Section
from artml.report.quality import good, honest
from artml.report.subject import Subject

ASKED = (good, honest, fails, learned, learnt_from, built)


def report(subject: Subject, *, dark: bool = False) -> list[Section]:
    """All there is to say of it, for a light or a dark wall."""
    return [ask(subject, dark) for ask in ASKED]
