"""What is paid for titles: the cases of ``tests/cases/subsidies.yaml``, and laws over every subsidy."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import HERE, ROOT, read_yaml
from zjtx_kg import Profile, load, subsidies_for
from zjtx_kg.errors import InputError
from zjtx_kg.subsidies import Reward

RULES = load()
CASES = read_yaml(HERE / "cases" / "subsidies.yaml")
KEYS = {
    *("because", "region", "as_of", "tier", "occasion", "titles", "received", "readings"),
    *("pays", "absent", "total", "vouchers", "expired", "form", "missing"),
}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{rule}: {case['because']}") for rule, cases in CASES.items() for case in cases
    ]


def _span(wanted: Any) -> tuple[Decimal, Decimal]:
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    return Decimal(low), Decimal(high)


def _exact(value: Any) -> Fraction:
    return Fraction(value.numerator, value.denominator)


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    assert case.keys() <= KEYS
    profile = {key: case[key] for key in ("region", "titles") if key in case}
    found = subsidies_for(
        Profile.from_dict(profile),
        case["tier"],
        date.fromisoformat(case["as_of"]),
        occasion=case.get("occasion", "recognition"),
        readings=case.get("readings", ()),
        received=case.get("received"),
    )
    (only,) = found.cases
    rewards = {reward.subsidy: reward for reward in only.rewards}
    for id, (status, amount, *rule) in case["pays"].items():
        reward = rewards[id]
        low, high = _span(amount)
        assert (reward.status, _exact(reward.amount.min), _exact(reward.amount.max)) == (
            status,
            Fraction(low),
            Fraction(high),
        )
        rules = {reason.rule for reason in reward.because}
        assert set(rule) <= rules
        assert rule or not rules or status == "payable"
        assert reward.form == case.get("form", "cash")
    for id in case.get("absent", ()):
        assert id not in rewards
    assert [id for id in case.get("expired", ()) if not rewards[id].expired] == []
    for key in ("total", "vouchers"):
        if key in case:
            span = getattr(only, key)
            assert (Decimal(int(span.min)), Decimal(int(span.max))) == _span(case[key])
    assert set(case.get("missing", ())) <= set(found.missing)


def test_every_rule_of_the_ontology_is_understood_and_has_its_cases() -> None:
    rules = {rule.id for subsidy in RULES.subsidies.values() for rule in subsidy.rules}
    assert rules <= CASES.keys()


def test_a_new_city_and_a_new_rule_are_a_new_file(tmp_path: Path) -> None:
    """Nothing but Turtle is added; a rule that the program does not know is quoted and decides nothing."""
    root = tmp_path / "rules"
    shutil.copytree(ROOT / "ontology", root)
    (root / "subsidies" / "demo.ttl").write_text(
        """
@base <https://w3id.org/zjtx/> .
@prefix z: <https://w3id.org/zjtx/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
z:onSundays a z:StackingRule ; rdfs:label "逢周日"@zh-Hans , "on Sundays"@en ;
    skos:definition "只在周日给付。"@zh-Hans , "Paid on Sundays only."@en .
<area/650100> a z:Area ; skos:notation "650100" ; rdfs:label "甲市"@zh-Hans , "City A"@en ;
    z:areaLevel z:municipal ; z:regionPrefix "6501" .
<policy/subsidy/650100/2030> a z:Policy ; skos:notation "subsidy/650100/2030" ;
    rdfs:label "演示"@zh-Hans , "demo"@en ; z:documentNumber "1" ; z:issuer "甲"@zh-Hans , "A"@en ;
    z:attestation z:unknown .
<clause/subsidy/650100/2030/1> a z:Clause ; z:policy <policy/subsidy/650100/2030> ;
    z:citation "一"@zh-Hans , "1"@en ; skos:definition "一"@zh-Hans , "one"@en ; z:attestation z:unknown .
<subsidy/650100/2030/hnte> a z:Subsidy ; rdfs:label "高企"@zh-Hans , "high-tech"@en ;
    z:clause <clause/subsidy/650100/2030/1> ; z:attestation z:unknown ; z:amount 7.5 ; z:area "650100" ;
    z:mode z:fixed ; z:occasion z:recognition ; z:rewardsTitle <tier/hnte> ; z:stackingRule z:onSundays ;
    z:from "2030-01-01"^^xsd:date ; z:source "演示"@zh-Hans , "demo"@en .
