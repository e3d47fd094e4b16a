"""What can go wrong, as one tree. Every error has a code and says, in Chinese and English, what to do.

::

    ZjtxError
    ├── InputError          a profile, an option or a stream line is not usable
    │   ├── ProfileError    with every problem of the profile at once
    │   └── QueryError      a query is not usable: syntax, safety, parameters, limits
    ├── RulebaseError       a rule file is not usable
    ├── StoreError          a store of assessments cannot be used
    ├── NotInForceError     no edition of the tier is in force for the kind of application on the date
    └── ReasonerError       the OWL reasoner could not be run, or did not finish

Texts live in ``texts.toml``; an error carries the code and the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from zjtx_kg.texts import say

__all__ = [
    "InputError",
    "NotInForceError",
    "Problem",
    "ProfileError",
    "QueryError",
    "ReasonerError",
    "RulebaseError",
    "StoreError",
    "ZjtxError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where, what was found, and from the code what is expected and how to mend it."""

    code: str
    path: str
    found: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    line: int | None = None

    def expected(self, lang: str) -> str:
        return say(f"problem.{self.code}.expected", lang, **self.facts)

    def remedy(self, lang: str) -> str:
        return say(f"problem.{self.code}.remedy", lang, **self.facts)

    def to_dict(self, lang: str = "zh") -> dict[str, Any]:
        texts = {
            "path": self.path,
            "found": self.found,
            "expected": self.expected(lang),
            "remedy": self.remedy(lang),
            "code": self.code,
        }
        return texts if self.line is None else {**texts, "line": self.line}


class ZjtxError(Exception):
    """The root. ``code`` is stable; ``problems`` may be empty."""

    def __init__(self, code: str, problems: Iterable[Problem] = (), **facts: Any) -> None:
        self.code = code
        self.facts = facts
        self.problems = tuple(problems)
        super().__init__(self.message("zh"))

    def message(self, lang: str = "zh") -> str:
        return say(f"error.{self.code}", lang, **self.facts)

    def to_dict(self, lang: str = "zh") -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message(lang),
            "problems": [problem.to_dict(lang) for problem in self.problems],
        }


class InputError(ZjtxError):
    """Something the user gave is not usable."""


class ProfileError(InputError):
    """A profile that cannot be read; lists every problem, not only the first."""


class QueryError(InputError):
    """A query that cannot be run: what is wrong with it, where, and how to mend it."""


class RulebaseError(ZjtxError):
    """A rule file that cannot be used: the file, the node, what is wrong, the remedy."""


class StoreError(ZjtxError):
    """A store of assessments that cannot be used: where it is, what is wrong, what to do."""


class NotInForceError(InputError):
    """No edition judges the tier for this kind of application on this date."""


class ReasonerError(ZjtxError):
    """The OWL reasoner could not be run, exceeded a limit, or died. Native answers do not depend on it."""
