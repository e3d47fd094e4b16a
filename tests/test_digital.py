"""The digital level: every question and line as a case, laws by search, answers in a profile, bad input."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import WHOLE
from tests.support import HERE, SHARED, read_yaml
from zjtx_kg import Profile, assess, load
from zjtx_kg.errors import ProfileError
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.facts.questionnaire import grade
from zjtx_kg.facts.sheets import read_answer_sheet
from zjtx_kg.reasoning.digital import assess_digital
from zjtx_kg.rulebase.instruments import NumberQuestion, Scene

CASES = read_yaml(HERE / "cases" / "systems" / "digital.yaml")
RULES = load()
DAY = date(2025, 6, 1)
TABLE = RULES.questionnaires["miit-2024-56/manufacturing"].under(RULES.encoded_readings)


def _sheet(changes: dict[str, Any]) -> dict[str, Any]:
    basis = CASES["basis"]
    return {**basis, "answers": {**basis["answers"], **changes}}


def _ends(wanted: Any) -> tuple[Any, Any]:
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    return Fraction(low), Fraction(high)


def _cases(section: str) -> list[Any]:
    return [pytest.param(case, id=f"{n}: {case['because']}") for n, case in enumerate(CASES[section])]


@pytest.mark.parametrize("case", [*_cases("questions"), *_cases("levels")])
def test_answers_lead_to_score_and_level(case: Any) -> None:
    _, answers = read_answer_sheet(_sheet(case["set"]), RULES)
    grading = grade(answers, RULES, case.get("readings", ()))
    assert grading.score is not None
    low, high = _ends(case["score"])
    assert abs(grading.score.lo - low) < Fraction(1, 10**6)
    assert abs(grading.score.hi - high) < Fraction(1, 10**6)
    assert tuple(grading.level or ()) == _ends(case["level"])
    assert list(grading.missing) == case.get("missing", [])


@pytest.mark.parametrize("case", _cases("totals"))
def test_a_total_that_was_given_is_graded(case: Any) -> None:
    sheet = {"policy": case["policy"], "table": case["table"], "score": case["total"]}
    level = grade(read_answer_sheet(sheet, RULES)[1], RULES, case.get("readings", ())).level
    assert (None if level is None else tuple(level)) == (
        None if case["level"] is None else _ends(case["level"])
    )


def test_every_question_has_its_cases() -> None:
    changed = {id for case in CASES["questions"] for id in case["set"]}
    assert changed == set(TABLE.questions)


# --- laws -------------------------------------------------------------------------------------------


def _answer(part: Any) -> st.SearchStrategy[Any]:
    if isinstance(part, Scene):
        return st.integers(0, 4)
    if isinstance(part, NumberQuestion):
        return st.integers(0, 100)
    codes = [option.code.id for option in part.options]
    choice = st.sampled_from(codes)
    return choice if part.indicator.type == "code" else st.lists(choice, unique=True)


_PARTS = {**TABLE.questions, **TABLE.scenes}
_FULL = st.fixed_dictionaries({id: _answer(part) for id, part in _PARTS.items()})


@settings(max_examples=1000 if WHOLE else 60)
@given(answers=_FULL, hidden=st.sets(st.sampled_from(sorted(_PARTS))))
def test_what_is_known_later_lies_in_what_was_known_before(answers: dict[str, Any], hidden: set[str]) -> None:
    """Whatever the missing answers turn out to be, score and level lie in the ranges; and an answer that is
    not called missing cannot move the level."""
    whole = grade(read_answer_sheet(_sheet(answers), RULES)[1], RULES)
    part = grade(read_answer_sheet(_sheet({**answers, **dict.fromkeys(hidden)}), RULES)[1], RULES)
    assert whole.level is not None
    assert whole.level.settled
    assert part.level is not None
    assert part.score is not None
    assert whole.level.lo in part.level
    assert whole.score.lo in part.score
    assert set(part.missing) <= hidden
    if not part.missing:
        assert part.level == whole.level


@settings(max_examples=1000 if WHOLE else 60)
@given(answers=_FULL, hidden=st.sets(st.sampled_from(sorted(_PARTS)), max_size=6))
def test_the_ends_of_the_range_are_reached(answers: dict[str, Any], hidden: set[str]) -> None:
    best = CASES["basis"]["answers"]
    worst = {id: _worst(_PARTS[id]) for id in hidden}
    part = grade(read_answer_sheet(_sheet({**answers, **dict.fromkeys(hidden)}), RULES)[1], RULES)
    low = grade(read_answer_sheet(_sheet({**answers, **worst}), RULES)[1], RULES)
    high = grade(read_answer_sheet(_sheet({**answers, **{id: best[id] for id in hidden}}), RULES)[1], RULES)
    assert part.level == Interval(low.level.lo, high.level.hi)  # type: ignore[union-attr]
    assert part.score == Interval(low.score.lo, high.score.hi)  # type: ignore[union-attr]


def _worst(part: Any) -> Any:
    if isinstance(part, Scene | NumberQuestion):
        return 0
    return part.options[0].code.id if part.indicator.type == "code" else []


# --- in a profile -----------------------------------------------------------------------------------


def _company(changes: dict[str, Any], **facts: Any) -> Profile:
    section = {key: value for key, value in _sheet(changes).items() if key != "industry"}
    return Profile.from_dict({"industry": "3453", "digital": section, "facts": facts})


def test_answers_stand_for_the_level() -> None:
    assert facts_of(_company({}), DAY, RULES).known["digital_level"] == Interval(4, 4)
    open_ = _company({"Q05": "none", "Q08": "none", "Q06": None})
    assert facts_of(open_, DAY, RULES).known["digital_level"] == Interval(3, 4)
    settled = _company({"Q05": "none", "Q08": "none", "Q06": None}, digital_level=3)
    assert facts_of(settled, DAY, RULES).known["digital_level"] == Interval(3, 3)


def test_a_reading_of_the_questionnaire_reaches_the_tier() -> None:
    """Seven scenes: level 2 as encoded, level 3 under the other reading, and the score of 63号 follows."""
    company = _company(
        {"S01": 0, "S02": 0, "S03": 0, "S04": 0, "S05": 0, "S06": 0, "S07": 0, "S14": 0, "S15": 0}
    )
    plain = assess(company, as_of=DAY, tiers=["srdi-sme"]).tiers[0].score
    other = assess(company, as_of=DAY, tiers=["srdi-sme"], readings=["scene-counts-6-3"]).tiers[0].score
    assert plain is not None
    assert other is not None
    assert other.min > plain.min


def test_a_level_that_contradicts_the_answers_is_refused() -> None:
    with pytest.raises(ProfileError) as caught:
        facts_of(_company({}, digital_level=2), DAY, RULES)
    assert [(p.code, p.path) for p in caught.value.problems] == [("disagrees", "facts.digital_level")]


def test_a_total_that_contradicts_the_answers_is_refused() -> None:
    _, answers = read_answer_sheet({**_sheet({}), "score": 50}, RULES)
    with pytest.raises(ProfileError) as caught:
        grade(answers, RULES)
    assert caught.value.problems[0].code == "score_disagrees"


# --- what is shown, and bad input -------------------------------------------------------------------


def test_other_readings_that_would_change_the_level_are_named() -> None:
    changes = {"S01": 3, "S03": 3, "S06": 3, "S07": 3}
    _, answers = read_answer_sheet(_sheet(changes), RULES)
    found = assess_digital(answers, rulebase=RULES, as_of=DAY)
    assert [(o.reading, o.level.max) for o in found.other_readings if o.level] == [
        ("warehouse-not-required", 3)
    ]
    assert (found.in_force, found.levels[3].required_reached.min) == (True, 6)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"policy": None}, {("missing_edition", "policy")}),
        ({"policy": "miit-2022-63"}, {("unknown_code", "policy")}),
        ({"industry": None}, {("missing_table", "table")}),
        ({"industry": "9999"}, {("unknown_industry", "industry"), ("missing_table", "table")}),
        ({"table": "mining"}, {("unknown_code", "table")}),
        ({"score": 101}, {("outside_range", "score")}),
        ({"answer": {}}, {("unknown_key", "answer")}),
        (
            {"answers": {"Q01": [5], "Q02": 101, "Q05": "lots", "Q06": "1", "S01": 2.5, "S17": 1}},
            {
                ("unknown_code", "answers.Q01"),
                ("outside_range", "answers.Q02"),
                ("unknown_code", "answers.Q05"),
                ("not_whole", "answers.S01"),
                ("unknown_key", "answers.S17"),
            },
        ),
        ({"answers": [1]}, {("not_a_mapping", "answers")}),
        ({"policy": "miit-2022-32", "answers": {"Q01": [1]}}, {("no_questions", "answers")}),
    ],
)
def test_bad_input_names_the_place(changes: dict[str, Any], problems: set[tuple[str, str]]) -> None:
    with pytest.raises(ProfileError) as caught:
        read_answer_sheet({**CASES["basis"], **changes}, RULES)
    assert {(problem.code, problem.path) for problem in caught.value.problems} == problems


@pytest.mark.skipif(not SHARED.is_dir(), reason="UNTESTED: the folder of fact files is not here")
def test_points_and_lines_are_those_of_the_fact_file() -> None:
    import yaml

    document = yaml.safe_load((SHARED / "facts" / "digital-level.yaml").read_text(encoding="utf-8"))
    items = {item["id"]: item for item in document["items"]}
    for id, question in TABLE.questions.items():
        item = items[f"DG24-{id}"]
        assert question.full == Fraction(str(item["points"]))
        if isinstance(question, NumberQuestion):
            wanted = {(b["min"], Fraction(str(b["points"]))) for b in item["bands"] if b["points"]}
            assert {(band.when.bound, band.points) for band in question.bands} == wanted  # type: ignore[union-attr]
        elif item["operator"] == "class":
            assert [o.points for o in question.options] == [Fraction(str(b["points"])) for b in item["bands"]]  # type: ignore[attr-defined]
        else:
            assert len(question.options) == item["threshold"]["options"]  # type: ignore[attr-defined]
    for id, scene in TABLE.scenes.items():
        assert scene.required is items[f"DG24-{id}"]["required"]
        assert scene.indicator.label.zh == items[f"DG24-{id}"]["name"]
    cases = {case["level"]: case for case in items["DG24-L"]["cases"]}
    for rule in TABLE.levels:
        case = cases[rule.level]
        assert (rule.score, rule.scenes, rule.required) == (
            case["score_min"],
            case["scenes_at_level_min"],
            case["required_scenes_min"],
        )
