"""Laws of the next question: asking always ends, ends with the right answer, and asks nothing for nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import DAY, ladder_basis
from zjtx_kg import Profile, ask, assess

_CASES = [("miit-2022-63", "innovative-sme"), ("miit-2022-63", "srdi-sme"), ("miit-2026-2", "little-giant")]
_SPOILED: dict[str, Any] = {
    "years.2024.rd_expense": 1,
    "years.2024.revenue": 999999,
    "facts.market_years": 1,
    "facts.own_brand": False,
    "facts.major_incident_3y": True,
    "facts.ip_class1_original": 0,
}


def _at(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data.get(key, data.get(int(key)) if key.isdecimal() else None) if data else None
    return data


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for key in above:
        data = data.setdefault(key, {})
    data[last] = value


@st.composite
def truths(draw: Any) -> dict[str, Any]:
    """A company that is wholly known, some of its facts spoiled."""
    data = ladder_basis()
    data["years"] = {str(year): dict(figures) for year, figures in data["years"].items()}
    for path in draw(st.lists(st.sampled_from(sorted(_SPOILED)), max_size=3, unique=True)):
        _put(data, path, _SPOILED[path])
    for figures in data["years"].values():
        figures["main_revenue"] = min(figures["main_revenue"], figures["revenue"], key=float)
    return data


@pytest.mark.parametrize(("policy", "tier"), _CASES)
@settings(max_examples=6)
@given(truth=truths())
def test_an_interview_from_nothing_ends_with_the_answer(policy: str, tier: str, truth: Any) -> None:
    expected = assess(Profile.from_dict(truth), as_of=DAY, policy=policy, tiers=[tier]).tiers[0].status
    known: dict[str, Any] = {"profile": 1}
    asked: list[str] = []
    while True:
        profile = Profile.from_dict(copy.deepcopy(known))
        found = ask(profile, tier, as_of=DAY, policy=policy)
        answerable = [q for q in found.questions if _at(truth, q.path) is not None]
        if found.settled or not answerable:
            break
        best = answerable[0]
        assert best.path not in asked
        asked.append(best.path)
        _put(known, best.path, _at(truth, best.path))
        after = ask(Profile.from_dict(copy.deepcopy(known)), tier, as_of=DAY, policy=policy)
        if best.settles == 1:
            assert after.settled
        outcomes = {answer.status for answer in best.answers}
        if len(outcomes) == 1 and outcomes <= {"eligible", "not_eligible"}:
            assert after.status in outcomes
    assert found.status == expected
    if expected in ("eligible", "not_eligible"):
        assert found.settled
