"""Laws on real rules and real profiles: forgetting a fact never turns an answer, in any condition."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import DAY, basis, by_condition, changed
from zjtx_kg import Profile, assess
from zjtx_kg.exact import Fraction
from zjtx_kg.rulebase import load

RULES = load()
EDITIONS = sorted(RULES.criteria)
_SETTINGS = {
    "years.2024.revenue": [800, 1000, 1499, 4999, 5000, 10000, 41000],
    "years.2024.main_revenue": [500, 700, 800],
    "years.2023.main_revenue": [400, 700, 9900],
    "years.2024.rd_expense": [99, 100, 300, 500, 3000],
    "years.2023.rd_expense": [0, 99, 700],
    "years.2024.total_liabilities": [0, 5500, 7000, 7001, 8000, 12000],
    "years.2024.equity_financing": [0, 2000, 8000],
    "years.2024.employees": [10, 299, 1000],
    "years.2024.net_profit": [-5, 0, 800],
    "facts.market_years": [1, 2, 3, 10],
    "facts.ip_class1_original": [0, 1, 4],
    "facts.own_brand": [True, False],
    "facts.chain_strengthening": [True, False],
    "facts.major_incident_3y": [True, False],
    "facts.rd_institution_level": ["none", "city", "province"],
    "facts.fields": [[], ["ten:nev"], ["six:key-software", "sei:1.3"]],
    "facts.digital_level": [0, 1, 2, 3],
    "facts.local_feature_score": [0, 7, 15],
    "facts.development_score": [49, 50, 60],
    "awards": [[], [{"award": "national-science", "year": 2023, "rank": 3}]],
    "titles": [[], [{"title": "hnte", "granted": "2023-01-01", "expires": "2025-12-31"}]],
}


@st.composite
def companies(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A company that is wholly known, and the same with facts forgotten or blurred."""
    paths = draw(st.lists(st.sampled_from(sorted(_SETTINGS)), max_size=6, unique=True))
    whole = changed(basis(), {path: draw(st.sampled_from(_SETTINGS[path])) for path in paths})
    for figures in whole["years"].values():  # a part stays within its whole
        figures["main_revenue"] = min(_n(figures["main_revenue"]), _n(figures["revenue"]))
        if "employees" in figures:
            figures["rd_staff"] = min(_n(figures["rd_staff"]), _n(figures["employees"]))
    vague = copy.deepcopy(whole)
    for path in draw(st.lists(st.sampled_from(_known(whole)), max_size=8, unique=True)):
        *parents, last = path.split(".")
        target = vague
        for key in parents:
            target = target[key]
        value = target[last]
        if (
            isinstance(value, int | str)
            and not isinstance(value, bool)
            and _is_number(value)
            and draw(st.booleans())
        ):
            low, high = draw(st.integers(0, 3)), draw(st.integers(0, 900))
            target[last] = {
                "min": max(0, _n(value) - low) if _n(value) >= 0 else None,
                "max": _n(value) + high,
            }
        else:
            del target[last]
    return whole, vague


def _n(value: Any) -> int:
    return int(Fraction(str(value)))


def _is_number(value: Any) -> bool:
    return str(value).lstrip("-").isdigit()


def _known(data: dict[str, Any]) -> list[str]:
    paths = [f"years.{year}.{id}" for year, figures in data["years"].items() for id in figures]
    return paths + [f"facts.{id}" for id in data["facts"]] + ["industry", "titles", "awards"]


@pytest.mark.parametrize(("policy", "tier"), EDITIONS)
@given(pair=companies())
def test_more_knowledge_never_turns_a_finding(
    policy: str, tier: str, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    whole, vague = (_assessed(data, policy, tier) for data in pair)
    if vague is None or whole is None:
        return  # blurring made a figure contradict another, which is refused
    known = by_condition(whole.findings)
    for condition, finding in by_condition(vague.findings).items():
        if finding.status != "unknown":
            assert known[condition].status == finding.status, condition
        if finding.points is not None:
            exact = known[condition].points
            assert finding.points.min <= exact.min <= exact.max <= finding.points.max, condition
    if vague.status in ("eligible", "not_eligible"):
        assert whole.status == vague.status
    if whole.status != "undetermined" and not vague.missing and not vague.open:
        assert vague.status == whole.status


def _assessed(data: dict[str, Any], policy: str, tier: str) -> Any:
    from zjtx_kg.errors import ProfileError

    try:
        profile = Profile.from_dict(data)
    except ProfileError:
        return None
    return assess(profile, as_of=DAY, policy=policy, tiers=[tier]).tiers[0]
