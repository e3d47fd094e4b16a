"""The rule model: frozen values that mirror ``ontology/`` and know nothing of RDF.

A rule tree is made of *conditions* (which hold or do not) and, below a score table, of *groups* and *items*
(which earn points). Reading a tree never changes it; what a kind of application or a chosen reading leaves
out is removed when the tree is selected (:meth:`Rulebase.select`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zjtx_kg.exact import Exact, Fraction
from zjtx_kg.texts import Text

__all__ = [
    "AllOf",
    "AnyOf",
    "Applicability",
    "Argument",
    "AtLeast",
    "Award",
    "AwardCondition",
    "Band",
    "BandedItem",
    "BooleanCondition",
    "Case",
    "Change",
    "ChangeMode",
    "Citation",
    "Classification",
    "ClassificationRow",
    "Clause",
    "Code",
    "CodeScheme",
    "Comparison",
    "Condition",
    "CountedItem",
    "Criteria",
    "Definition",
    "Derivation",
    "Direction",
    "Evidence",
    "Group",
    "Inclusion",
    "Indicator",
    "Item",
    "Kind",
    "Knowledge",
    "LevelThreshold",
    "Measure",
    "Node",
    "Pace",
    "Phrase",
    "Place",
    "Policy",
    "PriorTitle",
    "Procedure",
    "Provision",
    "Rational",
    "Reading",
    "ScoreGroup",
    "ScoreTable",
    "Threshold",
    "Tier",
    "Title",
    "TitleCondition",
    "Toward",
    "Unit",
    "ValueItem",
    "ValueType",
]

Rational = int | Fraction


class Knowledge(StrEnum):
    """How an indicator comes to be known."""

    MEASURED = "measured"
    DECLARATION = "declaration"
    JUDGEMENT = "judgement"


class ValueType(StrEnum):
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CODE = "code"
    CODES = "codes"
    RECORD = "record"


class Place(StrEnum):
    """Where an indicator is given: in a profile; or as an answer, a rating, or a figure beside it."""

    YEAR = "year"
    FACT = "fact"
    DERIVED = "derived"
    RECORD = "record"
    ANSWER = "answer"
    RATING = "rating"
    SUPPLIED = "supplied"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    DEPENDS = "depends"


class Kind(StrEnum):
    """The kind of application."""

    NEW = "new"
    REVIEW = "review"


class ChangeMode(StrEnum):
    """Whether an input that is known can change, and what it takes."""

    FIXED = "fixed"
    TIME = "time"
    ACTION = "action"


class Toward(StrEnum):
    """The way in which a number can move."""

    UP = "up"
    DOWN = "down"
    EITHER = "either"


class Comparison(StrEnum):
    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    BELOW = "<"

    @property
    def more_helps(self) -> bool:
        return self in (Comparison.AT_LEAST, Comparison.MORE_THAN)

    def holds(self, value: Exact, bound: Exact) -> bool:
        """Whether a number stands so to a bound.

        >>> Comparison.MORE_THAN.holds(60, 60), Comparison.AT_LEAST.holds(60, 60)
        (False, True)
        """
        if value == bound:
            return self in (Comparison.AT_LEAST, Comparison.AT_MOST)
        return (value > bound) is self.more_helps


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and the suffixes in which people write it, each with its factor to this unit."""

    id: str
    symbol: str
    label: Text
    forms: Mapping[str, Rational]


@dataclass(frozen=True, slots=True)
class Evidence:
    id: str
    label: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class Code:
    """A concept of a code list. ``rank`` orders the codes of an ordered list, lowest first."""

    id: str
    iri: str
    label: Text
    rank: int | None = None
    broader: str | None = None


@dataclass(frozen=True, slots=True)
class CodeScheme:
    id: str
    iri: str
    label: Text
    codes: Mapping[str, Code]

    @property
    def ordered(self) -> bool:
        return any(code.rank is not None for code in self.codes.values())

    def by_rank(self, rank: int) -> Code:
        return next(code for code in self.codes.values() if code.rank == rank)


