"""What areas pay for titles: frozen values that mirror ``ontology/subsidies/``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zjtx_kg.rulebase.model import Citation, Rational
from zjtx_kg.texts import Text

__all__ = ["Area", "AreaLevel", "Mode", "Occasion", "StackingRule", "Subsidy"]


class AreaLevel(StrEnum):
    """The level of an area, the highest first."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    DISTRICT = "district"

    @property
    def rank(self) -> int:
        return list(AreaLevel).index(self)


class Mode(StrEnum):
    """How the amount of a subsidy is meant."""

    FIXED = "fixed"
    CAP = "cap"
    CUMULATIVE_CAP = "cumulativeCap"
    TOP_UP = "topUp"
    VOUCHER = "voucher"


class Occasion(StrEnum):
    """What a subsidy is paid for: a new title, a review that is passed, a title holder that moves in."""

    RECOGNITION = "recognition"
    REVIEW = "reviewPassed"
    RELOCATION = "relocation"


@dataclass(frozen=True, slots=True)
class Area:
    """Who pays. A company lies in it when its region begins with one of ``prefixes``, and may lie in it
    when its region begins with one of ``may_cover`` (development zones are no administrative regions)."""

    id: str
    label: Text
    level: AreaLevel
    prefixes: tuple[str, ...]
    may_cover: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StackingRule:
    """A limit on how a subsidy adds to others. ``reading``: it holds only where that reading is in use."""

    id: str
    label: Text
    definition: Text
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What one area pays for one title, or for any of several; ``amount`` in 万元.

    ``start`` and ``end`` bound its period, both days included; ``last_attested`` is the last year for which
    the source states it where the source gives no end. ``first_share`` is the part (per cent) that is paid
    before any later review.
    """

    id: str
    policy: str
    area: str
    label: Text
    titles: tuple[str, ...]
    occasions: tuple[Occasion, ...]
    amount: Rational
    mode: Mode
    rules: tuple[StackingRule, ...]
    source: Text
    citation: Citation
    start: date | None = None
    end: date | None = None
    last_attested: int | None = None
    proportion: Rational | None = None
    proportion_of: Text | None = None
    matches: str | None = None
    quota: int | None = None
    first_share: Rational | None = None
    note: Text | None = None
