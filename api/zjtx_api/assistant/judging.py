"""The tools that judge a company: assess, explain, ask, advance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from zjtx_api.assistant.reply import Reply, fitting, rendered
from zjtx_api.assistant.tool import CHOICE, DETAIL, PROFILE, TO, Asked, Tool, count, described
from zjtx_api.fields import TIERS, Field, Unfit, choice, text
from zjtx_kg import (
    Assessment,
    Explanation,
    Finding,
    Rulebase,
    TierAssessment,
    advance,
    ask,
    assess,
    explain,
    say,
)
from zjtx_kg.facts import nearest, shown
from zjtx_kg.reasoning import plain
from zjtx_kg.report.ladder import ladder_view, narrowest
from zjtx_kg.report.proof import proof_view

__all__ = ["tools"]

_NARROW: Final = 3
_QUESTIONS: Final = 5
_REASONS: Final = 12
#: What a finding says in a conversation.
_SAID: Final = (
    "condition",
    "label",
    "status",
    "indicator",
    "observed",
    "operator",
    "bound",
    "unit",
    "margin",
    "clause",
    "confidence",
)


# --- assess -------------------------------------------------------------------------------------------


def _assess(asked: Asked) -> Reply:
    """Every tier at a glance, what stands in the way, what is missing."""
    options = asked.choice()
    found = assess(asked.profile, tiers=asked.given["tiers"], **options)
    proofs = [explain(asked.profile, one.tier, **{**options, "policy": one.policy}) for one in found.tiers]
    lines = rendered(ladder_view(found, proofs, asked.rules, asked.lang))
    content = found.to_dict() if asked.full else _reduced(found, asked)
    return Reply(fitting(lines, asked.lang, full=asked.full), content)


def _reduced(found: Assessment, asked: Asked) -> dict[str, Any]:
    """The contract's object, with the findings that decide; ``labels`` names what is missing or open."""
    named = dict.fromkeys(id for tier in found.tiers for id in (*tier.missing, *tier.open))
    return {
        "profile": found.profile,
        "as_of": str(found.as_of),
        "kind": found.kind,
        "tiers": [_tier(tier) for tier in found.tiers],
        "labels": {id: asked.rules.indicators[id].label(asked.lang) for id in named},
    }


def _tier(tier: TierAssessment) -> dict[str, Any]:
    whole = plain(tier)
    score = whole["score"]
    return {
        "tier": tier.tier,
        "policy": tier.policy,
        "status": tier.status,
        "prior_title": whole["prior_title"],
        "score": score and {key: value for key, value in score.items() if key != "groups"},
        "findings": [_finding(finding) for finding in _deciding(tier)],
        "blocking": whole["blocking"],
        "missing": whole["missing"],
        "open": whole["open"],
        "missing_inputs": whole["missing_inputs"],
    }


def _deciding(tier: TierAssessment) -> list[Finding]:
    """What blocks; where the tier is met, what is nearest to its bound."""
    if tier.status == "eligible":
        return narrowest(tier.findings)[:_NARROW]
    blocking = set(tier.blocking)
    return [finding for finding in _flat(tier.findings) if finding.condition in blocking][:_REASONS]


