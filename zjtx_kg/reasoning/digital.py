"""The digital level of a company, ready to show: score, scenes, levels, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from zjtx_kg.errors import InputError
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.facts.questionnaire import Answers, Grading, Requirement, grade
from zjtx_kg.reasoning.results import Points, Range
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import Question, QuestionGroup, QuestionPart, Scene
from zjtx_kg.rulebase.model import Citation

__all__ = ["DigitalAssessment", "LevelStatus", "OtherReading", "Part", "SceneStatus", "assess_digital"]

_STATUS = {True: "met", False: "unmet", None: "unknown"}


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dimension, a group inside one, or a question, with its points.

    ``points`` is ``None`` where it earns none, or where no source says how many. ``unpublished`` says what
    no source gives.
    """

    id: str
    label: str
    points: Points | None
    unpublished: str | None = None
    parts: tuple[Part, ...] = ()


class SceneStatus(msgspec.Struct, frozen=True):
    id: str
    label: str
    required: bool
    level: Range


class LevelStatus(msgspec.Struct, frozen=True):
    """One level: what it needs, and whether each part of that is ``met``, ``unmet`` or ``unknown``.

    ``points_short`` and ``scenes_short`` say how much is wanting, from the best to the worst answers.
    """

    level: int
    label: str
    status: str
    operator: str
    score_needed: Any
    score: str
    points_short: Range | None
    scenes_needed: int
    scenes: str
    scenes_reached: Range
    required_needed: int
    required: str
    required_reached: Range
    clause: str | None
    confidence: str | None


class OtherReading(msgspec.Struct, frozen=True):
    """A reading of an ambiguous place under which the level would differ."""

    reading: str
    label: str
    level: Range | None


class DigitalAssessment(msgspec.Struct, frozen=True):
    """The level with everything it rests on. ``level`` is ``None`` where no source gives the rules.

    ``missing`` names the answers that can still change the level. ``in_force`` tells whether the edition is
    the one in force on the day.
    """

    name: str | None
    as_of: date
    policy: str
    in_force: bool
    table: str
    table_label: str
    level: Range | None
    score: Range | None
    full: Any
    groups: tuple[Part, ...]
    scenes: tuple[SceneStatus, ...]
    levels: tuple[LevelStatus, ...]
    missing: tuple[str, ...]
    unpublished: str | None
    readings: tuple[str, ...]
    other_readings: tuple[OtherReading, ...]


def assess_digital(
    answers: Answers,
    *,
    rulebase: Rulebase,
    as_of: date,
    name: str | None = None,
    readings: Iterable[str] = (),
    lang: str = "zh",
) -> DigitalAssessment:
    """Grade a questionnaire. Raises :class:`InputError` for an unknown reading, :class:`ProfileError` where a
    total that was given contradicts the answers."""
    chosen = tuple(readings)
    for reading in chosen:
        if reading not in rulebase.readings:
            raise InputError("unknown_reading", reading=reading, known="、".join(rulebase.readings))
    grading = grade(answers, rulebase, chosen)
    table = grading.questionnaire
    policy = rulebase.policies[table.policy]
    return DigitalAssessment(
        name=name,
        as_of=as_of,
        policy=table.policy,
        in_force=_in_force(policy.in_force, policy.repealed, as_of),
        table=table.table,
        table_label=table.label(lang),
        level=_range(grading.level),
        score=_range(grading.score),
        full=table.full,
        groups=tuple(_part(group, grading, lang) for group in table.groups),
        scenes=tuple(
            SceneStatus(id, s.indicator.label(lang), s.required, Range(*grading.scenes[id]))
            for id, s in table.scenes.items()
        ),
        levels=tuple(_level(requirement, grading, lang) for requirement in grading.requirements),
        missing=grading.missing,
        unpublished=table.unpublished(lang) if table.unpublished else None,
        readings=chosen,
        other_readings=tuple(_others(answers, grading, rulebase, chosen, lang)),
    )


def _others(
    answers: Answers, grading: Grading, rulebase: Rulebase, chosen: tuple[str, ...], lang: str
) -> Iterator[OtherReading]:
    """The readings that are not in use and would change the level, each on its own."""
    in_use = rulebase.readings_with(frozenset(chosen))
    named = rulebase.questionnaires[answers.questionnaire].readings
    open_ = {rulebase.readings[reading].ambiguity for reading in named}
    for id, reading in rulebase.readings.items():
        if reading.ambiguity in open_ and id not in in_use:
            kept = [r for r in chosen if rulebase.readings[r].ambiguity != reading.ambiguity]
            level = grade(answers, rulebase, [*kept, id]).level
            if level != grading.level:
                yield OtherReading(id, reading.label(lang), _range(level))


def _in_force(start: date | None, end: date | None, day: date) -> bool:
    return start is not None and start <= day and (end is None or day < end)


def _range(known: Interval | None) -> Range | None:
    return None if known is None else Range(*known)


def _part(part: QuestionPart, grading: Grading, lang: str) -> Part:
    if isinstance(part, QuestionGroup):
        earned = [grading.points[q.indicator.id] for q in part.questions]
        points = None
        if earned:
            low, high = (sum(ends) for ends in zip(*earned, strict=True))
            points = Points(low, high, sum(q.full for q in part.questions))
        return Part(
            part.id.rpartition("/")[2],
            part.label(lang),
            points,
            part.unpublished(lang) if part.unpublished else None,
            tuple(_part(member, grading, lang) for member in part.members if not isinstance(member, Scene)),
        )
    assert isinstance(part, Question)
    earned_here = grading.points[part.indicator.id]
    return Part(
        part.indicator.id,
        part.indicator.label(lang),
        Points(*earned_here, part.full),
        part.unpublished(lang) if part.unpublished else None,
    )


def _level(requirement: Requirement, grading: Grading, lang: str) -> LevelStatus:
    rule = requirement.rule
    clause, confidence = cited(rule.citation, lang)
    return LevelStatus(
        level=rule.level,
        label=rule.label(lang),
        status=_STATUS[requirement.met],
        operator=str(rule.comparison),
        score_needed=rule.score,
        score=_STATUS[requirement.score_kept],
        points_short=_short(rule.score, grading.score) if requirement.score_kept is not True else None,
        scenes_needed=rule.scenes,
        scenes=_STATUS[requirement.scenes_kept],
        scenes_reached=Range(*requirement.scenes),
        required_needed=rule.required,
        required=_STATUS[requirement.required_kept],
        required_reached=Range(*requirement.required),
        clause=clause,
        confidence=confidence,
    )


def _short(bound: Any, score: Interval | None) -> Range:
    low, high = score or Interval(None, None)
    return Range(
        None if high is None else max(0, bound - high),
        None if low is None else max(0, bound - low),
    )


def cited(citation: Citation, lang: str) -> tuple[str | None, str | None]:
    """The clause that something rests on, and how well it is attested."""
    clause = citation.clause.citation(lang) if citation.clause else None
    return clause, citation.attestation
