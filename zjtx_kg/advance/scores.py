"""Score tables at their worst end: the points that a plan makes certain."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from math import lcm
from typing import Any

from zjtx_kg.advance.ends import End, Literal, Row, Variables, rational_end
from zjtx_kg.advance.inputs import STATE
from zjtx_kg.exact import Fraction
from zjtx_kg.reasoning.nodes import BandedNode, ConditionNode, CountedNode, ScoredNode, ScoreNode, ValueNode
from zjtx_kg.rulebase.model import Rational

__all__ = ["Scores"]


class Scores(Variables):
    """The variables of a space with score tables over conditions."""

    @abstractmethod
    def literal(self, node: ConditionNode, case: Mapping[str, Any] | None = None) -> Literal:
        """A literal that may be true only where the condition certainly holds."""

    def score(self, node: ScoreNode, when: list[Any], case: Mapping[str, Any] | None) -> None:
        """Demand the pass mark and every floor, where all of ``when`` hold."""
        scale = lcm(*(number.denominator for number in _points(node, self)))
        total = []
        for group in node.groups:
            points = self.model.new_int_var(0, int(group.full * scale), "")
            items: list[Any] = [int(group.settled * scale)]
            items += [self._item(item, scale, case) for item in group.items]
            self.model.add(points <= sum(items))
            floor = group.rule.floor
            if floor is not None:
                posted = self.model.add(points >= int(floor * scale))
                if when:
                    posted.only_enforce_if(*when)
            total.append(points)
        mark = int(node.pass_mark * scale) + (1 if node.strict else 0)
        posted = self.model.add(sum(total) >= mark)
        if when:
            posted.only_enforce_if(*when)

    def _item(self, item: ScoredNode, scale: int, case: Mapping[str, Any] | None) -> Any:
        if isinstance(item, BandedNode):
            return self._banded(item, scale, case)
        if isinstance(item, CountedNode):
            return self._counted(item, scale, case)
        assert isinstance(item, ValueNode)
        points = self.model.new_int_var(0, int(item.full * scale), "")
        self._at_most_end(points, item.indicator, scale, None)
        return points

    def _banded(self, item: BandedNode, scale: int, case: Mapping[str, Any] | None) -> Any:
        base = int(item.base[0] * scale)
        if item.mark is not None:
            return self._marked(item, scale, case)
        bands: list[tuple[Any, int]] = []
        for node, (least, _) in item.bands:
            literal = self.literal(node, case)
            if literal is True:
                base = max(base, int(least * scale))
                break
            if literal is not False and least * scale > base:
                bands.append((literal, int(least * scale)))
        if not bands:
            return base
        taken = [self.model.new_bool_var("") for _ in bands]
        for band, (literal, _) in zip(taken, bands, strict=True):
            self.model.add_implication(band, literal)
        self.model.add_at_most_one(taken)
        return base + sum(band * (points - base) for band, (_, points) in zip(taken, bands, strict=True))

    def _marked(self, item: BandedNode, scale: int, case: Mapping[str, Any] | None) -> Any:
        """Points that an expert gives within the range of the band."""
        most = max([item.base[1], *(points for _, (_, points) in item.bands)])
        found = self.model.new_int_var(0, int(most * scale), "")
        taken = []
        for node, (least, points) in item.bands:
            literal = self.literal(node, case)
            if literal is False:
                continue
            band = self.model.new_bool_var("")
            if literal is not True:
                self.model.add_implication(band, literal)
            self.model.add(found <= int(points * scale)).only_enforce_if(band)
            marked = self.model.new_bool_var("")
            self.model.add(found <= int(least * scale)).only_enforce_if(band, ~marked)
            assert item.mark is not None
            self._at_most_end(found, item.mark, scale, marked)
            taken.append(band)
        self.model.add_at_most_one(taken)
        none = [~band for band in taken]
        posted = self.model.add(found <= int(item.base[0] * scale))
        if none:
            posted.only_enforce_if(*none)
        return found

    def _at_most_end(self, points: Any, id: str, scale: int, when: Any | None) -> None:
        """Points that are at most the value of an indicator; where nothing is known of it, none."""
        end = self.end((id, STATE), low=True)
        if end is None:
            if when is None:
                self.model.add(points == 0)
            else:
                self.model.add_bool_or([~when])
            return
        used = when if when is not None else self.model.new_bool_var("")
        if when is None:
            self.model.add(points == 0).only_enforce_if(~used)
        for need in end.needs:
            self.model.add_implication(used, need)
        self.post(Row(((1, end), (Fraction(-1, scale), End(((1, points),)))), 0), [used])

    def _counted(self, item: CountedNode, scale: int, case: Mapping[str, Any] | None) -> Any:
        literals = [self.literal(part, case) for part in item.parts]
        certain = sum(literal is True for literal in literals)
        open_ = [literal for literal in literals if not isinstance(literal, bool)]
        each, full = int(item.each * scale), int(item.full * scale)
        if (certain + len(open_)) * each <= full:
            return certain * each + sum(literal * each for literal in open_)
        points = self.model.new_int_var(0, full, "")
        self.model.add(points <= certain * each + sum(literal * each for literal in open_))
        return points


def _points(node: ScoreNode, variables: Variables) -> Iterator[Rational]:
    """Every number that a score adds or compares."""
    yield node.pass_mark
    for group in node.groups:
        yield from (group.full, group.settled, group.rule.floor or 0)
        for item in group.items:
            if isinstance(item, BandedNode):
                yield from item.base
                for _, points in item.bands:
                    yield from points
            elif isinstance(item, CountedNode):
                yield from (item.each, item.full)
            elif isinstance(item, ValueNode):
                yield item.full
            mark = item.indicator if isinstance(item, ValueNode) else getattr(item, "mark", None)
            if mark is not None:
                found = variables.numbers.get((mark, STATE))
                known = rational_end(variables.space.env[mark].lo, low=True)
                yield from (known or 0, found.number.step if found is not None else 1)
