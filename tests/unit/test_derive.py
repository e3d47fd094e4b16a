"""What follows from a profile on a day: figures, implied bounds, derived indicators, size classes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import DAY
from zjtx_kg import Profile, load
from zjtx_kg.errors import ProfileError
from zjtx_kg.exact import Fraction
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.facts.knowledge import Interval, exactly


def _known(data: Any, id: str) -> Any:
    return facts_of(Profile.from_dict(data), DAY, load()).known[id]


def test_figures_of_an_older_year_never_stand_in_for_a_missing_one() -> None:
    assert _known({"years": {2023: {"revenue": 100}}}, "revenue") == Interval(0, None)


def test_thirty_point_three_of_a_thousand_and_ten_is_three_per_cent() -> None:
    assert _known({"years": {2024: {"rd_expense": "30.3", "revenue": 1010}}}, "rd_ratio") == exactly(3)


def test_a_ratio_over_zero_is_not_known() -> None:
    years = {2024: {"total_liabilities": 5, "total_assets": 0}}
    assert _known({"years": years}, "debt_ratio") == Interval(0, None)


def test_a_ratio_over_what_may_be_zero_is_not_known() -> None:
    years = {2024: {"rd_expense": 30, "revenue": {"max": 100}}}
    assert _known({"years": years}, "rd_ratio") == Interval(0, None)


def test_a_part_bounds_its_whole_and_the_whole_its_part() -> None:
    known = facts_of(
        Profile.from_dict({"years": {2024: {"main_revenue": 900, "employees": 40}}}), DAY, load()
    ).known
    assert known["revenue"] == Interval(900, None)
    assert known["rd_staff"] == Interval(0, 40)
    assert known["main_revenue_share"] == Interval(0, 100)


def test_bounds_travel_along_chains() -> None:
    facts = {"ip_class1": 5, "ip_class1_original": 3}
    assert _known({"facts": facts}, "ip_class1_applied") == Interval(3, 5)


def test_a_sum_is_at_least_the_year_that_is_known() -> None:
    years = {2024: {"rd_expense": 700}}
    assert _known({"years": years}, "rd_expense_sum2") == Interval(700, None)


def test_a_part_given_more_loosely_than_its_whole_keeps_to_it() -> None:
    years = {2024: {"main_revenue": {"min": 900, "max": 1200}, "revenue": 1000}}
    assert _known({"years": years}, "main_revenue_share") == Interval(90, 100)


@pytest.mark.parametrize("given", [45.56, "45.6%", "46", {"min": 40, "max": 50}])
def test_a_rounded_figure_agrees_with_the_exact_one(given: object) -> None:
    data = {
        "years": {2024: {"total_liabilities": 4100, "total_assets": 9000}},
        "facts": {"debt_ratio": given},
    }
    assert _known(data, "debt_ratio") == exactly(Fraction(410, 9))


@pytest.mark.parametrize("given", [45.57, "45.7%", 45, {"max": 45}])
def test_a_figure_that_contradicts_its_parts_is_refused(given: object) -> None:
    data = {
        "years": {2024: {"total_liabilities": 4100, "total_assets": 9000}},
        "facts": {"debt_ratio": given},
    }
    with pytest.raises(ProfileError) as caught:
        _known(data, "debt_ratio")
    assert caught.value.problems[0].code == "disagrees"


def test_a_derived_figure_stands_where_its_parts_are_not_known() -> None:
    assert _known({"facts": {"rd_ratio": "3.2%"}}, "rd_ratio") == exactly(Fraction(16, 5))


def test_closed_profiles_have_no_more_than_they_say() -> None:
    known = facts_of(Profile.from_dict({"assume": "closed"}), DAY, load()).known
    assert known["ip_class1"] == exactly(0)
    assert known["own_brand"] is False
    assert known["fields"] == frozenset()
    assert known["titles"] == ()
    assert known["market_years"] == Interval(0, None)
    assert known["revenue"] == Interval(0, None)
    assert known["rd_institution_level"] == Interval(0, 4)


@pytest.mark.parametrize(
    ("industry", "figures", "ranks"),
    [
        ("C3453", {"employees": 1000, "revenue": 40000}, (3, 3)),
        ("C3453", {"employees": 999, "revenue": 40000}, (2, 2)),
        ("C3453", {"employees": 1000, "revenue": "39999.99"}, (2, 2)),
        ("C", {"employees": 20, "revenue": 300}, (1, 1)),
        ("C", {"employees": 19, "revenue": 300}, (0, 0)),
        ("C", {"employees": 1200}, (0, 3)),
        ("C", {"employees": 1200, "revenue": {"min": 2000}}, (2, 3)),
        ("I65", {"employees": 300, "revenue": 10000}, (3, 3)),
        ("I63", {"employees": 300, "revenue": 10000}, (2, 2)),
        ("I", {"employees": 300, "revenue": 10000}, (2, 3)),
        ("G59", {"employees": 200, "revenue": 30000}, (1, 3)),
        ("G591", {"employees": 200, "revenue": 30000}, (1, 1)),
        ("G594", {"employees": 200, "revenue": 30000}, (3, 3)),
        ("G", {"employees": 200, "revenue": 30000}, (0, 3)),
        ("K701", {"revenue": 200000, "total_assets": 9999}, (2, 2)),
        ("M73", {"employees": 99}, (1, 1)),
        (None, {"employees": 5, "revenue": 10}, (0, 3)),
    ],
)
def test_size_classes_follow_the_industry(industry: str | None, figures: Any, ranks: tuple[int, int]) -> None:
    """Micro 0, small 1, medium 2, large 3; an industry known only roughly leaves what its parts allow."""
    assert _known({"industry": industry, "years": {2024: figures}}, "company_size") == Interval(*ranks)


@pytest.mark.parametrize("industry", ["J66", "P83", "Q84", "S92", "G53", "K704", "T"])
def test_an_industry_outside_the_standard_is_not_guessed(industry: str) -> None:
    facts = facts_of(Profile.from_dict({"industry": industry}), DAY, load())
    assert facts.inapplicable == {"company_size"}
    assert facts.known["company_size"] == Interval(0, 3)
