"""What is due when for holders of titles and for applicants: windows, updates, expiry, reports, bans."""

from __future__ import annotations

from zjtx_kg.supervision.calendar import calendar_for
from zjtx_kg.supervision.results import Calendar, Duty, Event, Steps

__all__ = ["Calendar", "Duty", "Event", "Steps", "calendar_for"]
