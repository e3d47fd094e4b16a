"""The text view of a self-assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.reasoning.selfassess import RatedPart, SelfAssessment
from zjtx_kg.reasoning.wording import shown
from zjtx_kg.report.digital import span
from zjtx_kg.report.index import formula_lines
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["selfassess_view"]

_LOWEST = 5


def selfassess_view(found: SelfAssessment, rulebase: Rulebase, lang: str) -> RenderableType:
    """Scores by dimension and group, the lowest ratings with their criteria, and how scores were weighed."""
    policy = rulebase.policies[found.policy]
    parts: list[RenderableType] = [
        Text(found.name or say("ui.no_name", lang), style="bold"),
        Paragraph(Text(f"{policy.title(lang)} · {found.label}", style="dim")),
        Text(),
        _table(found.dimensions, lang),
    ]
    items = [part for part in _flat(found.dimensions) if not part.parts]
    lowest = sorted((i for i in items if i.rated), key=lambda i: (i.score.min, i.code))[:_LOWEST]
    if lowest:
        parts += [Text(), Text(say("selfassess.lowest", lang), style="dim")]
        for item in lowest:
            text = Text(f"{item.code} {item.label} {span(item.score)}")
            text.append(f" {item.criterion}", style="dim")
            parts.append(Paragraph(text, indent=2))
    measured = [item for item in items if item.figures]
    if measured:
        parts += [Text(), Text(say("selfassess.figures", lang), style="dim")]
        for item in measured:
            parts.append(Paragraph(Text(f"{item.code} {item.label}"), indent=2))
            for figure in item.figures:
                parts += formula_lines(figure, lang)
    parts += [Text(), *_notes(found, lang)]
    return Group(*parts)


def _notes(found: SelfAssessment, lang: str) -> Iterator[RenderableType]:
    if found.rated < found.of:
        yield Paragraph(Text(say("selfassess.rated", lang, count=found.rated, all=found.of)))
    yield Paragraph(Text(say("selfassess.equal" if found.weights == "equal" else "selfassess.given", lang)))
    if found.overall is not None:
        yield Paragraph(Text(say("selfassess.overall", lang, score=span(found.overall)), style="bold"))
    else:
        yield Paragraph(Text(say("selfassess.no_overall", lang)))
    yield Paragraph(Text(say("selfassess.official", lang), style="yellow"))


def _table(dimensions: Iterable[RatedPart], lang: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(say("selfassess.indicator", lang))
    table.add_column(say("selfassess.rating", lang), justify="right", no_wrap=True)
    table.add_column(say("selfassess.weight", lang), justify="right", no_wrap=True)
    for dimension in dimensions:
        for depth, part in [(0, dimension), *((1, group) for group in dimension.parts)]:
            style = "bold" if depth == 0 else ""
            label = f"{'  ' * depth}{part.code} {part.label}"
            table.add_row(
                Text(label, style=style),
                Text(_shown(part), style=style),
                Text(shown(part.weight), style="dim"),
            )
    return table


def _shown(part: RatedPart) -> str:
    low, high = shown(part.score.min), shown(part.score.max)
    return low if low == high else f"{low}–{high}"


def _flat(parts: Iterable[RatedPart]) -> Iterator[RatedPart]:
    for part in parts:
        yield part
        yield from _flat(part.parts)
