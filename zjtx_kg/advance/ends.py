"""The worst ends of what will be known after a plan, as exact linear terms in the solver's variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, lcm
from typing import Any, Final

from ortools.sat.python import cp_model

from zjtx_kg.advance.inputs import Choice, Key, Number
from zjtx_kg.advance.space import Space
from zjtx_kg.exact import Fraction, Surd, rounded
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.rulebase.model import Rational

__all__ = ["ChoiceVars", "End", "Literal", "NumberVars", "Row", "Variables", "rational_end"]

#: A Boolean of the solver, or a truth that is settled.
Literal = Any
#: Ends with more decimals than these are moved to the safe side by less than a millionth.
_FINEST: Final = 10**6
#: Nothing in a row may grow beyond this, so that the solver's 64 bits suffice.
_MOST: Final = 10**16


@dataclass(frozen=True, slots=True)
class NumberVars:
    """``steps`` counts steps of the new value where ``changed``, and is 0 where not."""

    number: Number
    changed: Any
    steps: Any


@dataclass(frozen=True, slots=True)
class ChoiceVars:
    choice: Choice
    changed: Any
    options: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class End:
    """``Σ coefficient·variable + constant``, where all of ``needs`` hold."""

    terms: tuple[tuple[Rational, Any], ...] = ()
    constant: Rational = 0
    needs: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """``Σ coefficient·end ≥ least`` (``strict``: exceeds it)."""

    parts: tuple[tuple[Rational, End], ...]
    least: Rational
    strict: bool = False

    @property
    def needs(self) -> Iterable[Any]:
        return (need for _, end in self.parts for need in end.needs)


def rational_end(value: Any, *, low: bool) -> Rational | None:
    """An end as a rational with few decimals, moved outwards where it must be: that is the safe side."""
    if value is None:
        return None
    if isinstance(value, Surd):
        near = Fraction(rounded(value, 6))
        return near - Fraction(1, _FINEST) if low else near + Fraction(1, _FINEST)
    if value.denominator > _FINEST:
        moved = floor(value * _FINEST) if low else -floor(-value * _FINEST)
        return Fraction(moved, _FINEST)
    found: Rational = value
    return found


class Variables:
    """The inputs of a space as variables, and the worst ends they leave."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.model = cp_model.CpModel()
        self.numbers: dict[Key, NumberVars] = {}
        self.choices: dict[Key, ChoiceVars] = {}
        self._ends: dict[tuple[Key, bool], End | None] = {}
        for key, quantity in space.active.items():
            if isinstance(quantity, Number):
                self.numbers[key] = self._number(quantity)
            else:
                self.choices[key] = self._choice(quantity)
        self._keep_parts()

    # --- variables ----------------------------------------------------------------------------------

    def _number(self, number: Number) -> NumberVars:
        model = self.model
        changed = model.new_bool_var("")
        steps = model.new_int_var(min(0, number.least), max(0, number.most), "")
        model.add(steps >= number.least * changed)
        model.add(steps <= number.most * changed)
        return NumberVars(number, changed, steps)

    def _choice(self, choice: Choice) -> ChoiceVars:
        model = self.model
        options = tuple(model.new_bool_var("") for _ in choice.options)
        if choice.gathers:
            changed = model.new_bool_var("")
            model.add_max_equality(changed, options)
        else:
            changed = model.new_bool_var("")
            model.add(sum(options) == changed)
        return ChoiceVars(choice, changed, options)

    def changed(self, key: Key) -> Any | None:
        """The variable that says that an input changes; ``None`` where it cannot."""
        if key in self.numbers:
            return self.numbers[key].changed
        return self.choices[key].changed if key in self.choices else None

    @property
    def changes(self) -> list[Any]:
        numbers = [found.changed for found in self.numbers.values()]
        return [*numbers, *(found.changed for found in self.choices.values())]

    # --- ends ---------------------------------------------------------------------------------------

    def end(self, key: Key, *, low: bool) -> End | None:
        """The low or the high end of a number; ``None`` where it stays open whatever the plan does."""
        place = (key, low)
        if place not in self._ends:
            self._ends[place] = self._end(key, low)
        return self._ends[place]

    def _own(self, key: Key, low: bool) -> End | None:
        known = self.space.known(key)
        edge = rational_end(known[0] if low else known[1], low=low)
        found = self.numbers.get(key)
        if found is None:
            return None if edge is None else End(constant=edge)
        step = found.number.step
        if edge is None:
            return End(((step, found.steps),), 0, (found.changed,))
        terms = ((step, found.steps), (-edge, found.changed)) if edge else ((step, found.steps),)
        return End(terms, edge)

    def _end(self, key: Key, low: bool) -> End | None:
        own = self._own(key, low)
        known: Interval = self.space.known(key)
        if known.settled:
            return own
        frame = self.space.frame
        related = frame.parts_of(key) if low else frame.wholes_of(key)
        others = [other for other in related if other in self.numbers]
        if not others:
            return own
        ways = [] if own is None else [(own, own.needs)]
        for other in others:
            end = self._own(other, low)
            if end is not None:
                ways.append((end, (*end.needs, self.numbers[other].changed)))
        scale = lcm(*(c.denominator for end, _ in ways for c in (end.constant, *(t[0] for t in end.terms))))
        best = self.model.new_int_var(-(10**9) * scale, 10**9 * scale, "")
        taken = []
        for end, needs in ways:
            way = self.model.new_bool_var("")
            for need in needs:
                self.model.add_implication(way, need)
            limit = cp_model.LinearExpr.weighted_sum(
                [var for _, var in end.terms], [int(c * scale) for c, _ in end.terms]
            ) + int(end.constant * scale)
            self.model.add(best <= limit if low else best >= limit).only_enforce_if(way)
            taken.append(way)
        self.model.add_bool_or(taken)
        return End(((Fraction(1, scale), best),))

    def _keep_parts(self) -> None:
        """A part is never certainly above its whole."""
        for whole, part in self.space.frame.couples():
            if part not in self.numbers and whole not in self.numbers:
                continue
            low, high = self._own(part, low=True), self._own(whole, low=False)
            if low is not None and high is not None:
                self.post(Row(((1, high), (-1, low)), 0), [*low.needs, *high.needs])

    # --- rows ---------------------------------------------------------------------------------------

    def post(self, row: Row, when: Sequence[Any] = ()) -> bool:
        """Demand a row where all of ``when`` hold. ``False`` where that can never be."""
        coefficients: dict[int, Rational] = {}
        variables: dict[int, Any] = {}
        least = row.least
        for factor, end in row.parts:
            least -= factor * end.constant
            for coefficient, variable in end.terms:
                index = variable.index
                variables[index] = variable
                coefficients[index] = coefficients.get(index, 0) + factor * coefficient
        coefficients = {index: c for index, c in coefficients.items() if c}
        if not coefficients:
            if least < 0 or (least == 0 and not row.strict):
                return True
            self.model.add_bool_or([~literal for literal in when])
            return False
        scale = lcm(least.denominator, *(c.denominator for c in coefficients.values()))
        found = self.model.add(
            cp_model.LinearExpr.weighted_sum(
                [variables[index] for index in coefficients],
                [int(c * scale) for c in coefficients.values()],
            )
            >= int(least * scale) + (1 if row.strict else 0)
        )
        if when:
            found.only_enforce_if(*when)
        return True
