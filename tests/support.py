"""What tests share: cases in YAML, changes to a profile, findings by condition."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from zjtx_kg import Profile
from zjtx_kg.facts.reading import read_file
from zjtx_kg.reasoning.results import Finding

HERE = Path(__file__).parent
ROOT = HERE.parent
SHARED = ROOT.parent / "shared"
DAY = date(2025, 6, 1)


def read_yaml(path: Path) -> Any:
    """A YAML file with exact numbers, as profiles are read."""
    return read_file(path)[0]


def basis() -> dict[str, Any]:
    """The company that meets every clause."""
    return copy.deepcopy(read_yaml(HERE / "cases" / "basis.yaml"))


def changed(data: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A profile with values at dotted paths replaced; ``None`` removes one."""
    result = copy.deepcopy(data)
    for path, value in changes.items():
        target = result
        *parents, last = path.split(".")
        for key in parents:
            target = target.setdefault(key, {})
        if value is None:
            target.pop(last, None)
        else:
            target[last] = value
    return result


#: Figures that the ladder does not read; parts of others, so they would have to follow every change.
_ASIDE = ("high_tech_revenue", "rd_expense_domestic", "tech_staff")


def ladder_basis() -> dict[str, Any]:
    """The company that meets every clause of the ladder, with the figures that the ladder reads."""
    data = basis()
    for figures in data["years"].values():
        for id in _ASIDE:
            figures.pop(id, None)
    return data


def company(changes: Mapping[str, Any] | None = None) -> Profile:
    return Profile.from_dict(changed(ladder_basis(), changes or {}))


def flat(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from flat(finding.children)


def by_condition(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {finding.condition: finding for finding in flat(findings)}
