"""The profile after a plan, from the plan as it is printed."""

from __future__ import annotations

from typing import Any

from zjtx_kg.advance.apply import data_of
from zjtx_kg.advance.plans import Advancement
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import deriver
from zjtx_kg.advance.space import reads_of
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Place

__all__ = ["rewritten"]


def rewritten(profile: Profile, found: Advancement, rulebase: Rulebase) -> dict[str, Any]:
    """The profile's data with the first plan's values; derived figures that no longer follow are left out."""
    data = data_of(profile, rulebase)
    if not found.plans:
        return data
    last = found.as_of.year - 1
    changed = set()
    for change in found.plans[0].changes:
        head, *rest = change.path.split(".")
        if not rest:
            data[head] = change.to
        elif head == "years":
            data["years"].setdefault(int(rest[0]), {})[rest[1]] = change.to
            changed.add((rest[1], last - int(rest[0])))
        else:
            data["facts"][rest[0]] = change.to
            changed.add((rest[0], -1))
    for id in profile.facts:
        indicator = rulebase.indicators[id]
        if indicator.place is Place.DERIVED and (id, -1) not in changed:
            if not {key for key, _ in reads_of(indicator, deriver(rulebase))}.isdisjoint(changed):
                data["facts"].pop(id, None)
    return data
