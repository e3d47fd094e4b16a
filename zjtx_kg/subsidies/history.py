"""The titles a company holds and held, as far as a profile tells."""

from __future__ import annotations

from datetime import date

from zjtx_kg.facts import Profile
from zjtx_kg.facts.knowledge import TitleRecord

__all__ = ["current", "earlier", "of_title"]


def of_title(profile: Profile, title: str) -> tuple[TitleRecord, ...]:
    """All records of one title; none where titles are not known."""
    return tuple(record for record in profile.titles or () if record.title == title)


def current(profile: Profile, title: str, day: date) -> TitleRecord | None:
    """The latest record of a title that runs on a day; a day that is not known does not rule it out."""
    running = [
        record
        for record in of_title(profile, title)
        if (record.granted is None or record.granted <= day)
        and (record.expires is None or day <= record.expires)
    ]
    return max(running, key=lambda record: record.granted or date.min, default=None)


def earlier(profile: Profile, title: str, than: date | None, own: TitleRecord | None) -> bool | None:
    """Whether the title was granted before, apart from the record ``own``; ``None`` where it is not known."""
    if profile.titles is None:
        return None
    others = [record for record in of_title(profile, title) if record is not own]
    if than is None:
        return None if others else False
    if any(record.granted is not None and record.granted < than for record in others):
        return True
    return None if any(record.granted is None for record in others) else False
