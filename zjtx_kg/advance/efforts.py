"""What one change costs: effort in points, and months until it is done."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from zjtx_kg.advance.inputs import Choice, Number, Quantity
from zjtx_kg.exact import Fraction
from zjtx_kg.rulebase.model import Rational

__all__ = ["Objective", "distance", "effort_of", "months_of", "rate_of"]


class Objective(StrEnum):
    """What a plan has least of: changed inputs, effort in points, or months."""

    FEWEST = "fewest"
    EFFORT = "effort"
    SOONEST = "soonest"


def effort_of(quantity: Quantity, value: Any) -> Rational:
    """Points of effort for giving an input a value.

    What is not known and possible already costs the effort of showing it; beyond what is possible, that of
    the change.
    """
    change = quantity.change
    if isinstance(quantity, Choice):
        if not quantity.settled:
            return change.effort_to_show
        return change.effort * (len(value) if quantity.gathers else 1)
    if quantity.inside(value) and not quantity.settled:
        return change.effort_to_show
    return change.effort + rate_of(quantity) * distance(quantity, value)


def months_of(quantity: Quantity, value: Any) -> Rational:
    """Months until an input has a value; what need only be shown takes none."""
    if not quantity.settled and (isinstance(quantity, Choice) or quantity.inside(value)):
        return 0
    if isinstance(quantity, Choice):
        return quantity.lead
    return quantity.lead + quantity.change.lead_months_per_unit * distance(quantity, value)


def distance(number: Number, value: Rational) -> Rational:
    """How far a value lies outside what is possible now."""
    if number.hi is not None and value > number.hi:
        return value - number.hi
    return number.lo - value if number.lo is not None and value < number.lo else 0


def rate_of(number: Number) -> Rational:
    """Points for each unit of change."""
    return number.change.effort_per_unit + Fraction(number.change.effort_per_share, number.scale)
