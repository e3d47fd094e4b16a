"""The text view of a calendar: what has passed, what is due now, what is coming, what always holds."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.supervision import Calendar, Event
from zjtx_kg.texts import say

__all__ = ["calendar_view"]

#: The statuses of each section, in the order in which they matter.
_SECTIONS = (
    ("now", ("today", "open"), "bold yellow"),
    ("upcoming", ("upcoming",), "bold"),
    ("unknown", ("unknown",), "bold"),
    ("past", ("past",), "dim"),
)


def calendar_view(calendar: Calendar, rulebase: Rulebase, lang: str) -> RenderableType:
    """Sections by urgency; in each the dates in order, with what to do and the clause that says so."""
    name = calendar.profile["name"] or say("ui.no_name", lang)
    span = say("calendar.span", lang, day=calendar.as_of, until=calendar.until)
    parts: list[RenderableType] = [Text.assemble((name, "bold"), "  ", span)]
    if calendar.missing:
        parts.append(Paragraph(Text(say("calendar.missing", lang), style="yellow")))
    for section, statuses, style in _SECTIONS:
        events = [event for event in calendar.events if event.status in statuses]
        if events:
            parts += [Text(), Text(say(f"calendar.{section}", lang), style=style)]
            parts += [_event(event, rulebase, lang) for event in events]
    if not calendar.events:
        parts += [Text(), Text(say("calendar.nothing", lang))]
    parts += [*_duties(calendar, rulebase, lang), *_procedures(calendar, rulebase, lang)]
    return Group(*parts)


def _event(event: Event, rulebase: Rulebase, lang: str) -> Paragraph:
    when = Text(
        f"{'' if event.due is None else str(event.due):10}  ",
        style="bold" if event.status in ("today", "open") else "",
    )
    text = Text.assemble((event.title_label, "bold"), " ", _what(event, lang))
    if event.days is not None:
        text.append(f"  {_distance(event.days, lang)}", style="dim")
    for note in _notes(event, rulebase, lang):
        text.append(f"\n{note}")
    if event.policy is not None:
        text.append(f" [{_cited(event.policy, event.clause, rulebase, lang)}]", style="dim")
    return Paragraph(text, mark=when, indent=2)


def _what(event: Event, lang: str) -> str:
    if event.topic == "validity":
        return say("calendar.ends", lang)
    if event.topic == "ban":
        return say("calendar.ban", lang)
    if event.from_ is None:
        return event.label
    key = "calendar.report" if event.topic == "changeReport" else "calendar.window"
    return say(key, lang, label=event.label, start=event.from_)


def _notes(event: Event, rulebase: Rulebase, lang: str) -> Iterator[str]:
    if event.computed:
        yield say("calendar.computed", lang)
    if event.judged_by is not None:
        policy = rulebase.policies[event.judged_by]
        yield say("calendar.judged_by", lang, policy=(policy.short or policy.title)(lang))
    if event.topic == "applicationWindow" and event.status == "past":
        yield say("calendar.last_call", lang)
    if event.text:
        yield event.text


def _distance(days: int, lang: str) -> str:
    if days == 0:
        return say("calendar.today", lang)
    return say("calendar.days" if days > 0 else "calendar.ago", lang, days=abs(days))


def _cited(policy: str, clause: str | None, rulebase: Rulebase, lang: str) -> str:
    document = rulebase.policies[policy]
    template = rulebase.phrases["citation"].template(lang)
    return template.format(policy=(document.short or document.title)(lang), clause=clause or "")


def _duties(calendar: Calendar, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    if calendar.duties:
        yield Text()
        yield Text(say("calendar.standing", lang), style="bold")
    for duty in calendar.duties:
        titles = ("、" if lang == "zh" else ", ").join(rulebase.titles[t].label(lang) for t in duty.titles)
        text = Text.assemble((f"{duty.label}", "bold"), f" {titles}\n{duty.text}")
        text.append(f" [{_cited(duty.policy, duty.clause, rulebase, lang)}]", style="dim")
        yield Paragraph(text, mark=Text("· "), indent=2)


def _procedures(calendar: Calendar, rulebase: Rulebase, lang: str) -> Iterator[RenderableType]:
    if calendar.procedures:
        yield Text()
        yield Text(say("calendar.procedures", lang), style="bold")
    for found in calendar.procedures:
        text = Text.assemble((found.title_label, "bold"), " ", " → ".join(found.steps))
        text.append(f" [{_cited(found.policy, found.clause, rulebase, lang)}]", style="dim")
        yield Paragraph(text, mark=Text("· "), indent=2)
