"""The text view of a diagnosis: level, dimensions with state and shortcomings, measures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.reasoning.diagnosis import Diagnosis, Dimension, Item, Shortcoming
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["diagnosis_view"]

_MARKS = {
    "lacking": ("✗", "red"),
    "unknown": ("?", "yellow"),
    "good": ("✓", "green"),
    "inspect": ("·", "dim"),
}


def diagnosis_view(found: Diagnosis, rulebase: Rulebase, lang: str) -> RenderableType:
    """Head, level, one block for each dimension, then what to do."""
    name = found.profile["name"] or say("ui.no_name", lang)
    head = Text.assemble((name, "bold"), "  ", say("ui.as_of", lang, day=found.as_of))
    parts: list[RenderableType] = [
        head,
        Text(),
        *_level(found, rulebase, lang),
        *_target(found, rulebase, lang),
    ]
    for dimension in found.dimensions:
        parts += [Text(), *_dimension(dimension, lang)]
    if found.beside:
        parts += [Text(), Text(say("diagnosis.beside", lang), style="bold")]
        parts += [_shortcoming(one, 2, lang) for one in found.beside]
    parts += list(_measures(found, lang))
    if any(item.status == "inspect" for dimension in found.dimensions for item in dimension.items):
        parts += [Text(), Paragraph(Text(say("diagnosis.inspect", lang), style="dim"))]
    return Group(*parts)


def _level(found: Diagnosis, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    level = found.level
    if level.level is not None:
        text = Text.assemble((level.level, "bold"), " ", level.label)
        if level.note:
            text.append(f"  {level.note}")
    elif level.gap == "met":
        text = Text(level.label)
    else:
        options = list(level.possible) + [say("diagnosis.no_level", lang)] * (level.gap == "unknown")
        text = Text(say("diagnosis.possible", lang, levels=say("diagnosis.or", lang).join(options)))
    if level.clause:
        text.append(f" [{level.clause}]", style="dim")
    yield Paragraph(text, mark=Text(say("diagnosis.level", lang) + "  ", style="dim"))
    if level.addressed != "met":
        title = rulebase.titles[level.addressed_to].label(lang)
        note = say(f"diagnosis.addressed_{level.addressed}", lang, title=title)
        yield Paragraph(Text(note, style="dim"), indent=6)


def _target(found: Diagnosis, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    tier = rulebase.tiers[found.target].label(lang)
    policy = rulebase.policies[found.policy]
    status = say(f"ui.status_{found.target_status}", lang)
    text = Text.assemble(
        (tier, "bold"),
        f" · {(policy.short or policy.title)(lang)} · ",
        say("diagnosis.status", lang, status=status),
    )
    yield Paragraph(text, mark=Text(say("diagnosis.target", lang) + "  ", style="dim"))


def _dimension(dimension: Dimension, lang: str) -> Iterator[RenderableType]:
    title = dimension.label if dimension.short == dimension.label else f"{dimension.short} {dimension.label}"
    yield Text(title, style="bold")
    for item in dimension.items:
        yield from _item(item, lang)


def _item(item: Item, lang: str) -> Iterator[RenderableType]:
    mark, style = _MARKS[item.status]
    known = [state for state in item.state if state.known]
    text = Text(item.label)
    if len(item.state) == 1:
        text.append(f": {item.state[0].text}")
    elif known:
        comma = say("diagnosis.comma", lang)
        text.append(": " + comma.join(f"{state.label} {state.text}" for state in known))
    elif item.state:
        text.append(f": {item.state[0].text}")
    yield Paragraph(text, mark=Text(f"{mark} ", style=style), indent=2)
    for one in item.lacking:
        yield _shortcoming(one, 6, lang)
    if item.find_out:
        wanted = say("diagnosis.comma", lang).join(item.find_out)
        yield Paragraph(Text(f"{say('ui.missing', lang)}: {wanted}", style="yellow"), indent=6)


def _shortcoming(one: Shortcoming, indent: int, lang: str) -> Paragraph:
    text = Text(one.text)
    if one.citation:
        text.append(f" [{one.citation}]", style="dim")
    mark = Text(
        say(f"diagnosis.{one.kind}", lang) + " ", style="red" if one.kind == "condition" else "yellow"
    )
    return Paragraph(text, mark=mark, indent=indent)


def _measures(found: Diagnosis, lang: str) -> Iterator[RenderableType]:
    yield Text()
    if not found.measures:
        yield Text(say("diagnosis.no_measures", lang))
        return
    yield Text(say("diagnosis.measures", lang), style="bold")
    comma = say("diagnosis.comma", lang)
    for label, group in groupby(found.measures, key=lambda measure: measure.group_label):
        yield Text(f"  {label}", style="dim")
        for measure in group:
            text = Text(measure.label)
            text.append(f" → {comma.join(measure.improves)}", style="dim")
            yield Paragraph(text, mark=Text("· "), indent=4)
