"""Which inputs matter for a target, and what each may become.

An input is *active* where a change of it can help a condition that does not certainly hold, or is needed so
that such a change stays possible (a part is at most its whole). Conditions that hold and that no active input
can hurt need no further attention. Leaving everything else as it is loses no cheapest plan: take one, undo
its changes of inputs that are not active, and every condition still holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.advance.costs import NO_COSTS, Costs
from zjtx_kg.advance.forms import BOTH, DOWN, UP, signs
from zjtx_kg.advance.inputs import GIVEN, STATE, Choice, Key, Number, Quantity, number
from zjtx_kg.advance.options import choice
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import DAYS_SINCE, Deriver, Facts, deriver, facts_of
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.assessment import Program, environment
from zjtx_kg.reasoning.nodes import MET, BandedNode, ConditionNode, Env, LeafNode, ScoreNode, ValueNode
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import (
    Change,
    ChangeMode,
    Direction,
    Indicator,
    Place,
    Rational,
    Threshold,
    Toward,
    ValueType,
)

__all__ = ["Frame", "Reading", "Space", "frame", "reads_of"]

_TOWARD: Final = {Direction.HIGHER: Toward.UP, Direction.LOWER: Toward.DOWN, Direction.DEPENDS: Toward.EITHER}


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A condition that reads one indicator, or points that are the value of one (``leaf`` is ``None``).

    ``moves`` says of each input behind the indicator which way of it helps.
    """

    leaf: LeafNode | None
    indicator: str
    moves: tuple[tuple[Key, int], ...]


