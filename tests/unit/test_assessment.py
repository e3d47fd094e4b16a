"""Editions and dates, kinds of application, titles, what blocks, what is missing, what is open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support import DAY, basis, by_condition, changed, company, ladder_basis
from zjtx_kg import Profile, assess, load, statuses
from zjtx_kg.errors import InputError, NotInForceError


def _tier(changes: dict[str, Any], tier: str, **asked: Any) -> Any:
    return assess(company(changes), **{"as_of": DAY, "tiers": [tier], **asked}).tiers[0]


# --- editions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "kind", "day", "policy"),
    [
        ("innovative-sme", "new", "2022-08-01", "miit-2022-63"),
        ("innovative-sme", "new", "2026-11-01", "miit-2022-63"),
        ("innovative-sme", "review", "2030-01-01", "miit-2022-63"),
        ("srdi-sme", "new", "2026-03-31", "miit-2022-63"),
        ("srdi-sme", "new", "2026-04-01", "miit-2026-2"),
        ("srdi-sme", "review", "2026-04-01", "miit-2026-2"),
        ("little-giant", "new", "2026-03-31", "miit-2022-63"),
        ("little-giant", "new", "2026-04-01", "miit-2026-2"),
        ("little-giant", "review", "2026-12-31", "miit-2022-63"),
        ("little-giant", "review", "2027-01-01", "miit-2026-2"),
    ],
)
def test_the_edition_in_force_judges(tier: str, kind: str, day: str, policy: str) -> None:
    found = assess(company(), as_of=date.fromisoformat(day), tiers=[tier], kind=kind)
    assert found.tiers[0].policy == policy


def test_before_the_first_edition_nothing_judges() -> None:
    ladder = {"innovative-sme", "srdi-sme", "little-giant"}
    assert not ladder & {tier.tier for tier in assess(company(), as_of=date(2022, 7, 31)).tiers}
    with pytest.raises(NotInForceError) as caught:
        assess(company(), as_of=date(2022, 7, 31), tiers=["little-giant"])
    assert "2022-08-01" in caught.value.message("en")


def test_a_policy_that_is_asked_for_judges_whatever_the_date() -> None:
    found = assess(company(), as_of=DAY, policy="miit-2026-2")
    assert [(t.tier, t.policy) for t in found.tiers] == [
        ("srdi-sme", "miit-2026-2"),
        ("little-giant", "miit-2026-2"),
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"tiers": ["giant"]}, "unknown_tier"),
        ({"policy": "miit-1999-1"}, "unknown_policy"),
        ({"policy": "miit-2011-300"}, "no_criteria"),
        ({"policy": "miit-2026-2", "tiers": ["innovative-sme"]}, "tier_not_in_policy"),
        ({"readings": ["free"]}, "unknown_reading"),
    ],
)
def test_what_does_not_exist_cannot_be_asked_for(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        assess(company(), as_of=DAY, **asked)
    assert caught.value.code == code


def test_a_review_leaves_out_growth_and_takes_the_score_of_either_year() -> None:
    shrinking = {
        "years.2022.revenue": 12000,
        "facts.development_score": 55,
        "facts.development_score_prev": 60,
    }
    asked = {"policy": "miit-2026-2", "as_of": DAY}
    new, review = (_tier(shrinking, "little-giant", kind=kind, **asked) for kind in ("new", "review"))
    assert new.blocking == (
        "miit-2026-2/little-giant/operations/revenue-growth",
        "miit-2026-2/little-giant/development-score",
    )
    assert review.status == "eligible"


def test_the_other_reading_of_an_ambiguous_clause_can_be_chosen() -> None:
    young = {
        "years.2022": {"revenue": 3600, "main_revenue": 3500},
        "years.2023": {"revenue": 4000, "main_revenue": 3900, "rd_expense": 1600, "equity_financing": 9000},
        "years.2024": {
            **ladder_basis()["years"]["2024"],
            "revenue": 4500,
            "main_revenue": 4400,
            "rd_expense": 1500,
            "rd_staff": 100,
        },
    }
    assert _tier(young, "little-giant").status == "eligible"
    stricter = _tier(young, "little-giant", readings=["rd-3000-one-year"])
    assert stricter.blocking == ("miit-2022-63/little-giant/innovation",)


# --- titles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "status"),
    [
        (None, "unknown"),
        ([], "unmet"),
        ([{"title": "tech-sme", "granted": "2025-01-01", "expires": "2025-12-31"}], "met"),
        ([{"title": "innovative-sme", "granted": "2022-06-02", "expires": "2025-06-01"}], "met"),
        ([{"title": "innovative-sme", "granted": "2022-06-01", "expires": "2025-05-31"}], "unmet"),
        ([{"title": "innovative-sme", "expires": "2025-12-31"}], "unknown"),
        ([{"title": "innovative-sme", "expires": "2025-05-31"}], "unmet"),
    ],
)
def test_either_base_title_counts_while_it_lasts(titles: Any, status: str) -> None:
    found = _tier({"titles": titles}, "srdi-sme", policy="miit-2026-2")
    assert found.prior_title.status == status
    assert found.prior_title.title == "innovative-sme"
    assert found.prior_title.any_of == ("innovative-sme", "tech-sme")
    assert found.status == "eligible"  # the prior title is told beside the status, not in it


def test_the_first_step_asks_for_no_title_and_a_review_for_its_own() -> None:
    assert _tier({}, "innovative-sme").prior_title is None
    assert _tier({}, "little-giant", kind="review").prior_title.title == "little-giant"


# --- what is said of a tier ---------------------------------------------------------------------------


def test_what_blocks_is_the_deepest_condition_that_cannot_be_done_without() -> None:
    root = "miit-2022-63/little-giant"
    failing = {
        "years.2024.total_liabilities": 7500,
        "facts.rd_institution_level": "none",
        "facts.own_brand": False,
    }
    found = _tier(failing, "little-giant")
    assert found.status == "not_eligible"
    assert found.blocking == (
        f"{root}/refinement/debt-ratio",
        f"{root}/distinctiveness/own-brand",
        f"{root}/innovation",  # the institution fails, but a direct route would do without it
    )


def test_the_whole_blocks_where_its_parts_fail_only_together() -> None:
    """Revenue is not known: no class of the R&D rule can hold, though none is refuted by itself."""
    found = _tier(
        {
            "years.2024.revenue": None,
            "years.2024.main_revenue": None,
            "facts.main_revenue_share": 90,
            "facts.main_revenue_growth_avg2": 10,
            "facts.rd_ratio": "2.9%",
            "years.2024.equity_financing": 0,
        },
        "little-giant",
    )
    assert found.status == "not_eligible"
    assert found.blocking == ("miit-2022-63/little-giant/innovation",)


def test_declarations_and_judgements_are_open_measured_facts_are_missing() -> None:
    found = _tier({"facts.on_abnormal_list": None, "facts.chain_strengthening": None}, "little-giant")
    assert found.status == "conditional"
    assert found.open == ("on_abnormal_list", "chain_strengthening")
    assert found.missing == ()
    found = _tier({"facts.on_abnormal_list": None, "facts.market_share_national": None}, "little-giant")
    assert found.status == "undetermined"
    assert found.missing == ("market_share_national",)
    assert found.missing_inputs == ("facts.market_share_national",)
    assert found.open == ("on_abnormal_list",)


def test_a_judgement_that_cannot_turn_out_well_enough_leaves_the_tier_undetermined() -> None:
    found = _tier(
        {"facts.market_position_leading": None, "facts.development_score": None},
        "srdi-sme",
        policy="miit-2026-2",
    )
    assert (found.status, found.missing, found.open) == (
        "undetermined",
        ("development_score",),
        ("market_position_leading",),
    )


def test_what_can_no_longer_change_the_answer_is_not_asked_for() -> None:
    """An award opens the direct route: nothing of the general conditions is asked for any more."""
    forgotten = {
        "awards": [{"award": "national-science", "year": 2024, "rank": 1}],
        "facts.rd_institution_level": None,
        "facts.ip_class1_applied": None,
        "facts.ip_class1_original": None,
        "years.2024.rd_expense": None,
    }
    assert _tier(forgotten, "little-giant").status == "eligible"
    assert _tier({**forgotten, "awards": None}, "little-giant").missing == (
        "ip_class1_applied",
        "rd_institution_level",
        "rd_ratio",
        "awards",
    )
    failing = {**forgotten, "years.2024.total_liabilities": 9000}
    assert _tier(failing, "little-giant").missing == ()


def test_unknown_revenue_with_enough_equity_already_meets_the_alternative() -> None:
    """ "≥ 1000, or below it with 2000 of equity" holds whatever the revenue is."""
    found = _tier(
        {
            "years.2024.revenue": None,
            "years.2024.main_revenue": None,
            "years.2024.equity_financing": 2000,
            "facts.rd_ratio": 5,
        },
        "srdi-sme",
    )
    findings = by_condition(found.findings)
    root = "miit-2022-63/srdi-sme/revenue-or-financing"
    assert findings[root].status == "met"
    assert findings[f"{root}/revenue"].status == "unknown"
    assert findings[f"{root}/financing"].status == "unknown"


def test_a_ratio_that_is_missing_names_the_figures_that_would_give_it() -> None:
    found = _tier({"years.2023.rd_expense": None}, "srdi-sme", policy="miit-2026-2")
    assert found.missing == ("rd_ratio_prev", "rd_expense_prev")
    assert found.missing_inputs == ("years.2023.rd_expense",)


def test_a_score_is_an_interval_of_what_may_still_be_earned() -> None:
    score = _tier({"facts.local_feature_score": None, "facts.digital_level": None}, "srdi-sme").score
    assert (score.min, score.max, score.pass_) == (78, 98, 60)
    assert [(g.id, g.min, g.max, g.full, g.pass_) for g in score.groups] == [
        ("specialization", 25, 25, 25, None),
        ("refinement", 20, 25, 25, None),
        ("distinctiveness", 0, 15, 15, None),
        ("innovation", 33, 33, 35, None),
    ]


def test_a_group_floor_fails_the_score_however_high_the_total() -> None:
    found = _tier(
        {
            "years.2024.main_revenue": 9000,
            "years.2023.main_revenue": 9900,
            "years.2024.total_liabilities": 9000,
            "titles": [],
            "facts.rd_institution_level": "city",
        },
        "innovative-sme",
    )
    assert found.score.min >= 60
    assert {g.id: (g.min, g.pass_) for g in found.score.groups}["growth"] == (0, 15)
    assert found.status == "not_eligible"


def test_statuses_alone_agree_with_the_whole_assessment() -> None:
    for changes in (
        {},
        {"facts.own_brand": None},
        {"years.2024.revenue": None},
        {"facts.chain_strengthening": None},
    ):
        whole = assess(company(changes), as_of=DAY)
        assert statuses(company(changes), as_of=DAY) == {t.tier: t.status for t in whole.tiers}


def test_an_empty_profile_is_undetermined_and_nothing_of_it_fails() -> None:
    for policy in ("miit-2022-63", "miit-2026-2"):
        for tier in assess(Profile(), as_of=DAY, policy=policy).tiers:
            assert tier.status == "undetermined"
            assert tier.blocking == ()
            assert not any(
                f.status == "unmet" and f.points is None for f in by_condition(tier.findings).values()
            )


def test_a_profile_is_assessed_the_same_from_many_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    load()
    profile = company({"years.2024.revenue": None})
    wanted = assess(profile, as_of=DAY)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == wanted for found in pool.map(lambda _: assess(profile, as_of=DAY), range(64)))


def test_changed_leaves_the_basis_alone() -> None:
    before = basis()
    changed(before, {"facts.own_brand": None})
    assert before == basis()
