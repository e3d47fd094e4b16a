"""The same ten conditions in three engines, in one run: this one, ZEN and OpenFisca.

ZEN decides on one context with floats in compiled Rust. OpenFisca computes vectors with float32 in NumPy;
it is given one company, as a service would, and a thousand, as a study would. Neither knows intervals or
clauses, and both take what is missing for null or zero; so the comparison is of complete companies.
"""

from __future__ import annotations

import json
from typing import Any

from bench.companies import companies
from bench.measure import Row, row, seconds
from zjtx_kg import Profile, load
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.reasoning.assessment import environment
from zjtx_kg.reasoning.nodes import MET, AllNode, Compiler
from zjtx_kg.rulebase.model import AllOf, BooleanCondition, Citation, Comparison, Condition, Threshold

_COUNT = 1000
#: indicator, comparison, bound: ten conditions of the 2022 little-giant criteria.
TEN: list[tuple[str, str, Any]] = [
    ("registered_in_china", "is", True),
    ("on_abnormal_list", "is", False),
    ("market_years", ">=", 3),
    ("main_revenue_share", ">=", 70),
    ("main_revenue_growth_avg2", ">=", 5),
    ("debt_ratio", "<=", 70),
    ("market_share_national", ">=", 10),
    ("own_brand", "is", True),
    ("rd_ratio", ">=", 3),
    ("ip_class1_applied", ">=", 2),
]


def rows() -> list[Row]:
    from datetime import date

    rules = load()
    known = [
        environment(facts_of(Profile.from_dict(data, rules), date(2025, 6, 1), rules))
        for data in companies(_COUNT)
    ]
    contexts = [{id: _plain(env[id]) for id, _, _ in TEN} for env in known]
    node = _compiled()
    ours = [node.plain(env) == MET for env in known]
    each = seconds(lambda: [node.plain(env) for env in known]) / _COUNT
    found = [row("ten conditions, this engine, one company", each)]
    for name, peer in (("ZEN engine", _zen), ("OpenFisca-Core", _openfisca)):
        try:
            answers, timings = peer(contexts)
        except ImportError:
            found.append(Row(f"ten conditions, {name}", "UNTESTED", note="make bench installs it"))
            continue
        same = sum(a == b for a, b in zip(ours, answers, strict=True))
        for label, time in timings.items():
            note = f"{time / each:,.1f} × ours; {same} of {_COUNT} answers agree"
            found.append(row(f"ten conditions, {name}, {label}", time, note=note))
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool) else float(value.lo)


def _compiled() -> AllNode:
    conditions: list[Condition] = []
    nowhere = Citation(None, None)
    for id, operator, bound in TEN:
        if operator == "is":
            conditions.append(BooleanCondition(id=id, citation=nowhere, indicator=id, value=bound))
        else:
            conditions.append(
                Threshold(id=id, citation=nowhere, indicator=id, comparison=Comparison(operator), bound=bound)
            )
    node = Compiler(load().indicators).condition(AllOf(id="", citation=nowhere, members=tuple(conditions)))
    assert isinstance(node, AllNode)
    return node


def _zen(contexts: list[dict[str, Any]]) -> tuple[list[bool], dict[str, float]]:
    import zen

    tests = [f"{id} == {str(bound).lower()}" if op == "is" else f"{id} {op} {bound}" for id, op, bound in TEN]
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "ten",
                "type": "expressionNode",
                "name": "ten",
                "position": {"x": 1, "y": 0},
                "content": {"expressions": [{"id": "met", "key": "met", "value": " and ".join(tests)}]},
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "ten", "type": "edge"},
            {"id": "b", "sourceId": "ten", "targetId": "out", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def all_of_them() -> list[bool]:
        return [bool(decision.evaluate(context)["result"]["met"]) for context in contexts]

    return all_of_them(), {"one company": seconds(all_of_them, rounds=3) / len(contexts)}


def _openfisca(contexts: list[dict[str, Any]]) -> tuple[list[bool], dict[str, float]]:
    import numpy as np
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    company = build_entity(key="company", plural="companies", label="company", is_person=True)
    system = TaxBenefitSystem([company])
    for id, operator, _ in TEN:
        kind = bool if operator == "is" else float
        system.add_variable(
            type(
                id,
                (Variable,),
                {"value_type": kind, "entity": company, "definition_period": DateUnit.YEAR, "label": id},
            )
        )

    def formula(one: Any, period: Any) -> Any:
        found = True
        for id, operator, bound in TEN:
            value = one(id, period)
            found = found * (
                value == bound if operator == "is" else value >= bound if operator == ">=" else value <= bound
            )
        return found

    system.add_variable(
        type(
            "ten",
            (Variable,),
            {
                "value_type": bool,
                "entity": company,
                "definition_period": DateUnit.YEAR,
                "label": "ten",
                "formula": formula,
            },
        )
    )

    def answer(chosen: list[dict[str, Any]]) -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(chosen))
        for id, _, _ in TEN:
            simulation.set_input(id, "2024", np.array([context[id] for context in chosen]))
        return simulation.calculate("ten", "2024")

    one = seconds(lambda: [answer([context]) for context in contexts[:100]], rounds=3) / 100
    many = seconds(lambda: answer(contexts), rounds=3) / len(contexts)
    return [bool(x) for x in answer(contexts)], {"one company": one, f"one of {len(contexts):,}": many}
