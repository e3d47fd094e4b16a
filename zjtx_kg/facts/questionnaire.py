"""Answers to a questionnaire, and the score, scenes and level that follow from them.

An answer that is not known leaves a range: of points, of scenes at a level, and so of levels. Points, scenes
and levels all rise together, so the ends of the range are what the worst and the best answers would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.exact import whole
from zjtx_kg.facts.knowledge import Interval, Known, intersect
from zjtx_kg.facts.values import Checker, Domain, Misfit, member
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import (
    ChoiceQuestion,
    LevelRule,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    Questionnaire,
    Scene,
    under_readings,
)
from zjtx_kg.rulebase.model import (
    Code,
    Direction,
    Indicator,
    Knowledge,
    Place,
    Rational,
    Threshold,
    ValueType,
)

__all__ = ["SECTION", "Answers", "Grading", "Requirement", "grade", "read_answers"]

#: The key of a profile under which answers stand.
SECTION: Final = "digital"
_KEYS: Final = ("policy", "table", "score", "answers")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a company says in one questionnaire. ``score`` is a total that it was given."""

    questionnaire: str
    score: Interval | None
    answers: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one level needs, against what is known: score, scenes, and required scenes.

    Each is ``True`` where it is certainly kept, ``False`` where it certainly is not, else ``None``.
    """

    rule: LevelRule
    scenes: Interval
    required: Interval
    score_kept: bool | None
    scenes_kept: bool | None
    required_kept: bool | None

    @property
    def met(self) -> bool | None:
        """Whether all of it is kept together."""
        parts = (self.score_kept, self.scenes_kept, self.required_kept)
        return False if False in parts else None if None in parts else True


@dataclass(frozen=True, slots=True)
class Grading:
    """What follows from answers. ``level`` is ``None`` where no source gives the rules of the levels."""

    questionnaire: Questionnaire
    points: Mapping[str, Interval]
    scenes: Mapping[str, Interval]
    score: Interval | None
    requirements: tuple[Requirement, ...]
    level: Interval | None
    missing: tuple[str, ...]


# --- reading ----------------------------------------------------------------------------------------


def read_answers(
    check: Checker, data: Any, path: str, rulebase: Rulebase, industry: str | None
) -> Answers | None:
    """The answers of a section; every problem goes to the checker. Which table is meant is never guessed:
    it is named, or follows from an industry."""
    section = check.mapping(data, path)
    check.keys(section, path, _KEYS)
    here = f"{path}." if path else ""
    policies = dict.fromkeys(q.policy for q in rulebase.questionnaires.values())
    if section.get("policy") is None:
        check.bad(Misfit("missing_edition", known="、".join(policies)), f"{here}policy", "")
        return None
    policy = check.attempt(member(policies), section["policy"], f"{here}policy")
    if policy is None:
        return None
    found = _table(check, section.get("table"), f"{here}table", rulebase, policy, industry)
    if found is None:
        return None
    chosen = under_readings(found, rulebase.encoded_readings)
    given = section.get("answers")
    if given and not chosen.questions:
        check.bad(Misfit("no_questions", table=found.id), f"{here}answers", given)
        given = None
    score = check.values({"score": section.get("score")}, path, _total(found)).get("score")
    return Answers(
        found.id,
        score if isinstance(score, Interval) else None,
        check.values(given, f"{here}answers", _domain(chosen)),
    )


def _table(
    check: Checker, named: Any, path: str, rulebase: Rulebase, policy: str, industry: str | None
) -> Questionnaire | None:
    tables = {q.table: q for q in rulebase.questionnaires.values() if q.policy == policy}
    if named is not None:
        table = check.attempt(member(tables), named, path)
        return None if table is None else tables[table]
    for questionnaire in tables.values():
        if industry is not None and any(industry.startswith(code) for code in questionnaire.industries):
            return questionnaire
    check.bad(Misfit("missing_table", known="、".join(tables)), path, industry or "")
    return None


@lru_cache(maxsize=32)
def _domain(questionnaire: Questionnaire) -> Domain:
    """What may be answered; an option may be given by its code or by its words."""
    asked: list[Question | Scene] = [*questionnaire.questions.values(), *questionnaire.scenes.values()]
    spellings: dict[str, dict[str, Code]] = {}
    for question in questionnaire.questions.values():
        if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
            codes = [option.code for option in question.options]
            words = {code.label.zh: code for code in codes} | {code.label.en: code for code in codes}
            spellings[question.indicator.id] = {code.id: code for code in codes} | words
    return Domain((part.indicator for part in asked), spellings)


def _total(questionnaire: Questionnaire) -> Domain:
    return Domain([_score_indicator(questionnaire)])


def _score_indicator(questionnaire: Questionnaire) -> Indicator:
    return Indicator(
        id="score",
        place=Place.ANSWER,
        label=questionnaire.label,
        definition=questionnaire.definition,
        type=ValueType.DECIMAL,
        knowledge=Knowledge.MEASURED,
        direction=Direction.HIGHER,
        order=0,
        unit=None,
        lowest=0,
        highest=questionnaire.full,
    )


# --- grading ----------------------------------------------------------------------------------------


def grade(answers: Answers, rulebase: Rulebase, readings: Iterable[str] = ()) -> Grading:
    """The score, the scenes and the level that answers lead to, as far as they are known.

    ``readings`` choose among the readings of ambiguous places, by default the encoded ones. Raises
    :class:`ProfileError` where a total that was given contradicts the answers.
    """
    in_use = rulebase.readings_with(frozenset(readings))
    questionnaire = under_readings(rulebase.questionnaires[answers.questionnaire], in_use)
    given = answers.answers
    points = {id: _points(question, given.get(id)) for id, question in questionnaire.questions.items()}
    scenes = {id: _level_of(scene, given.get(id)) for id, scene in questionnaire.scenes.items()}
    score = _score(questionnaire, points, answers.score)
    requirements = tuple(_requirement(rule, questionnaire, scenes, score) for rule in questionnaire.levels)
    level = _level(requirements) if requirements else None
    missing = _missing(questionnaire, points, scenes, requirements) if level and not level.settled else ()
    return Grading(questionnaire, points, scenes, score, requirements, level, missing)


def _points(question: Question, answer: Known) -> Interval:
    """The points that an answer earns; from nothing to full marks where there is none."""
    if isinstance(question, NumberQuestion):
        return _banded(question, answer if isinstance(answer, Interval) else Interval(None, None))
    if isinstance(question, ChoiceQuestion) and isinstance(answer, Interval):
        assert isinstance(answer.lo, int)
        assert isinstance(answer.hi, int)
        return Interval(question.options[answer.lo].points, question.options[answer.hi].points)
    if isinstance(question, MultipleChoiceQuestion) and isinstance(answer, frozenset):
        total = whole(sum(option.points for option in question.options if option.code.id in answer))
        return Interval(total, total)
    return Interval(0, question.full)


def _banded(question: NumberQuestion, answer: Interval) -> Interval:
    low, high = question.indicator.lowest, question.indicator.highest
    assert low is not None
    assert high is not None
    known = intersect(answer, Interval(low, high)) or Interval(low, high)
    ends = [_reached(question, end) for end in known]
    return Interval(min(least for least, _ in ends), max(most for _, most in ends))


def _reached(question: NumberQuestion, value: Any) -> tuple[Rational, Rational]:
    for band in question.bands:  # the best comes first
        if isinstance(band.when, Threshold) and band.when.comparison.holds(value, band.when.bound):
            return band.least, band.points
    return question.base, question.base


def _level_of(scene: Scene, answer: Known) -> Interval:
    natural = Interval(scene.indicator.lowest, scene.indicator.highest)
    return (intersect(answer, natural) or natural) if isinstance(answer, Interval) else natural


def _score(
    questionnaire: Questionnaire, points: Mapping[str, Interval], given: Interval | None
) -> Interval | None:
    """The total: the sum of the points, and what was given as the total."""
    if questionnaire.full is None:
        return given
    total = Interval(0, questionnaire.full)
    if points:
        total = Interval(*(whole(sum(ends)) for ends in zip(*points.values(), strict=True)))
    if given is None:
        return total
    both = intersect(total, given)
    if both is None:
        text = f"{total.lo} – {total.hi}"
        problem = Problem(
            "score_disagrees", f"{SECTION}.score", f"{given.lo} – {given.hi}", {"computed": text}
        )
        raise ProfileError("profile", [problem], count=1)
    return both


def _requirement(
    rule: LevelRule, questionnaire: Questionnaire, levels: Mapping[str, Interval], score: Interval | None
) -> Requirement:
    wanted = {id for id, scene in questionnaire.scenes.items() if scene.required}
    scenes = _reaching(rule.level, levels.values())
    required = _reaching(rule.level, (levels[id] for id in wanted))
    known = score or Interval(None, None)
    kept = known.lo is not None and rule.comparison.holds(known.lo, rule.score)
    possible = known.hi is None or rule.comparison.holds(known.hi, rule.score)
    return Requirement(
        rule,
        scenes,
        required,
        _three(kept, possible),
        _three(scenes.lo >= rule.scenes, scenes.hi >= rule.scenes),  # type: ignore[operator]
        _three(required.lo >= rule.required, required.hi >= rule.required),  # type: ignore[operator]
    )


def _three(certain: bool, possible: bool) -> bool | None:
    return True if certain else None if possible else False


def _reaching(level: int, levels: Iterable[Interval]) -> Interval:
    """How many scenes stand at a level or above."""
    found = list(levels)
    lo = sum(1 for known in found if known.lo is not None and known.lo >= level)
    return Interval(lo, sum(1 for known in found if known.hi is None or known.hi >= level))


def _level(requirements: Iterable[Requirement]) -> Interval:
    """The highest level that is certainly reached, and the highest that may be."""
    found = list(requirements)
    lo = max((r.rule.level for r in found if r.met is True), default=0)
    return Interval(lo, max((r.rule.level for r in found if r.met is not False), default=0))


def _missing(
    questionnaire: Questionnaire,
    points: Mapping[str, Interval],
    scenes: Mapping[str, Interval],
    requirements: Iterable[Requirement],
) -> tuple[str, ...]:
    """The answers that can still change the level: they bear on what is open in a level that is open."""
    found: dict[str, None] = {}
    for requirement in requirements:
        if requirement.met is not None:
            continue
        if requirement.score_kept is None:
            found |= dict.fromkeys(id for id, known in points.items() if not known.settled)
        level = requirement.rule.level
        for id, known in scenes.items():
            straddles = (known.lo is None or known.lo < level) and (known.hi is None or known.hi >= level)
            counts = requirement.scenes_kept is None or (
                requirement.required_kept is None and questionnaire.scenes[id].required
            )
            if straddles and counts:
                found[id] = None
    order = [*points, *scenes]
    return tuple(sorted(found, key=order.index))
