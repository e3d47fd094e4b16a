"""Each clause of both editions: met, missed, open, exactly on the bound, one unit beside it.

The cases are YAML under ``tests/cases/clauses``, written for people who know the policy. Here they are run,
and their completeness is checked: a clause without its cases fails.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support import HERE, basis, by_condition, changed, read_yaml
from zjtx_kg import Kind, Profile, assess, load
from zjtx_kg.rulebase import walk
from zjtx_kg.rulebase.model import BandedItem, Condition, Item, Threshold

FILES = sorted((HERE / "cases" / "clauses").glob("*.yaml"))


def _cases(section: str) -> list[Any]:
    found = []
    for path in FILES:
        document = read_yaml(path)
        for clause, cases in document.get(section, {}).items():
            for case in cases:
                name = f"{document['criteria']}/{clause}: {case['because']}"
                found.append(pytest.param(document, clause, case, id=name))
    return found


def _finding(document: Any, clause: str, case: Any) -> Any:
    policy, tier = document["criteria"].split("/")
    result = assess(
        Profile.from_dict(changed(basis(), case["set"])),
        as_of=date.fromisoformat(document["as_of"]),
        policy=policy,
        tiers=[tier],
        kind=document["kind"],
    )
    return by_condition(result.tiers[0].findings)[f"{document['criteria']}/{clause}"]


@pytest.mark.parametrize(("document", "clause", "case"), _cases("conditions"))
def test_condition(document: Any, clause: str, case: Any) -> None:
    finding = _finding(document, clause, case)
    assert finding.status == case["status"]
    if case["because"] == "exactly on the bound":
        assert finding.margin == 0


@pytest.mark.parametrize(("document", "clause", "case"), _cases("items"))
def test_scored_item(document: Any, clause: str, case: Any) -> None:
    points = _finding(document, clause, case).points
    wanted = case["points"]
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    assert (points.min, points.max) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_clause_has_its_cases(path: Path) -> None:
    """No clause without a case that meets it, one that misses it, one open, and for numbers the bound."""
    document = read_yaml(path)
    policy, tier = document["criteria"].split("/")
    kind = Kind(document["kind"])
    rules = load()
    selection, plain = rules.select(policy, tier, kind), rules.select(policy, tier, Kind.NEW)
    assert selection is not None
    assert plain is not None
    elsewhere = {node.id for node in walk(plain.criteria)} if kind is Kind.REVIEW else set()
    for node in walk(selection.criteria):
        clause = node.id.removeprefix(document["criteria"] + "/")
        if node.id in elsewhere:
            continue
        if isinstance(node, Condition) and not node.parts:
            cases = document["conditions"][clause]
            assert {case["status"] for case in cases} == {"met", "unmet", "unknown"}, clause
            reasons = {case["because"] for case in cases}
            if isinstance(node, Threshold):
                assert {"exactly on the bound"} < reasons, clause
                assert reasons & {"one unit short", "one unit inside"}, clause
        elif isinstance(node, Item):
            cases = document["items"][clause]
            scores = [case["points"] for case in cases]
            assert any(isinstance(score, list) for score in scores), clause
            if isinstance(node, BandedItem):
                wanted = {node.base, *(band.points for band in node.bands)}
                if node.mark is None:
                    assert {Decimal(s) for s in scores if not isinstance(s, list)} == wanted, clause
                ranges = {tuple(map(Decimal, s)) for s in scores if isinstance(s, list)}
                assert {(b.least, b.points) for b in node.bands if b.least != b.points} <= ranges, clause


@pytest.mark.parametrize(
    ("growth", "points"),
    [("5.99", 4), ("6", 6), ("7.99", 6), ("8", 8), ("9.92", 8), ("9.999999", 8), ("10", 10)],
)
def test_a_value_between_two_printed_bands_falls_in_exactly_one(growth: str, points: int) -> None:
    """Tables print 6–7.99 and 8–9.99: nothing may fall between."""
    data = changed(basis(), {"facts.net_margin": growth, "years.2024.net_profit": None})
    result = assess(Profile.from_dict(data), as_of=date(2025, 6, 1), tiers=["srdi-sme"])
    finding = by_condition(result.tiers[0].findings)[
        "miit-2022-63/srdi-sme/merit/score/refinement/net-margin"
    ]
    assert (finding.points.min, finding.points.max) == (points, points)


@pytest.mark.parametrize(("policy", "tier"), sorted(load().criteria))
def test_the_basis_meets_everything_but_the_size_of_a_champion(policy: str, tier: str) -> None:
    result = assess(Profile.from_dict(basis()), as_of=date(2025, 6, 1), policy=policy, tiers=[tier])
    short = () if tier != "single-champion" else (f"{policy}/{tier}/development/main-revenue",)
    assert result.tiers[0].blocking == short
    assert result.tiers[0].status == ("not_eligible" if short else "eligible")


def test_every_criteria_has_its_file() -> None:
    named = {read_yaml(path)["criteria"] for path in FILES}
    assert named == {f"{policy}/{tier}" for policy, tier in load().criteria}
