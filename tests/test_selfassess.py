"""The association's standard: scores with intervals, weights, structure, figures of a profile, bad input."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.support import HERE, read_yaml
from zjtx_kg import Profile, load
from zjtx_kg.errors import ProfileError
from zjtx_kg.facts.sheets import STANDARD, read_ratings
from zjtx_kg.reasoning.results import Range
from zjtx_kg.reasoning.selfassess import RatedPart, SelfAssessment, self_assess

CASES = read_yaml(HERE / "cases" / "systems" / "selfassess.yaml")["cases"]
RULES = load()
SYSTEM = RULES.systems[STANDARD]


def _parts(found: SelfAssessment) -> dict[str, RatedPart]:
    parts: dict[str, RatedPart] = {}

    def walk(part: RatedPart) -> None:
        parts[part.code] = part
        for below in part.parts:
            walk(below)

    for dimension in found.dimensions:
        walk(dimension)
    return parts


def _range(wanted: Any) -> Range | None:
    if wanted is None:
        return None
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    return Range(Fraction(low), Fraction(high))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["because"]) for case in CASES])
def test_ratings_lead_to_scores(case: Any) -> None:
    sheet = read_ratings({"ratings": case["ratings"], "weights": case.get("weights")}, RULES)
    found = self_assess(sheet, rulebase=RULES, readings=case.get("readings", ()))
    parts = _parts(found)
    for code, wanted in case["scores"].items():
        assert parts[code].score == _range(wanted), code
    assert found.overall == _range(case.get("overall"))
    assert found.rated + len(found.missing) == found.of


def test_the_structure_is_that_of_the_document() -> None:
    counts = {group.code: len(group.members) for group in SYSTEM.groups}
    assert counts == {"S": 4, "R": 4, "D": 4, "I": 4}
    codes = list(SYSTEM.indicators)
    assert len(codes) == 46
    assert {d: sum(code.startswith(d) for code in codes) for d in "SRDI"} == {
        "S": 11,
        "R": 13,
        "D": 10,
        "I": 12,
    }
    assert SYSTEM.indicators["D3.4"].note is not None
    assert SYSTEM.indicators["I3.3"].alias is not None
    assert len(SYSTEM.under(RULES.readings_with(frozenset({"casme-d3-4-left-out"}))).indicators) == 45
    assert set(SYSTEM.formulas) == {
        "S1.3", "S3.1", "R3.1", "R3.2-assets", "R3.2-investment", "I1.1", "I1.3-output", "I1.3-use",
    }  # fmt: skip


def test_figures_of_a_profile_stand_beside_the_ratings() -> None:
    company = Profile.from_dict(
        {
            "years": {2023: {"revenue": 100}, 2024: {"revenue": 110, "rd_expense": 11, "net_profit": 5}},
            "facts": {"market_share_national": "12.5%"},
        }
    )
    found = self_assess(read_ratings({}, RULES), rulebase=RULES, profile=company, as_of=date(2025, 6, 1))
    values = {f.id: f.value for part in _parts(found).values() for f in part.figures}
    assert values["S3.1"] == Range(Fraction(25, 2), Fraction(25, 2))
    assert values["R3.1"] == Range(10, 10)
    assert values["I1.1"] == Range(10, 10)
    assert values["R3.2-assets"] is None
    assert values["I1.3-use"] is None


@pytest.mark.parametrize(
    ("sheet", "problems"),
    [
        ({"ratings": {"S1.1": 100.5}}, {("outside_range", "ratings.S1.1")}),
        (
            {"ratings": {"S1.1": -1, "S1": 50}},
            {("outside_range", "ratings.S1.1"), ("unknown_key", "ratings.S1")},
        ),
        ({"ratings": {"S1.1": "good"}}, {("not_a_number", "ratings.S1.1")}),
        ({"ratings": {"S1.1": {"min": 70, "max": 60}}}, {("min_above_max", "ratings.S1.1")}),
        ({"weights": {"S2.1": 0, "S2.2": 0}}, {("no_weight", "weights.S2.1")}),
        ({"weights": {"S": -1}}, {("outside_range", "weights.S")}),
        ({"weights": {"S": {"min": 1, "max": 2}}}, {("weight_range", "weights.S")}),
        ({"rating": {}}, {("unknown_key", "rating")}),
        ([], {("not_a_mapping", "")}),
    ],
)
def test_bad_input_names_the_place(sheet: Any, problems: set[tuple[str, str]]) -> None:
    with pytest.raises(ProfileError) as caught:
        read_ratings(sheet, RULES)
    assert {(p.code, p.path) for p in caught.value.problems} == problems
