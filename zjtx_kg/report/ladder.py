"""The ladder at a glance, then what stands in the way: the text view of an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.exact import rounded
from zjtx_kg.reasoning.explain import Explanation, Line
from zjtx_kg.reasoning.results import Assessment, Finding, TierAssessment
from zjtx_kg.reasoning.wording import shown
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["ladder_view", "narrowest"]

_MARKS = {"met": ("✓", "green"), "unmet": ("✗", "red"), "unknown": ("?", "yellow")}
_STATUS_STYLE = {
    "eligible": ("✓", "bold green"),
    "conditional": ("◐", "bold cyan"),
    "undetermined": ("?", "bold yellow"),
    "not_eligible": ("✗", "bold red"),
}
#: How many items of a list the overview shows; `explain` shows all.
_SHOWN = 4
#: A margin is narrow up to half of its bound.
_NARROW = Decimal("0.5")


def ladder_view(
    assessment: Assessment,
    proofs: Sequence[Explanation],
    rulebase: Rulebase,
    lang: str,
    profile: str | None = None,
) -> RenderableType:
    """Head line, one row for each tier, then one paragraph for each tier that is not simply eligible.

    ``profile`` names the file in the command that is suggested last; without it none is.
    """
    name = assessment.profile["name"] or say("ui.no_name", lang)
    kind = rulebase.names[assessment.kind](lang)
    head = Text.assemble((name, "bold"), "  ", say("ui.as_of", lang, day=assessment.as_of), " · ", kind)
    parts: list[RenderableType] = [head, Text(), _table(assessment, rulebase, lang)]
    for tier, proof in zip(assessment.tiers, proofs, strict=True):
        parts += [Text(), *_paragraph(tier, proof, lang)]
    if profile is not None:
        parts += [Text(), Text(say("ui.next", lang, profile=profile, tier=_example(assessment)), style="dim")]
    return Group(*parts)


def _example(assessment: Assessment) -> str:
    """The tier whose proof is worth reading first: the lowest step that is not reached."""
    return next((t.tier for t in assessment.tiers if t.status != "eligible"), assessment.tiers[-1].tier)


def _table(assessment: Assessment, rulebase: Rulebase, lang: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in ("tier", "edition", "status", "score", "prior"):
        table.add_column(say(f"ui.{column}", lang), no_wrap=column != "tier")
    for tier in assessment.tiers:
        mark, style = _STATUS_STYLE[tier.status]
        policy = rulebase.policies[tier.policy]
        table.add_row(
            rulebase.tiers[tier.tier].label(lang),
            (policy.short or policy.title)(lang),
            Text(f"{mark} {say(f'ui.status_{tier.status}', lang)}", style=style),
            _score(tier),
            say(f"ui.prior_{tier.prior_title.status}" if tier.prior_title else "ui.prior_none", lang),
        )
    return table


def _score(tier: TierAssessment) -> str:
    if tier.score is None:
        return "–"
    low, high = shown(tier.score.min), shown(tier.score.max)
    points = low if low == high else f"{low}–{high}"
    return f"{points}/{shown(tier.score.pass_)}"


def _paragraph(tier: TierAssessment, proof: Explanation, lang: str) -> Iterator[RenderableType]:
    mark, style = _STATUS_STYLE[tier.status]
    yield Text.assemble((f"{mark} ", style), (proof.heading, "bold"))
    lines = {line.condition: line for line in proof.lines}
    if tier.blocking:
        blocking = [lines[id] for id in tier.blocking if id in lines]
        yield from _section("ui.blocking", [_line(line) for line in blocking], lang, limit=None)
        lost = _lost_points(tier)
        if lost and any(f.operator == "any" or f.points is not None for f in _failed(tier)):
            yield from _section("ui.lost_points", [_line(lines[f.condition]) for f in lost], lang)
    floors = [_line(lines[group.condition]) for group in _below_floor(tier)]
    yield from _section("ui.floors", floors, lang, limit=None)
    open_ = [finding for finding in _all(tier.findings) if finding.condition in _asked(proof)]
    measured = [_open_line(finding, lines[finding.condition]) for finding in open_]
    yield from _section("ui.missing", measured, lang, limit=10)
    if proof.open:
        yield from _section("ui.open", [Paragraph(Text(_listed(proof.open, lang)), indent=4)], lang)
    if tier.status == "eligible":
        narrow = [lines[finding.condition] for finding in narrowest(tier.findings)]
        yield from _section("ui.narrow", [_line(line) for line in narrow], lang, limit=3)


def _below_floor(tier: TierAssessment) -> list[Finding]:
    """The groups of a score that certainly miss their floor, whatever the total is."""
    return [
        f
        for f in _all(tier.findings)
        if f.operator == "score"
        and f.status == "unmet"
        and f.bound is not None
        and not any(child.operator == "score" for child in f.children)
    ]


def _failed(tier: TierAssessment) -> list[Finding]:
    return [finding for finding in _all(tier.findings) if finding.condition in tier.blocking]


def _asked(proof: Explanation) -> set[str]:
    """The conditions whose facts are worth measuring: what is to be declared is listed apart."""
    return {line.condition for line in proof.lines if set(line.find_out) - set(proof.open)}


def _listed(items: Sequence[str], lang: str) -> str:
    return ("、" if lang == "zh" else "; ").join(items)


def _open_line(finding: Finding, line: Line) -> Paragraph:
    """What is asked for, and how much of it is known."""
    return _cited(finding.label + (f": {line.known}" if line.known else ""), line)


def _line(line: Line) -> Paragraph:
    return _cited(line.text, line)


def _cited(words: str, line: Line) -> Paragraph:
    mark, style = _MARKS[line.status]
    text = Text(words)
    if line.citation:
        text.append(f" [{line.citation}]", style="dim")
    return Paragraph(text, mark=Text(f"{mark} ", style=style), indent=4)


def _section(
    title: str, paragraphs: Sequence[Paragraph], lang: str, limit: int | None = _SHOWN
) -> Iterator[RenderableType]:
    if not paragraphs:
        return
    yield Text(f"  {say(title, lang)}", style="dim")
    yield from paragraphs[:limit]
    if limit is not None and len(paragraphs) > limit:
        yield Text(f"    … +{len(paragraphs) - limit}", style="dim")


def _all(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _all(finding.children)


def _lost_points(tier: TierAssessment) -> list[Finding]:
    """Scored items by the points they certainly lose, the most first."""
    items = [f for f in _all(tier.findings) if f.points is not None and f.operator != "score"]
    lost = {f.condition: f.points.full - f.points.max for f in items if f.points is not None}
    ranked = sorted(items, key=lambda f: lost[f.condition], reverse=True)
    return [f for f in ranked if lost[f.condition] > 0]


def narrowest(findings: Sequence[Finding]) -> list[Finding]:
    """Needed conditions by how little they keep above their bound, relative to it."""

    def needed(found: Iterable[Finding]) -> Iterator[Finding]:
        for finding in found:
            if finding.operator == "all":
                yield from needed(finding.children)
            elif finding.margin is not None:
                yield finding

    def slack(finding: Finding) -> Decimal:
        """The share of the bound that is to spare, near enough to rank by."""
        return rounded(finding.margin) / (abs(rounded(finding.bound)) or Decimal(1))

    return sorted((f for f in needed(findings) if slack(f) <= _NARROW), key=slack)
