"""Counting years and months as periods of law are counted (Civil Code, articles 201 and 202).

The day on which a period begins is not counted, and the corresponding day of the last month or year is its
last day; where that month has no such day, the last day of the month is.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

__all__ = ["last_day", "term_end"]


def last_day(start: date, *, years: int = 0, months: int = 0) -> date:
    """The last day of a period that begins on ``start``.

    >>> last_day(date(2026, 1, 31), months=3)
    datetime.date(2026, 4, 30)
    >>> last_day(date(2024, 2, 29), years=3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(start.year * 12 + start.month - 1 + 12 * years + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def term_end(granted: date, years: int) -> date:
    """The last day of a title granted for some years: the day before the anniversary, as certificates say.

    >>> term_end(date(2023, 6, 1), 3), term_end(date(2024, 2, 29), 3)
    (datetime.date(2026, 5, 31), datetime.date(2027, 2, 28))
    """
    anniversary = last_day(granted, years=years)
    return anniversary if anniversary.day != granted.day else anniversary - timedelta(days=1)