""",
        encoding="utf-8",
    )
    rules = load(root)
    profile = Profile.from_dict({"region": "650102", "titles": []}, rules)
    (case,) = subsidies_for(profile, "hnte", date(2030, 6, 1), rules, lang="en").cases
    (reward,) = case.rewards
    assert (reward.payer, reward.status, float(reward.amount.max)) == ("City A", "unknown", 7.5)
    assert reward.because[0].text == "on Sundays: Paid on Sundays only."


# --- laws -------------------------------------------------------------------------------------------

REGIONS = sorted(
    {prefix.ljust(6, "0") for area in RULES.areas.values() for prefix in area.prefixes if prefix}
)
DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))
TITLES = sorted({title for subsidy in RULES.subsidies.values() for title in subsidy.titles})


def _rewards(profile: dict[str, Any], day: date, **options: Any) -> dict[tuple[str, str], Reward]:
    found = subsidies_for(Profile.from_dict(profile), None, day, **options)
    return {(case.title, reward.subsidy): reward for case in found.cases for reward in case.rewards}


@given(st.sampled_from(REGIONS), DAYS, st.lists(st.tuples(st.sampled_from(TITLES), DAYS), max_size=3))
def test_to_know_the_titles_never_turns_an_answer_round(
    region: str, day: date, granted: list[tuple[str, date]]
) -> None:
    """What is payable or not without the list of titles stays so, and amounts stay within their ends.

    Only for titles that the company does not get to hold: a title that is held was recognised on another day.
    """
    unknown = _rewards({"region": region}, day)
    titles = [{"title": title, "granted": when} for title, when in granted]
    held = {title for title, when in granted if when <= day}
    known = _rewards({"region": region, "titles": titles}, day)
    for key, before in unknown.items():
        after = known[key]
        if key[0] in held:
            continue
        assert before.status in ("unknown", after.status)
        assert before.amount.min <= after.amount.min <= after.amount.max <= before.amount.max


@given(st.sampled_from(REGIONS), DAYS, st.integers(0, 300))
def test_to_know_what_higher_levels_paid_never_turns_an_answer_round(
    region: str, day: date, amount: int
) -> None:
    before = _rewards({"region": region, "titles": []}, day)
    levels = ("national", "provincial", "municipal")
    after = _rewards({"region": region, "titles": []}, day, received=dict.fromkeys(levels, amount))
    for key, reward in before.items():
        assert reward.amount.min <= after[key].amount.min or reward.amount.min == 0
        assert after[key].amount.max <= reward.amount.max


@given(st.sampled_from(REGIONS), DAYS)
def test_nobody_pays_more_than_the_document_says(region: str, day: date) -> None:
    for reward in _rewards({"region": region}, day).values():
        assert 0 <= reward.amount.min <= reward.amount.max <= reward.stated
        assert (reward.status == "not_payable") is (reward.amount.max == 0)
        assert reward.status == "payable" or reward.because


@given(st.sampled_from(REGIONS), DAYS)
def test_a_district_is_no_farther_off_than_its_city(region: str, day: date) -> None:
    """What a company of a city may get, a company of one of its districts gets, may get, or does not get."""
    city = region[:4] + "00"
    wide, narrow = _rewards({"region": city}, day), _rewards({"region": region}, day)
    assert narrow.keys() <= wide.keys()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"tier": "little_giant"}, "unknown_tier"),
        ({"occasion": "renewal"}, "unknown_occasion"),
        ({"readings": ["generous"]}, "unknown_reading"),
        ({"received": {"county": 3}}, "unknown_payment"),
        ({"received": {"national": "3 apples"}}, "not_an_amount"),
        ({"received": {"national": -1}}, "not_an_amount"),
        ({"received": {"national": float("nan")}}, "not_an_amount"),
    ],
)
def test_what_is_not_usable_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        subsidies_for(Profile(), as_of=date(2025, 6, 1), **options)
    assert caught.value.code == code
    assert all(caught.value.message(lang) for lang in ("zh", "en"))


def test_the_levels_without_any_document_are_named() -> None:
    found = subsidies_for(Profile.from_dict({"region": "320505"}), "little-giant", date(2025, 6, 1))
    assert found.not_covered == ("provincial",)


def test_the_result_is_plain_data() -> None:
    data = subsidies_for(Profile.from_dict({"region": "320571"}), "little-giant", date(2022, 6, 1)).to_dict()
    reward = data["cases"][0]["rewards"][0]
    assert (reward["from"], reward["until"], reward["stated"]) == ("2021-01-01", "2023-12-31", 100)
