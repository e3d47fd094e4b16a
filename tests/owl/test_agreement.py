"""The OWL reasoner and the native evaluation give one law, condition by condition."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from tests.conftest import WHOLE
from tests.support import DAY, company
from zjtx_kg import Kind, Profile, load
from zjtx_kg.agreement import agree, case_of, evaluator
from zjtx_kg.agreement.evaluators import Case, native
from zjtx_kg.agreement.sampling import companies
from zjtx_kg.exact import Fraction
from zjtx_kg.owl.company import describe, same_side
from zjtx_kg.owl.functional import document
from zjtx_kg.owl.halfopen import half_open
from zjtx_kg.owl.language import (
    DECIMAL,
    Axiom,
    Complement,
    Declaration,
    Equivalent,
    Functional,
    Named,
    Range,
    Restriction,
    Some,
    SubClass,
    all_of,
)
from zjtx_kg.owl.module import module
from zjtx_kg.owl.reasoner import Limits, ReasonerName, satisfiable
from zjtx_kg.owl.view import bounded, facet
from zjtx_kg.reasoning.assessment import Program, program, selections
from zjtx_kg.rulebase.model import Comparison

RULES = load()
LIMITS = Limits(600)
SAMPLE = 40 if WHOLE else 4
GIANT = "miit-2022-63/little-giant"
REVENUE = f"{GIANT}/innovation/general/rd-intensity"


def programs(
    day: date, kind: Kind = Kind.NEW, tiers: Sequence[str] = (), **chosen: Sequence[str]
) -> list[Program]:
    return [
        program(RULES, one) for one in selections(RULES, day, tiers, None, kind, chosen.get("readings", ()))
    ]


def check(asked: list[Program], given: list[Profile], day: date, name: str = "hermit") -> None:
    cases = [case_of(one, day, RULES) for one in given]
    for found in agree(asked, cases, [evaluator(name, LIMITS)]):
        assert found.holds, [one.to_dict("en") for one in found.disagreements[:3]]
        assert found.compared >= len(given) * 4


@pytest.mark.parametrize(
    ("day", "kind", "tiers", "readings"),
    [
        (date(2025, 6, 1), Kind.NEW, ("innovative-sme", "srdi-sme", "little-giant"), ()),
        (date(2026, 6, 1), Kind.NEW, ("srdi-sme", "little-giant"), ()),
        (date(2026, 6, 1), Kind.NEW, ("hnte", "tech-sme"), ()),
        (date(2026, 6, 1), Kind.NEW, ("priority-little-giant", "single-champion"), ()),
        (date(2022, 9, 1), Kind.NEW, ("priority-little-giant",), ()),
        (date(2027, 6, 1), Kind.REVIEW, ("little-giant", "srdi-sme", "single-champion"), ()),
        (date(2025, 6, 1), Kind.NEW, ("little-giant",), ("rd-3000-one-year",)),
    ],
)
def test_sampled_companies(day: date, kind: Kind, tiers: Sequence[str], readings: Sequence[str]) -> None:
    given = list(companies(RULES, SAMPLE, seed=20, as_of=day))
    check(programs(day, kind, tiers, readings=readings), given, day)


@pytest.mark.parametrize("name", ["hermit", "pellet"])
def test_on_below_and_above_a_threshold(name: str) -> None:
    """One trillionth decides, also where a float would not see it."""
    values = [Fraction(70), 70 - Fraction(1, 10**12), 70 + Fraction(1, 10**20)]
    given = [company({"facts.debt_ratio": v, "years.2024.total_assets": None}) for v in values]
    asked = programs(DAY, tiers=["little-giant"])
    debts = f"{GIANT}/refinement/debt-ratio"
    statuses = [native(asked[0], case_of(one, DAY, RULES))[debts] for one in given]
    assert statuses == ["met", "met", "unmet"]
    check(asked, given, DAY, name)


def test_reasoning_by_cases() -> None:
    """Revenue unknown, equity of 2000: enough in either case."""
    given = company(
        {"years.2024.revenue": None, "years.2024.main_revenue": None, "years.2024.equity_financing": 2000}
    )
    asked = programs(DAY, tiers=["srdi-sme"])
    assert native(asked[0], case_of(given, DAY, RULES))["miit-2022-63/srdi-sme/revenue-or-financing"] == "met"
    check(asked, [given], DAY)


def test_ends_that_no_decimal_can_write() -> None:
    """A growth of √(…) and a ratio of 1/3 keep their side of every bound."""
    given = [
        company({"years.2024.total_liabilities": 1000, "years.2024.total_assets": 3000}),
        company({"years.2022.main_revenue": {"min": 7777, "max": 8111}}),
    ]
    check(programs(DAY, tiers=["little-giant"]), given, DAY)


def test_a_decimal_on_the_same_side() -> None:
    third = Fraction(100, 3)
    for bound in (33, Fraction(3333333333, 10**8), Fraction(333333333333333333333334, 10**22)):
        for up in (False, True):
            near = same_side(third, [bound], up=up)
            assert (near > bound) == (third > bound)


def closed(low: object, high: object) -> Restriction:
    pairs = ((Comparison.AT_LEAST, low), (Comparison.AT_MOST, high))
    return Restriction(DECIMAL, tuple(facet(how, end) for how, end in pairs if end is not None))  # type: ignore[arg-type]


@pytest.mark.parametrize("natural", [(0, 3), (1, None), (0, Fraction(5, 2)), (None, None)])
def test_two_conditions_on_one_number(natural: tuple[object, object]) -> None:
    """Every pair of comparisons, met or not, against plain arithmetic, at bounds that meet."""
    low, high = natural
    bounds = [end for end in natural if end is not None] or [2]
    values = closed(low, high)
    axioms: list[Axiom] = [
        Declaration("Class", "urn:c"), Declaration("DataProperty", "urn:p"), Functional("urn:p"),
        Range("urn:p", values), SubClass(Named("urn:c"), Some("urn:p", values)),
    ]  # fmt: skip
    leaves = []
    for bound, how in product(bounds, Comparison):
        name = f"urn:m/{len(leaves)}"
        axioms.append(Equivalent(name, Some("urn:p", Restriction(DECIMAL, (facet(how, bound),)))))  # type: ignore[arg-type]
        leaves.append((Named(name), bound, how))
    points = [Fraction(n, 4) for n in range(-8, 40)]
    points = [p for p in points if (low is None or p >= low) and (high is None or p <= high)]  # type: ignore[operator]
    asked, expected = [], []
    for (a, x, how), (b, y, other) in product(leaves, leaves):
        for first, second in product((True, False), repeat=2):
            name = f"urn:q/{len(asked)}"
            sides = [one if met else Complement(one) for one, met in ((a, first), (b, second))]
            axioms += [Declaration("Class", name), Equivalent(name, all_of([Named("urn:c"), *sides]))]
            asked.append(name)
            expected.append(any(meets(p, x, how) is first and meets(p, y, other) is second for p in points))
    assert satisfiable([axioms], asked, limits=LIMITS) == [expected]


def meets(value: Fraction, bound: object, how: Comparison) -> bool:
    return {
        Comparison.AT_LEAST: value >= bound,  # type: ignore[operator]
        Comparison.MORE_THAN: value > bound,  # type: ignore[operator]
        Comparison.AT_MOST: value <= bound,  # type: ignore[operator]
        Comparison.BELOW: value < bound,  # type: ignore[operator]
    }[how]


def test_half_open_keeps_what_has_no_rival() -> None:
    (kept,) = half_open([Equivalent("urn:m", Some("urn:p", bounded(5000, None)))])
    assert kept == Equivalent("urn:m", Some("urn:p", bounded(5000, None)))


def test_what_the_reasoner_reads_has_no_float_and_no_foreign_letter() -> None:
    case = case_of(company(), DAY, RULES)
    for one in programs(DAY):
        text = document("urn:x", module(RULES, (one.selection,)).about(describe(one, case.env)))
        assert text.isascii()
        assert "double" not in text
        assert "float" not in text


@dataclass(frozen=True)
class Stubborn:
    """An evaluator that finds everything met."""

    name: str = "stubborn"
    complete: bool = True

    def judge(self, program: Program, cases: Sequence[Case]) -> list[Mapping[str, str]]:
        return [dict.fromkeys(native(program, case), "met") for case in cases]

    def proof(self, program: Program, case: Case, condition: str, lang: str) -> str:  # noqa: ARG002
        return "because I say so"


def test_a_disagreement_is_found_and_shown_with_both_proofs() -> None:
    case = case_of(company({"years.2024.total_liabilities": 8000}), DAY, RULES)
    (found,) = agree(programs(DAY, tiers=["little-giant"]), [case], [Stubborn()])
    assert not found.holds
    one = next(d for d in found.disagreements if d.condition.endswith("debt-ratio")).to_dict("en")
    assert (one["native"], one["stubborn"]) == ("unmet", "met")
    assert "debt_ratio = 80" in one["native_proof"]
    assert one["other_proof"] == "because I say so"


def test_a_seed_draws_the_same_companies() -> None:
    first, again = (list(companies(RULES, 5, seed=3, as_of=DAY)) for _ in range(2))
    assert first == again
    assert first != list(companies(RULES, 5, seed=4, as_of=DAY))


def test_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from zjtx_kg.cli import main

    lines = tmp_path / "companies.jsonl"
    lines.write_text('{"name": "甲", "facts": {"market_years": 12}}\n\n{"name": "乙"}\n', encoding="utf-8")
    command = ["zjtx", "ontology", "agree", "--profiles", str(lines), "--tier", "single-champion"]
    monkeypatch.setattr(sys, "argv", [*command, "--as-of", str(DAY), "--kind", "new", "--json"])
    main_ends(main, 0)
    found = json.loads(capsys.readouterr().out)
    assert (found["companies"], found["agrees"]) == (2, True)
    assert sum(found["comparisons"][0]["statuses"].values()) == found["comparisons"][0]["compared"]
    lines.write_text('{"facts": {"market_years": -1}}\n{"nmae": "乙"}\n', encoding="utf-8")
    main_ends(main, 2)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "facts.market_years" in shown.err
    assert "nmae" in shown.err


def main_ends(main: Callable[[], None], status: int) -> None:
    ended = 0
    try:
        main()
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == status


def test_evaluators_by_name() -> None:
    assert evaluator("pellet", LIMITS).name == ReasonerName.PELLET
