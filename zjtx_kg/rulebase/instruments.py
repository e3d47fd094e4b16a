"""The instruments that measure a company or a region beside the ladder, as frozen values.

A *questionnaire* asks questions whose answers earn points, grades scenes of work by level, and turns both
into a level. A *system of indicators* arranges indicators in groups: some with a formula, some rated by
people. What no source gives is said by ``unpublished`` and is never made up. Like the rule model, these
values know nothing of RDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from zjtx_kg.rulebase.model import (
    Argument,
    Band,
    Citation,
    Code,
    Comparison,
    Direction,
    Indicator,
    Rational,
    Unit,
)
from zjtx_kg.texts import Text

__all__ = [
    "ChoiceQuestion",
    "Formula",
    "IndexIndicator",
    "IndicatorGroup",
    "IndicatorSystem",
    "LevelRule",
    "MultipleChoiceQuestion",
    "NumberQuestion",
    "Option",
    "Question",
    "QuestionGroup",
    "Questionnaire",
    "RatedIndicator",
    "Scene",
    "SystemIndicator",
    "under_readings",
]

T = TypeVar("T", "Questionnaire", "IndicatorSystem")
P = TypeVar("P", "QuestionPart", "SystemPart", "QuestionGroup", "IndicatorGroup")


# --- questionnaires ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose from and the points it earns; no label where no source gives its words."""

    code: Code
    points: Rational
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that earns up to ``full`` points.

    ``indicator`` says what an answer may be; its id is the name that answer files use. ``id`` is the whole
    path, which tells two readings of one question apart.
    """

    id: str
    indicator: Indicator
    full: Rational
    citation: Citation
    unpublished: Text | None = None
    reading: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(Question):
    """Earns the best of the bands that its number reaches, or ``base``."""

    bands: tuple[Band, ...]
    base: Rational


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(Question):
    """Earns the points of the one option that is chosen; options stand in order, the least first."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoiceQuestion(Question):
    """Earns the points of all options that are chosen."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene of work that is graded by level; a higher level counts for the lower ones."""

    id: str
    indicator: Indicator
    required: bool
    required_under: str | None
    citation: Citation
    reading: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGroup:
    """A dimension of a questionnaire or a group inside one; ``full`` is ``None`` where it has no points."""

    id: str
    label: Text
    full: Rational | None
    members: tuple[QuestionPart, ...]
    citation: Citation
    unpublished: Text | None = None
    reading: str | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions of the group, those of its groups included."""
        return tuple(part for part in _below(self.members) if isinstance(part, Question))


#: Anything that stands in a questionnaire.
QuestionPart = QuestionGroup | Question | Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """What a level needs together: a score, so many scenes at the level, so many of the required ones."""

    id: str
    level: int
    label: Text
    meaning: Text | None
    comparison: Comparison
    score: Rational
    scenes: int
    required: int
    citation: Citation
    reading: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Questionnaire:
    """One table of one edition. Without questions, only a total that is given can be graded."""

    id: str
    policy: str
    table: str
    label: Text
    definition: Text
    order: int
    determines: str
    industries: tuple[str, ...]
    full: Rational | None
    groups: tuple[QuestionGroup, ...]
    levels: tuple[LevelRule, ...]
    citation: Citation
    unpublished: Text | None = None

    def parts(self) -> Iterator[QuestionPart]:
        """Groups, questions and scenes, parents first."""
        return _below(self.groups)

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The questions by the names that answer files use."""
        return {part.indicator.id: part for part in self.parts() if isinstance(part, Question)}

    @cached_property
    def scenes(self) -> Mapping[str, Scene]:
        return {part.indicator.id: part for part in self.parts() if isinstance(part, Scene)}

    @cached_property
    def readings(self) -> frozenset[str]:
        """The readings that something in it rests on."""
        parts = list(self.parts())
        found = [part.reading for part in parts] + [rule.reading for rule in self.levels]
        found += [part.required_under for part in parts if isinstance(part, Scene)]
        return frozenset(reading for reading in found if reading is not None)

    def under(self, readings: frozenset[str]) -> Questionnaire:
        """Without what other readings of ambiguous places say."""
        levels = tuple(rule for rule in self.levels if rule.reading is None or rule.reading in readings)
        return replace(self, groups=_kept(self.groups, readings), levels=levels)


