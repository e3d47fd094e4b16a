"""Values as input files give them: numbers with units, intervals, codes, truth values.

What a section of a file may say is a :class:`Domain`: indicators of the ontology, whatever file they stand
in (a profile, the answers to a questionnaire, industry means, the figures of a region, ratings). A
:class:`Checker` reads it and keeps every problem with its path, so that all of them are reported at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from numbers import Rational as RationalNumber
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.exact import Fraction, decimal_places, exact, whole
from zjtx_kg.facts.knowledge import Interval, Known, exactly
from zjtx_kg.facts.quantity import NotAQuantity, quantity
from zjtx_kg.facts.reading import Number
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Code, Indicator, Place, ValueType

__all__ = [
    "YEARS",
    "Checker",
    "Domain",
    "Misfit",
    "as_day",
    "as_text",
    "member",
    "nearest",
    "shown",
    "whole_in",
]

_TRUE: Final = {"是", "有", "yes", "true"}
_FALSE: Final = {"否", "无", "no", "false"}
_LIMIT: Final = 10**15
YEARS: Final = range(1949, 2101)
#: So many names are listed whole; so many characters of a found value are shown.
_FEW: Final = 13
_LONGEST: Final = 80


class Misfit(Exception):
    """A value that does not fit, with the code of the problem."""

    def __init__(self, code: str, path: str = "", found: Any = None, **facts: Any) -> None:
        self.code, self.path, self.found, self.facts = code, path, found, facts


class Domain:
    """The indicators that a section may give, with their codes and limits, prepared once.

    ``spellings`` maps an indicator to the codes it can take, each under every way to write it.
    """

    def __init__(
        self, indicators: Iterable[Indicator], spellings: Mapping[str, Mapping[str, Code]] | None = None
    ) -> None:
        self.known = {indicator.id: indicator for indicator in indicators}
        given = spellings or {}
        self.codes = {id: {word: code.id for word, code in words.items()} for id, words in given.items()}
        self.ranks = {id: {code.id: code.rank for code in words.values()} for id, words in given.items()}
        self.plain = {
            i.id: (i.lowest, i.highest, i.type is ValueType.INTEGER)
            for i in self.known.values()
            if _is_plain(i)
        }
        self.wholes = [(i.id, all_) for i in self.known.values() for all_ in wholes(i, self.known)]

    @classmethod
    def of(cls, indicators: Iterable[Indicator], rulebase: Rulebase) -> Domain:
        """Indicators whose codes come from the code lists of the rule base."""
        found = list(indicators)
        lists = {i.id: [rulebase.schemes[s] for s in i.schemes] for i in found}
        return cls(
            found,
            {
                id: {code.id: code for s in schemes for code in s.codes.values()}
                for id, schemes in lists.items()
            },
        )


class Checker:
    """Reads plain data and keeps what is wrong with it. ``places`` are the decimals of derived figures."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.places: dict[str, int] = {}

    def bad(self, error: Misfit, path: str, found: Any) -> None:
        where = f"{path}.{error.path}" if error.path else path
        value = found if error.found is None else error.found
        self.problems.append(Problem(error.code, where, shown(value), error.facts))

    def error(self, code: str) -> ProfileError:
        """Everything that was found wrong, as one error."""
        return ProfileError(code, self.problems, count=len(self.problems))

    def attempt(self, read: Callable[[Any], Any], value: Any, path: str) -> Any:
        if value is None:
            return None
        try:
            return read(value)
        except Misfit as error:
            self.bad(error, path, value)
            return None

    def mapping(self, data: Any, path: str) -> Mapping[str, Any]:
        """Keys with values; nothing where there is nothing, or something else."""
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            self.bad(Misfit("not_a_mapping"), path, data)
            return {}
        return data

    def keys(self, data: Mapping[str, Any], path: str, known: Iterable[str]) -> None:
        """Every key must be a known one."""
        names = tuple(known)
        for key in data:
            if key not in names:
                self.bad(Misfit("unknown_key", **nearest(str(key), names)), _below(path, key), data[key])

    def values(
        self, data: Any, path: str, domain: Domain, elsewhere: Callable[[str], str | None] | None = None
    ) -> dict[str, Known]:
        """What a section says of its indicators. ``elsewhere`` names the right place of a misplaced key."""
        found: dict[str, Known] = {}
        plain = domain.plain
        for id, value in self.mapping(data, path).items():
            kind = type(value)
            if (kind is int or kind is Number) and id in plain:
                number = _at_once(plain[id], value)
                if number is not None:
                    found[id] = Interval(number, number)
                    continue
            indicator = domain.known.get(id)
            if indicator is None:
                self.stray(id, value, path, domain, elsewhere)
            elif value is not None:
                try:
                    found[id] = self.value(indicator, value, domain)
                except Misfit as error:
                    self.bad(error, _below(path, id), value)
        too_great: set[str] = set()
        for part, all_ in domain.wholes:
            both = part in found and all_ in found and part not in too_great
            if both and self.part_of(found, part, all_, path):
                too_great.add(part)
        return found

    def stray(
        self, id: str, value: Any, path: str, domain: Domain, elsewhere: Callable[[str], str | None] | None
    ) -> None:
        place = elsewhere(str(id)) if elsewhere is not None else None
        if place is not None:
            self.bad(Misfit("misplaced_key", place=place), _below(path, id), value)
        else:
            self.bad(Misfit("unknown_key", **nearest(str(id), domain.known)), _below(path, id), value)

    def part_of(self, found: Mapping[str, Known], part: str, whole_: str, path: str) -> bool:
        """A part that is certainly greater than its whole is a contradiction, which is told."""
        lower, upper = found[part], found[whole_]
        if (
            isinstance(lower, Interval)
            and isinstance(upper, Interval)
            and lower.lo is not None
            and upper.hi is not None
            and lower.lo > upper.hi
        ):
            self.bad(
                Misfit("part_above_whole", whole=whole_, limit=str(shown(upper.hi))),
                _below(path, part),
                lower.lo,
            )
            return True
        return False

    def value(self, indicator: Indicator, value: Any, domain: Domain) -> Known:
        """What is known of one indicator. Raises :class:`Misfit`."""
        kind = indicator.type
        if kind is ValueType.DECIMAL or kind is ValueType.INTEGER:
            return self.number(indicator, value)
        if kind is ValueType.BOOLEAN:
            return _boolean(value)
        codes = domain.codes[indicator.id]
        if kind is ValueType.CODES:
            items = value if isinstance(value, list | tuple) else [value]
            return frozenset([_code(codes, item) for item in items])
        rank = domain.ranks[indicator.id].get(_code(codes, value))
        assert rank is not None
        return exactly(rank)

    def number(self, indicator: Indicator, value: Any) -> Interval:
        """A number or an interval, within what is possible."""
        if isinstance(value, Mapping):
            extra = [key for key in value if key not in ("min", "max")]
            if extra:
                raise Misfit("interval_key", str(extra[0]), value[extra[0]])
            lo, hi = (
                None if value.get(end) is None else self.single(indicator, value[end], end)
                for end in ("min", "max")
            )
            if lo is not None and hi is not None and lo > hi:
                raise Misfit("min_above_max")
            return Interval(lo, hi)
        number = self.single(indicator, value)
        return Interval(number, number)

    def single(self, indicator: Indicator, value: Any, end: str = "") -> int | Fraction:
        number, places = _number(indicator, value, end)
        if (indicator.lowest is not None and number < indicator.lowest) or (
            indicator.highest is not None and number > indicator.highest
        ):
            raise Misfit("outside_range", end, value, **_range(indicator))
        if indicator.type is ValueType.INTEGER and number.denominator != 1:
            raise Misfit("not_whole", end, value)
        if indicator.place is Place.DERIVED:
            self.places[indicator.id] = max(places, self.places.get(indicator.id, 0))
        return number


