"""The text view of subsidies: title by title, what is paid, what is open, what is not paid and why."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.reasoning.wording import shown
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.subsidies import Case, Reward, Subsidies
from zjtx_kg.texts import say

__all__ = ["amount_of", "subsidies_view"]

_MARKS = {"payable": ("✓", "green"), "unknown": ("?", "yellow"), "not_payable": ("✗", "red")}


def subsidies_view(found: Subsidies, rulebase: Rulebase, lang: str, *, detailed: bool) -> RenderableType:
    """Head line, then one block for each title. Titles that earn nothing are named together unless
    ``detailed``."""
    name = found.profile["name"] or say("ui.no_name", lang)
    place = say("subsidies.region", lang, region=found.region) if found.region else ""
    facts = " · ".join(filter(None, (say("ui.as_of", lang, day=found.as_of), place)))
    parts: list[RenderableType] = [Paragraph(Text.assemble((name, "bold"), "  ", facts))]
    parts.append(Text(say("subsidies.money", lang), style="dim"))
    if not found.region:
        parts.append(Paragraph(Text(say("subsidies.no_region", lang), style="yellow")))
    idle = []
    for case in found.cases:
        if detailed or any(reward.status != "not_payable" for reward in case.rewards):
            parts += [Text(), *_case(case, rulebase, lang)]
        else:
            idle.append(case.label)
    if idle:
        parts += [Text(), Paragraph(Text(say("subsidies.nothing", lang), style="dim"))]
        parts.append(Paragraph(Text(_joined(idle, lang), style="dim"), indent=2))
    parts += list(_foot(found, rulebase, lang))
    return Group(*parts)


def _case(case: Case, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    if case.held and case.day is not None and case.occasion == "recognition":
        when = say("subsidies.on", lang, day=case.day)
    elif case.day is None:
        when = say("subsidies.on_unknown", lang)
    else:
        when = say("subsidies.if_on", lang, day=case.day, occasion=rulebase.names[case.occasion](lang))
    sums = [say("subsidies.total", lang, amount=_span(case.total.min, case.total.max))]
    if case.vouchers.max:
        sums.append(say("subsidies.vouchers", lang, amount=_span(case.vouchers.min, case.vouchers.max)))
    head = Text.assemble((case.label, "bold"), "  ", (when, "dim"), "  ", (" · ".join(sums), "bold"))
    yield Paragraph(head)
    if not case.rewards:
        yield Paragraph(Text(say("subsidies.none_here", lang)), mark=Text("– "), indent=2)
    for reward in case.rewards:
        yield _reward(reward, lang)


def _reward(reward: Reward, lang: str) -> Paragraph:
    mark, style = _MARKS[reward.status]
    head = say("subsidies.payer", lang, payer=reward.payer)
    text = Text.assemble((head, "bold"), reward.label, "  ", (amount_of(reward, lang), style))
    if reward.expired:
        text.append(f" [{say('subsidies.expired', lang)}]", style="dim")
    for reason in reward.because:
        text.append(f"\n{reason.text}")
    if reward.status != "not_payable" and reward.note:
        text.append(f"\n{reward.note}", style="dim")
    text.append(f"\n{reward.source}", style="dim")
    return Paragraph(text, mark=Text(f"{mark} ", style=style), indent=2)


def amount_of(reward: Reward, lang: str) -> str:
    """What is paid, as the document means it."""
    low, high = reward.amount.min, reward.amount.max
    if reward.status == "not_payable":
        words = say("subsidies.refused", lang, amount=shown(reward.stated))
    elif reward.status == "unknown":
        words = say("subsidies.unsure", lang, amount=shown(high))
    elif low == high:
        words = say("subsidies.fixed", lang, amount=shown(high))
    elif low == 0:
        words = say("subsidies.cap", lang, amount=shown(high))
    else:
        words = say("subsidies.between", lang, low=shown(low), high=shown(high))
    return words + (say("subsidies.voucher", lang) if reward.form == "voucher" else "")


def _span(low: object, high: object) -> str:
    ends = [shown(end) for end in (low, high)]  # type: ignore[arg-type]
    return ends[0] if low == high else f"{ends[0]}–{ends[1]}"


def _foot(found: Subsidies, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    notes = []
    if found.region and found.not_covered:
        levels = _joined([rulebase.names[level](lang) for level in found.not_covered], lang)
        notes.append(say("subsidies.not_covered", lang, levels=levels))
    if found.missing:
        names = [say("subsidies.missing_received", lang) if m == "received" else m for m in found.missing]
        notes.append(say("subsidies.missing", lang, missing=_joined(names, lang)))
    if notes:
        yield Text()
    for note in notes:
        yield Paragraph(Text(note, style="dim"))


def _joined(items: list[str], lang: str) -> str:
    return ("、" if lang == "zh" else "; ").join(items)
