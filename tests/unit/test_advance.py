"""Plans as people and programs meet them: least values, proofs, blockers, faults, the path over the tiers."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import DAY, ROOT, changed, company, ladder_basis
from zjtx_kg import Profile, advance, statuses
from zjtx_kg.advance.advancement import profile_after
from zjtx_kg.advance.apply import data_of, to_yaml
from zjtx_kg.advance.costs import costs_of, read_costs
from zjtx_kg.advance.roadmap import roadmap
from zjtx_kg.errors import InputError, NotInForceError, ProfileError
from zjtx_kg.exact import Fraction, exact
from zjtx_kg.facts.reading import read_file
from zjtx_kg.rulebase import load

RULES = load()
SUZHOU = ROOT / "examples" / "suzhou-precision.yaml"
YEAR = date(2026, 6, 1)


def _paths(found: Any, number: int = 0) -> dict[str, Any]:
    return {change.path: change.to for change in found.plans[number].changes}


# --- the least value that suffices ------------------------------------------------------------------


def test_the_least_value_is_named_exactly() -> None:
    """Both years of R&D must come to 3 % of revenue: of 7,400 that is 222, and 221.99 is not enough."""
    figures = {
        "years.2024.revenue": 7400,
        "years.2024.main_revenue": 7400,
        "years.2024.rd_expense": "212.5",
        "years.2023.revenue": 7000,
        "years.2023.main_revenue": 6900,
        "years.2022.revenue": 6000,
        "years.2022.main_revenue": 5900,
    }
    data = changed(ladder_basis(), figures)
    lock = [id for id in RULES.indicators if id != "rd_expense"]
    found = advance(Profile.from_dict(data), "little-giant", as_of=DAY, lock=lock)
    assert (found.optimal, found.plans[0].cost) == (True, 1)
    least = found.plans[0].changes[0].to
    assert found.plans[0].changes[0].path == "years.2024.rd_expense"
    for value, status in ((least, "eligible"), (exact(str(least)) - Fraction(1, 100), "not_eligible")):
        tried = Profile.from_dict(changed(data, {"years.2024.rd_expense": value}))
        assert statuses(tried, as_of=DAY, tiers=["little-giant"])["little-giant"] == status


@pytest.mark.parametrize(("liabilities", "least"), [(7001, 7000), (9000, 7000), (8000, 7000)])
def test_debt_falls_to_the_edge_and_no_further(liabilities: int, least: int) -> None:
    found = advance(company({"years.2024.total_liabilities": liabilities}), "little-giant", as_of=DAY)
    plans = [_paths(found, n) for n in range(len(found.plans))]
    assert {"years.2024.total_liabilities": least} in plans


def test_what_is_not_known_is_shown_at_what_suffices() -> None:
    data = ladder_basis()
    del data["facts"]["market_years"]
    found = advance(Profile.from_dict(data), "little-giant", as_of=DAY)
    change = found.plans[0].changes[0]
    assert (change.path, change.from_, change.to, change.to_show) == ("facts.market_years", None, 3, True)
    assert (change.lead_time_months, found.plans[0].cost) == (0, 1)


def test_an_interval_is_narrowed_only_as_far_as_needed() -> None:
    found = advance(
        company({"years.2024.total_liabilities": {"min": 6000, "max": 8000}}), "little-giant", as_of=DAY
    )
    assert found.plans[0].changes[0].to_show
    assert _paths(found) == {"years.2024.total_liabilities": 7000}


# --- proofs -----------------------------------------------------------------------------------------


def test_a_target_that_is_met_needs_nothing_and_says_what_would_cost_it() -> None:
    found = advance(company(), "little-giant", as_of=DAY)
    assert (found.feasible, found.optimal, found.status_before) == (True, True, "eligible")
    assert (found.plans[0].changes, found.plans[0].cost) == ((), 0)
    debt = next(slip for slip in found.sensitivity if slip.path == "years.2024.total_liabilities")
    assert debt.holds == 7000
    assert float(debt.lost) == 7000.01
    assert debt.conditions == ("miit-2022-63/little-giant/refinement/debt-ratio",)
    shares = [slip.share for slip in found.sensitivity if slip.share is not None]
    assert shares == sorted(shares)


def test_blockers_are_named() -> None:
    found = advance(
        company({"years.2024.total_liabilities": 8000, "facts.prohibited_product": True}),
        "little-giant",
        as_of=DAY,
        lock=["total_liabilities", "total_assets"],
    )
    assert (found.feasible, found.optimal, found.plans) == (False, True, ())
    assert "miit-2022-63/little-giant/refinement/debt-ratio" in found.immutable
    assert len(found.immutable) == 2
    assert [obstacle.condition for obstacle in found.obstacles] == list(found.immutable)


def test_alternatives_differ_in_substance() -> None:
    found = advance(Profile.from_file(SUZHOU), "little-giant", as_of=YEAR, alternatives=3)
    sets = [set(_paths(found, n)) for n in range(3)]
    assert all(a - b for a in sets for b in sets if a is not b)


def test_a_path_can_be_locked_for_one_year_only() -> None:
    found = advance(Profile.from_file(SUZHOU), "little-giant", as_of=YEAR, lock=["years.2024.rd_expense"])
    assert "years.2024.rd_expense" not in _paths(found)
    assert _paths(found)["years.2025.rd_expense"] == 749


def test_a_limit_that_is_reached_is_said() -> None:
    found = advance(Profile.from_file(SUZHOU), "hnte", as_of=YEAR, limit=0.01)
    assert found.limit_reached
    assert not found.optimal


def test_a_given_ratio_is_an_input_and_stale_ones_are_left_out() -> None:
    data = changed(ladder_basis(), {"years.2024.total_liabilities": None, "facts.debt_ratio": 80})
    given = Profile.from_dict(data)
    found = advance(given, "little-giant", as_of=DAY)
    assert _paths(found) == {"facts.debt_ratio": 70}
    after = Profile.from_dict(profile_after(given, found))
    assert statuses(after, as_of=DAY, tiers=["little-giant"])["little-giant"] == "eligible"


# --- costs ------------------------------------------------------------------------------------------


def test_costs_decide_between_ways() -> None:
    bad = company({"years.2024.total_liabilities": 8000})
    dear = costs_of({"total_liabilities": {"effort": 900}}, RULES)
    found = advance(bad, "little-giant", as_of=DAY, objective="effort", costs=dear)
    assert "years.2024.total_liabilities" not in _paths(found)


def test_a_cost_file_names_all_its_problems(tmp_path: Path) -> None:
    file = tmp_path / "costs.yaml"
    file.write_text(
        "rd_expens: {effort: 1}\nrevenue: {effort: -1, mode: never, wish: 3, lowest: 5, highest: 4}\n"
    )
    with pytest.raises(ProfileError) as caught:
        read_costs(file, RULES)
    assert {problem.code for problem in caught.value.problems} == {
        "costs_input",
        "costs_number",
        "costs_word",
        "costs_key",
        "costs_order",
    }
    assert all(problem.line for problem in caught.value.problems)


def test_a_huge_cost_file_is_refused() -> None:
    with pytest.raises(ProfileError):
        costs_of({f"x{n}": {} for n in range(3000)}, RULES)


def test_huge_efforts_stay_exact_enough_to_choose() -> None:
    bad = company({"years.2024.total_liabilities": 8000})
    given = {id: {"effort": 10**6, "effort_per_share": 10**6} for id in ("total_liabilities", "total_assets")}
    found = advance(bad, "little-giant", as_of=DAY, objective="effort", costs=costs_of(given, RULES))
    assert found.plans[0].status_after == "eligible"


# --- faults -----------------------------------------------------------------------------------------


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError):
        advance(company(), "no-such-tier", as_of=DAY)
    with pytest.raises(InputError):
        advance(company(), "little-giant", as_of=DAY, lock=["revenu"])
    with pytest.raises(NotInForceError):
        advance(company(), "little-giant", as_of=date(2010, 1, 1))


def _zjtx(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zjtx_kg", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_json_and_writes_a_profile(tmp_path: Path) -> None:
    out = tmp_path / "after.json"
    asked = ["advance", str(SUZHOU), "--to", "little-giant", "--as-of", "2026-06-01"]
    done = _zjtx(*asked, "--json", "--alternatives", "1", "--write-profile", str(out))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert list(answer)[:7] == ["target", "policy", "objective", "feasible", "optimal", "plans", "immutable"]
    assert list(answer["plans"][0]["changes"][0])[:7] == [
        "path",
        "from",
        "to",
        "unit",
        "measure",
        "evidence",
        "lead_time_months",
    ]
    after = Profile.from_file(out)
    assert statuses(after, as_of=YEAR, tiers=["little-giant"])["little-giant"] == "eligible"
    again = _zjtx(*asked, "--write-profile", str(out))
    assert (again.returncode, again.stdout) == (2, "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_views_keep_to_80_columns(lang: str) -> None:
    from rich.cells import cell_len

    for command in ("advance", "roadmap"):
        done = _zjtx(command, str(SUZHOU), "--to", "little-giant", "--as-of", "2026-06-01", "--lang", lang)
        assert done.returncode == 0, done.stderr
        assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())


# --- the path over the tiers ------------------------------------------------------------------------


def test_a_path_asks_for_the_prior_title_first() -> None:
    found = roadmap(Profile.from_file(ROOT / "examples" / "foshan-coatings.yaml"), "little-giant", as_of=YEAR)
    assert [step.tier for step in found.steps] == ["srdi-sme", "little-giant"]
    assert found.steps[0].granted <= found.steps[1].applied
    for step in found.steps:
        assert step.window.start <= step.applied <= step.window.end
        assert step.ready <= step.applied


@pytest.mark.parametrize(("by", "in_time"), [(2027, False), (2028, True)])
def test_a_year_is_answered_with_its_bottleneck(by: int, in_time: bool) -> None:
    found = roadmap(Profile.from_file(SUZHOU), "little-giant", as_of=date(2026, 3, 1), by=by)
    assert found.in_time is in_time
    assert found.bottleneck is not None
    assert found.bottleneck.kind == "plan"
    assert found.steps[-1].policy == "miit-2026-2"
    assert found.steps[-1].transition == "miit-2022-63"


def test_a_path_that_is_blocked_says_by_what() -> None:
    found = roadmap(company({"facts.prohibited_product": True}), "little-giant", as_of=DAY)
    assert not found.feasible
    assert found.obstacles
    assert found.bottleneck is not None
    assert found.bottleneck.kind == "condition"


def test_subsidies_on_the_way_come_from_who_knows_them() -> None:
    found = roadmap(company(), "little-giant", as_of=DAY, subsidies=lambda tier, day: [f"{tier} {day}"])
    assert all(step.subsidies for step in found.steps)


def test_a_written_profile_keeps_every_digit() -> None:
    data = changed(ladder_basis(), {"years.2024.rd_expense": "800.123456789"})
    text = to_yaml(
        profile_after(Profile.from_dict(data), advance(Profile.from_dict(data), "little-giant", as_of=DAY))
    )
    assert "800.123456789" in text


def test_a_plan_with_a_decimal_is_printed_as_a_number() -> None:
    """A company that lacks its revenue of a past year is told a least value with decimals."""
    from zjtx_api.examples import PROFILE

    from zjtx_kg.reasoning.results import encode, plain

    found = advance(Profile.from_dict(PROFILE), to="little-giant", as_of=date(2026, 6, 1))
    targets = {change.path: change.to for change in found.plans[0].changes}
    printed = json.loads(encode(found))
    assert all(isinstance(c["to"], int | float | bool | list | str) for c in printed["plans"][0]["changes"])
    assert [c["to"] for c in printed["plans"][0]["changes"]] == [
        c["to"] for c in plain(found)["plans"][0]["changes"]
    ]
    assert any("." in str(to) for to in targets.values())


def test_answers_on_the_digital_level_stay_in_the_profile_until_the_level_changes() -> None:
    sheet = read_file(ROOT / "examples" / "sheets" / "digital-answers.yaml")[0]
    data = changed(ladder_basis(), {"facts.digital_level": None, "facts.market_years": 1})
    data["industry"] = sheet["industry"]
    data["digital"] = {key: sheet[key] for key in ("policy", "answers")}
    profile = Profile.from_dict(data)
    again = Profile.from_dict(yaml.safe_load(to_yaml(data_of(profile, RULES))))
    assert again.digital == profile.digital
    found = advance(profile, to="little-giant", as_of=YEAR)
    assert found.plans
    written = Profile.from_dict(yaml.safe_load(to_yaml(profile_after(profile, found, rulebase=RULES))))
    assert statuses(written, as_of=YEAR, tiers=["little-giant"]) == {
        "little-giant": found.plans[0].status_after
    }
