"""The text view of a digital level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.exact import rounded
from zjtx_kg.reasoning.digital import DigitalAssessment, LevelStatus, Part
from zjtx_kg.reasoning.results import Points, Range
from zjtx_kg.reasoning.wording import shown
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["digital_view", "span"]

_MARKS = {"met": ("✓", "green"), "unmet": ("✗", "red"), "unknown": ("?", "yellow")}
_SIGNS: Final = {">=": "≥", ">": ">"}
#: Points come in steps of an eighth, so that two decimals would hide some.
_PLACES: Final = 4


def digital_view(found: DigitalAssessment, rulebase: Rulebase, lang: str) -> RenderableType:
    """The level, the points by dimension, the scenes, what each level needs, and what is still open."""
    policy = rulebase.policies[found.policy]
    parts: list[RenderableType] = [
        Text.assemble(
            (found.name or say("ui.no_name", lang), "bold"), "  ", say("ui.as_of", lang, day=found.as_of)
        ),
        Paragraph(Text(f"{policy.title(lang)} · {policy.number} · {found.table_label}", style="dim")),
        Text(),
        _answer(found, lang),
    ]
    if not found.in_force:
        parts.append(Paragraph(Text(say("digital.not_in_force", lang), style="yellow")))
    if found.unpublished:
        parts.append(
            Paragraph(Text(say("digital.unpublished", lang, what=found.unpublished), style="yellow"))
        )
    if found.groups:
        parts += [Text(), _points(found.groups, lang)]
    if found.levels:
        parts += [Text(), _levels(found, lang)]
    if found.scenes:
        parts += [Text(), Paragraph(_scenes(found, lang))]
    if found.missing:
        words = ("、" if lang == "zh" else ", ").join(found.missing)
        parts += [Text(), Paragraph(Text(say("digital.missing", lang, answers=words)))]
    for other in found.other_readings:
        words = say("digital.other", lang, id=other.reading, label=other.label, level=span(other.level))
        parts.append(Paragraph(Text(words, style="yellow")))
    return Group(*parts)


def span(known: Range | None) -> str:
    """A number or a range, as people read it."""
    if known is None or (known.min is None and known.max is None):
        return "?"
    low, high = ("?" if end is None else f"{rounded(end, _PLACES):,f}" for end in (known.min, known.max))
    return low if low == high else f"{low}–{high}"


def _answer(found: DigitalAssessment, lang: str) -> Text:
    if found.level is None:
        return Text(say("digital.no_rules", lang), style="bold yellow")
    settled = found.level.min == found.level.max
    text = Text(
        say("digital.level", lang, level=span(found.level)), style="bold" if settled else "bold yellow"
    )
    if found.score is not None:
        full = "?" if found.full is None else shown(found.full)
        text.append(f"  {say('digital.score', lang, score=span(found.score), full=full)}")
    return text


def _points(groups: Iterable[Part], lang: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(say("digital.dimension", lang))
    table.add_column(say("digital.points", lang), justify="right", no_wrap=True)
    table.add_column(say("digital.full", lang), justify="right", no_wrap=True)
    for depth, part in _flat(groups):
        name = part.label if part.parts or depth == 0 else f"{part.id} {part.label}"
        style = "bold" if depth == 0 else ""
        words = _earned(part, lang)
        full = "" if part.points is None else shown(part.points.full)
        table.add_row(Text("  " * depth + name, style=style), Text(words, style=style), full)
    return table


def _flat(parts: Iterable[Part], depth: int = 0) -> Iterator[tuple[int, Part]]:
    for part in parts:
        yield depth, part
        yield from _flat([p for p in part.parts if p.points is not None], depth + 1)


def _earned(part: Part, lang: str) -> str:
    points: Points | None = part.points
    if points is None:
        return say("digital.unknown_points" if part.unpublished else "digital.by_scenes", lang)
    return span(Range(points.min, points.max))


def _levels(found: DigitalAssessment, lang: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in ("level_column", "needs_score", "needs_scenes", "needs_required"):
        table.add_column(say(f"digital.{column}", lang), no_wrap=True)
    for level in found.levels:
        mark, style = _MARKS[level.status]
        table.add_row(Text.assemble((f"{mark} ", style), level.label), *_needs(level))
    return table


def _needs(level: LevelStatus) -> Iterator[Text]:
    yield _need(level.score, f"{_SIGNS[level.operator]} {shown(level.score_needed)}")
    for status, reached, count in (
        (level.scenes, level.scenes_reached, level.scenes_needed),
        (level.required, level.required_reached, level.required_needed),
    ):
        yield _need(status, f"{span(reached)} (≥ {count})") if count else Text("–", style="dim")


def _need(status: str, words: str) -> Text:
    mark, style = _MARKS[status]
    return Text.assemble((f"{mark} ", style), words)


def _scenes(found: DigitalAssessment, lang: str) -> Text:
    joiner = "，" if lang == "zh" else ", "
    text = Text(say("digital.scenes", lang), style="dim")
    for position, scene in enumerate(found.scenes):
        known: Any = span(scene.level)
        star = "*" if scene.required else ""
        text.append(f"{joiner if position else ''}{scene.id} {scene.label}{star} {known}", style="not dim")
    return text
