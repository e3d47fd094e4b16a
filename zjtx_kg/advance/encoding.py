"""A rule tree at its worst end as constraints: what a plan must make certainly hold.

Every condition becomes a literal that may be true only where the condition holds whatever the inputs that
stay unknown turn out to be. That is how the native evaluator reads *met*, so its verdict on the finished plan
is the same; it is asked again all the same before a plan is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Final

from zjtx_kg.advance.ends import Literal, Row
from zjtx_kg.advance.forms import GROWTH_MEANS, linear
from zjtx_kg.advance.growth import least_last, pasts, terms_of
from zjtx_kg.advance.inputs import GIVEN, STATE, Key
from zjtx_kg.advance.scores import Scores
from zjtx_kg.advance.space import Space, reads_of
from zjtx_kg.exact import Exact, Fraction
from zjtx_kg.facts.derive import DAYS_SINCE
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.evaluation import completions, leaves_by_indicator
from zjtx_kg.reasoning.nodes import (
    MET,
    AllNode,
    AnyNode,
    AtLeastNode,
    ConditionNode,
    Contains,
    Holds,
    LeafNode,
    ScoredNode,
    ScoreGroupNode,
    ScoreNode,
    Truth,
    Won,
)
from zjtx_kg.rulebase.model import (
    Comparison,
    Indicator,
    LevelThreshold,
    Place,
    Rational,
    Threshold,
)

__all__ = ["Encoding"]

#: Cases of an indicator that helps and hurts and is not known; with more, the plain reading must do.
_MOST_CASES: Final = 64

#: Rows that must hold together.
Alternative = tuple[tuple[Row, ...], tuple[Any, ...]]


class Encoding(Scores):
    """The variables of a space with the conditions over them.

    ``relaxed`` leaves out what is only searched in part (values of earlier years that are not known), so that
    its optimum is a bound for every plan.
    """

    def __init__(self, space: Space, *, relaxed: bool = False) -> None:
        super().__init__(space)
        self.relaxed = relaxed
        #: Whether values of earlier years are searched in part only.
        self.partial = False
        #: Whether cases were too many to tell apart, so that a plan may be overlooked.
        self.cautious = False
        self._literals: dict[Any, Literal] = {}
        self.cases = self._cases()
        self._keep_given()

    def demand(self, node: ConditionNode, when: Sequence[Any] = ()) -> None:
        """Demand that a condition certainly holds, where all of ``when`` do."""
        for case in self.cases if self._varies(node) else [None]:
            self._require(node, list(when), case)

    def _cases(self) -> list[Mapping[str, Any] | None]:
        """The cases of open indicators that push both ways: the condition must hold in each."""
        root, env = self.space.frame.program.root, self.space.env
        open_ = [id for id in root.mixed if isinstance(env[id], Interval) and not env[id].settled]
        if not open_:
            return [None]
        leaves = leaves_by_indicator(root)
        values = [completions(env[id], leaves[id], env) for id in open_]
        if prod(map(len, values)) > _MOST_CASES:
            self.cautious = True
            return [None]
        return [dict(zip(open_, chosen, strict=True)) for chosen in product(*values)]

    def _varies(self, node: ConditionNode | ScoredNode | ScoreGroupNode) -> bool:
        first = self.cases[0]
        return first is not None and any(id in node.uses for id in first)

    def _keep_given(self) -> None:
        """A derived figure that was given speaks only while its own figures stay as they are."""
        for key, found in self.numbers.items():
            if key[1] == GIVEN:
                for source in self._sources(key[0]):
                    self.model.add_implication(found.changed, ~source)

    def _sources(self, id: str) -> list[Any]:
        """What says that a figure behind a derived indicator changes."""
        reads = reads_of(self.space.rulebase.indicators[id], self.space.frame.deriver)
        return [changed for key, _ in reads if (changed := self.changed(key)) is not None]

    # --- groups -------------------------------------------------------------------------------------

    def _require(self, node: ConditionNode, when: list[Any], case: Mapping[str, Any] | None) -> None:
        if isinstance(node, AllNode):
            for member in node.members:
                self._require(member, when, case)
        elif isinstance(node, AnyNode):
            self._any([self.literal(member, case) for member in node.members], when)
        elif isinstance(node, AtLeastNode):
            found = [self.literal(member, case) for member in node.members]
            certain = sum(literal is True for literal in found)
            open_ = [literal for literal in found if not isinstance(literal, bool)]
            posted = self.model.add(sum(open_) + certain >= node.minimum) if open_ else None
            if posted is not None and when:
                posted.only_enforce_if(*when)
            if posted is None and certain < node.minimum:
                self._never(when)
        elif isinstance(node, ScoreNode):
            self.score(node, when, case)
        else:
            self._any([self.literal(node, case)], when)

    def _any(self, literals: Sequence[Literal], when: Sequence[Any]) -> None:
        if True not in [literal for literal in literals if isinstance(literal, bool)]:
            open_ = [literal for literal in literals if not isinstance(literal, bool)]
            self.model.add_bool_or([*open_, *(~literal for literal in when)])

    def _never(self, when: Sequence[Any]) -> None:
        self.model.add_bool_or([~literal for literal in when])

    def literal(self, node: ConditionNode, case: Mapping[str, Any] | None = None) -> Literal:
        """A literal that may be true only where the condition certainly holds."""
        index = self.cases.index(case) if case is not None and self._varies(node) else None
        place = (id(node), index)
        if place not in self._literals:
            self._literals[place] = self._literal(node, case if index is not None else None)
        return self._literals[place]

    def _literal(self, node: ConditionNode, case: Mapping[str, Any] | None) -> Literal:
        if isinstance(node, LeafNode):
            return self._leaf(node, case)
        if isinstance(node, AllNode | AnyNode):
            found = [self.literal(member, case) for member in node.members]
            decides = isinstance(node, AnyNode)
            settled = [literal for literal in found if isinstance(literal, bool)]
            if decides in settled:
                return decides
            if len(settled) == len(found):
                return not decides
            open_ = [literal for literal in found if not isinstance(literal, bool)]
            if len(open_) == 1:
                return open_[0]
            return self._joined(open_, decides)
        literal = self.model.new_bool_var("")
        self._require(node, [literal], case)
        return literal

    def _joined(self, literals: Sequence[Any], any_: bool) -> Any:
        joined = self.model.new_bool_var("")
        if any_:
            self.model.add_bool_or([*literals, ~joined])
        else:
            for literal in literals:
                self.model.add_implication(joined, literal)
        return joined

    # --- leaves -------------------------------------------------------------------------------------

    def _leaf(self, node: LeafNode, case: Mapping[str, Any] | None) -> Literal:
        space = self.space
        if id(space.frame.of_leaf[id(node)]) not in space.live:
            return True
        literal = self._plain(node)
        if case is None or node.indicator not in case or literal is True:
            return literal
        if node.plain({**space.env, **case}) != MET:
            return literal
        changed = [
            c
            for key, _ in reads_of(space.rulebase.indicators[node.indicator], space.frame.deriver)
            if (c := self.changed(key)) is not None
        ]
        if not changed:
            return True
        kept = ~changed[0]
        return kept if literal is False else self._joined([literal, kept], any_=True)

    def _plain(self, node: LeafNode) -> Literal:
        rule = node.rule
        if isinstance(rule, Threshold | LevelThreshold):
            assert node.edge is not None
            return self.bound(node.indicator, rule.comparison, node.edge)
        key = (node.indicator, STATE)
        found = self.choices.get(key)
        if node.plain(self.space.env) == MET:
            return True if found is None or found.choice.gathers else ~found.changed
        if found is None:
            return False
        chosen = [
            option
            for option, what in zip(found.options, found.choice.options, strict=True)
            if self._satisfies(node, what.value)
        ]
        return self._one_of(chosen)

    def _satisfies(self, node: LeafNode, value: Any) -> bool:
        if isinstance(node, Contains):
            value = frozenset((value,))
        elif isinstance(node, Holds | Won):
            value = (value,)
        else:
            assert isinstance(node, Truth)
        return node.plain({**self.space.env, node.indicator: value}) == MET

    def _one_of(self, literals: Sequence[Literal]) -> Literal:
        if any(literal is True for literal in literals):
            return True
        open_ = [literal for literal in literals if literal is not False]
        if not open_:
            return False
        return open_[0] if len(open_) == 1 else self._joined(open_, any_=True)

    # --- bounds -------------------------------------------------------------------------------------

    def bound(self, id: str, comparison: Comparison, edge: Rational) -> Literal:
        """A literal for an indicator that keeps a bound at its worst end."""
        place = (id, comparison, edge)
        if place not in self._literals:
            self._literals[place] = self._bound(id, comparison, edge)
        return self._literals[place]

    def _bound(self, id: str, comparison: Comparison, edge: Rational) -> Literal:
        indicator = self.space.rulebase.indicators[id]
        more = comparison.more_helps
        strict = comparison in (Comparison.MORE_THAN, Comparison.BELOW)
        if self._natural(id, edge, more, strict):
            return True
        ways: list[Literal] = []
        if indicator.place is Place.YEAR:
            ways += self._ways(self._edge((id, 0), edge, more, strict))
        elif indicator.derivation is None:
            ways += self._ways(self._edge((id, STATE), edge, more, strict))
        else:
            ways += self._derived(indicator, edge, more, strict)
            if id in self.space.profile.facts:
                kept = tuple(~source for source in self._sources(id))
                ways += self._ways(self._edge((id, GIVEN), edge, more, strict, kept))
        return self._one_of(ways)

    def _natural(self, id: str, edge: Rational, more: bool, strict: bool) -> bool:
        lo, hi = self.space.frame.deriver.natural[id]
        end = lo if more else hi
        return end is not None and _compares(end, edge, more, strict)

    def _ways(self, alternative: Alternative | None) -> list[Literal]:
        if alternative is None:
            return []
        rows, needs = alternative
        if not needs and not any(end.terms for row in rows for _, end in row.parts):
            return [all(_holds(row) for row in rows)]
        way = self.model.new_bool_var("")
        for need in needs:
            self.model.add_implication(way, need)
        for row in rows:
            for need in row.needs:
                self.model.add_implication(way, need)
            self.post(row, [way])
        return [way]

    def _edge(
        self, key: Key, edge: Rational, more: bool, strict: bool, needs: tuple[Any, ...] = ()
    ) -> Alternative | None:
        end = self.end(key, low=more)
        if end is None:
            return None
        sign = 1 if more else -1
        return (Row(((sign, end),), sign * edge, strict),), needs

    def _derived(self, indicator: Indicator, edge: Rational, more: bool, strict: bool) -> list[Literal]:
        derivation = indicator.derivation
        assert derivation is not None
        if derivation.classification is not None:
            return [self._class(derivation.classification, edge, more)]
        if derivation.function == DAYS_SINCE:
            return self._days(derivation.arguments[0].indicator, edge, more, strict)
        keys = [(a.indicator, a.years_back) for a in derivation.arguments]
        percent = indicator.unit is not None and indicator.unit.id == "percent"
        if derivation.function in GROWTH_MEANS:
            rate = Fraction(edge, 100) if percent else edge
            return list(self._growth(derivation.function, keys, rate, strict)) if more else []
        form = linear(derivation.function, len(keys), edge, more=more, strict=strict, percent=percent)
        if form is None or form.holds is False:
            return []
        rows = []
        if form.holds is None:
            parts = []
            for coefficient, key in zip(form.coefficients, keys, strict=True):
                if coefficient:
                    end = self.end(key, low=coefficient > 0)
                    if end is None:
                        return []
                    parts.append((coefficient, end))
            rows.append(Row(tuple(parts), form.least, form.strict))
        if form.positive:
            ends = [self.end(keys[position], low=True) for position in form.positive]
            if None in ends:
                return []
            rows.append(Row(tuple((1, end) for end in ends if end is not None), 0, strict=True))
        return self._ways((tuple(rows), ()))

    def _days(self, id: str, edge: Rational, more: bool, strict: bool) -> list[Literal]:
        found = self.choices.get((id, STATE))
        if found is None:
            known = self.space.profile.established
            return (
                []
                if known is None
                else [_compares((self.space.facts.as_of - known).days, edge, more, strict)]
            )
        today = self.space.facts.as_of
        return [
            option
            for option, what in zip(found.options, found.choice.options, strict=True)
            if _compares((today - what.value).days, edge, more, strict)
        ]

    # --- growth over three years --------------------------------------------------------------------

    def _growth(self, function: str, keys: Sequence[Key], edge: Rational, strict: bool) -> Iterator[Literal]:
        last, middle, first = terms_of(function, keys)
        earlier = [self.numbers[key].number for _, key in (*middle, *first) if key in self.numbers]
        if earlier and self.relaxed:
            yield self._known_enough((*middle, *first))
        self.partial |= bool(earlier)
        for past in pasts(earlier):
            chosen = dict(past)
            if self.relaxed and any(steps is not None for steps in chosen.values()):
                continue
            b, c = (self._span(terms, chosen) for terms in (middle, first))
            need = least_last(function, b, c, edge, strict=strict)
            if need is None:
                continue
            ends = [(sign, self.end(key, low=sign > 0)) for sign, key in last]
            if any(end is None for _, end in ends):
                continue
            parts = tuple((sign, end) for sign, end in ends if end is not None)
            needs = tuple(self._takes(key, steps) for key, steps in past)
            yield from self._ways(((Row(parts, need[0], need[1]), Row(parts, 0)), needs))

    def _known_enough(self, terms: Sequence[tuple[int, Key]]) -> Literal:
        """What must change at least before anything can be said of growth."""
        changed = []
        for sign, key in terms:
            lo, hi = self.space.known(key)
            if (hi is None) if sign < 0 else (lo is None or lo <= 0):
                if key not in self.numbers:
                    return False
                changed.append(self.numbers[key].changed)
        return True if not changed else changed[0] if len(changed) == 1 else self._joined(changed, any_=False)

    def _span(self, terms: Sequence[tuple[int, Key]], chosen: Mapping[Key, int | None]) -> Interval:
        lo: Rational | None = 0
        hi: Rational | None = 0
        for sign, key in terms:
            steps = chosen.get(key)
            if steps is not None:
                value = steps * self.numbers[key].number.step
                known = Interval(value, value)
            else:
                known = self.space.known(key)
            least, most = (known.lo, known.hi) if sign > 0 else (known.hi, known.lo)
            lo = None if lo is None or least is None else lo + sign * least  # type: ignore[operator]
            hi = None if hi is None or most is None else hi + sign * most  # type: ignore[operator]
        return Interval(lo, hi)

    def _takes(self, key: Key, steps: int | None) -> Any:
        """A literal for an earlier year that takes a value, or stays as it is."""
        found = self.numbers[key]
        if steps is None:
            return ~found.changed
        place = ("takes", key, steps)
        if place not in self._literals:
            literal = self.model.new_bool_var("")
            self.model.add_implication(literal, found.changed)
            self.model.add(found.steps == steps).only_enforce_if(literal)
            self._literals[place] = literal
        return self._literals[place]

    # --- size classes -------------------------------------------------------------------------------

    def _class(self, table: str, edge: Rational, more: bool) -> Literal:
        """A literal for a class of the size standard that is at most, or at least, ``edge``."""
        space = self.space
        rows_of, lowest = (
            space.frame.deriver.rows[table],
            space.rulebase.classifications[table].otherwise_rank,
        )
        industry = self.choices.get(("industry", STATE))
        if industry is None:
            known = space.profile.industry
            return known is not None and self._all_rows(rows_of[known], lowest, edge, more)
        ways = []
        for option, what in zip(industry.options, industry.choice.options, strict=True):
            rows = self._all_rows(rows_of[what.value], lowest, edge, more)
            if rows is not False:
                ways.append(option if rows is True else self._joined([option, rows], any_=False))
        return self._one_of(ways)

    def _all_rows(self, rows: Any, lowest: int, edge: Rational, more: bool) -> Literal:
        if None in rows:
            return False
        found = [literal for row in rows for literal in self._row(row, lowest, edge, more)]
        if False in [literal for literal in found if isinstance(literal, bool)]:
            return False
        open_ = [literal for literal in found if literal is not True]
        return True if not open_ else open_[0] if len(open_) == 1 else self._joined(open_, any_=False)

    def _row(self, row: Any, lowest: int, edge: Rational, more: bool) -> Iterator[Literal]:
        """What must hold together for one row of the standard."""
        if more:
            levels = [lowest >= edge]
            for rank, bounds in row:
                if rank >= edge:
                    found = [self.bound(id, Comparison.AT_LEAST, bound) for id, bound in bounds]
                    settled = [literal for literal in found if isinstance(literal, bool)]
                    open_ = [literal for literal in found if not isinstance(literal, bool)]
                    levels.append(
                        False not in settled and (self._joined(open_, any_=False) if open_ else True)
                    )
            yield self._one_of(levels)
            return
        if lowest > edge:
            yield False
        for rank, bounds in row:
            if rank > edge:
                yield self._one_of([self.bound(id, Comparison.BELOW, bound) for id, bound in bounds])


def _holds(row: Row) -> bool:
    total = sum(factor * end.constant for factor, end in row.parts)
    return bool(total > row.least or (total == row.least and not row.strict))


def _compares(value: Exact, edge: Rational, more: bool, strict: bool) -> bool:
    if value == edge:
        return not strict
    return bool(value > edge) is more
