"""Plain data to a :class:`Profile`, or every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.facts.knowledge import AwardRecord, Known, TitleRecord
from zjtx_kg.facts.profile import Profile
from zjtx_kg.facts.questionnaire import SECTION, Answers, read_answers
from zjtx_kg.facts.values import (
    YEARS,
    Checker,
    Domain,
    Misfit,
    as_day,
    as_text,
    member,
    nearest,
    whole_in,
)
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Place

__all__ = ["Schema", "industry_code", "schema", "validate"]

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
    SECTION,
)


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
        self.year = Domain.of((i for i in indicators if i.place is Place.YEAR), rulebase)
        self.fact = Domain.of((i for i in indicators if i.place in (Place.FACT, Place.DERIVED)), rulebase)
        self.industries = {code[1:]: code for code in rulebase.schemes["gbt4754"].codes if len(code) > 1}
        self.industries |= {code: code for code in rulebase.schemes["gbt4754"].codes}

    def place_in_years(self, id: str) -> str | None:
        """Where a key belongs that stands under a year and should not."""
        return f"facts.{id}" if id in self.fact.known else id if id in _KEYS else None

    def place_in_facts(self, id: str) -> str | None:
        return f"years.<year>.{id}" if id in self.year.known else id if id in _KEYS else None


class _Validator(Checker):
    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self.s = schema

    def profile(self, data: Any) -> Profile:
        if not isinstance(data, Mapping):
            self.bad(Misfit("not_a_profile"), "", data)
            raise self.error("profile")
        for key in data:
            if key in _KEYS:
                continue
            if key in self.s.year.known or key in self.s.fact.known:
                section = "years.<year>" if key in self.s.year.known else "facts"
                self.bad(Misfit("misplaced_key", place=f"{section}.{key}"), str(key), data[key])
            else:
                self.bad(Misfit("unknown_key", **nearest(str(key), _KEYS)), str(key), data[key])
        get = data.get
        if get("profile") is not None and str(get("profile")) != FORMAT:
            self.bad(Misfit("format_version"), "profile", get("profile"))
        assume = get("assume")
        if assume not in (None, "open", "closed"):
            self.bad(Misfit("assume"), "assume", assume)
        industry = self.attempt(self.industry, get("industry"), "industry")
        profile = Profile(
            name=self.attempt(as_text, get("name"), "name"),
            uscc=self.attempt(_uscc, get("uscc"), "uscc"),
            region=self.attempt(_region, get("region"), "region"),
            industry=industry,
            established=self.attempt(as_day, get("established"), "established"),
            years=self.years(get("years")),
            facts=self.facts(get("facts")),
            places=self.places,
            titles=self.records(get("titles"), "titles", self.title),
            awards=self.records(get("awards"), "awards", self.award),
            closed=assume == "closed",
            digital=self.answers(get(SECTION), industry),
        )
        if self.problems:
            raise self.error("profile")
        return profile

    # --- figures and facts --------------------------------------------------------------------------

    def years(self, data: Any) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for key, figures in self.mapping(data, "years").items():
            path = f"years.{key}"
            year = int(key) if str(key).isdecimal() and str(key).isascii() and len(str(key)) == 4 else 0
            if year not in YEARS:
                self.bad(Misfit("not_a_year"), path, key)
            elif year in found:
                self.bad(Misfit("repeated_key"), path, key)
            else:
                found[year] = self.values(figures, path, self.s.year, self.s.place_in_years)
        return found

    def facts(self, data: Any) -> dict[str, Known]:
        return self.values(data, "facts", self.s.fact, self.s.place_in_facts)

    # --- records and master data --------------------------------------------------------------------

    def records(self, data: Any, path: str, read: Callable[[Mapping[str, Any], str], Any]) -> Any:
        if data is None:
            return None
        if not isinstance(data, list | tuple):
            self.bad(Misfit("not_a_list"), path, data)
            return None
        found = []
        for position, item in enumerate(data):
            here = f"{path}.{position}"
            if isinstance(item, Mapping):
                found.append(read(item, here))
            else:
                self.bad(Misfit("not_a_mapping"), here, item)
        return tuple(found)

    def record(self, item: Mapping[str, Any], path: str, known: tuple[str, ...]) -> None:
        """The keys of a record; its first is needed."""
        self.keys(item, path, known)
        if item.get(known[0]) is None:
            self.bad(Misfit("missing_key", key=known[0]), f"{path}.{known[0]}", "")

    def title(self, item: Mapping[str, Any], path: str) -> TitleRecord:
        self.record(item, path, ("title", "granted", "expires"))
        title = self.attempt(member(self.s.rulebase.titles), item.get("title"), f"{path}.title")
        granted = self.attempt(as_day, item.get("granted"), f"{path}.granted")
        expires = self.attempt(as_day, item.get("expires"), f"{path}.expires")
        if granted is not None and expires is not None and granted > expires:
            self.bad(Misfit("min_above_max"), path, f"{granted} – {expires}")
        return TitleRecord(title or "", granted, expires)

    def award(self, item: Mapping[str, Any], path: str) -> AwardRecord:
        self.record(item, path, ("award", "year", "rank"))
        award = self.attempt(member(self.s.rulebase.awards), item.get("award"), f"{path}.award")
        year = self.attempt(whole_in(YEARS, "not_a_year"), item.get("year"), f"{path}.year")
        rank = self.attempt(whole_in(range(1, 10**6), "not_a_rank"), item.get("rank"), f"{path}.rank")
        return AwardRecord(award or "", year, rank)

    def answers(self, data: Any, industry: str | None) -> Answers | None:
        return None if data is None else read_answers(self, data, SECTION, self.s.rulebase, industry)

    def industry(self, value: Any) -> str:
        return industry_code(self.s, value)


def industry_code(schema: Schema, value: Any) -> str:
    """A GB/T 4754-2017 code with its section letter: ``3453`` and ``C3453`` are the same class."""
    text = str(value).strip().upper() if isinstance(value, str | int) else ""
    if text not in schema.industries:
        raise Misfit("unknown_industry", **nearest(text, schema.industries))
    return schema.industries[text]


def _uscc(value: Any) -> str:
    """A unified social credit code whose check digit is right (GB 32100-2015)."""
    from stdnum.cn import uscc
    from stdnum.exceptions import ValidationError

    try:
        return str(uscc.validate(as_text(value)))
    except ValidationError as error:
        raise Misfit("not_a_uscc", reason=type(error).__name__) from None


def _region(value: Any) -> str:
    """Six digits of GB/T 2260."""
    text = as_text(value)
    if len(text) == 6 and text.isdecimal() and text.isascii():
        return text
    raise Misfit("not_a_region")
