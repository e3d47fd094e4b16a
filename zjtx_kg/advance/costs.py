"""What changes cost: the change model of the ontology, with what a cost file puts in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.exact import Fraction, exact
from zjtx_kg.facts.reading import read_file
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Change, ChangeMode, Rational, Toward

__all__ = ["NO_COSTS", "Costs", "costs_of", "read_costs"]

#: A cost file describes inputs; ten times as many entries as a profile has inputs are a mistake.
_MOST_ENTRIES: Final = 2000
#: Points and months beyond these are mistakes, and would not fit the exact arithmetic of the search.
_MOST_EFFORT: Final = 10**6
_MOST_MONTHS: Final = 1200
_LEAST_STEP: Final = Fraction(1, 10**4)
_YEAR_PATH: Final = re.compile(r"years\.[0-9]{4}\.(?P<id>[a-z0-9_]+)\Z")

_NUMBERS: Final[Mapping[str, tuple[str, Rational, Rational]]] = {
    "effort": ("effort", 0, _MOST_EFFORT),
    "effort_per_unit": ("effort_per_unit", 0, _MOST_EFFORT),
    "effort_per_share": ("effort_per_share", 0, _MOST_EFFORT),
    "effort_to_show": ("effort_to_show", 0, _MOST_EFFORT),
    "lead_time_months": ("lead_months", 0, _MOST_MONTHS),
    "lead_time_months_per_unit": ("lead_months_per_unit", 0, _MOST_MONTHS),
    "step": ("step", _LEAST_STEP, 10**6),
    "lowest": ("lowest", -(10**8), 10**8),
    "highest": ("highest", -(10**8), 10**8),
    "years_back": ("years_back", 0, 9),
}
_WHOLE: Final = frozenset({"lead_time_months", "years_back"})
_NAMED: Final[Mapping[str, type[ChangeMode] | type[Toward]]] = {"mode": ChangeMode, "toward": Toward}
_KEYS: Final = (*_NAMED, *_NUMBERS)


@dataclass(frozen=True, slots=True)
class Costs:
    """What replaces the defaults, by indicator or by path (``years.2025.revenue``); a path goes first."""

    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, path: str, change: Change) -> Change:
        """The change model of an input, with what the cost file says of it."""
        for name in (change.indicator, path):
            given = self.entries.get(name)
            if given:
                change = replace(change, **given)
        return change


NO_COSTS: Final = Costs()


def read_costs(path: Path, rulebase: Rulebase) -> Costs:
    """Read a cost file (YAML or JSON). Raises :class:`ProfileError` with every problem and its line."""
    data, lines = read_file(path)
    return costs_of(data, rulebase, lines)


def costs_of(data: Any, rulebase: Rulebase, lines: Mapping[str, int] | None = None) -> Costs:
    """Costs from plain data: indicator or path to what replaces its defaults.

    >>> from zjtx_kg.rulebase import load
    >>> costs_of({"rd_expense": {"effort": 5, "mode": "fixed"}}, load()).entries["rd_expense"]["effort"]
    5
    """
    problems: list[Problem] = []

    def bad(code: str, where: str, found: Any, **facts: Any) -> None:
        line = (lines or {}).get(where)
        problems.append(Problem(code, where, str(found)[:80], facts, line))

    entries: dict[str, dict[str, Any]] = {}
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        bad("costs_mapping", "", data)
    elif len(data) > _MOST_ENTRIES:
        bad("costs_too_many", "", len(data), limit=_MOST_ENTRIES)
    else:
        for name, given in data.items():
            id = _indicator(str(name))
            if id not in rulebase.indicators:
                bad("costs_input", str(name), name)
            elif not isinstance(given, Mapping):
                bad("costs_mapping", str(name), given)
            else:
                entries[str(name)] = _entry(str(name), given, bad)
    if problems:
        raise ProfileError("costs", problems, count=len(problems))
    return Costs(entries)


def _indicator(name: str) -> str:
    match = _YEAR_PATH.match(name)
    return match["id"] if match else name.removeprefix("facts.")


def _entry(name: str, given: Mapping[str, Any], bad: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in given.items():
        where = f"{name}.{key}"
        if key in _NAMED:
            try:
                found[key] = _NAMED[key](str(value))
            except ValueError:
                bad("costs_word", where, value, words="、".join(_NAMED[key]))
        elif key in _NUMBERS:
            attribute, least, most = _NUMBERS[key]
            number = _number(value)
            if number is None or not least <= number <= most or (key in _WHOLE and number.denominator != 1):
                bad("costs_number", where, value, low=str(least), high=str(most))
            else:
                found[attribute] = number
        else:
            bad("costs_key", where, value, keys="、".join(_KEYS))
    low, high = found.get("lowest"), found.get("highest")
    if low is not None and high is not None and low > high:
        bad("costs_order", f"{name}.lowest", low, high=str(high))
    return found


def _number(value: Any) -> Rational | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return exact(str(value))
    except ValueError:
        return None
