"""Plain data to a :class:`Profile`, or every reason why not."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from numbers import Rational as RationalNumber
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.exact import Fraction, decimal_places, exact, whole
from zjtx_kg.facts.knowledge import AwardRecord, Interval, Known, TitleRecord, exactly
from zjtx_kg.facts.profile import Profile
from zjtx_kg.facts.quantity import NotAQuantity, quantity
from zjtx_kg.facts.reading import Number
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Indicator, Place, ValueType

__all__ = ["Schema", "validate"]

FORMAT: Final = "1"
_KEYS: Final = (
    "profile",
    "name",
    "uscc",
    "region",
    "industry",
    "established",
    "years",
    "facts",
    "titles",
    "awards",
    "assume",
)
_TRUE: Final = {"是", "有", "yes", "true"}
_FALSE: Final = {"否", "无", "no", "false"}
_LIMIT: Final = 10**15
_YEARS: Final = range(1949, 2101)
#: So many names are listed whole; so many characters of a found value are shown.
_FEW: Final = 13
_LONGEST: Final = 80


class _Bad(Exception):
    """A value that does not fit, with the code of the problem."""

    def __init__(self, code: str, path: str = "", found: Any = None, **facts: Any) -> None:
        self.code, self.path, self.found, self.facts = code, path, found, facts


def validate(data: Any, rulebase: Rulebase) -> Profile:
    """See :meth:`Profile.from_dict`."""
    return _Validator(schema(rulebase)).profile(data)


@lru_cache(maxsize=8)
def schema(rulebase: Rulebase) -> Schema:
    return Schema(rulebase)


class Schema:
    """What a profile may contain, prepared once for each rule base."""

    def __init__(self, rulebase: Rulebase) -> None:
        indicators = rulebase.inputs.values()
        self.rulebase = rulebase
        self.year = {i.id: i for i in indicators if i.place is Place.YEAR}
        self.fact = {i.id: i for i in indicators if i.place in (Place.FACT, Place.DERIVED)}
        self.derived = {i.id for i in indicators if i.place is Place.DERIVED}
        self.codes = {
            i.id: {code: code for s in i.schemes for code in rulebase.schemes[s].codes} for i in indicators
        }
        self.ranks = {
            i.id: {c.id: c.rank for s in i.schemes for c in rulebase.schemes[s].codes.values()}
            for i in indicators
            if i.type is ValueType.CODE
        }
        self.plain = {
            i.id: (i.lowest, i.highest, i.type is ValueType.INTEGER) for i in indicators if _is_plain(i)
        }
        self.wholes = [(i.id, whole_) for i in indicators for whole_ in _wholes(i, rulebase)]
        self.industries = {code[1:]: code for code in rulebase.schemes["gbt4754"].codes if len(code) > 1}
        self.industries |= {code: code for code in rulebase.schemes["gbt4754"].codes}


class _Validator:
    def __init__(self, schema: Schema) -> None:
        self.s = schema
        self.problems: list[Problem] = []
        self.places: dict[str, int] = {}

    def bad(self, error: _Bad, path: str, found: Any) -> None:
        where = f"{path}.{error.path}" if error.path else path
        value = found if error.found is None else error.found
        self.problems.append(Problem(error.code, where, _shown(value), error.facts))

    def attempt(self, read: Callable[[Any], Any], value: Any, path: str) -> Any:
        if value is None:
            return None
        try:
            return read(value)
        except _Bad as error:
            self.bad(error, path, value)
            return None

    def profile(self, data: Any) -> Profile:
        if not isinstance(data, Mapping):
            self.bad(_Bad("not_a_profile"), "", data)
            raise self.error()
        for key in data:
            if key in _KEYS:
                continue
            if key in self.s.year or key in self.s.fact:
                section = "years.<year>" if key in self.s.year else "facts"
                self.bad(_Bad("misplaced_key", place=f"{section}.{key}"), str(key), data[key])
            else:
                self.bad(_Bad("unknown_key", **_nearest(str(key), _KEYS)), str(key), data[key])
        get = data.get
        if get("profile") is not None and str(get("profile")) != FORMAT:
            self.bad(_Bad("format_version"), "profile", get("profile"))
        assume = get("assume")
        if assume not in (None, "open", "closed"):
            self.bad(_Bad("assume"), "assume", assume)
        profile = Profile(
            name=self.attempt(_text, get("name"), "name"),
            uscc=self.attempt(_uscc, get("uscc"), "uscc"),
            region=self.attempt(_region, get("region"), "region"),
            industry=self.attempt(self.industry, get("industry"), "industry"),
            established=self.attempt(_day, get("established"), "established"),
            years=self.years(get("years")),
            facts=self.facts(get("facts")),
            places=self.places,
            titles=self.records(get("titles"), "titles", self.title),
            awards=self.records(get("awards"), "awards", self.award),
            closed=assume == "closed",
        )
        if self.problems:
            raise self.error()
        return profile

    def error(self) -> ProfileError:
        return ProfileError("profile", self.problems, count=len(self.problems))

    # --- figures and facts --------------------------------------------------------------------------

    def years(self, data: Any) -> dict[int, dict[str, Any]]:
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            self.bad(_Bad("not_a_mapping"), "years", data)
            return {}
        found: dict[int, dict[str, Any]] = {}
        for key, figures in data.items():
            path = f"years.{key}"
            year = int(key) if str(key).isdecimal() and str(key).isascii() and len(str(key)) == 4 else 0
            if year not in _YEARS:
                self.bad(_Bad("not_a_year"), path, key)
            elif year in found:
                self.bad(_Bad("repeated_key"), path, key)
            else:
                found[year] = self.values(figures, path, self.s.year, self.s.fact, "facts.")
        return found

    def facts(self, data: Any) -> dict[str, Known]:
        return {} if data is None else self.values(data, "facts", self.s.fact, self.s.year, "years.<year>.")

    def values(
        self,
        data: Any,
        path: str,
        known: Mapping[str, Indicator],
        elsewhere: Mapping[str, Indicator],
        other: str,
    ) -> dict[str, Known]:
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            self.bad(_Bad("not_a_mapping"), path, data)
            return {}
        found: dict[str, Known] = {}
        plain = self.s.plain
        for id, value in data.items():
            kind = type(value)
            if (kind is int or kind is Number) and id in plain and id in known:
                number = _at_once(plain[id], value)
                if number is not None:
                    found[id] = Interval(number, number)
                    continue
            indicator = known.get(id)
            if indicator is None:
                here = f"{path}.{id}"
                if id in elsewhere or id in _KEYS:
                    place = other + str(id) if id in elsewhere else str(id)
                    self.bad(_Bad("misplaced_key", place=place), here, value)
                else:
                    self.bad(_Bad("unknown_key", **_nearest(str(id), known)), here, value)
            elif value is not None:
                try:
                    found[id] = self.value(indicator, value)
                except _Bad as error:
                    self.bad(error, f"{path}.{id}", value)
        too_great: set[str] = set()
        for part, whole_ in self.s.wholes:
            if (
                part in found
                and whole_ in found
                and part not in too_great
                and self.part_of(found, part, whole_, path)
            ):
                too_great.add(part)
        return found

    def part_of(self, found: Mapping[str, Known], part: str, whole_: str, path: str) -> bool:
        """A part that is certainly greater than its whole is a contradiction."""
        lower, upper = found[part], found[whole_]
        if (
            isinstance(lower, Interval)
            and isinstance(upper, Interval)
            and lower.lo is not None
            and upper.hi is not None
            and lower.lo > upper.hi
        ):
            self.bad(
                _Bad("part_above_whole", whole=whole_, limit=str(_shown(upper.hi))),
                f"{path}.{part}",
                lower.lo,
            )
            return True
        return False

    def value(self, indicator: Indicator, value: Any) -> Known:
        kind = indicator.type
        if kind is ValueType.DECIMAL or kind is ValueType.INTEGER:
            return self.number(indicator, value)
        if kind is ValueType.BOOLEAN:
            return _boolean(value)
        if kind is ValueType.CODES:
            items = value if isinstance(value, list | tuple) else [value]
            return frozenset([self.code(indicator, item) for item in items])
        return exactly(self.rank(indicator, value))

    def number(self, indicator: Indicator, value: Any) -> Interval:
        if isinstance(value, Mapping):
            extra = [key for key in value if key not in ("min", "max")]
            if extra:
                raise _Bad("interval_key", str(extra[0]), value[extra[0]])
            lo, hi = (
                None if value.get(end) is None else self.single(indicator, value[end], end)
                for end in ("min", "max")
            )
            if lo is not None and hi is not None and lo > hi:
                raise _Bad("min_above_max")
            return Interval(lo, hi)
        number = self.single(indicator, value)
        return Interval(number, number)

    def single(self, indicator: Indicator, value: Any, end: str = "") -> int | Fraction:
        number, places = _number(indicator, value, end)
        if (indicator.lowest is not None and number < indicator.lowest) or (
            indicator.highest is not None and number > indicator.highest
        ):
            raise _Bad("outside_range", end, value, **_range(indicator))
        if indicator.type is ValueType.INTEGER and number.denominator != 1:
            raise _Bad("not_whole", end, value)
        if indicator.id in self.s.derived:
            self.places[indicator.id] = max(places, self.places.get(indicator.id, 0))
        return number

    def code(self, indicator: Indicator, value: Any) -> str:
        known = self.s.codes[indicator.id]
        if not isinstance(value, str) or value not in known:
            raise _Bad("unknown_code", "", value, **_nearest(str(value), known))
        return known[value]

    def rank(self, indicator: Indicator, value: Any) -> int:
        rank = self.s.ranks[indicator.id].get(self.code(indicator, value))
        assert rank is not None
        return rank

    # --- records and master data --------------------------------------------------------------------

    def records(self, data: Any, path: str, read: Callable[[Mapping[str, Any], str], Any]) -> Any:
        if data is None:
            return None
        if not isinstance(data, list | tuple):
            self.bad(_Bad("not_a_list"), path, data)
            return None
        found = []
        for position, item in enumerate(data):
            here = f"{path}.{position}"
            if isinstance(item, Mapping):
                found.append(read(item, here))
            else:
                self.bad(_Bad("not_a_mapping"), here, item)
        return tuple(found)

    def keys(self, item: Mapping[str, Any], path: str, known: tuple[str, ...]) -> None:
        for key in item:
            if key not in known:
                self.bad(
                    _Bad("unknown_key", **_nearest(str(key), known)),
                    f"{path}.{key}",
                    item[key],
                )
        if item.get(known[0]) is None:
            self.bad(_Bad("missing_key", key=known[0]), f"{path}.{known[0]}", "")

    def title(self, item: Mapping[str, Any], path: str) -> TitleRecord:
        self.keys(item, path, ("title", "granted", "expires"))
        title = self.attempt(_member(self.s.rulebase.titles), item.get("title"), f"{path}.title")
        granted = self.attempt(_day, item.get("granted"), f"{path}.granted")
        expires = self.attempt(_day, item.get("expires"), f"{path}.expires")
        if granted is not None and expires is not None and granted > expires:
            self.bad(_Bad("min_above_max"), path, f"{granted} – {expires}")
        return TitleRecord(title or "", granted, expires)

    def award(self, item: Mapping[str, Any], path: str) -> AwardRecord:
        self.keys(item, path, ("award", "year", "rank"))
        award = self.attempt(_member(self.s.rulebase.awards), item.get("award"), f"{path}.award")
        year = self.attempt(_whole_in(_YEARS, "not_a_year"), item.get("year"), f"{path}.year")
        rank = self.attempt(_whole_in(range(1, 10**6), "not_a_rank"), item.get("rank"), f"{path}.rank")
        return AwardRecord(award or "", year, rank)

    def industry(self, value: Any) -> str:
        """A GB/T 4754-2017 code with its section letter: ``3453`` and ``C3453`` are the same class."""
        text = str(value).strip().upper() if isinstance(value, str | int) else ""
        known = self.s.industries
        if text not in known:
            raise _Bad("unknown_industry", **_nearest(text, known))
        return known[text]


def _is_plain(indicator: Indicator) -> bool:
    """Whether a number is all there is to an indicator: no unit to remember, no decimals to count."""
    return indicator.type in (ValueType.DECIMAL, ValueType.INTEGER) and indicator.place is not Place.DERIVED


def _wholes(indicator: Indicator, rulebase: Rulebase) -> Iterator[str]:
    """What an indicator is part of, the nearest first, then what that is part of."""
    yield from indicator.at_most
    for whole_ in indicator.at_most:
        yield from _wholes(rulebase.indicators[whole_], rulebase)


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
            raise _Bad("too_many_digits", end, value)
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
            raise _Bad("too_many_digits" if finite else "not_finite", end, value) from None
    if isinstance(value, str):
        return _with_unit(indicator, value, end)
    if isinstance(value, RationalNumber) and not isinstance(value, bool):
        return whole(Fraction(int(value.numerator), int(value.denominator))), 12
    raise _Bad("not_a_number", end, value, unit=_unit_name(indicator))


def _with_unit(indicator: Indicator, value: str, end: str) -> tuple[int | Fraction, int]:
    try:
        return quantity(value, indicator.unit)
    except NotAQuantity as error:
        forms = "、".join(indicator.unit.forms) if indicator.unit else ""
        if error.suffix and forms:
            raise _Bad("unknown_unit", end, value, forms=forms) from None
        raise _Bad("not_a_number", end, value, unit=_unit_name(indicator)) from None


def _unit_name(indicator: Indicator) -> str:
    return indicator.unit.symbol if indicator.unit else ""


def _range(indicator: Indicator) -> dict[str, str]:
    low, high = indicator.lowest, indicator.highest
    return {
        "low": "" if low is None else str(low),
        "high": "" if high is None else str(high),
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
    raise _Bad("not_a_boolean")


def _text(value: Any) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise _Bad("not_a_text")


def _day(value: Any) -> date:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _Bad("not_a_date")


def _uscc(value: Any) -> str:
    """A unified social credit code whose check digit is right (GB 32100-2015)."""
    from stdnum.cn import uscc
    from stdnum.exceptions import ValidationError

    try:
        return str(uscc.validate(_text(value)))
    except ValidationError as error:
        raise _Bad("not_a_uscc", reason=type(error).__name__) from None


def _region(value: Any) -> str:
    """Six digits of GB/T 2260."""
    text = _text(value)
    if len(text) == 6 and text.isdecimal() and text.isascii():
        return text
    raise _Bad("not_a_region")


def _member(known: Mapping[str, Any]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise _Bad("unknown_code", "", value, **_nearest(str(value), known))
        return value

    return read


def _whole_in(allowed: range, code: str) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 9:
            raise _Bad(code)
        if int(text) not in allowed:
            raise _Bad(code)
        return int(text)

    return read


def _nearest(word: str, known: Iterable[str]) -> dict[str, str]:
    """The names that come closest: what the user probably meant."""
    names = list(known)
    head, colon, _ = word.partition(":")
    near = [name for name in names if colon and name.startswith(head + colon)]
    near = difflib.get_close_matches(word, near or names, n=4, cutoff=0.5) or near
    if not near and len(names) <= _FEW:
        near = names
    return {"near": "、".join(near[:_FEW]) or "…"}


def _shown(value: Any) -> str:
    """What was found, as its author wrote it."""
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(map(_shown, value)) + "]"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
