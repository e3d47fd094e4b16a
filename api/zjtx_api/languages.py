"""Chinese or English, by ``Accept-Language``."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

__all__ = ["TAGS", "wanted_language"]

#: How answers name their language.
TAGS: Final = {"zh": "zh-Hans", "en": "en"}


@lru_cache(maxsize=256)
def wanted_language(header: str | None) -> str:
    """The better of the two by quality; Chinese where neither is named.

    >>> wanted_language("en-GB,en;q=0.9,zh;q=0.8"), wanted_language("fr"), wanted_language("en;q=0")
    ('en', 'zh', 'zh')
    """
    best, lang = 0.0, "zh"
    for part in (header or "").split(","):
        tag, _, rest = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = quality(rest)
        if primary in TAGS and weight > best:
            best, lang = weight, primary
    return lang


def quality(parameters: str) -> float:
    """The weight in the parameters of one entry of an ``Accept`` header; 1 where there is none."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
