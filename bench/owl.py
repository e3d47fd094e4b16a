"""HermiT and Pellet beside the native evaluation: the same company, the same tier, the same answer."""

from __future__ import annotations

import json
from datetime import date

from bench.companies import companies
from bench.measure import Row, row, seconds
from zjtx_kg import Profile, load
from zjtx_kg.agreement import case_of, evaluator
from zjtx_kg.owl.language import Declaration
from zjtx_kg.owl.reasoner import Limits, satisfiable
from zjtx_kg.reasoning.assessment import program, selections

DAY = date(2025, 6, 1)
TIER = "little-giant"


def rows() -> list[Row]:
    rules = load()
    given = json.loads(json.dumps(companies(10, gaps=0.15)))
    cases = [case_of(Profile.from_dict(data, rules), DAY, rules) for data in given]
    one = program(rules, selections(rules, DAY, [TIER])[0])
    native = seconds(lambda: one.status(cases[0].env))
    found = [
        row(f"native, one company, {TIER}: status", native),
        row("an empty Java virtual machine with HermiT (floor)", seconds(_empty, rounds=3)),
    ]
    for name in ("hermit", "pellet"):
        judge = evaluator(name, Limits())
        single = seconds(lambda: judge.judge(one, cases[:1]), rounds=3)  # noqa: B023
        found.append(
            row(
                f"{name}, one company, {TIER}: every condition",
                single,
                5.0,
                f"{single / native:,.0f} × native",
            )
        )
    judge = evaluator("hermit", Limits())
    many = seconds(lambda: judge.judge(one, cases), rounds=2) / len(cases)
    found.append(
        row(
            f"hermit, one of {len(cases)} companies in one process",
            many,
            note=f"{many / native:,.0f} × native",
        )
    )
    return found


def _empty() -> object:
    return satisfiable([[Declaration("Class", "urn:a")]], ["urn:a"])
