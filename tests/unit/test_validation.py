"""What a profile may say, and what is said of one that may not: everything at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from zjtx_kg import Profile
from zjtx_kg.errors import ProfileError
from zjtx_kg.exact import Fraction
from zjtx_kg.facts.knowledge import Interval, exactly


def _codes(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(ProfileError) as caught:
        Profile.from_dict(data)
    for problem in caught.value.problems:
        for lang in ("zh", "en"):
            assert problem.expected(lang)
            assert problem.remedy(lang)
    return [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (740, 740),
        (740.5, Fraction(1481, 2)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Fraction(1, 3), Fraction(1, 3)),
        ("1.2亿元", 12000),
        ("1.2亿", 12000),
        ("740万", 740),
        ("740 万元", 740),
        ("５，０００．５万", Fraction(10001, 2)),
        ("1,200.5", Fraction(2401, 2)),
        ("3元", Fraction(3, 10000)),
    ],
)
def test_money_is_read_in_any_way_it_is_written(value: object, wanted: object) -> None:
    profile = Profile.from_dict({"years": {2024: {"revenue": value}}})
    assert profile.years[2024]["revenue"] == exactly(wanted)


@pytest.mark.parametrize("value", ["5%", "5％", "５%", 5, "5"])
def test_a_share_is_per_cent(value: object) -> None:
    profile = Profile.from_dict({"facts": {"market_share_national": value}})
    assert profile.facts["market_share_national"] == exactly(5)


def test_intervals_have_either_end_open() -> None:
    facts = Profile.from_dict(
        {
            "facts": {
                "market_years": {"min": 2},
                "ip_class1": {"max": 4},
                "ip_class2": {"min": 1, "max": "3项"},
            }
        }
    ).facts
    assert facts == {
        "market_years": Interval(2, None),
        "ip_class1": Interval(None, 4),
        "ip_class2": Interval(1, 3),
    }


def test_zero_false_and_an_empty_list_are_knowledge_and_null_is_not() -> None:
    profile = Profile.from_dict(
        {
            "facts": {"ip_class1": 0, "own_brand": False, "fields": [], "market_years": None},
            "titles": [],
            "awards": None,
        }
    )
    assert profile.facts == {"ip_class1": exactly(0), "own_brand": False, "fields": frozenset()}
    assert profile.titles == ()
    assert profile.awards is None


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("3453", "C3453"), ("C3453", "C3453"), ("c34", "C34"), ("C", "C"), (3453, "C3453"), ("0111", "A0111")],
)
def test_an_industry_is_a_code_of_any_level(code: object, wanted: str) -> None:
    assert Profile.from_dict({"industry": code}).industry == wanted


def test_dates_are_read() -> None:
    profile = Profile.from_dict({"established": "2015-03-12"})
    assert profile.established == date(2015, 3, 12)
    assert Profile.from_dict({"established": date(2015, 3, 12)}).established == date(2015, 3, 12)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"profil": 1}, [("profil", "unknown_key")]),
        ({"profile": 2}, [("profile", "format_version")]),
        ({"assume": "maybe"}, [("assume", "assume")]),
        ({"market_years": 3}, [("market_years", "misplaced_key")]),
        ({"facts": {"revenue": 3}}, [("facts.revenue", "misplaced_key")]),
        ({"facts": {"industry": "C"}}, [("facts.industry", "misplaced_key")]),
        ({"years": {2024: {"ip_class1": 3}}}, [("years.2024.ip_class1", "misplaced_key")]),
        ({"years": {"24": {}}}, [("years.24", "not_a_year")]),
        ({"years": {2024: {}, "2024": {}}}, [("years.2024", "repeated_key")]),
        ({"years": [1]}, [("years", "not_a_mapping")]),
        ({"facts": {"market_years": "很久"}}, [("facts.market_years", "not_a_number")]),
        ({"facts": {"market_years": [3]}}, [("facts.market_years", "not_a_number")]),
        ({"facts": {"market_years": True}}, [("facts.market_years", "not_a_number")]),
        ({"facts": {"market_years": float("nan")}}, [("facts.market_years", "not_finite")]),
        ({"facts": {"market_years": float("inf")}}, [("facts.market_years", "not_finite")]),
        ({"facts": {"market_years": 1e300}}, [("facts.market_years", "too_many_digits")]),
        ({"facts": {"market_years": 10**16}}, [("facts.market_years", "too_many_digits")]),
        ({"facts": {"market_years": -1}}, [("facts.market_years", "outside_range")]),
        ({"facts": {"market_years": "3万元"}}, [("facts.market_years", "unknown_unit")]),
        ({"facts": {"market_share_national": "101%"}}, [("facts.market_share_national", "outside_range")]),
        (
            {"facts": {"market_share_national": {"min": 90, "max": 110}}},
            [("facts.market_share_national.max", "outside_range")],
        ),
        ({"facts": {"digital_level": 5}}, [("facts.digital_level", "outside_range")]),
        ({"facts": {"ip_class1": 1.5}}, [("facts.ip_class1", "not_whole")]),
        ({"facts": {"ip_class1": {"min": 5, "max": 2}}}, [("facts.ip_class1", "min_above_max")]),
        ({"facts": {"ip_class1": {"low": 5}}}, [("facts.ip_class1.low", "interval_key")]),
        ({"facts": {"own_brand": 1}}, [("facts.own_brand", "not_a_boolean")]),
        ({"facts": {"fields": ["six:nonsense"]}}, [("facts.fields", "unknown_code")]),
        ({"facts": {"rd_institution_level": "galaxy"}}, [("facts.rd_institution_level", "unknown_code")]),
        ({"facts": {"ip_class1": 1, "ip_class1_self": 2}}, [("facts.ip_class1_self", "part_above_whole")]),
        (  # a part of a part, the part between not given
            {"facts": {"ip_class1": 0, "ip_class1_original": {"min": 2}}},
            [("facts.ip_class1_original", "part_above_whole")],
        ),
        (  # said once, against the nearest whole
            {"facts": {"ip_class1": 1, "ip_class1_applied": 1, "ip_class1_original": 2}},
            [("facts.ip_class1_original", "part_above_whole")],
        ),
        ({"years": {2024: {"employees": 3, "rd_staff": 4}}}, [("years.2024.rd_staff", "part_above_whole")]),
        (
            {"years": {2024: {"revenue": {"max": 3}, "main_revenue": {"min": 4}}}},
            [("years.2024.main_revenue", "part_above_whole")],
        ),
        ({"years": {2024: {"total_assets": -1}}}, [("years.2024.total_assets", "outside_range")]),
        ({"uscc": "91320505MA1MXXXX0X"}, [("uscc", "not_a_uscc")]),
        ({"region": "苏州"}, [("region", "not_a_region")]),
        ({"industry": "9999"}, [("industry", "unknown_industry")]),
        ({"established": "2023-02-30"}, [("established", "not_a_date")]),
        ({"titles": {"title": "hnte"}}, [("titles", "not_a_list")]),
        ({"titles": ["hnte"]}, [("titles.0", "not_a_mapping")]),
        ({"titles": [{"granted": "2023-01-01"}]}, [("titles.0.title", "missing_key")]),
        ({"titles": [{"title": "knight"}]}, [("titles.0.title", "unknown_code")]),
        ({"titles": [{"title": "hnte", "since": 1}]}, [("titles.0.since", "unknown_key")]),
        (
            {"titles": [{"title": "hnte", "granted": "2024-01-01", "expires": "2023-01-01"}]},
            [("titles.0", "min_above_max")],
        ),
        (
            {"awards": [{"award": "maker-china", "year": "MMXX", "rank": 0}]},
            [("awards.0.year", "not_a_year"), ("awards.0.rank", "not_a_rank")],
        ),
    ],
)
def test_an_impossible_profile_is_refused_with_its_path(data: Any, wanted: list[tuple[str, str]]) -> None:
    assert _codes(data) == wanted


def test_all_problems_come_at_once() -> None:
    data = {
        "nme": "x",
        "years": {"2024": {"revenue": "many", "emploees": 3}},
        "facts": {"fields": ["six:x"]},
        "titles": [{"title": "hnte", "granted": "2023-02-30"}],
    }
    assert len(_codes(data)) == 5


def test_a_slip_of_the_pen_gets_the_name_that_was_meant() -> None:
    with pytest.raises(ProfileError) as caught:
        Profile.from_dict({"years": {2024: {"emploees": 3}}})
    assert "employees" in caught.value.problems[0].expected("en")


def test_profit_may_be_negative() -> None:
    profile = Profile.from_dict({"years": {2024: {"net_profit": -50, "total_profit": "-12.5万"}}})
    assert profile.years[2024]["net_profit"] == exactly(-50)