def _flat(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _flat(finding.children)


def _finding(finding: Finding) -> dict[str, Any]:
    whole = plain(finding)
    return {name: whole[name] for name in _SAID if whole.get(name) is not None}


# --- explain ------------------------------------------------------------------------------------------


def _explain(asked: Asked) -> Reply:
    """Clause by clause what holds, what fails and by how much, what is missing."""
    found = explain(asked.profile, asked.given["subject"], **asked.choice())
    text_ = fitting(rendered(proof_view(found, asked.lang)), asked.lang, full=asked.full)
    whole = plain(found)
    if not asked.full:
        kept = _undecided(found)
        whole["lines"] = [line for line in whole["lines"] if line["condition"] in kept]
        whole["lines_left_out"] = len(found.lines) - len(whole["lines"])
    return Reply(text_, whole)


def _undecided(found: Explanation) -> set[str]:
    """What is not met. Where everything is, the proof as a whole."""
    not_met = [line.condition for line in found.lines if line.status != "met"]
    return set((not_met or [line.condition for line in found.lines])[:_REASONS])


# --- ask ----------------------------------------------------------------------------------------------


def _ask(asked: Asked) -> Reply:
    """The most decisive questions, and what each answer would mean."""
    found = ask(asked.profile, asked.given["to"], **asked.choice())
    lang, rules = asked.lang, asked.rules
    tier, number = rules.tiers[found.target].label(lang), rules.policies[found.policy].number
    lines = [
        f"{tier} · {number} · {rules.names[found.kind](lang)} · {say('ui.as_of', lang, day=found.as_of)}: "
        + say(f"ui.status_{found.status}", lang)
    ]
    shown = found.questions if asked.full else found.questions[: asked.given["count"]]
    if found.settled:
        lines.append(say("ask.settled", lang))
    else:
        lines.append(say("ask.count", lang, count=len(found.questions)))
    for number_, question in enumerate(shown, 1):
        unit = f" · {question.unit}" if question.unit else ""
        lines.append(f"{number_}. {question.label} ({question.path}{unit})")
        if question.definition:
            lines.append(f"   {question.definition}")
        if question.together:
            lines.append("   " + say("ask.together", lang, paths="、".join(question.together)))
        if len({answer.status for answer in question.answers}) > 1:
            lines += [
                "   "
                + say("ask.answer", lang, when=answer.when, status=say(f"ui.status_{answer.status}", lang))
                for answer in question.answers
            ]
        for one in question.conditions[:2]:
            lines.append(f"   § {one.label}" + (f" [{one.clause}]" if one.clause else ""))
        if question.evidence:
            lines.append(f"   {say('ui.evidence', lang)}: {'、'.join(question.evidence)}")
    whole = plain(found)
    whole["questions"] = whole["questions"][: len(shown)]
    whole["questions_total"] = len(found.questions)
    return Reply(fitting(lines, lang, full=asked.full), whole)


# --- advance ------------------------------------------------------------------------------------------


def _advance(asked: Asked) -> Reply:
    """The least change of inputs that lets the company in, by a solver within the time there is."""
    from zjtx_kg.report.plan import plan_view  # the solver: half a second that other tools need not pay

    plans = asked.given["alternatives"]
    limit = max(asked.seconds * 0.8 / (plans + 2), 0.5)
    found = advance(
        asked.profile,
        asked.given["to"],
        objective=asked.given["objective"],
        alternatives=plans,
        lock=asked.given["lock"],
        limit=limit,
        **asked.choice(),
    )
    view = plan_view(found, asked.rules, asked.lang, limit)
    whole = plain(found)
    if not asked.full:
        for plan in whole["plans"]:
            for change in plan["changes"]:
                change.pop("repairs", None)
    return Reply(fitting(rendered(view), asked.lang, full=asked.full), whole)


def _input(value: Any, rules: Rulebase) -> str:
    """An input to be kept: an indicator, or the place of one in a profile."""
    id = value.rpartition(".")[2] if type(value) is str else ""
    if id not in rules.indicators:
        raise Unfit("http.choice", known=nearest(shown(value)[:80], rules.indicators)["near"])
    return str(value)


# --- the tools ----------------------------------------------------------------------------------------

_OBJECTIVES: Final = ("fewest", "effort", "soonest")


def tools() -> Iterator[Tool]:
    yield Tool(
        name="assess",
        fields=(PROFILE, described(TIERS, "tiers"), *CHOICE, DETAIL),
        answer=_assess,
        subject="tiers",
    )
    subject = Field(
        "subject", text(300), {"type": "string", "maxLength": 300}, required=True, about="mcp.subject"
    )
    yield Tool(name="explain", fields=(PROFILE, subject, *CHOICE, DETAIL), answer=_explain, subject="subject")
    yield Tool(
        name="ask",
        fields=(PROFILE, TO, *CHOICE, count("count", 1, 20, _QUESTIONS), DETAIL),
        answer=_ask,
        subject="to",
    )
    yield Tool(
        name="advance",
        fields=(
            PROFILE,
            TO,
            *CHOICE,
            Field(
                "objective",
                choice(lambda _: _OBJECTIVES),
                {"type": "string"},
                default="fewest",
                choices=lambda _: _OBJECTIVES,
                about="mcp.objective",
            ),
            count("alternatives", 1, 5, 2),
            Field("lock", _input, {"type": "string"}, default=(), many=True, about="mcp.lock"),
            DETAIL,
        ),
        answer=_advance,
        subject="to",
    )
