"""Solving: the least plan, plans of other substance, and the conditions that no change can repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from zjtx_kg.advance.efforts import Objective
from zjtx_kg.advance.encoding import Encoding
from zjtx_kg.advance.inputs import Key
from zjtx_kg.advance.objective import Stage, stages
from zjtx_kg.advance.space import Space
from zjtx_kg.reasoning.nodes import AllNode, ConditionNode

__all__ = ["Found", "Search", "blockers"]


@dataclass(frozen=True, slots=True)
class Found:
    """The values of a plan by input. ``proved``: none is less; ``least``: its cost to the solver."""

    values: Mapping[Key, Any]
    proved: bool
    least: int


class Search:
    """Plans for one space, the least first."""

    def __init__(self, space: Space, objective: Objective, limit: float, *, relaxed: bool = False) -> None:
        self.encoding = Encoding(space, relaxed=relaxed)
        self.limit = limit
        self.encoding.demand(space.frame.program.root)
        self.stages = tuple(stages(self.encoding, objective))
        #: Whether the solver stopped at its limit before it was done.
        self.limited = False

    def next(self) -> Found | None:
        """The least plan that is not excluded; ``None`` where there is none, or the limit is reached."""
        model = self.encoding.model
        solver, status = self._least(model, self.stages[0])
        if solver is None:
            return None
        least, proved = round(solver.objective_value), status == cp_model.OPTIMAL
        for stage in self.stages[1:]:
            again = model.clone()
            if stage.within is not None:
                again.add(stage.within <= solver.value(stage.within))
            better, status = self._least(again, stage, solver)
            solver = better or solver
            if stage.decides:
                least, proved = solver.value(stage.aim), status == cp_model.OPTIMAL
        return Found(self._values(solver), proved, least)

    def _least(
        self, model: cp_model.CpModel, stage: Stage, known: cp_model.CpSolver | None = None
    ) -> tuple[cp_model.CpSolver | None, Any]:
        """Minimise, from a plan that is known already: nothing worse than it is looked at."""
        model.minimize(stage.aim)
        if known is not None:
            model.add(stage.aim <= known.value(stage.aim))
            model.clear_hints()  # type: ignore[no-untyped-call]
            for index in range(len(model.proto.variables)):
                variable = model.get_int_var_from_proto_index(index)
                model.add_hint(variable, known.value(variable))
        solver, status = _solve(model, self.limit)
        self.limited |= status not in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        return (solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None), status

    def exclude(self, keys: Sequence[Key]) -> None:
        """Demand that at least one of these inputs stays as it is: every later plan differs in substance."""
        self.encoding.model.add_bool_or(
            [~changed for key in keys if (changed := self.encoding.changed(key)) is not None]
        )

    def forbid(self, keys: Sequence[Key]) -> None:
        """Demand another set of changed inputs than just these."""
        encoding = self.encoding
        chosen = [changed for key in keys if (changed := encoding.changed(key)) is not None]
        indices = {literal.index for literal in chosen}
        others = [changed for changed in encoding.changes if changed.index not in indices]
        encoding.model.add_bool_or([*(~literal for literal in chosen), *others])

    def _values(self, solver: cp_model.CpSolver) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        for key, number in self.encoding.numbers.items():
            if solver.boolean_value(number.changed):
                found[key] = solver.value(number.steps) * number.number.step
        for key, choice in self.encoding.choices.items():
            taken = [
                option.value
                for variable, option in zip(choice.options, choice.choice.options, strict=True)
                if solver.boolean_value(variable)
            ]
            if taken:
                found[key] = tuple(taken) if choice.choice.gathers else taken[0]
        return found


def _solve(model: cp_model.CpModel, limit: float) -> tuple[cp_model.CpSolver, Any]:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = (
        2  # amounts have wide ranges: linear bounds prove what trying cannot
    )
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise AssertionError(model.validate())
    return solver, status


# --- what cannot be repaired ------------------------------------------------------------------------


def blockers(space: Space, limit: float) -> tuple[tuple[str, ...], bool]:
    """The needed conditions that no allowed change can repair, and whether that is proved.

    Each is impossible by itself. Where every one is possible alone they are impossible together: then a set
    is named of which none can be left out.
    """
    needed = list(_needed(space.frame.program.root))
    encoding = Encoding(space, relaxed=True)
    guards = []
    for node in needed:
        guard = encoding.model.new_bool_var("")
        encoding.demand(node, [guard])
        guards.append(guard)

    def impossible(positions: Sequence[int]) -> bool:
        model = encoding.model.clone()
        model.add_bool_and([guards[position] for position in positions])
        return bool(_solve(model, limit)[1] == cp_model.INFEASIBLE)

    alone = [position for position in range(len(needed)) if impossible([position])]
    if not alone:
        alone = list(range(len(needed)))
        if not impossible(alone):
            return tuple(node.rule.id for node in needed), False
        for position in range(len(needed)):
            rest = [other for other in alone if other != position]
            if impossible(rest):
                alone = rest
    return tuple(needed[position].rule.id for position in alone), True


def _needed(node: ConditionNode) -> Iterator[ConditionNode]:
    """The conditions that cannot be done without, the deepest that stand under *all* groups only."""
    if isinstance(node, AllNode):
        for member in node.members:
            yield from _needed(member)
    else:
        yield node
