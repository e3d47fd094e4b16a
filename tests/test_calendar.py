"""What is due when: the cases of ``tests/cases/calendar.yaml``, and laws over all days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import HERE, SHARED, read_yaml
from zjtx_kg import Profile, calendar_for, load
from zjtx_kg.errors import InputError
from zjtx_kg.supervision import Event
from zjtx_kg.supervision.periods import last_day, term_end

RULES = load()
CASES = read_yaml(HERE / "cases" / "calendar.yaml")
KEYS = {
    *("because", "as_of", "until", "titles", "changed", "cancelled"),
    *("events", "absent", "missing", "judged_by", "computed"),
}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{topic}: {case['because']}")
        for topic, cases in CASES.items()
        for case in cases
    ]


def _row(event: Event) -> list[str | None]:
    return [str(event.due) if event.due else None, event.topic, event.title, event.status]


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    assert case.keys() <= KEYS
    assert case.get("events") or case.get("absent")
    found = calendar_for(
        Profile.from_dict({"titles": case["titles"]} if "titles" in case else {}),
        date.fromisoformat(case["as_of"]),
        until=date.fromisoformat(case["until"]) if "until" in case else None,
        changed=[date.fromisoformat(day) for day in case.get("changed", ())],
        cancelled={title: date.fromisoformat(day) for title, day in case.get("cancelled", {}).items()},
    )
    rows = [_row(event) for event in found.events]
    for wanted in case.get("events", ()):
        assert wanted in rows
    for pattern in case.get("absent", ()):
        assert not [row for row in rows if all(p in (None, v) for p, v in zip(pattern, row, strict=False))]
    ends = {event.title: event for event in found.events if event.topic == "validity"}
    for title, policy in case.get("judged_by", {}).items():
        assert ends[title].judged_by == policy
    for title, computed in case.get("computed", {}).items():
        assert ends[title].computed is computed
    assert found.missing == tuple(case.get("missing", ()))


def test_standing_duties_are_those_of_the_edition_in_force() -> None:
    holder = Profile.from_dict({"titles": [{"title": "srdi-sme", "granted": "2024-01-01"}]})
    before = {(d.topic, d.policy) for d in calendar_for(holder, date(2026, 3, 31)).duties}
    after = {(d.topic, d.policy) for d in calendar_for(holder, date(2026, 4, 1)).duties}
    assert before == {(topic, "miit-2022-63") for topic in ("cancellation", "changeReport", "complaint")}
    assert after == {("cancellation", "miit-2026-2"), ("changeReport", "miit-2026-2")}


def test_steps_are_for_tiers_that_are_not_held() -> None:
    holder = Profile.from_dict({"titles": [{"title": "innovative-sme", "granted": "2024-01-01"}]})
    steps = {s.title: s.steps for s in calendar_for(holder, date(2025, 6, 1), lang="en").procedures}
    assert steps["srdi-sme"][0] == "application"
    assert "innovative-sme" not in steps
    nobody = calendar_for(Profile(), date(2025, 6, 1))
    assert "innovative-sme" in {s.title for s in nobody.procedures}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"cancelled": {"srdi": date(2025, 1, 1)}}, "unknown_tier"),
        ({"until": date(2025, 5, 31)}, "until_before_as_of"),
    ],
)
def test_what_is_not_usable_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        calendar_for(Profile(), date(2025, 6, 1), **options)
    assert caught.value.code == code
    assert all(caught.value.message(lang) for lang in ("zh", "en"))


# --- laws -------------------------------------------------------------------------------------------

DAYS = st.dates(date(2022, 8, 1), date(2028, 12, 31))
TITLES = st.sampled_from(list(RULES.tiers))


@given(DAYS, TITLES, DAYS)
def test_every_event_says_how_far_off_it_is(day: date, title: str, granted: date) -> None:
    profile = Profile.from_dict({"titles": [{"title": title, "granted": granted}]})
    found = calendar_for(profile, day)
    for event in found.events:
        assert event.due is not None
        assert event.days == (event.due - day).days
        assert (event.status == "past") is (event.due < day)
        assert event.label
        assert event.clause
    dues = [event.due for event in found.events if event.due]
    assert dues == sorted(dues)


@given(DAYS, TITLES, DAYS)
def test_an_update_lies_in_its_term(day: date, title: str, granted: date) -> None:
    profile = Profile.from_dict({"titles": [{"title": title, "granted": granted}]})
    events = calendar_for(profile, day).events
    ends = [e.due for e in events if e.topic == "validity" and e.title == title and e.due]
    for event in events:
        if event.topic == "yearlyUpdate" and event.due:
            assert granted <= event.due <= (ends[0] if ends else date.max)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 60))
def test_periods_end_in_their_month_and_never_later_than_their_day(start: date, months: int) -> None:
    end = last_day(start, months=months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 5))
def test_a_new_term_begins_on_the_anniversary(granted: date, years: int) -> None:
    following = term_end(granted, years) + timedelta(days=1)
    leap = (granted.month, granted.day) == (2, 29)
    assert following.year == granted.year + years
    assert (following.month, following.day) == (granted.month, granted.day) or (
        leap and (following.month, following.day) == (3, 1)
    )


# --- against the fact files -------------------------------------------------------------------------

#: Fact, file, provision, and the property of the provision that says its number.
FACTS = [
    ("tier-2022.yaml", "T22-P-VALID", "miit-2022-63/validity", "years"),
    ("tier-2022.yaml", "T22-P-UPDATE", "miit-2022-63/yearly-update", "month_day"),
    ("tier-2022.yaml", "T22-P-CHANGE", "miit-2022-63/change-report", "months"),
    ("tier-2022.yaml", "T22-P-CANCEL", "miit-2022-63/cancellation", "years"),
    ("tier-2026.yaml", "T26-M-VALID", "miit-2026-2/validity", "years"),
    ("tier-2026.yaml", "T26-M-UPDATE", "miit-2026-2/yearly-update", "month_day"),
    ("tier-2026.yaml", "T26-M-MISS", "miit-2026-2/missed-updates", "times"),
    ("tier-2026.yaml", "T26-M-FRAUD", "miit-2026-2/fraud", "years"),
    ("tier-2026.yaml", "T26-M-CHANGE", "miit-2026-2/change-report", "months"),
    ("champion.yaml", "CH-M1", "miit-2023-138/validity", "years"),
    ("champion.yaml", "CH-M2", "miit-2023-138/yearly-update", "month_day"),
    ("champion.yaml", "CH-M3", "miit-2023-138/change-report", "months"),
    ("champion.yaml", "CH-M4", "miit-2023-138/cancellation", "years"),
    ("hnte.yaml", "HN-CERT", "most-2016-32/validity", "years"),
    ("hnte.yaml", "HN-CHANGE", "most-2016-32/change-report", "months"),
    ("hnte.yaml", "HN-YEARLY", "most-2016-32/yearly-report", "month_day"),
    ("tech-sme.yaml", "TS-M1", "most-2017-115/validity", "years"),
    ("tech-sme.yaml", "TS-M26d", "most-2017-115/fraud", "years"),
]


@pytest.mark.skipif(not (SHARED / "facts").is_dir(), reason="UNTESTED: the folder of fact files is not here")
@pytest.mark.parametrize(("file", "fact", "provision", "property"), FACTS, ids=lambda value: str(value))
def test_deadlines_of_the_facts(file: str, fact: str, provision: str, property: str) -> None:
    import yaml

    document = yaml.safe_load((SHARED / "facts" / file).read_text(encoding="utf-8"))
    (item,) = [item for item in document["items"] if item["id"] == fact]
    rule = RULES.provisions[provision]
    wanted: Any = item.get("threshold")
    if property == "month_day":
        wanted = tuple(int(part) for part in wanted.split("-"))
    assert getattr(rule, property) == wanted
    assert rule.citation.attestation == item["confidence"]


@pytest.mark.skipif(not (SHARED / "facts").is_dir(), reason="UNTESTED: the folder of fact files is not here")
def test_windows_of_the_facts() -> None:
    import yaml

    windows = {
        f"{rule.start}..{rule.end}"
        for rule in RULES.provisions.values()
        if rule.topic == "applicationWindow" and rule.start
    }
    stated = set()
    for name in ("tier-2026.yaml", "tech-sme.yaml"):
        for item in yaml.safe_load((SHARED / "facts" / name).read_text(encoding="utf-8"))["items"]:
            values = item.get("value")
            for value in values.values() if isinstance(values, dict) else [values]:
                if isinstance(value, str) and ".." in value:
                    stated.add(value)
    assert windows == stated
