"""Stretches of time, in words."""

from __future__ import annotations


def time_left(seconds: float) -> str:
    """A stretch of time, as precise as anybody wants to know it."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} seconds"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {seconds / 3600:.1f} hours"
