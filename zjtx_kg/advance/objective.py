"""What a plan costs, as linear terms of the solver, and the questions to ask of it in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm
from typing import Any, Final

from zjtx_kg.advance.efforts import Objective, rate_of
from zjtx_kg.advance.encoding import Encoding
from zjtx_kg.advance.ends import NumberVars
from zjtx_kg.exact import Fraction
from zjtx_kg.rulebase.model import Rational

__all__ = ["Stage", "stages"]

#: The whole cost of everything must fit into the solver's 64 bits.
_MOST: Final = 4 * 10**17
_FINEST: Final = 10**9
#: Among equal plans the smaller change is taken: its size counts this little.
_SIZE: Final = Fraction(1, 100)

#: A cost as coefficients of variables of the solver.
Terms = list[tuple[Rational, Any]]


class _Costs:
    """The parts of the objective for each input that may change."""

    def __init__(self, encoding: Encoding) -> None:
        self.e = encoding
        self.effort: Terms = []
        self.size: Terms = []
        self.months: list[Terms] = []
        for found in encoding.numbers.values():
            self._number(found)
        for choice in encoding.choices.values():
            change, settled = choice.choice.change, choice.choice.settled
            if not settled:
                self.effort.append((change.effort_to_show, choice.changed))
                continue
            self.effort += [(change.effort, option) for option in choice.options]
            self.months.append([(choice.choice.lead, choice.changed)])
        for option in (o for c in encoding.choices.values() for n, o in enumerate(c.options) if n):
            self.size.append((_SIZE, option))  # the first option that serves, and no more than needed

    def _number(self, found: NumberVars) -> None:
        number, change = found.number, found.number.change
        moved, beyond = self._distance(found)
        if number.settled:
            self.effort.append((change.effort, found.changed))
            outside = found.changed
        else:
            self.effort.append((change.effort_to_show, found.changed))
            outside = None
            if beyond:
                outside = self.e.model.new_bool_var("")
                for _, variable in beyond:
                    self.e.model.add(variable == 0).only_enforce_if(~outside)
                self.effort.append((change.effort - change.effort_to_show, outside))
        self.effort += [(rate_of(number) * unit, variable) for unit, variable in beyond]
        self.size += [(_SIZE * Fraction(unit, number.scale), variable) for unit, variable in moved]
        if outside is not None:
            per_unit = [(change.lead_months_per_unit * unit, variable) for unit, variable in beyond]
            self.months.append([(number.lead, outside), *((c, v) for c, v in per_unit if c)])

    def _distance(self, found: NumberVars) -> tuple[Terms, Terms]:
        """The size of a change, and how far it goes outside what is possible now."""
        number, model = found.number, self.e.model
        beyond: Terms = []
        for end, way, reach in ((number.hi, 1, number.rises), (number.lo, -1, number.falls)):
            if end is not None and reach:
                beyond.append(self._past(found, end, way))
        if number.settled:
            return beyond, beyond
        likely = number.reference if number.reference is not None else number.lo or number.hi or 0
        span = int(number.most - number.least + 1 + abs(Fraction(likely, number.step)))
        size = model.new_int_var(0, span, "")
        near = round(Fraction(likely, number.step))
        model.add(size >= found.steps - near * found.changed)
        model.add(size >= near * found.changed - found.steps)
        return [(number.step, size)], beyond

    def _past(self, found: NumberVars, end: Rational, way: int) -> tuple[Rational, Any]:
        number = found.number
        fine = lcm(number.step.denominator, end.denominator)
        step, edge = int(number.step * fine), int(end * fine)
        reach = max(abs(number.most * step - edge), abs(number.least * step - edge))
        past = self.e.model.new_int_var(0, reach, "")
        self.e.model.add(past >= way * step * found.steps - way * edge * found.changed)
        return Fraction(1, fine), past


@dataclass(frozen=True, slots=True)
class Stage:
    """One question to the solver: the least ``aim`` while ``within`` does not grow.

    The stage that ``decides`` is the objective; the others find a first plan, or choose among equal ones.
    """

    aim: Any
    within: Any = None
    decides: bool = False


def stages(encoding: Encoding, objective: Objective) -> Iterator[Stage]:
    """The questions to ask in turn. The fewest changes come first: that is quick, and bounds the others."""
    costs = _Costs(encoding)
    changes: Terms = [(1, changed) for changed in encoding.changes]
    count, effort = _whole(changes), _whole([*costs.effort, *costs.size])
    yield Stage(count, decides=objective is Objective.FEWEST)
    yield Stage(effort, within=count)
    if objective is Objective.EFFORT:
        exact = _whole(costs.effort)
        yield Stage(exact, decides=True)
        yield Stage(_whole([*changes, *costs.size]), within=exact)
    elif objective is Objective.SOONEST:
        last = _last(encoding, costs.months)
        yield Stage(last, decides=True)
        yield Stage(effort, within=last)


def _last(encoding: Encoding, months: list[Terms]) -> Any:
    """When the last of the changes is done."""
    scale = lcm(1, *(c.denominator for terms in months for c, _ in terms))
    reach = max([_reach(terms) for terms in months], default=0)
    last = encoding.model.new_int_var(0, int(reach * scale) + 1, "")
    for terms in months:
        encoding.model.add(last >= sum(int(c * scale) * variable for c, variable in terms))
    return last


def _whole(terms: Terms) -> Any:
    """Terms in the finest unit in which everything fits, a billionth of a point where it can be."""
    reach = _reach(terms) or 1
    unit = _FINEST
    while unit > 1 and reach * unit > _MOST:
        unit //= 10
    return sum(round(coefficient * unit) * variable for coefficient, variable in terms)


def _reach(terms: Terms) -> Rational:
    reaches = (abs(coefficient) * max(variable.proto.domain) for coefficient, variable in terms)
    return sum(reaches, Fraction(0))
