"""What :func:`zjtx_kg.advance` says. Field names and their order are the contract's; values are exact."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

__all__ = ["Advancement", "Change", "Obstacle", "Plan", "Repair", "Slip"]


class Repair(msgspec.Struct, frozen=True, omit_defaults=True):
    """A condition that a change helps to meet, with the margin it leaves and the points it gains."""

    condition: str
    label: str
    clause: str | None
    status_after: str
    text: str
    margin_after: Any = None
    points_gained: Any = None


class Change(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One input and its new value: the least that suffices.

    ``from`` is ``null`` where nothing is known, ``{"min", "max"}`` where an interval is. ``to_show`` marks a
    value that is possible already, so that it is only to be found out and proved. ``one_of`` lists codes that
    serve as well as the one named. ``measure`` is one of annex C of the standard; effort and lead time are
    defaults of the change model unless a cost file says otherwise.
    """

    path: str
    from_: Any
    to: Any
    unit: str | None
    measure: str | None
    evidence: tuple[str, ...]
    lead_time_months: Any
    indicator: str
    label: str
    effort: Any
    to_show: bool
    text: str
    one_of: tuple[str, ...]
    repairs: tuple[Repair, ...]


class Plan(msgspec.Struct, frozen=True):
    """Changes that together suffice. ``cost`` is counted in the objective."""

    changes: tuple[Change, ...]
    cost: Any
    months: Any
    status_after: str
    effort: Any


class Obstacle(msgspec.Struct, frozen=True):
    """A condition that no allowed change can repair."""

    condition: str
    label: str
    clause: str | None


class Slip(msgspec.Struct, frozen=True):
    """The smallest slip of one input that would cost the title: up to ``holds`` it is kept, at ``lost`` not.

    ``share`` is the slip relative to the present value, by which slips are ordered.
    """

    path: str
    indicator: str
    label: str
    value: Any
    holds: Any
    lost: Any
    share: Any
    unit: str | None
    text: str
    conditions: tuple[str, ...]


class Advancement(msgspec.Struct, frozen=True):
    """What would let the company in.

    ``optimal``: proved that nothing costs less, or, where nothing is feasible, that nothing is.
    ``limit_reached``: the solver stopped at its limit of time. ``immutable`` names what no change can repair;
    ``obstacles`` says it in words. ``sensitivity`` is filled where the target is met already.
    """

    target: str
    policy: str
    objective: str
    feasible: bool
    optimal: bool
    plans: tuple[Plan, ...]
    immutable: tuple[str, ...]
    profile: dict[str, str | None]
    as_of: date
    kind: str
    status_before: str
    limit_reached: bool
    obstacles: tuple[Obstacle, ...]
    sensitivity: tuple[Slip, ...]