# --- systems of indicators --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """How a figure is computed: in words, and by an exact function where its figures can be known.

    ``compared`` figures are set against a mean of the industry; a mean must exceed ``mean_above`` where one
    is stated. ``bands`` give points where a source publishes them.
    """

    id: str
    label: Text
    expression: Text
    function: str | None
    arguments: tuple[Argument, ...]
    unit: Unit | None
    compared: bool
    mean_above: Rational | None
    bands: tuple[Band, ...]
    citation: Citation
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemIndicator:
    """An indicator of a system. ``code`` is how the document, or this ontology, numbers it."""

    id: str
    code: str
    label: Text
    alias: Text | None
    definition: Text
    formulas: tuple[Formula, ...]
    citation: Citation
    unpublished: Text | None = None
    reading: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexIndicator(SystemIndicator):
    """An indicator that is computed. ``related`` figures bear on one whose formula is not published."""

    direction: Direction
    bonus: bool
    window: Text | None
    related: tuple[str, ...]
    not_counted_in: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedIndicator(SystemIndicator):
    """An indicator that people rate against ``criterion``; ``rating`` says what a rating may be."""

    criterion: Text
    rating: Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorGroup:
    id: str
    code: str
    label: Text
    alias: Text | None
    definition: Text | None
    members: tuple[SystemPart, ...]
    citation: Citation
    reading: str | None = None
    note: Text | None = None


#: Anything that stands in a system of indicators.
SystemPart = IndicatorGroup | IndexIndicator | RatedIndicator


@dataclass(frozen=True, kw_only=True, eq=False)
class IndicatorSystem:
    """Groups of indicators for one subject. ``figures`` are what a profile does not carry."""

    id: str
    policy: str
    label: Text
    definition: Text
    groups: tuple[IndicatorGroup, ...]
    figures: Mapping[str, Indicator]
    citation: Citation
    unpublished: Text | None = None

    def parts(self) -> Iterator[SystemPart]:
        """Groups and indicators, parents first."""
        return _below(self.groups)

    @cached_property
    def indicators(self) -> Mapping[str, IndexIndicator | RatedIndicator]:
        """The indicators by code, in the order of the document."""
        return {part.code: part for part in self.parts() if not isinstance(part, IndicatorGroup)}

    @cached_property
    def formulas(self) -> Mapping[str, Formula]:
        return {f.id: f for indicator in self.indicators.values() for f in indicator.formulas}

    def under(self, readings: frozenset[str]) -> IndicatorSystem:
        """Without what other readings of ambiguous places say."""
        return replace(self, groups=_kept(self.groups, readings))


@lru_cache(maxsize=64)
def under_readings(instrument: T, readings: frozenset[str]) -> T:
    """A questionnaire or a system as some readings have it, made once."""
    return instrument.under(readings)


def _below(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        yield part
        if isinstance(part, QuestionGroup | IndicatorGroup):
            yield from _below(part.members)


def _kept(parts: tuple[P, ...], readings: frozenset[str]) -> tuple[P, ...]:
    """The parts that these readings leave, and in them likewise."""
    found: list[P] = []
    for part in parts:
        if part.reading is not None and part.reading not in readings:
            continue
        if isinstance(part, QuestionGroup | IndicatorGroup):
            part = replace(part, members=_kept(part.members, readings))
        elif isinstance(part, Scene) and part.required_under is not None:
            part = replace(part, required=part.required_under in readings)
        found.append(part)
    return tuple(found)
