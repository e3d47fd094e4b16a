"""``--reasoner`` of ``zjtx assess``: the same company judged again over the OWL view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from zjtx_kg.agreement import Agreement, agree, case_of, evaluator
from zjtx_kg.agreement.evaluators import Case, Evaluator
from zjtx_kg.cli.output import console, report_error, show
from zjtx_kg.errors import ReasonerError
from zjtx_kg.facts import Profile
from zjtx_kg.owl.reasoner import Limits
from zjtx_kg.reasoning.assessment import Program, program, selections
from zjtx_kg.report.agreement import checked_view
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["Check", "check_with", "compare"]


@dataclass(frozen=True, slots=True)
class Check:
    """What a reasoner says of an assessment: agreements by tier, or why it could not say anything."""

    name: str
    found: tuple[Agreement, ...]
    error: ReasonerError | None

    @property
    def status(self) -> int:
        """The exit status: 1 where the reasoner differs or did not answer."""
        return 0 if self.error is None and all(one.holds for one in self.found) else 1

    def to_dict(self, lang: str) -> dict[str, Any]:
        return {
            "name": self.name,
            "error": None if self.error is None else self.error.to_dict(lang),
            "tiers": [one.to_dict(lang) for one in self.found],
        }

    def show(self, rulebase: Rulebase, lang: str) -> None:
        if self.error is None:
            show(checked_view(self.found, rulebase, lang))
        else:
            console(stderr=True).print("\n" + say("agree.not_checked", lang))
            report_error(self.error, lang)


def check_with(
    name: str,
    company: Profile,
    asked: Mapping[str, Any],
    rulebase: Rulebase,
    seconds: float,
    megabytes: int,
) -> Check:
    """Let a reasoner judge what was assessed. Its failure is part of the answer, not the end of it."""
    day = asked["as_of"]
    chosen = selections(rulebase, day, asked["tiers"], asked["policy"], asked["kind"], asked["readings"])
    judge = evaluator(name, Limits(seconds, megabytes))
    programs = [program(rulebase, selection) for selection in chosen]
    try:
        found = compare(programs, [case_of(company, day, rulebase)], [judge], asked["lang"])
    except ReasonerError as error:
        return Check(name, (), error)
    return Check(name, tuple(found), None)


def compare(
    programs: list[Program], cases: list[Case], evaluators: list[Evaluator], lang: str
) -> list[Agreement]:
    """Compare, with a bar on a terminal."""
    screen = console(stderr=True)
    with Progress(
        TextColumn(say("agree.working", lang)),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(say("agree.tasks", lang)),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as progress:
        task = progress.add_task("", total=len(programs) * len(evaluators))
        return agree(programs, cases, evaluators, done=lambda: progress.advance(task))