@dataclass(frozen=True, slots=True)
class Argument:
    """An indicator read ``years_back`` years before the last complete fiscal year."""

    indicator: str
    years_back: int


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derived indicator is computed: an exact function and its arguments."""

    function: str
    arguments: tuple[Argument, ...]
    classification: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quantity or fact that can be known of a company. ``lowest`` and ``highest`` always hold."""

    id: str
    place: Place
    label: Text
    definition: Text
    type: ValueType
    knowledge: Knowledge
    direction: Direction
    order: int
    unit: Unit | None = None
    lowest: Rational | None = None
    highest: Rational | None = None
    at_most: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    closed: Rational | bool | tuple[()] | None = None
    derivation: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A citable part of a document; ``policy`` is empty where it belongs to a ``material``.

    ``unmapped`` says why nothing rests on it.
    """

    id: str
    policy: str
    citation: Text
    summary: Text
    attestation: str
    unmapped: Text | None = None
    material: str | None = None

    @property
    def document(self) -> str:
        """The policy or the material it is part of."""
        return self.material or self.policy


@dataclass(frozen=True, slots=True)
class Policy:
    id: str
    title: Text
    short: Text | None
    number: str
    issuer: Text
    issued: str
    in_force: date | None
    repealed: date | None
    replaces: tuple[str, ...]
    attestation: str
    note: Text | None


@dataclass(frozen=True, slots=True)
class Title:
    """A title; ``later`` is the title of today that took its place."""

    id: str
    label: Text
    later: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Tier(Title):
    order: int = 0
    authority: Text | None = None
    advances_to: tuple[str, ...] = ()
    definition: Text | None = None


@dataclass(frozen=True, slots=True)
class Award:
    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an ambiguity. ``consequence`` says what follows from it."""

    id: str
    label: Text
    ambiguity: str
    encoded: bool
    consequence: Text | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands and how well its text is attested."""

    clause: Clause | None
    attestation: str | None


# --- conditions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A requirement. ``id`` is ``<policy>/<tier>/<path>``; conditions inside a band have none."""

    id: str
    citation: Citation
    label: Text | None = None
    note: Text | None = None
    only_for: Kind | None = None
    reading: str | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()

    def leaves(self) -> Iterator[Condition]:
        """The conditions that read an indicator, in the order of the document."""
        yield self


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Condition):
    indicator: str
    comparison: Comparison
    bound: Rational


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelThreshold(Condition):
    """A comparison on an ordered code list; ``rank`` is the position of ``code``."""

    indicator: str
    comparison: Comparison
    code: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanCondition(Condition):
    indicator: str
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion(Condition):
    """A list of codes contains one of ``codes``; ``schemes`` says which whole lists they come from."""

    indicator: str
    codes: frozenset[str]
    schemes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCondition(Condition):
    indicator: str
    titles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardCondition(Condition):
    indicator: str
    awards: frozenset[str]
    within_years: int
    rank_at_most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Condition):
    members: tuple[Condition, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.members

    def leaves(self) -> Iterator[Condition]:
        for member in self.members:
            yield from member.leaves()


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Group):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Group):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(Group):
    minimum: int