def _below(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def wholes(indicator: Indicator, known: Mapping[str, Indicator]) -> Iterator[str]:
    """What an indicator is part of, the nearest first, then what that is part of."""
    yield from indicator.at_most
    for all_ in indicator.at_most:
        if all_ in known:
            yield from wholes(known[all_], known)


def _is_plain(indicator: Indicator) -> bool:
    """Whether a number is all there is to an indicator: no unit to remember, no decimals to count."""
    return indicator.type in (ValueType.DECIMAL, ValueType.INTEGER) and indicator.place is not Place.DERIVED


def _at_once(
    limits: tuple[int | Fraction | None, int | Fraction | None, bool], value: Any
) -> int | Fraction | None:
    """The number of a plain literal within its limits, nearly always the case; else ``None``."""
    if type(value) is int:
        number: int | Fraction = value
        if not -_LIMIT < number < _LIMIT:
            return None
    else:
        try:
            number = exact(value)
        except ValueError:
            return None
    lowest, highest, integral = limits
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        return None
    return None if integral and number.denominator != 1 else number


# --- single values ----------------------------------------------------------------------------------


def _number(indicator: Indicator, value: Any, end: str) -> tuple[int | Fraction, int]:
    """An exact number in the indicator's unit and the decimals it was stated with."""
    kind = type(value)
    if kind is int:
        if not -_LIMIT < value < _LIMIT:
            raise Misfit("too_many_digits", end, value)
        return value, 0
    if kind is float:
        value = Number(repr(value))
    elif isinstance(value, Decimal):
        value = Number(format(value, "f") if value.is_finite() else str(value))
    if isinstance(value, Number):
        try:
            return exact(value), decimal_places(value) if indicator.place is Place.DERIVED else 0
        except ValueError:
            finite = any(c.isdigit() for c in value)
            raise Misfit("too_many_digits" if finite else "not_finite", end, value) from None
    if isinstance(value, str):
        return _with_unit(indicator, value, end)
    if isinstance(value, RationalNumber) and not isinstance(value, bool):
        return whole(Fraction(int(value.numerator), int(value.denominator))), 12
    raise Misfit("not_a_number", end, value, unit=_unit_name(indicator))


def _with_unit(indicator: Indicator, value: str, end: str) -> tuple[int | Fraction, int]:
    try:
        return quantity(value, indicator.unit)
    except NotAQuantity as error:
        forms = "、".join(indicator.unit.forms) if indicator.unit else ""
        if error.suffix and forms:
            raise Misfit("unknown_unit", end, value, forms=forms) from None
        raise Misfit("not_a_number", end, value, unit=_unit_name(indicator)) from None


def _unit_name(indicator: Indicator) -> str:
    return indicator.unit.symbol if indicator.unit else ""


def _range(indicator: Indicator) -> dict[str, str]:
    low, high = indicator.lowest, indicator.highest
    return {
        "low": "…" if low is None else str(low),
        "high": "…" if high is None else str(high),
        "unit": _unit_name(indicator),
    }


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Misfit("not_a_boolean")


def _code(known: Mapping[str, str], value: Any) -> str:
    value = str(value) if type(value) is int else value  # a numbered option
    if not isinstance(value, str) or value not in known:
        raise Misfit("unknown_code", "", value, **nearest(str(value), known))
    return known[value]


def as_text(value: Any) -> str:
    """A text; a number counts as one."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise Misfit("not_a_text")


def as_day(value: Any) -> date:
    """A date that exists."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Misfit("not_a_date")


def member(known: Iterable[str]) -> Callable[[Any], str]:
    """A reader of one of these names."""
    names = {name: name for name in known}

    def read(value: Any) -> str:
        return _code(names, value)

    return read


def whole_in(allowed: range, code: str) -> Callable[[Any], int]:
    """A reader of a whole number within a range; what is outside is a problem with this code."""

    def read(value: Any) -> int:
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 9:
            raise Misfit(code)
        if int(text) not in allowed:
            raise Misfit(code)
        return int(text)

    return read


def nearest(word: str, known: Iterable[str]) -> dict[str, str]:
    """The names that come closest: what the user probably meant."""
    names = list(known)
    head, colon, _ = word.partition(":")
    near = [name for name in names if colon and name.startswith(head + colon)]
    near = difflib.get_close_matches(word, near or names, n=4, cutoff=0.5) or near
    if not near and len(names) <= _FEW:
        near = names
    return {"near": "、".join(near[:_FEW]) or "…"}


def shown(value: Any) -> str:
    """What was found, as its author wrote it."""
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(map(shown, value)) + "]"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
