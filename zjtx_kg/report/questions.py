"""The text view of the questions still worth asking."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.advance.questions import Question, Questions
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["question_view", "questions_heading", "questions_view"]

#: So many questions are shown to people; programs get them all.
_SHOWN = 8
#: And so many of the conditions that read a fact.
_CITED = 2


def questions_heading(found: Questions, rulebase: Rulebase, lang: str) -> RenderableType:
    """Who is asked about which tier, and where the answer stands."""
    name = found.profile["name"] or say("ui.no_name", lang)
    tier = rulebase.tiers[found.target].label(lang)
    number = rulebase.policies[found.policy].number
    return Group(
        Text.assemble((name, "bold"), "  ", say("ui.as_of", lang, day=found.as_of)),
        Text.assemble(
            (f"{tier} · {number} · {rulebase.names[found.kind](lang)}", "bold"),
            "  ",
            say(f"ui.status_{found.status}", lang),
        ),
    )


def questions_view(found: Questions, rulebase: Rulebase, lang: str, profile: str) -> RenderableType:
    """The most decisive questions with what each answer would mean."""
    parts: list[RenderableType] = [questions_heading(found, rulebase, lang)]
    if found.settled:
        return Group(*parts, Text(say("ask.settled", lang)))
    parts += [Text(say("ask.count", lang, count=len(found.questions))), Text()]
    for number, question in enumerate(found.questions[:_SHOWN], 1):
        parts.append(question_view(question, lang, f"{number:>2}. "))
    more = len(found.questions) - _SHOWN
    if more > 0:
        parts.append(Text(f"    {say('ask.left', lang, count=more)}", style="dim"))
    follow = say("ask.follow", lang, profile=profile, tier=found.target)
    parts += [Text(), Paragraph(Text(follow, style="dim"))]
    return Group(*parts)


def question_view(question: Question, lang: str, mark: str) -> RenderableType:
    """One question: the place, what its answers would mean, what reads it, what proves it."""
    head = Text.assemble((question.label, "bold"), (f"  {question.path}", "dim"))
    if question.unit:
        head.append(f"  {question.unit}", style="dim")
    lines: list[RenderableType] = [Paragraph(head, mark=Text(mark))]
    notes = []
    if question.together:
        notes.append(say("ask.together", lang, paths="、".join(question.together)))
    informative = len({answer.status for answer in question.answers}) > 1
    if informative:
        notes += [
            say("ask.answer", lang, when=answer.when, status=say(f"ui.status_{answer.status}", lang))
            for answer in question.answers
        ]
    lines += [Paragraph(Text(note), mark=Text("· "), indent=len(mark)) for note in notes]
    for asked in question.conditions[:_CITED]:
        line = f"{asked.label} [{asked.clause}]" if asked.clause else asked.label
        lines.append(Paragraph(Text(line, style="dim"), mark=Text("§ ", style="dim"), indent=len(mark)))
    return Group(*lines)
