"""The text view of plans: what to change, why, by what measure, with what evidence, in what time."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.advance.plans import Advancement, Change, Plan
from zjtx_kg.reasoning.wording import shown
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["plan_view"]

_MARKS = {
    "eligible": ("✓", "green"),
    "conditional": ("◐", "cyan"),
    "undetermined": ("?", "yellow"),
    "not_eligible": ("✗", "red"),
}
#: How many codes, conditions and slips the view names; JSON has all.
_FEW = 3
_SLIPS = 12


def plan_view(found: Advancement, rulebase: Rulebase, lang: str, limit: float) -> RenderableType:
    """Heading, plans with their changes, what is proved; or what no change can repair."""
    return Group(*_parts(found, rulebase, lang, limit))


def _parts(found: Advancement, rulebase: Rulebase, lang: str, limit: float) -> Iterator[RenderableType]:
    policy = rulebase.policies[found.policy]
    yield Text.assemble(
        (found.profile["name"] or say("ui.no_name", lang), "bold"),
        "  ",
        say("ui.as_of", lang, day=found.as_of),
        " · ",
        rulebase.names[found.kind](lang),
    )
    aim = say(f"advance.objective_{found.objective}", lang)
    heading = [rulebase.tiers[found.target].label(lang), (policy.short or policy.title)(lang), aim]
    yield Text(" · ".join(heading), style="bold")
    mark, style = _MARKS[found.status_before]
    status = f"{mark} {say(f'ui.status_{found.status_before}', lang)}"
    yield Text(say("advance.before", lang, status=status), style=style)
    if found.sensitivity or found.status_before == "eligible":
        yield Text(say("advance.met", lang))
        yield from _sensitivity(found, lang)
        return
    for number, plan in enumerate(found.plans, start=1):
        yield Text()
        yield from _plan(number, plan, lang)
    yield Text()
    if found.plans:
        if found.optimal:
            yield Text(say(f"advance.optimal_{found.objective}", lang), style="green")
        elif not found.limit_reached:
            yield Paragraph(Text(say("advance.not_proved", lang), style="yellow"))
    if found.limit_reached:
        yield Paragraph(Text(say("advance.limit", lang, limit=f"{limit:g}"), style="yellow"))
    if found.obstacles:
        yield Paragraph(
            Text(say("advance.infeasible" if found.optimal else "advance.infeasible_unproved", lang))
        )
        for obstacle in found.obstacles:
            yield _cited(obstacle.label, obstacle.clause, Text("✗ ", style="red"), 2)
    if found.plans:
        yield Paragraph(Text(say("advance.next_figures", lang), style="dim"))


def _plan(number: int, plan: Plan, lang: str) -> Iterator[RenderableType]:
    mark, _ = _MARKS[plan.status_after]
    yield Paragraph(
        Text(
            say(
                "advance.plan",
                lang,
                number=number,
                count=len(plan.changes),
                months=plan.months,
                effort=shown(plan.effort),
                status=f"{mark} {say(f'ui.status_{plan.status_after}', lang)}",
            ),
            style="bold",
        )
    )
    for position, change in enumerate(plan.changes, start=1):
        yield from _change(position, change, lang)


def _change(position: int, change: Change, lang: str) -> Iterator[RenderableType]:
    kind = say("advance.show" if change.to_show else "advance.change", lang)
    takes = say("advance.takes", lang, months=change.lead_time_months, effort=shown(change.effort))
    text = Text.assemble(
        (change.text, "bold"), (f"（{kind} · {takes}）" if lang == "zh" else f" ({kind}; {takes})", "dim")
    )
    yield Paragraph(text, mark=Text(f"{position}. "), indent=2)
    for repair in change.repairs[:_FEW]:
        yield _cited(repair.text, repair.clause, Text("✓ ", style="green"), 5)
    if len(change.repairs) > _FEW:
        yield Text(f"     … +{len(change.repairs) - _FEW}", style="dim")
    if change.one_of:
        codes = ("、" if lang == "zh" else ", ").join(change.one_of[:_FEW]) + (
            " …" if len(change.one_of) > _FEW else ""
        )
        yield Paragraph(
            Text(say("advance.one_of", lang, count=len(change.one_of), codes=codes), style="dim"), indent=5
        )
    about = []
    if change.measure and not change.to_show:
        about.append(f"{say('advance.measure', lang)}: {change.measure}")
    if change.evidence:
        about.append(
            f"{say('advance.evidence', lang)}: {('、' if lang == 'zh' else ', ').join(change.evidence)}"
        )
    if about:
        yield Paragraph(Text(" · ".join(about), style="dim"), indent=5)


def _cited(words: str, clause: str | None, mark: Text, indent: int) -> Paragraph:
    text = Text(words)
    if clause:
        text.append(f" [{clause}]", style="dim")
    return Paragraph(text, mark=mark, indent=indent)


def _sensitivity(found: Advancement, lang: str) -> Iterator[RenderableType]:
    yield Text()
    if not found.sensitivity:
        yield Text(say("advance.no_sensitivity", lang))
        return
    yield Text(say("advance.sensitivity", lang), style="bold")
    for slip in found.sensitivity[:_SLIPS]:
        yield Paragraph(Text(slip.text), mark=Text("· "), indent=2)
    if len(found.sensitivity) > _SLIPS:
        yield Text(f"  … +{len(found.sensitivity) - _SLIPS}", style="dim")
