"""One profile a line: answers in order, a bad line answered by what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zjtx_kg.errors import Problem, ProfileError, ZjtxError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.reading import decode, read_json
from zjtx_kg.reasoning.assessment import assess
from zjtx_kg.reasoning.results import encode
from zjtx_kg.rulebase import Rulebase

__all__ = ["Line", "answer_lines", "bad_line", "too_long"]

#: The number of a line, counted from 1, and its bytes.
Line = tuple[int, bytes]


def answer_lines(
    lines: Iterable[Line],
    rulebase: Rulebase,
    *,
    limit: int,
    lang: str = "zh",
    answer: Callable[[bytes], bytes] | None = None,
    **asked: Any,
) -> tuple[bytes, int]:
    """The answers to some lines, each ended by a line feed, and how many of the lines failed.

    ``asked`` is what :func:`assess` takes. A line longer than ``limit`` bytes is refused; it may have been
    cut off. ``answer`` replaces the assessment of one line.
    """

    def assessed(line: bytes) -> bytes:
        profile = Profile.from_dict(read_json(decode(line, "")), rulebase)
        return encode(assess(profile, rulebase=rulebase, lang=lang, **asked))

    output = bytearray()
    failed = 0
    for number, line in lines:
        try:
            if len(line) > limit:
                raise too_long(limit)
            output += (answer or assessed)(line)
        except ZjtxError as error:
            failed += 1
            output += bad_line(number, error.to_dict(lang))
        output += b"\n"
    return bytes(output), failed


def too_long(limit: int) -> ProfileError:
    return ProfileError("unreadable", [Problem("too_large", "", "", {"limit": f"{limit:,}"})])


def bad_line(number: int, error: Mapping[str, Any]) -> bytes:
    """What stands in the place of an answer."""
    return encode({"line": number, "error": error})
