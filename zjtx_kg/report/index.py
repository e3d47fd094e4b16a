"""The text view of a development index."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.reasoning.index import FormulaValue, IndexReport, IndexValue
from zjtx_kg.report.digital import span
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["formula_lines", "index_view"]

_MARKS = {
    "computed": ("✓", "green"),
    "range": ("~", "yellow"),
    "unknown": ("?", "yellow"),
    "not_published": ("–", "dim"),
    "not_counted": ("–", "dim"),
}


def index_view(found: IndexReport, rulebase: Rulebase, lang: str) -> RenderableType:
    """Each indicator with its value, or why it has none; no total, and why there is none."""
    policy = rulebase.policies[found.policy]
    head = Text(found.name or say("index.no_name", lang), style="bold")
    if found.as_of is not None:
        head.append(f"  {say('ui.as_of', lang, day=found.as_of)}", style="not bold")
    if found.year is not None:
        head.append(f"  {say('index.year', lang, year=found.year)}", style="not bold")
    parts: list[RenderableType] = [
        head,
        Paragraph(Text(f"{policy.title(lang)} · {policy.number} · {found.label}", style="dim")),
    ]
    for group in found.groups:
        parts += [Text(), Text(group["label"], style="bold")]
        for indicator in found.indicators:
            if indicator.group == group["code"]:
                parts += _indicator(indicator, lang)
    computed = sum(1 for i in found.indicators if i.status == "computed")
    total = say("index.total", lang, what=found.total_unpublished or "")
    counts = say("index.computed", lang, count=computed, all=len(found.indicators))
    return Group(*parts, Text(), Paragraph(Text(counts)), Paragraph(Text(total, style="yellow")))


def _indicator(found: IndexValue, lang: str) -> Iterator[RenderableType]:
    mark, style = _MARKS[found.status]
    text = Text.assemble(f"{found.code} {found.label}")
    if found.window:
        text.append(f" ({found.window})", style="dim")
    yield Paragraph(text, mark=Text(f"{mark} ", style=style), indent=2)
    if found.status == "not_counted":
        yield _line(say("index.not_counted", lang), "dim")
        return
    for value in found.values:
        yield from formula_lines(value, lang)
    for related in found.related:
        key = "index.related" if related.known else "index.related_unknown"
        yield _line(say(key, lang, label=related.label, known=related.text), "dim")
    if found.unpublished and not found.values:
        yield _line(say("index.unpublished", lang, what=found.unpublished), "dim")


def formula_lines(value: FormulaValue, lang: str) -> Iterator[RenderableType]:
    """A figure, how it stands to the mean, and what is missing for it."""
    words = Text(f"{value.label}: ")
    words.append(value.text, style="bold" if value.value is not None else "yellow")
    if value.mean is not None:
        key = f"index.{value.comparison}"
        colour = {True: "green", False: "red", None: ""}[value.favourable]
        facts = {"mean": span(value.mean), "difference": span(value.difference)}
        against = "index.open" if value.comparison == "unknown" else "index.against"
        words.append(say(against, lang, how=say(key, lang), **facts), style=colour)
    if value.points is not None:
        words.append(say("index.points", lang, points=span(value.points)))
    yield Paragraph(words, indent=6)
    if value.missing:
        yield _line(say("index.missing", lang, places=", ".join(value.missing)), "dim")


def _line(words: str, style: str) -> Paragraph:
    return Paragraph(Text(words, style=style), indent=6)
