"""A profile after a plan: as plain data that can be written, read again and assessed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

from zjtx_kg.advance.inputs import GIVEN, STATE, Key
from zjtx_kg.advance.plans import Advancement
from zjtx_kg.advance.space import Space, reads_of
from zjtx_kg.exact import Fraction
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import deriver, last_complete_year
from zjtx_kg.facts.knowledge import AwardRecord, Interval, TitleRecord
from zjtx_kg.facts.questionnaire import Answers
from zjtx_kg.facts.reading import Number
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import ChoiceQuestion, Question, QuestionGroup, Scene
from zjtx_kg.rulebase.model import Indicator, Place, ValueType

__all__ = ["after", "after_plan", "data_of", "plain_value", "to_json", "to_yaml"]


def data_of(profile: Profile, rulebase: Rulebase) -> dict[str, Any]:
    """A profile as plain data: reading it gives the same profile.

    >>> from zjtx_kg.rulebase import load
    >>> company = Profile.from_dict({"years": {2024: {"revenue": "1.2亿元", "rd_expense": {"min": 5}}}})
    >>> data_of(company, load())["years"]
    {2024: {'revenue': 12000, 'rd_expense': {'min': 5, 'max': None}}}
    """
    indicators = rulebase.indicators
    data: dict[str, Any] = {"profile": 1}
    for key in ("name", "uscc", "region"):
        if getattr(profile, key) is not None:
            data[key] = getattr(profile, key)
    if profile.industry is not None:
        data["industry"] = profile.industry
    if profile.established is not None:
        data["established"] = profile.established
    data["years"] = {
        year: {id: plain_value(indicators[id], value, rulebase) for id, value in figures.items()}
        for year, figures in sorted(profile.years.items())
    }
    data["facts"] = {id: plain_value(indicators[id], value, rulebase) for id, value in profile.facts.items()}
    if profile.titles is not None:
        data["titles"] = [_record(title) for title in profile.titles]
    if profile.awards is not None:
        data["awards"] = [_record(award) for award in profile.awards]
    if profile.digital is not None:
        data["digital"] = _answers(profile.digital, rulebase)
    data["assume"] = "closed" if profile.closed else "open"
    return data


def _answers(given: Answers, rulebase: Rulebase) -> dict[str, Any]:
    """Answers to a questionnaire as a profile carries them."""
    table = rulebase.questionnaires[given.questionnaire]
    parts = {part.indicator.id: part for part in table.parts() if not isinstance(part, QuestionGroup)}
    found: dict[str, Any] = {"policy": table.policy, "table": table.table}
    if given.score is not None:
        low, high = map(_number, given.score)
        found["score"] = low if given.score.settled else {"min": low, "max": high}
    found["answers"] = {id: _answer(parts[id], value, rulebase) for id, value in given.answers.items()}
    return found


def _answer(part: Question | Scene, value: Any, rulebase: Rulebase) -> Any:
    if isinstance(part, ChoiceQuestion) and isinstance(value, Interval):
        return next(option.code.id for option in part.options if option.code.rank == value.lo)
    return plain_value(part.indicator, value, rulebase)


def plain_value(indicator: Indicator, value: Any, rulebase: Rulebase) -> Any:
    """A value as a profile carries it."""
    if isinstance(value, Interval):
        if indicator.type is ValueType.CODE:
            return _code(indicator, value, rulebase)
        if value.settled:
            return _number(value.lo)
        return {"min": _number(value.lo), "max": _number(value.hi)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_record(record) for record in value]
    return value


def _code(indicator: Indicator, value: Interval, rulebase: Rulebase) -> str | None:
    return rulebase.schemes[indicator.schemes[0]].by_rank(int(value.lo)).id if value.settled else None  # type: ignore[arg-type]


def _number(value: Any) -> int | Number | None:
    """A number as a literal that keeps every digit; what has no end in decimals keeps twelve."""
    if value is None or isinstance(value, int):
        return value
    if value.denominator == 1:
        return int(value)
    exponent = 0
    top, bottom = value.numerator, value.denominator
    while bottom != 1 and exponent < 40:
        exponent += 1
        scaled = Fraction(top * 10**exponent, value.denominator)
        bottom = scaled.denominator
        if bottom == 1:
            return Number(format(Decimal(int(scaled)).scaleb(-exponent), "f"))
    return Number(format(Decimal(round(value * 10**12)).scaleb(-12), "f"))


def _record(record: TitleRecord | AwardRecord) -> dict[str, Any]:
    if isinstance(record, TitleRecord):
        found = {"title": record.title, "granted": record.granted, "expires": record.expires}
    else:
        found = {"award": record.award, "year": record.year, "rank": record.rank}  # type: ignore[dict-item]
    return {key: value for key, value in found.items() if value is not None}


def after(space: Space, values: Mapping[Key, Any]) -> dict[str, Any]:
    """The profile's data with a plan's values; derived figures whose own figures change are left out."""
    rulebase, profile = space.rulebase, space.profile
    data = data_of(profile, rulebase)
    for (id, back), value in values.items():
        if back >= 0:
            year = space.facts.last_year - back
            data["years"].setdefault(year, {})[id] = _number(value)
        elif id in ("industry", "established", "titles", "awards"):
            data[id] = (
                value
                if isinstance(value, str) or not isinstance(value, tuple)
                else [*data.get(id, []), *(_record(record) for record in value)]
            )
        else:
            data["facts"][id] = _fact(space, id, back, value)
    _leave_out(data, profile, set(values), rulebase)
    return data


def after_plan(profile: Profile, found: Advancement, rulebase: Rulebase) -> dict[str, Any]:
    """The profile's data with the values of the first plan as it is printed."""
    data = data_of(profile, rulebase)
    last = last_complete_year(found.as_of)
    changed: set[Key] = set()
    for change in found.plans[0].changes if found.plans else ():
        head, *rest = change.path.split(".")
        if not rest:
            data[head] = change.to
        elif head == "years":
            data["years"].setdefault(int(rest[0]), {})[rest[1]] = change.to
        else:
            data["facts"][rest[0]] = change.to
        given = rulebase.indicators[change.indicator].place is Place.DERIVED
        back = last - int(rest[0]) if head == "years" else GIVEN if given else STATE
        changed.add((change.indicator, back))
    _leave_out(data, profile, changed, rulebase)
    return data