class Frame:
    """What a tier reads, prepared once: its readings and the inputs behind them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.rulebase = program.rulebase
        self.deriver = deriver(self.rulebase)
        self.readings = tuple(self._readings(program.root))
        self.of_leaf = {id(r.leaf): r for r in self.readings if r.leaf is not None}
        self.leaves: dict[str, list[LeafNode]] = {}
        for leaf in program.root.leaves():
            self.leaves.setdefault(leaf.indicator, []).append(leaf)
        ways: dict[Key, set[int]] = {}
        for reading in self.readings:
            for key, way in reading.moves:
                ways.setdefault(key, set()).add(way)
        self.ways = {key: next(iter(found)) if len(found) == 1 else BOTH for key, found in ways.items()}
        self.counted = {
            derivation.arguments[0].indicator: id
            for id, indicator in self.rulebase.indicators.items()
            if (derivation := indicator.derivation) is not None and derivation.function == DAYS_SINCE
        }
        touched: dict[Key, set[str]] = {}
        for indicator in self.rulebase.indicators.values():
            for key, _ in reads_of(indicator, self.deriver):
                touched.setdefault(key, set()).add(indicator.id)
        self._touched = {key: frozenset(names) for key, names in touched.items()}
        self.above = _pairs(self.deriver.year_parts), _pairs(self.deriver.fact_parts)
        self.below = _inverted(self.above[0]), _inverted(self.above[1])

    def _readings(self, root: ConditionNode) -> Iterator[Reading]:
        for leaf in root.leaves():
            way = next(iter(leaf.uses[leaf.indicator]))
            yield Reading(leaf, leaf.indicator, self._moves(leaf.indicator, way))
        for table in _tables(root):
            for group in table.groups:
                for item in group.items:
                    mark = item.mark if isinstance(item, BandedNode) else None
                    mark = item.indicator if isinstance(item, ValueNode) else mark
                    if mark is not None:
                        yield Reading(None, mark, self._moves(mark, UP))

    def _moves(self, id: str, way: int) -> tuple[tuple[Key, int], ...]:
        return tuple((key, sign * way) for key, sign in reads_of(self.rulebase.indicators[id], self.deriver))

    def touched(self, key: Key) -> frozenset[str]:
        """The indicators that an input says something of."""
        return self._touched.get(key, frozenset()) | ({key[0]} if key[1] in (STATE, GIVEN) else frozenset())

    def parts_of(self, key: Key) -> list[Key]:
        """The inputs that are parts of an input, parts of parts included."""
        return _related(key, self.below)

    def wholes_of(self, key: Key) -> list[Key]:
        """The inputs of which an input is a part."""
        return _related(key, self.above)

    def couples(self) -> Iterator[tuple[Key, Key]]:
        """Every part with its whole, for state facts and for each year that is read."""
        backs = sorted({back for (_, back) in self.ways if back >= 0})
        for part, wholes in self.above[1].items():
            yield from (((whole, STATE), (part, STATE)) for whole in wholes)
        for part, wholes in self.above[0].items():
            yield from (((whole, back), (part, back)) for whole in wholes for back in backs)


@lru_cache(maxsize=256)
def frame(program: Program) -> Frame:
    return Frame(program)


def reads_of(indicator: Indicator, rules: Deriver) -> tuple[tuple[Key, int], ...]:
    """The inputs behind an indicator, with the way each of them moves it."""
    if indicator.place is Place.YEAR:
        return (((indicator.id, 0), UP),)
    derivation = indicator.derivation
    if derivation is None:
        return (((indicator.id, STATE), UP),)
    if derivation.function == DAYS_SINCE:
        return (((derivation.arguments[0].indicator, STATE), BOTH),)
    if derivation.classification is not None:
        figures = rules.classifying[derivation.classification]
        return (("industry", STATE), BOTH), *(((id, 0), UP) for id in figures)
    arguments = derivation.arguments
    found = []
    for argument, sign in zip(arguments, signs(derivation.function, len(arguments)), strict=True):
        top = rules.rulebase.indicators[arguments[0].indicator]
        if sign == DOWN and derivation.function == "ratio" and top.lowest is None:
            sign = BOTH  # where the numerator is negative, more below makes the ratio higher
        found.append(((argument.indicator, argument.years_back), sign))
    return tuple(found)


class Space:
    """The active inputs of one company for one target."""

    def __init__(
        self,
        program: Program,
        profile: Profile,
        facts: Facts,
        *,
        costs: Costs = NO_COSTS,
        locked: Collection[str] = (),
    ) -> None:
        self.frame = frame(program)
        self.rulebase: Rulebase = program.rulebase
        self.profile = profile
        self.facts = facts
        self.env: Env = environment(facts)
        self.costs = costs
        self.locked = frozenset(locked)
        self.computed = self._computed()
        #: Figures behind a derived indicator that is given: what is said of it speaks of them too.
        self.spoken_for = {
            key
            for id in self.computed
            for key, _ in reads_of(self.rulebase.indicators[id], self.frame.deriver)
        }
        self.quantities: dict[Key, Quantity | None] = {}
        self.status = {id(r): r.leaf.plain(self.env) for r in self.frame.readings if r.leaf is not None}
        self.active: dict[Key, Quantity] = {}
        self.live: set[int] = set()
        self._close()

    # --- what is known and what may change ----------------------------------------------------------

    def _computed(self) -> Mapping[str, Any]:
        """The derived indicators that the profile gives, as their figures alone give them."""
        given = [id for id in self.profile.facts if self.rulebase.indicators[id].place is Place.DERIVED]
        if not given:
            return {}
        rest = {id: value for id, value in self.profile.facts.items() if id not in given}
        alone = facts_of(replace(self.profile, facts=rest), self.facts.as_of, self.rulebase)
        return {id: alone.known[id] for id in given if not alone.known[id].settled}  # type: ignore[union-attr]

    def known(self, key: Key) -> Any:
        id, back = key
        if id == "established":
            return self.profile.established
        return self.facts.figures[back][id] if back >= 0 else self.env[id]

    def path(self, key: Key) -> str:
        id, back = key
        if back >= 0:
            return f"years.{self.facts.last_year - back}.{id}"
        return id if self.rulebase.indicators[id].place is Place.RECORD else f"facts.{id}"

    def quantity(self, key: Key) -> Quantity | None:
        """An input as it may change; ``None`` where it cannot."""
        if key not in self.quantities:
            self.quantities[key] = self._quantity(key)
        return self.quantities[key]

    def _quantity(self, key: Key) -> Quantity | None:
        id, path = key[0], self.path(key)
        if id in self.locked or path in self.locked:
            return None
        indicator = self.rulebase.indicators[id]
        change = self.costs.of(path, self.rulebase.changes.get(id) or self._derived_change(indicator))
        known = self.known(key)
        if indicator.type in (ValueType.DECIMAL, ValueType.INTEGER, ValueType.CODE):
            if key in self.spoken_for and not known.settled:
                return None
            natural = self.computed[id] if key[1] == GIVEN else self.frame.deriver.natural[id]
            return number(key, path, indicator, change, known, natural, self._reference(key, change))
        leaves = self.frame.leaves.get(self.frame.counted.get(id, id), ())
        return choice(key, path, indicator, change, known, leaves, self.env, self.rulebase)

    def _derived_change(self, indicator: Indicator) -> Change:
        """The change model of a derived indicator that is given: that of the figure which moves it up."""
        sources = [self.rulebase.changes.get(key[0]) for key, _ in reads_of(indicator, self.frame.deriver)]
        model = next((c for c in sources if c is not None and c.mode is ChangeMode.ACTION), None)
        size = indicator.derivation is not None and indicator.derivation.classification is not None
        fixed = model is None or size
        return Change(
            indicator=indicator.id,
            mode=ChangeMode.FIXED if fixed else ChangeMode.ACTION,
            toward=_TOWARD[indicator.direction],
            step=1 if indicator.type is ValueType.CODE or model is None else model.step,
            lowest=None,
            highest=None,
            typical=None,
            years_back=0,
            measure=model.measure if model else None,
            effort=model.effort if model else 1,
            effort_per_unit=0,
            effort_per_share=model.effort_per_share if model else 0,
            effort_to_show=model.effort_to_show if model else 1,
            lead_months=model.lead_months if model else 0,
            lead_months_per_unit=0,
            candidates=(),
            attestation=model.attestation if model else "projectDefault",
        )

    def _reference(self, key: Key, change: Change) -> Rational | None:
        """A likely value where nothing is known: that of the nearest year, else a typical one."""
        id, back = key
        if back >= 0:
            years = sorted(range(len(self.facts.figures)), key=lambda other: abs(other - back))
            for other in years:
                known = self.facts.figures[other][id]
                if known.settled and known.lo:
                    return known.lo  # type: ignore[return-value]
        return change.typical

    # --- what matters -------------------------------------------------------------------------------

    def given(self, indicator: str) -> Key | None:
        """The place of a derived indicator that the profile gives in place of its figures."""
        return (indicator, GIVEN) if indicator in self.computed else None

    def keys(self, reading: Reading) -> Iterator[tuple[Key, int]]:
        """The inputs behind a reading, with those that bound them as parts or wholes."""
        yield from reading.moves
        given = self.given(reading.indicator)
        if given is not None:
            way = next(iter(reading.leaf.uses[reading.indicator])) if reading.leaf is not None else UP
            yield given, way
        for key, way in reading.moves:
            if isinstance(known := self.known(key), Interval) and not known.settled:
                if way != DOWN:
                    yield from ((part, UP) for part in self.frame.parts_of(key))
                if way != UP:
                    yield from ((whole, DOWN) for whole in self.frame.wholes_of(key))

    def _close(self) -> None:
        """Grow the active inputs and the live readings until nothing is added."""
        waiting = []
        for reading in self.frame.readings:
            if reading.leaf is None or self.status[id(reading)] != MET:
                self.live.add(id(reading))
                waiting.append(reading)
        others = [r for r in self.frame.readings if id(r) not in self.live]
        while waiting:
            for reading in waiting:
                for key, way in self.keys(reading):
                    self._activate(key, way)
            waiting = [r for r in others if any(self._hurts(key, way, r) for key, way in self.keys(r))]
            self.live |= {id(r) for r in waiting}
            others = [r for r in others if id(r) not in self.live]

    def _activate(self, key: Key, way: int) -> None:
        if key in self.active:
            return
        found = self.quantity(key)
        if found is None or not _helps(found, way):
            return
        self.active[key] = found
        if isinstance(found, Number):
            for whole in self.frame.wholes_of(key):
                self._activate(whole, UP)
            if found.falls or not found.settled:
                for part in self.frame.parts_of(key):
                    self._activate(part, DOWN)

    def _hurts(self, key: Key, way: int, reading: Reading) -> bool:
        """Whether an active input can break a condition that holds."""
        found = self.active.get(key)
        if found is None:
            return False
        if isinstance(found, Choice):
            return not found.gathers
        if self.given(reading.indicator) is not None and key[1] != GIVEN:
            return True
        return (way != DOWN and found.falls) or (way != UP and found.rises)


def _helps(found: Quantity, way: int) -> bool:
    if isinstance(found, Choice) or not found.settled:
        return True
    return (way != DOWN and found.rises) or (way != UP and found.falls)


def _tables(node: ConditionNode) -> Iterator[ScoreNode]:
    if isinstance(node, ScoreNode):
        yield node
    for member in node.members:
        yield from _tables(member)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Each part with its wholes."""
    found: dict[str, list[str]] = {}
    for part, whole in pairs:
        found.setdefault(part, []).append(whole)
    return found


def _inverted(wholes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part, over in wholes.items():
        for whole in over:
            found.setdefault(whole, []).append(part)
    return found


def _related(key: Key, tables: tuple[dict[str, list[str]], dict[str, list[str]]]) -> list[Key]:
    id, back = key
    if back == GIVEN:
        return []
    table = tables[1] if back == STATE else tables[0]
    found: dict[str, None] = {}
    waiting = list(table.get(id, ()))
    while waiting:
        other = waiting.pop()
        if other not in found:
            found[other] = None
            waiting += table.get(other, ())
    return [(other, back) for other in found]


def threshold(leaf: LeafNode) -> Threshold | None:
    """The numeric bound of a leaf, where it has one."""
    return leaf.rule if isinstance(leaf.rule, Threshold) else None