# --- scores -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """``least`` to ``points`` when the condition holds. An item earns the best of its bands.

    Most bands fix their points, so both are the same. Where a document leaves a range to an expert, the
    points lie between until the expert's mark is given.
    """

    when: Condition
    points: Rational
    least: Rational


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a score table. A ``bonus`` comes on top, up to the full marks of its group."""

    id: str
    citation: Citation
    full: Rational
    bonus: bool = False
    label: Text | None = None
    note: Text | None = None
    only_for: Kind | None = None
    reading: str | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()

    def leaves(self) -> Iterator[Condition]:
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class BandedItem(Item):
    """Scores the best band that holds, or ``base``. ``mark`` is what an expert gives within its range."""

    indicator: str | None
    base: Rational
    bands: tuple[Band, ...]
    mark: str | None = None

    def leaves(self) -> Iterator[Condition]:
        for band in self.bands:
            yield from band.when.leaves()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedItem(Item):
    each: Rational
    members: tuple[Condition, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.members

    def leaves(self) -> Iterator[Condition]:
        for member in self.members:
            yield from member.leaves()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueItem(Item):
    """Points are the value of the indicator itself, at most ``full``."""

    indicator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreGroup:
    id: str
    citation: Citation
    label: Text
    full: Rational
    floor: Rational | None
    items: tuple[Item, ...]
    note: Text | None = None
    only_for: Kind | None = None
    reading: str | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.items

    def leaves(self) -> Iterator[Condition]:
        for item in self.items:
            yield from item.leaves()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable(Condition):
    """Holds when the total reaches ``pass_mark`` (``strict``: exceeds it) and every group its floor."""

    full: Rational
    pass_mark: Rational
    groups: tuple[ScoreGroup, ...]
    strict: bool = False

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.groups

    def leaves(self) -> Iterator[Condition]:
        for group in self.groups:
            yield from group.leaves()


#: Anything that stands in a rule tree.
Node = Condition | ScoreGroup | Item


# --- criteria and their time ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PriorTitle:
    """The titles of which one must be held before applying; ``main`` is the step below on the ladder."""

    kind: Kind
    main: str
    titles: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria(AllOf):
    """The root of the conditions of one tier in one document."""

    tier: str
    policy: str
    prior: tuple[PriorTitle, ...]


@dataclass(frozen=True, slots=True)
class Applicability:
    """From ``start`` to ``end`` (both included) these criteria judge this kind of application."""

    id: str
    tier: str
    kind: Kind
    policy: str
    start: date
    end: date | None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


# --- classification ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """A level and the lower bounds that must hold together for it."""

    code: str
    rank: int
    when: AllOf


@dataclass(frozen=True, slots=True)
class ClassificationRow:
    """A set of industries; ``cases`` from the highest level to the lowest."""

    id: str
    label: Text
    citation: Citation
    industries: tuple[str, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    id: str
    policy: str
    rows: tuple[ClassificationRow, ...]
    otherwise: str
    otherwise_rank: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What a document lays down about the meaning or counting rule of indicators."""

    id: str
    label: Text
    text: Text
    indicators: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Provision:
    """A rule on validity, updates, changes, cancellation or procedure. ``tiers`` empty: the whole document.

    ``years``, ``months`` and ``times`` are what its topic makes of them; ``month_day`` is a yearly deadline
    (month, day); ``start`` and ``end`` bound a window, both days included.
    """

    id: str
    policy: str
    topic: str
    label: Text
    text: Text
    tiers: tuple[str, ...]
    citation: Citation
    years: int | None = None
    months: int | None = None
    times: int | None = None
    month_day: tuple[int, int] | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """The steps of applying for a tier under a document, in order."""

    id: str
    policy: str
    tier: str
    steps: tuple[Text, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Measure:
    """What a company can do to improve indicators; ``group`` is one of the six of annex C of the standard."""

    id: str
    label: Text
    group: str
    group_label: Text
    improves: tuple[str, ...]
    citation: Citation
    effort: Rational = 1
    lead_months: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """Whether and how an input can change. Every number is a default of this project unless overridden.

    Values of a plan are multiples of ``step``. ``effort`` is for changing it at all, ``effort_per_unit`` for
    each unit of change, ``effort_per_share`` for a change as large as the present value, ``effort_to_show``
    for finding out and proving a value that is possible already. ``years_back`` says up to which year before
    the last one a known figure may change. ``typical`` chooses among equal plans where nothing is known;
    ``candidates`` are the values to take where a record is not known.
    """

    indicator: str
    mode: ChangeMode
    toward: Toward
    step: Rational
    lowest: Rational | None
    highest: Rational | None
    typical: Rational | None
    years_back: int
    measure: str | None
    effort: Rational
    effort_per_unit: Rational
    effort_per_share: Rational
    effort_to_show: Rational
    lead_months: int
    lead_months_per_unit: Rational
    candidates: tuple[str, ...]
    attestation: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How many months a tier takes from the end of its window to the decision."""

    tier: str
    months_to_decision: int
    attestation: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence pattern of explanations."""

    id: str
    template: Text