def _leave_out(data: dict[str, Any], profile: Profile, changed: Set[Key], rulebase: Rulebase) -> None:
    """Drop what was given and no longer follows: figures derived from others, answers under a new level."""
    if profile.digital is not None:
        determined = rulebase.questionnaires[profile.digital.questionnaire].determines
        if (determined, STATE) in changed:
            data.pop("digital", None)
    for id in profile.facts:
        indicator = rulebase.indicators[id]
        if indicator.place is Place.DERIVED and (id, GIVEN) not in changed:
            reads = (key for key, _ in reads_of(indicator, deriver(rulebase)))
            if not changed.isdisjoint(reads):
                data["facts"].pop(id, None)


def _fact(space: Space, id: str, back: int, value: Any) -> Any:
    indicator = space.rulebase.indicators[id]
    if indicator.type is ValueType.CODE:
        return _code(indicator, Interval(value, value), space.rulebase)
    if indicator.type is ValueType.CODES:
        known = space.known((id, STATE)) or frozenset()
        return sorted(known | set(value))
    return value if isinstance(value, bool) or back not in (STATE, GIVEN) else _number(value)


# --- writing ----------------------------------------------------------------------------------------


def to_json(data: Mapping[str, Any]) -> str:
    """A profile as JSON, every number with all its digits."""
    numbers: list[str] = []

    def plain(value: Any) -> Any:
        if isinstance(value, Number):
            numbers.append(str(value))
            return f"\0{len(numbers) - 1}\0"
        if isinstance(value, Mapping):
            return {str(key): plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value if value is None or isinstance(value, str | int) else value.isoformat()

    text = json.dumps(plain(data), ensure_ascii=False, indent=2)
    for position, number in enumerate(numbers):
        text = text.replace(f'"\\u0000{position}\\u0000"', number)
    return text + "\n"


def to_yaml(data: Mapping[str, Any]) -> str:
    """A profile as YAML, every number with all its digits."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
            return True

    Dumper.add_representer(
        Number, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value))
    )
    return yaml.dump(dict(data), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
