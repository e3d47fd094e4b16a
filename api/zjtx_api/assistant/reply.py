"""What a tool answers: a text that fits a conversation, and the same as data."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console, RenderableType

from zjtx_kg import Problem, ZjtxError, say

__all__ = ["FULL", "SHORT", "Reply", "fitting", "refused", "rendered"]

SHORT: Final = 5_600
FULL: Final = 60_000
#: Columns of a view; a client wraps lines itself.
_WIDTH: Final = 120
#: Faults that are told; what has more is a mistake as a whole.
_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a tool. ``text`` is for the conversation, ``content`` for programs."""

    text: str
    content: Mapping[str, Any]
    failed: bool = False


def rendered(view: RenderableType) -> list[str]:
    """The lines of a view as it is printed for people, without colours."""
    out = io.StringIO()
    Console(file=out, width=_WIDTH, color_system=None, highlight=False, emoji=False, markup=False).print(view)
    return [line.rstrip() for line in out.getvalue().rstrip().splitlines()]


def fitting(lines: Iterable[str], lang: str, *, full: bool = False) -> str:
    """As many whole lines as fit; then how many were left out, and how to have them."""
    limit = FULL if full else SHORT
    kept: list[str] = []
    size = left = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limit or left:
            left += 1
        else:
            kept.append(line)
    if left:
        kept.append(say("mcp.cut_full" if full else "mcp.cut", lang, count=left))
    return "\n".join(kept)


def refused(error: ZjtxError, lang: str) -> Reply:
    """Everything that is wrong: where, what was found, what is expected, how to mend it."""
    lines = [error.message(lang)]
    for problem in error.problems[:_MOST]:
        lines += _problem(problem, lang)
    content = error.to_dict(lang)
    if len(error.problems) > _MOST:
        content["problems"] = content["problems"][:_MOST]
        content["problems_total"] = len(error.problems)
    return Reply(fitting(lines, lang), content, failed=True)


def _problem(problem: Problem, lang: str) -> list[str]:
    place = problem.path or "-"
    if problem.line is not None:
        place += f" ({say('ui.line', lang, line=problem.line)})"
    said = (
        ("found", problem.found),
        ("expected", problem.expected(lang)),
        ("remedy", problem.remedy(lang)),
    )
    return [f"- {place}", *(f"  {say(f'ui.{key}', lang)}: {text}" for key, text in said if text)]
