"""The questions people ask, as SPARQL files with a question, typed parameters and named columns.

A library query is a ``.rq`` file that any SPARQL 1.1 engine reads as it is. Its head is a comment in YAML::

    # zh: 哪些政策读取某项指标？
    # en: Which policies read an indicator?
    # topic: law
    # parameters: {indicator: required}
    # columns: [policy, policyName, tier]
    # example: {indicator: rd_ratio}

``$indicator`` in the text is a parameter, ``?indicator`` a variable; a parameter that is not given stays a
variable and so stands for anything. What the parameters and columns of all queries mean is said once, in
``queries/vocabulary.yaml``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox
import yaml

from zjtx_kg import terms
from zjtx_kg.errors import Problem, QueryError
from zjtx_kg.graph.values import iri, literal
from zjtx_kg.resources import queries_directory
from zjtx_kg.rulebase import Rulebase, load
from zjtx_kg.texts import Text

__all__ = ["Column", "LibraryQuery", "Parameter", "Topic", "Type", "library", "library_query"]

_ANY: Final = "any"
_REQUIRED: Final = "required"
_TODAY: Final = "today"
_LANGUAGE: Final = "lang"
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}|profile-[0-9a-f]{24}")
_KINDS: Final = ("new", "review")
#: Parts of a query in which ``$`` marks no parameter, and the parameter itself.
_TOKEN: Final = re.compile(
    r"""
      "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | <[^<>"{}|^`\\\x00-\x20]*> | \#[^\n]*
    | (?P<parameter>\$(?P<name>[A-Za-z_][A-Za-z0-9_]*))
    """,
    re.VERBOSE,
)


class Topic(StrEnum):
    """What a query asks about; the order of listings."""

    LAW = "law"
    SUBSIDY = "subsidy"
    COMPANY = "company"
    POPULATION = "population"


class Type(StrEnum):
    """The types of parameters."""

    TIER = "tier"
    TITLE = "title"
    POLICY = "policy"
    INDICATOR = "indicator"
    SCHEME = "scheme"
    COMPANY = "company"
    KIND = "kind"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query.

    ``default`` is a value as it is written, ``today`` for a date; ``None`` where the parameter must be given,
    or, if ``optional``, where leaving it out means any.
    """

    name: str
    type: Type
    label: Text
    default: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer.

    ``type`` is ``iri``, ``text``, ``decimal``, ``integer``, ``boolean``, ``date`` or ``value``, which is any
    of them. ``said_by`` names the column that says the same to people, where there is one.
    """

    name: str
    type: str
    label: Text
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """A question with its SPARQL text. ``example`` gives values for which it has an answer."""

    name: str
    question: Text
    topic: Topic
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    example: Mapping[str, str]
    text: str

    @property
    def asks_of(self) -> str | None:
        """What must be at hand: a ``profile``, a ``store`` of assessments, or nothing but the law."""
        if self.topic is Topic.POPULATION:
            return "store"
        return "profile" if any(parameter.type is Type.COMPANY for parameter in self.parameters) else None

    def bound(
        self,
        given: Mapping[str, str] | None = None,
        *,
        lang: str = "zh",
        today: date | None = None,
        rulebase: Rulebase | None = None,
    ) -> str:
        """The SPARQL text with values in place of its parameters.

        ``given`` has values as they are written on a command line; ``lang`` chooses the language of labels;
        ``today`` is the default of dates. Raises :class:`QueryError` with everything that is wrong.

        >>> query = library()["policies-reading-indicator"]
        >>> "indicator/rd_ratio>" in query.bound({"indicator": "rd_ratio"})
        True
        """
        values = dict(given or {})
        rules = rulebase or load()
        problems = [
            _problem("unknown_parameter", name, value, near=self._near(name))
            for name, value in values.items()
            if name not in {parameter.name for parameter in self.parameters}
        ]
        found: dict[str, str] = {_LANGUAGE: literal(lang)}
        for parameter in self.parameters:
            written = values.get(parameter.name, parameter.default)
            if written is None:
                if not parameter.optional:
                    problems.append(_problem("missing_parameter", parameter.name, ""))
                continue
            if parameter.type is Type.DATE and written == _TODAY:
                written = str(today or date.today())
            term = _term(parameter, written, rules)
            if isinstance(term, Problem):
                problems.append(term)
            else:
                found[parameter.name] = term
        if problems:
            raise QueryError("query.parameters", problems, query=self.name, count=len(problems))
        return _filled(self.text, found)

    def to_dict(self) -> dict[str, Any]:
        """What programs need to know of the question: stable names, both languages."""
        return {
            "name": self.name,
            "topic": str(self.topic),
            "question": {"zh": self.question.zh, "en": self.question.en},
            "parameters": [
                {
                    "name": parameter.name,
                    "type": str(parameter.type),
                    "label": {"zh": parameter.label.zh, "en": parameter.label.en},
                    "default": parameter.default,
                    "required": parameter.default is None and not parameter.optional,
                }
                for parameter in self.parameters
            ],
            "columns": [
                {
                    "name": column.name,
                    "type": column.type,
                    "label": {"zh": column.label.zh, "en": column.label.en},
                }
                for column in self.columns
            ],
            "example": dict(self.example),
        }

    def _near(self, name: str) -> str:
        names = [parameter.name for parameter in self.parameters]
        return ", ".join(difflib.get_close_matches(name, names, 3) or names) or "-"


def library_query(name: str, directory: Path | None = None) -> LibraryQuery:
    """The query of this name. Raises :class:`QueryError`, naming near ones, where there is none."""
    queries = library(directory)
    found = queries.get(name)
    if found is None:
        near = difflib.get_close_matches(name, queries, 3, 0.4)
        raise QueryError("query.unknown_query", found=name, near=", ".join(near) or "zjtx query --list")
    return found


@lru_cache(maxsize=4)
def library(directory: Path | None = None) -> Mapping[str, LibraryQuery]:
    """Every query of the library by name, in the order of listings: by topic, then by name.

    >>> len(library()) >= 40
    True
    """
    root = directory or queries_directory()
    vocabulary = yaml.safe_load((root / "vocabulary.yaml").read_text(encoding="utf-8"))
    queries = [_query(path, vocabulary) for path in sorted(root.glob("*.rq"))]
    order = list(Topic)
    queries.sort(key=lambda query: (order.index(query.topic), query.name))
    return MappingProxyType({query.name: query for query in queries})


# --- reading the files ----------------------------------------------------------------------------------


def _query(path: Path, vocabulary: Mapping[str, Any]) -> LibraryQuery:
    text = path.read_text(encoding="utf-8")
    head: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        head.append(line.removeprefix("#").removeprefix(" "))
    said = yaml.safe_load("\n".join(head))
    return LibraryQuery(
        path.stem,
        Text(said["zh"], said["en"]),
        Topic(said["topic"]),
        tuple(
            _parameter(name, default, vocabulary["parameters"][name])
            for name, default in (said.get("parameters") or {}).items()
        ),
        tuple(_column(name, vocabulary["columns"][name]) for name in said["columns"]),
        MappingProxyType({name: str(value) for name, value in (said.get("example") or {}).items()}),
        text,
    )


def _parameter(name: str, default: Any, meaning: Mapping[str, str]) -> Parameter:
    return Parameter(
        name,
        Type(meaning["type"]),
        Text(meaning["zh"], meaning["en"]),
        None if default in (_ANY, _REQUIRED) else str(default),
        default == _ANY,
    )


def _column(name: str, meaning: Mapping[str, str]) -> Column:
    return Column(name, meaning["type"], Text(meaning["zh"], meaning["en"]), meaning.get("name"))


# --- putting values in ----------------------------------------------------------------------------------


def _filled(text: str, values: Mapping[str, str]) -> str:
    def term(match: re.Match[str]) -> str:
        return values.get(match["name"], match[0]) if match["parameter"] else match[0]

    return _TOKEN.sub(term, text)


def _term(parameter: Parameter, written: str, rules: Rulebase) -> str | Problem:
    """A value as an RDF term in SPARQL syntax, or what is wrong with it."""
    return _READERS[parameter.type](parameter.name, written, rules)


def _named(base: str, known: Callable[[Rulebase], Sequence[str]]) -> _Reader:
    def read(name: str, written: str, rules: Rulebase) -> str | Problem:
        ids = known(rules)
        if written in ids:
            return iri(base + written)
        near = difflib.get_close_matches(written, ids, 5, 0.3) or list(ids)[:12]
        return _problem("no_such_value", name, written, known=", ".join(near))

    return read


def _title(name: str, written: str, rules: Rulebase) -> str | Problem:
    base = terms.TIER if written in rules.tiers else terms.TITLE
    return _named(base, lambda rules: list(rules.titles))(name, written, rules)


def _company(name: str, written: str, _rules: Rulebase) -> str | Problem:
    if _USCC.fullmatch(written):
        return iri(terms.BASE + "company/" + written)
    try:
        if "://" in written:
            return iri(written)
    except ValueError:
        pass
    return _problem("not_a_company", name, written)


def _kind(name: str, written: str, _rules: Rulebase) -> str | Problem:
    if written in _KINDS:
        return iri(terms.NS + written)
    return _problem("no_such_value", name, written, known=", ".join(_KINDS))


def _date(name: str, written: str, _rules: Rulebase) -> str | Problem:
    try:
        if len(written) == len("2026-01-01"):
            return literal(str(date.fromisoformat(written)), datatype="date")
    except ValueError:
        pass
    return _problem("not_a_day", name, written)


def _decimal(name: str, written: str, _rules: Rulebase) -> str | Problem:
    if _DECIMAL.fullmatch(written):
        return literal(written, datatype="decimal")
    return _problem("not_a_decimal", name, written)


def _integer(name: str, written: str, _rules: Rulebase) -> str | Problem:
    if _INTEGER.fullmatch(written):
        return literal(written, datatype="integer")
    return _problem("not_an_integer", name, written)


def _text(_name: str, written: str, _rules: Rulebase) -> str | Problem:
    return str(ox.Literal(written))


_Reader = Callable[[str, str, Rulebase], "str | Problem"]
_READERS: Final[Mapping[Type, _Reader]] = {
    Type.TIER: _named(terms.TIER, lambda rules: list(rules.tiers)),
    Type.TITLE: _title,
    Type.POLICY: _named(terms.POLICY, lambda rules: list(rules.policies)),
    Type.INDICATOR: _named(terms.INDICATOR, lambda rules: list(rules.indicators)),
    Type.SCHEME: _named(terms.FIELD, lambda rules: list(rules.schemes)),
    Type.COMPANY: _company,
    Type.KIND: _kind,
    Type.DATE: _date,
    Type.DECIMAL: _decimal,
    Type.INTEGER: _integer,
    Type.TEXT: _text,
}


def _problem(code: str, name: str, found: str, **facts: Any) -> Problem:
    return Problem(f"query_{code}", name, found, MappingProxyType(facts))
