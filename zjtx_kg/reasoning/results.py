"""What an assessment says. Field names and their order are the contract's; values are frozen and exact.

Numbers stay exact here (``int``, ``Fraction`` or ``Surd``) and are rounded to six decimals by
:func:`encode` and :meth:`Assessment.to_dict`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec

from zjtx_kg.exact import Fraction, Surd, exact, json_number
from zjtx_kg.facts.reading import Number

__all__ = [
    "Assessment",
    "Finding",
    "GroupScore",
    "Points",
    "PriorTitleStatus",
    "Range",
    "Score",
    "TierAssessment",
    "Value",
    "encode",
    "plain",
]


class Range(msgspec.Struct, frozen=True, gc=False):
    """What is known of a number; an open end is ``None``."""

    min: Any
    max: Any


class Value(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What is known of a truth value, a code, or a list. ``possible`` lists the codes still possible."""

    value: Any
    possible: Any = None
    not_applicable: bool = False


class Points(msgspec.Struct, frozen=True, gc=False):
    """The points of a scored item: at least, at most, and in full."""

    min: Any
    max: Any
    full: Any


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One condition with its status and what it rests on.

    ``status`` is ``met``, ``unmet`` or ``unknown``; a scored item is met when it certainly earns its full
    marks. ``margin`` is the exact distance by which a known number keeps (positive) or misses (negative) its
    bound; ``margin_range`` gives its ends where the number is known to lie in an interval.
    """

    condition: str
    label: str
    status: str
    knowledge: str | None
    indicator: str | None
    observed: Range | Value | None
    operator: str
    bound: Any
    unit: str | None
    margin: Any
    clause: str | None
    confidence: str | None
    children: tuple[Finding, ...]
    points: Points | None = None
    margin_range: Range | None = None
    indicators: tuple[str, ...] = ()


class GroupScore(msgspec.Struct, frozen=True, gc=False, rename={"pass_": "pass"}):
    id: str
    min: Any
    max: Any
    full: Any
    pass_: Any


class Score(msgspec.Struct, frozen=True, gc=False, rename={"pass_": "pass"}):
    """The total of a score table as an interval, the pass mark, and the groups with their floors."""

    min: Any
    max: Any
    pass_: Any
    groups: tuple[GroupScore, ...]


class PriorTitleStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the title that must be held before applying is held; ``any_of`` lists the alternatives."""

    title: str
    status: str
    any_of: tuple[str, ...] = ()


class TierAssessment(msgspec.Struct, frozen=True):
    """One tier under one edition.

    ``blocking`` names the conditions that fail and cannot be done without. ``missing`` (measured) and
    ``open`` (declarations and judgements) name the facts that can still change the answer;
    ``missing_inputs`` names the places of a profile that would supply them.
    """

    tier: str
    policy: str
    status: str
    prior_title: PriorTitleStatus | None
    score: Score | None
    findings: tuple[Finding, ...]
    blocking: tuple[str, ...]
    missing: tuple[str, ...]
    open: tuple[str, ...]
    missing_inputs: tuple[str, ...]


class Assessment(msgspec.Struct, frozen=True):
    """Everything that is said of one company on one day."""

    profile: dict[str, str | None]
    as_of: date
    kind: str
    tiers: tuple[TierAssessment, ...]

    def tier(self, id: str) -> TierAssessment:
        """The assessment of one tier. Raises ``KeyError`` where it was not assessed."""
        for tier in self.tiers:
            if tier.tier == id:
                return tier
        raise KeyError(id)

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON object, as plain data."""
        result: dict[str, Any] = plain(self)
        return result


def _number(value: object) -> Any:
    if isinstance(value, Fraction | Surd):
        return json_number(value)
    if isinstance(value, Number):  # a literal of a profile, as it was written
        return json_number(exact(value))
    raise TypeError(type(value).__name__)


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_number, decimal_format="number")


def encode(value: Any) -> bytes:
    """A result as compact JSON in UTF-8."""
    return _ENCODER.encode(value)


def plain(value: Any) -> Any:
    """A result as dictionaries, lists and JSON numbers."""
    return msgspec.to_builtins(value, enc_hook=_number, builtin_types=())
