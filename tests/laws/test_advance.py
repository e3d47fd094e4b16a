"""Laws of plans: applied they do what they say, and nothing cheaper does, by exhaustive trial."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.conftest import WHOLE
from tests.laws.test_profiles import EDITIONS, companies
from tests.support import DAY, changed, ladder_basis
from zjtx_kg import Profile, advance, statuses
from zjtx_kg.advance.advancement import profile_after
from zjtx_kg.advance.apply import data_of, to_json, to_yaml
from zjtx_kg.advance.costs import NO_COSTS, costs_of
from zjtx_kg.errors import ProfileError
from zjtx_kg.facts.reading import read_json, read_yaml
from zjtx_kg.rulebase import load

RULES = load()
#: The high-tech mark has many unknown years; it is tried whole only, since it takes seconds.
SLOW = {("most-2016-32", "hnte")}
LADDER = [edition for edition in EDITIONS if edition not in SLOW]


def _possible_profile(data: dict[str, Any]) -> Profile:
    """A profile, unless a drawn figure contradicts another."""
    try:
        return Profile.from_dict(data)
    except ProfileError:
        reject()


def _status(profile: Profile, policy: str, tier: str) -> str:
    return statuses(profile, as_of=DAY, tiers=[tier], policy=policy)[tier]


@settings(max_examples=600 if WHOLE else 30)
@given(
    companies(),
    st.sampled_from(EDITIONS if WHOLE else LADDER),
    st.sampled_from(["fewest", "effort", "soonest"]),
)
def test_a_plan_applied_gives_the_status_it_names(
    pair: tuple[dict[str, Any], dict[str, Any]], edition: tuple[str, str], objective: str
) -> None:
    policy, tier = edition
    company = _possible_profile(pair[1])
    found = advance(company, tier, policy=policy, as_of=DAY, objective=objective, alternatives=2)
    assert found.status_before == _status(company, policy, tier)
    for plan in found.plans:
        assert plan.status_after == "eligible"
    if found.plans:
        data = profile_after(company, found)
        for text in (read_yaml(to_yaml(data))[0], read_json(to_json(data))):
            assert _status(Profile.from_dict(text), policy, tier) == "eligible"
    else:
        assert found.immutable
    costs = [plan.cost for plan in found.plans]
    assert costs == sorted(costs)
    paths = [{change.path for change in plan.changes} for plan in found.plans]
    assert all(not first <= second for first, second in combinations(paths, 2))


@settings(max_examples=100)
@given(companies())
def test_writing_a_profile_and_reading_it_gives_the_same_profile(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    for data in pair:
        company = _possible_profile(data)
        again = Profile.from_dict(read_yaml(to_yaml(data_of(company, RULES)))[0])
        assert (again.years, again.facts, again.titles) == (company.years, company.facts, company.titles)
        assert again.awards == company.awards


# --- fewest against every subset --------------------------------------------------------------------

#: A company with much amiss, the inputs that may change, and values that reach every case of the rules.
_AMISS = {
    "years.2024.revenue": 4000,
    "years.2024.main_revenue": 2500,
    "years.2024.rd_expense": 90,
    "years.2023.rd_expense": 80,
    "years.2024.total_liabilities": 8000,
    "facts.market_years": 2,
    "facts.ip_class1_applied": 0,
    "facts.ip_class1_original": 0,
    "facts.chain_strengthening": False,
    "awards": [],
}
#: Parts that would otherwise stand above their wholes.
_TOGETHER = {"years.2024.main_revenue", "facts.ip_class1_original"}
#: Sets of fewer inputs than this are all tried.
_MOST_TRIED = 4 if WHOLE else 3
_VALUES: dict[str, list[Any]] = {
    "years.2024.revenue": [4999, 5000, 9999, 10000, 39999, 50000],
    "years.2024.main_revenue": [2800, 3500, 3600, 4000, 9000, 50000],
    "years.2024.rd_expense": [100, 150, 300, 400, 500, 1000, 1121, 4000],
    "years.2023.rd_expense": [100, 150, 300, 500, 1110, 4000],
    "years.2024.total_liabilities": [0, 5000, 7000],
    "facts.market_years": [3, 10],
    "facts.ip_class1_applied": [1, 2, 6],
    "facts.ip_class1_original": [1, 2, 4, 6],
    "facts.chain_strengthening": [True],
}


@pytest.mark.parametrize(
    "edition",
    [
        ("miit-2022-63", "little-giant"),
        ("miit-2026-2", "little-giant"),
        ("miit-2022-63", "srdi-sme"),
        ("miit-2022-63", "innovative-sme"),
    ],
)
@pytest.mark.parametrize("left_out", range(3))
def test_no_smaller_set_of_changes_suffices(edition: tuple[str, str], left_out: int) -> None:
    policy, tier = edition
    kept = [path for n, path in enumerate(_AMISS) if left_out == 0 or n % 3 != left_out or path in _TOGETHER]
    amiss = {path: _AMISS[path] for path in kept}
    data = changed(ladder_basis(), amiss)
    company = Profile.from_dict(data)
    free = {path.rpartition(".")[2] for path in _VALUES}
    found = advance(
        company,
        tier,
        policy=policy,
        as_of=DAY,
        alternatives=1,
        lock=[id for id in RULES.indicators if id not in free],
    )
    assert found.optimal
    most = found.plans[0].cost if found.plans else _MOST_TRIED
    for size in range(min(most, _MOST_TRIED)):
        for paths in combinations(_VALUES, size):
            for values in product(*(_VALUES[path] for path in paths)):
                changes = dict(zip(paths, values, strict=True))
                if _possible(changed(data, changes)):
                    tried = Profile.from_dict(changed(data, changes))
                    assert _status(tried, policy, tier) != "eligible", changes


def _possible(data: dict[str, Any]) -> bool:
    figures, facts = data["years"]["2024" if "2024" in data["years"] else 2024], data["facts"]
    return bool(
        float(figures["main_revenue"]) <= float(figures["revenue"])
        and int(facts["ip_class1_original"]) <= int(facts["ip_class1_applied"]) <= int(facts["ip_class1"])
    )


# --- effort against every combination ---------------------------------------------------------------

_COUNTS = {
    "facts.standards_participated": range(3),
    "facts.ip_class1": range(1, 4),
    "facts.digital_level": range(4),
    "years.2024.rd_staff": (10, 20, 30, 40),
    "facts.market_share_national": (1, 5, 10, 15),
}


@pytest.mark.parametrize("seed", range(12 if WHOLE else 4))
def test_no_combination_takes_less_effort(seed: int) -> None:
    """A score table: many ways to the pass mark, each priced; all of them are tried."""
    rates = [(3, 1, 2, 5, 1), (1, 4, 1, 1, 9), (2, 2, 7, 1, 1), (5, 1, 3, 2, 2)][seed % 4]
    start = {path: min(values) for path, values in _COUNTS.items()}
    low = {
        "facts.ip_class1_self": 0,
        "facts.ip_class1_applied": 0,
        "facts.ip_class1_high_value": 0,
        "facts.ip_class1_original": 0,
        "facts.ip_class2": 0,
        "facts.own_brand": False,
        "facts.rd_institution_level": "none",
        "facts.quality_award_provincial": False,
        "facts.chain_strengthening": seed % 3 == 0,
        "facts.local_feature_score": 6 + seed % 5,
        "facts.product_certifications": [],
        "years.2024.net_profit": 300,
        "awards": [],
        "facts.fields": [],
        "facts.market_years": 3,
    }
    data = changed(ladder_basis(), {**low, **start})
    ids = [path.rpartition(".")[2] for path in _COUNTS]
    given = {
        id: {"effort": 2, "effort_per_unit": rate, "effort_per_share": 0, "toward": "up", "step": 1}
        for id, rate in zip(ids, rates, strict=True)
    }
    found = advance(
        Profile.from_dict(data),
        "srdi-sme",
        policy="miit-2022-63",
        as_of=DAY,
        objective="effort",
        alternatives=1,
        lock=[id for id in RULES.indicators if id not in ids],
        costs=costs_of(given, RULES),
    )
    best = None
    for values in product(*_COUNTS.values()):
        changes = {path: v for path, v in zip(_COUNTS, values, strict=True) if v != start[path]}
        if _status(Profile.from_dict(changed(data, changes)), "miit-2022-63", "srdi-sme") == "eligible":
            cost = sum(
                2 + rates[n] * (v - start[path])
                for n, (path, v) in enumerate(zip(_COUNTS, values, strict=True))
                if path in changes
            )
            best = cost if best is None else min(best, cost)
    if best is None:
        assert found.status_before != "eligible"
    else:
        assert found.optimal
        assert found.plans[0].cost <= best  # the search knows every value, the trial only some


def test_costs_that_say_nothing_change_nothing() -> None:
    company = Profile.from_dict(changed(ladder_basis(), _AMISS))
    plain = advance(company, "little-giant", as_of=DAY, costs=NO_COSTS)
    assert plain == advance(company, "little-giant", as_of=DAY, costs=costs_of({}, RULES))
