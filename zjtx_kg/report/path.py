"""The text view of a roadmap: year by year what to apply for, what comes, what runs out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.advance.roadmap import Roadmap, Step
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["path_view"]

_MARKS = {"apply": "→", "grant": "✓", "expire": "✗", "edition": "§"}


def path_view(found: Roadmap, rulebase: Rulebase, lang: str) -> RenderableType:
    """Heading, whether it can be done in time, the years with their events, the steps with their plans."""
    return Group(*_parts(found, rulebase, lang))


def _parts(found: Roadmap, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    name = found.profile["name"] or say("ui.no_name", lang)
    yield Text.assemble((name, "bold"), "  ", say("ui.as_of", lang, day=found.as_of))
    yield Text(say("roadmap.heading", lang, title=rulebase.tiers[found.target].label(lang)), style="bold")
    if found.feasible:
        verdict = say("roadmap.earliest", lang, day=found.granted)
        style = "green"
        if found.in_time is not None:
            verdict = say(
                "roadmap.in_time" if found.in_time else "roadmap.late", lang, year=found.by, day=found.granted
            )
            style = "green" if found.in_time else "red"
        yield Paragraph(Text(verdict, style=style))
    else:
        yield Text(say("roadmap.none", lang), style="red")
        for obstacle in found.obstacles:
            yield Paragraph(Text(obstacle.label), mark=Text("✗ ", style="red"), indent=2)
    if found.bottleneck is not None:
        yield Paragraph(Text(say("roadmap.bottleneck", lang, text=found.bottleneck.text)))
    year = None
    for event in found.events:
        if event.day.year != year:
            year = event.day.year
            yield Text(f"\n{year}", style="bold")
        yield Paragraph(
            Text(f"{event.day:%m-%d}  {event.text}"), mark=Text(f"{_MARKS[event.kind]} "), indent=2
        )
    for number, step in enumerate(found.steps, start=1):
        yield Text()
        yield from _step(number, step, rulebase, lang)
    if found.steps:
        yield Text()
        yield Paragraph(Text(say("roadmap.assumed", lang), style="dim"))


def _step(number: int, step: Step, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    policy = rulebase.policies[step.policy]
    edition = (policy.short or policy.title)(lang)
    window = f"{step.window.start} – {step.window.end}" + (
        f" {say('roadmap.assumed_window', lang)}" if step.window.assumed else ""
    )
    yield Paragraph(Text(f"{number}. {step.label} · {edition}", style="bold"))
    yield Paragraph(Text(say("roadmap.window", lang, window=window)), indent=3)
    if step.expires is not None:
        yield Paragraph(Text(say("roadmap.valid", lang, start=step.granted, end=step.expires)), indent=3)
    if step.transition is not None:
        yield Paragraph(Text(say("roadmap.transition", lang, edition=edition)), indent=3)
    if not step.plan.changes:
        yield Text("   " + say("advance.met", lang))
    for change in step.plan.changes:
        takes = say(
            "advance.takes", lang, months=change.lead_time_months, effort=f"{float(change.effort):.4g}"
        )
        yield Paragraph(Text.assemble(change.text, (f" ({takes})", "dim")), mark=Text("· "), indent=3)
