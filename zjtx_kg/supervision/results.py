"""What a calendar says."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from zjtx_kg.reasoning.results import plain

__all__ = ["Calendar", "Duty", "Event", "Steps"]


class Event(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """Something with a date. ``due`` is its last day; a window also has ``from``, its first day.

    ``status`` is ``past``, ``today``, ``open`` (a window that has begun), ``upcoming``, or ``unknown`` where
    no source gives the date. ``computed`` marks a day that was computed, not stated. ``judged_by`` is the
    edition that judges a review on that day.
    """

    due: date | None
    from_: date | None
    status: str
    days: int | None
    topic: str
    title: str
    title_label: str
    label: str
    text: str
    policy: str | None
    clause: str | None
    confidence: str | None
    computed: bool = False
    judged_by: str | None = None


class Duty(msgspec.Struct, frozen=True):
    """A rule without a date that binds the holder of ``titles`` all the time."""

    topic: str
    titles: tuple[str, ...]
    label: str
    text: str
    policy: str
    clause: str | None
    confidence: str | None


class Steps(msgspec.Struct, frozen=True):
    """How one applies for a tier, in order."""

    title: str
    title_label: str
    steps: tuple[str, ...]
    policy: str
    clause: str | None
    confidence: str | None


class Calendar(msgspec.Struct, frozen=True):
    """Everything due from ``as_of`` to ``until``, by date, and what was due last; then standing duties and
    the steps towards tiers that are not held."""

    profile: dict[str, str | None]
    as_of: date
    until: date
    events: tuple[Event, ...]
    duties: tuple[Duty, ...]
    procedures: tuple[Steps, ...]
    missing: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object, as plain data."""
        result: dict[str, Any] = plain(self)
        return result
