"""Checks on questionnaires and systems of indicators as wholes, made at every load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from zjtx_kg.errors import Problem
from zjtx_kg.rulebase.instruments import (
    ChoiceQuestion,
    IndicatorSystem,
    LevelRule,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    QuestionGroup,
    Questionnaire,
    Scene,
)
from zjtx_kg.rulebase.marks import adds_up, bands

__all__ = ["check_questionnaire", "check_system"]


def check_questionnaire(questionnaire: Questionnaire) -> Iterator[Problem]:
    """What no single node of a questionnaire can get wrong alone, under one choice of readings."""
    path = f"questionnaire/{questionnaire.id}"
    parts = list(questionnaire.parts())
    asked = [part.indicator.id for part in parts if isinstance(part, Question | Scene)]
    yield from _unique(path, asked)
    for part in parts:
        if isinstance(part, QuestionGroup) and part.full is not None and part.questions:
            yield from adds_up(f"questionnaire/{part.id}", part.full, (q.full for q in part.questions))
        elif isinstance(part, Question):
            yield from _question(part)
    if questionnaire.questions:
        full = questionnaire.full or 0
        yield from adds_up(path, full, (question.full for question in questionnaire.questions.values()))
    yield from _levels(questionnaire.levels)


def _question(question: Question) -> Iterator[Problem]:
    path = f"questionnaire/{question.id}"
    if isinstance(question, NumberQuestion):
        low, high = question.indicator.lowest, question.indicator.highest
        if low is None or high is None:
            yield Problem("missing_property", path, "", {"property": "lowest | highest"})
        yield from bands(path, question.bands, question.base, question.full)
    elif isinstance(question, ChoiceQuestion):
        for worse, better in pairwise(question.options):
            if better.points < worse.points:
                yield Problem("shadowed_band", path, str(better.points), {"other": str(worse.points)})
        if question.options and question.options[-1].points != question.full:
            yield Problem("full_not_reached", path, str(question.full))
    elif isinstance(question, MultipleChoiceQuestion):
        yield from adds_up(path, question.full, (option.points for option in question.options))
    options = getattr(question, "options", ())
    yield from _unique(path, [option.code.id for option in options])


def _levels(rules: tuple[LevelRule, ...]) -> Iterator[Problem]:
    """One rule for each level, from 1 without a gap, and each asks at least what the one below asks."""
    for position, rule in enumerate(rules, 1):
        if rule.level != position:
            yield Problem("level_gap", f"level/{rule.id}", str(rule.level), {"level": str(position)})
    for lower, upper in pairwise(rules):
        if upper.score <= lower.score or upper.scenes < lower.scenes or upper.required < lower.required:
            yield Problem("level_order", f"level/{upper.id}", str(upper.score), {"other": lower.id})


def check_system(system: IndicatorSystem) -> Iterator[Problem]:
    """What no single node of a system of indicators can get wrong alone."""
    yield from _unique(f"system/{system.id}", [part.code for part in system.parts()])
    for id, figure in system.figures.items():
        for whole in figure.at_most:
            if whole not in system.figures:
                path = f"figure/{system.id}/{id}"
                yield Problem("dangling", path, whole, {"property": "atMostIndicator"})
    for formula in system.formulas.values():
        if formula.function is None and (formula.bands or formula.compared):
            yield Problem("missing_property", f"formula/{formula.id}", "", {"property": "function"})


def _unique(path: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem("used_twice", path, name)
