"""A company's profile: what is given, validated, exact, with every problem reported at once.

The format is the contract's (``profile: 1``). Which keys exist, their types, units, code lists and limits
come from the ontology; nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.facts.knowledge import AwardRecord, Interval, Known, TitleRecord
from zjtx_kg.facts.questionnaire import Answers
from zjtx_kg.facts.reading import read_bytes, read_file
from zjtx_kg.rulebase import Rulebase, load

__all__ = ["WORKBOOKS", "Profile", "at_cells", "at_lines"]

#: Suffixes of files that are read as filled forms.
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one company. Frozen; safe to share.

    ``years`` maps a fiscal year to its figures; ``facts`` holds states and derived indicators that were
    given; ``places`` tells for each derived indicator how many decimals were stated, so that a rounded
    figure agrees with the exact one. ``titles`` and ``awards`` are ``None`` where nothing is known.
    ``digital`` holds answers to a questionnaire on the digital level; what they settle, they settle.
    ``cells`` names the cell of each path where the profile was read from a form.
    """

    name: str | None = None
    uscc: str | None = None
    region: str | None = None
    industry: str | None = None
    established: date | None = None
    years: Mapping[int, Mapping[str, Interval]] = field(default_factory=dict)
    facts: Mapping[str, Known] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    titles: tuple[TitleRecord, ...] | None = None
    awards: tuple[AwardRecord, ...] | None = None
    closed: bool = False
    digital: Answers | None = None
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def from_dict(cls, data: Any, rulebase: Rulebase | None = None) -> Profile:
        """Validate plain data, as YAML or JSON give it.

        Raises :class:`ProfileError` with every problem: path, what was found, what is expected, remedy.

        >>> Profile.from_dict({"years": {2024: {"revenue": "1.2亿元"}}}).years[2024]["revenue"]
        Interval(lo=12000, hi=12000)
        >>> Profile.from_dict({"facts": {"market_share_national": 101}})
        Traceback (most recent call last):
        zjtx_kg.errors.ProfileError: 企业画像有 1 处问题
        """
        from zjtx_kg.facts.validation import validate

        return validate(data, rulebase or load())

    @classmethod
    def from_file(cls, path: str | Path, rulebase: Rulebase | None = None) -> Profile:
        """Read a YAML or JSON file, or a filled form (``.xlsx``).

        Problems of a YAML file carry their line, those of a form the address of their cell.
        """
        if Path(path).suffix.lower() in WORKBOOKS:
            return cls.from_form(read_bytes(Path(path)), str(path), rulebase)
        data, lines = read_file(Path(path))
        try:
            return cls.from_dict(data, rulebase)
        except ProfileError as error:
            raise ProfileError(
                error.code,
                [_at_line(problem, lines) for problem in error.problems],
                **error.facts,
            ) from None

    @classmethod
    def from_form(cls, content: bytes, name: str = "", rulebase: Rulebase | None = None) -> Profile:
        """Read a filled form as ``zjtx form`` writes it. Every problem carries the address of its cell."""
        from zjtx_kg.facts.form_reading import (
            read_form,
        )  # a workbook library that other profiles need not load

        rules = rulebase or load()
        data, cells, problems = read_form(content, name, rules)
        try:
            profile = cls.from_dict(data, rules)
        except ProfileError as error:
            problems += at_cells(error, cells).problems
        if problems:
            raise ProfileError("profile", problems, count=len(problems))
        return replace(profile, cells=cells)

    def gives(self, path: str) -> bool:
        """Whether the profile says something at a path such as ``years.2024.revenue`` or ``industry``."""
        head, _, rest = path.partition(".")
        if head == "years":
            year, _, id = rest.partition(".")
            return id in self.years.get(int(year), _NOTHING)
        if head == "facts":
            return rest in self.facts
        return getattr(self, head) is not None

    @property
    def head(self) -> dict[str, str | None]:
        """How results name the company."""
        return {"name": self.name, "uscc": self.uscc}


def at_lines(error: ProfileError, lines: Mapping[str, int]) -> ProfileError:
    """The same error with the line of each problem."""
    return ProfileError(error.code, [_at_line(p, lines) for p in error.problems], **error.facts)


def at_cells(error: ProfileError, cells: Mapping[str, str]) -> ProfileError:
    """The same error with the cell of each problem before its path."""
    return ProfileError(error.code, [_at_cell(p, cells) for p in error.problems], **error.facts)


def _at_cell(problem: Problem, cells: Mapping[str, str]) -> Problem:
    path = problem.path
    while path:
        if path in cells:
            return replace(problem, path=f"{cells[path]} ({problem.path})")
        path = path.rpartition(".")[0]
    return problem


def _at_line(problem: Problem, lines: Mapping[str, int]) -> Problem:
    path = problem.path
    while path:
        if path in lines:
            return Problem(problem.code, problem.path, problem.found, problem.facts, lines[path])
        path = path.rpartition(".")[0]
    return problem
