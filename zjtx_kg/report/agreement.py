"""Whether evaluators agree: counts by tier, then each disagreement with both proofs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from zjtx_kg.agreement import Agreement, Disagreement
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["agreement_view", "checked_view"]

#: So many disagreements are shown with their proofs; all of them are in the JSON.
_SHOWN = 5
_STATUSES = ("met", "unmet", "unknown")


def agreement_view(
    found: Sequence[Agreement], rulebase: Rulebase, lang: str, *, companies: int, day: object
) -> RenderableType:
    """The whole comparison."""
    head = Text(say("agree.head", lang, companies=companies, day=day), style="bold")
    return Group(head, Text(), _table(found, rulebase, lang), Text(), *_verdict(found, lang))


def checked_view(found: Sequence[Agreement], rulebase: Rulebase, lang: str) -> RenderableType:
    """What stands below an assessment that a reasoner has checked."""
    head = Text(say("agree.checked", lang, name=found[0].evaluator), style="bold")
    return Group(Text(), head, _table(found, rulebase, lang), *_verdict(found, lang))


def _table(found: Sequence[Agreement], rulebase: Rulebase, lang: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(say("ui.tier", lang))
    table.add_column(say("ui.edition", lang), no_wrap=True)
    for column in ("compared", *_STATUSES, "differ", "seconds"):
        table.add_column(say(f"agree.{column}", lang), justify="right", no_wrap=True)
    for one in found:
        count = len(one.disagreements)
        policy = rulebase.policies[one.policy]
        kind = rulebase.names[one.kind](lang)
        table.add_row(
            f"{rulebase.tiers[one.tier].label(lang)} · {kind}",
            (policy.short or policy.title)(lang),
            str(one.compared),
            *(str(one.statuses[status]) for status in _STATUSES),
            Text("✓", style="green") if one.holds else Text(f"✗ {count}", style="bold red"),
            f"{one.seconds:.1f}",
        )
    return table


def _verdict(found: Sequence[Agreement], lang: str) -> Iterator[RenderableType]:
    compared = sum(one.compared for one in found)
    disagreements = [d for one in found for d in one.disagreements]
    if all(one.holds for one in found):
        yield Text(f"✓ {say('agree.holds', lang, compared=compared)}", style="green")
        return
    yield Text(f"✗ {say('agree.fails', lang, compared=compared, count=len(disagreements))}", style="bold red")
    for one in found:
        for key, ids in (("only_native", one.only_native), ("only_other", one.only_other)):
            if one.complete and ids:
                yield Text(f"  {say(f'agree.{key}', lang, ids=', '.join(ids), name=one.evaluator)}")
    for disagreement in disagreements[:_SHOWN]:
        yield from _shown(disagreement, lang)
    if len(disagreements) > _SHOWN:
        yield Text(say("agree.more", lang, count=len(disagreements) - _SHOWN), style="dim")


def _shown(one: Disagreement, lang: str) -> Iterator[RenderableType]:
    yield Text()
    yield Text(f"{say('agree.company', lang, name=one.case.name)}  {one.condition}", style="bold")
    sides = (
        (say("agree.native", lang), one.native, one.native_proof(lang)),
        (one.evaluator.name, one.other, one.other_proof(lang)),
    )
    for name, status, proof in sides:
        yield Text(f"  {name}: {say(f'agree.{status}', lang)}")
        yield Padding(Text(proof, style="dim"), (0, 0, 0, 4))
