"""A form as rows of a workbook: what is asked, in which cells, with which choices.

Every row has an id in the hidden first column, by which :mod:`zjtx_kg.facts.form_reading` finds it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.corpus import Choice, FieldKind, Form, FormField
from zjtx_kg.texts import LANGUAGES, Text, say

__all__ = [
    "ANSWERS",
    "AWARD",
    "COMPLETE",
    "HEAD",
    "MARKER",
    "NONE",
    "REST",
    "TITLE",
    "YEARS",
    "FormRow",
    "Sheet",
    "fields",
    "form_of",
    "layout",
    "option_row",
    "split_lists",
]

#: In the first cell of every sheet of a form.
MARKER: Final = "zjtx-form "
#: Rows that ask nothing, the row of fiscal years, and the beginnings of ids that belong to no field.
HEAD: Final = "@head"
YEARS: Final = "@years"
COMPLETE: Final = "@complete/"
TITLE: Final = "@title/"
AWARD: Final = "@award/"
REST: Final = "@rest/"
#: The last row of a list of options: none of them.
NONE: Final = "none"
#: How many cells of a row may hold answers.
ANSWERS: Final = 3
_RECORDS: Final = 12


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row: ``answers`` counts the cells to fill in; ``choices`` are offered in the first of them."""

    id: str
    label: Text
    answers: int = 0
    heads: tuple[Text, ...] = ()
    choices: tuple[Text, ...] = ()
    number: bool = False
    text: bool = False
    note: Text | None = None
    level: int = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    title: Text
    rows: tuple[FormRow, ...]


def form_of(rulebase: Rulebase) -> Form | None:
    """The form of a rule base, if it has one."""
    return next(iter(rulebase.forms.values()), None)


def layout(form: Form, rulebase: Rulebase) -> tuple[Sheet, ...]:
    """The sheets of a form: its own sections, then titles and awards, then the code lists it leaves out."""
    sheets = [
        Sheet(_text("sheet_data"), tuple(_data_rows(form, rulebase))),
        Sheet(_text("sheet_records"), tuple(_record_rows(rulebase))),
    ]
    rest = tuple(_rest_rows(form, rulebase))
    return (*sheets, Sheet(_text("sheet_rest"), rest)) if rest else tuple(sheets)


def _text(key: str, **facts: object) -> Text:
    return Text(*(say(f"form.{key}", lang, **facts) for lang in LANGUAGES))


def _yes_no() -> tuple[Text, ...]:
    return (_text("yes"), _text("no"))


def _data_rows(form: Form, rulebase: Rulebase) -> Iterator[FormRow]:
    split = split_lists(form, rulebase)
    dated = False
    for number, section in enumerate(form.sections, 1):
        figures = any(field.kind is FieldKind.FIGURES for field in section.fields)
        heads = tuple(_text("nth_year", n=n) for n in range(1, ANSWERS + 1)) if figures else ()
        label = Text(f"{number}、{section.label.zh}", f"{number}. {section.label.en}")
        yield FormRow(HEAD, label, heads=heads, level=1)
        if figures and not dated:
            dated = True
            yield FormRow(YEARS, _text("years"), answers=ANSWERS, number=True, note=_text("years_note"))
        for one in section.fields:
            yield from _field_rows(one, rulebase, split)


def _field_rows(one: FormField, rulebase: Rulebase, split: set[str]) -> Iterator[FormRow]:
    label = _with_unit(one, rulebase)
    match one.kind:
        case FieldKind.FIGURES:
            yield FormRow(one.id, label, answers=ANSWERS, number=True, note=one.note)
        case FieldKind.QUANTITY:
            yield FormRow(one.id, label, answers=1, number=True, note=one.note)
        case FieldKind.YES_NO:
            yield FormRow(one.id, label, answers=1, choices=_yes_no(), note=one.note)
        case FieldKind.ONE_OF:
            choices = tuple(choice.label for choice in one.choices)
            yield FormRow(one.id, label, answers=1, choices=choices, note=one.note)
        case FieldKind.MANY_OF:
            yield FormRow(HEAD, label, note=one.note)
            for position, choice in enumerate(one.choices):
                yield FormRow(
                    option_row(one.id, choice, position), choice.label, 1, choices=_yes_no(), level=3
                )
            if one.fills not in split:
                yield FormRow(f"{one.id}#{NONE}", _text("none"), 1, choices=_yes_no(), level=3)
        case FieldKind.COUNTS:
            yield FormRow(HEAD, label, note=one.note)
            for position, choice in enumerate(one.choices):
                yield FormRow(option_row(one.id, choice, position), choice.label, 1, number=True, level=3)
        case FieldKind.TEXT:
            yield FormRow(one.id, label, answers=1, text=True, note=one.note)
        case FieldKind.DATED:
            yield FormRow(one.id, label, answers=1, note=one.note or _text("date_note"))


def option_row(field_id: str, choice: Choice, position: int) -> str:
    """The id of the row of one option."""
    return f"{field_id}#{choice.value if isinstance(choice.value, str) else position}"


def _with_unit(one: FormField, rulebase: Rulebase) -> Text:
    unit = rulebase.indicators[one.fills].unit if one.fills else None
    if unit is None or one.kind not in (FieldKind.FIGURES, FieldKind.QUANTITY):
        return one.label
    return Text(f"{one.label.zh}（{unit.label.zh}）", f"{one.label.en} ({unit.label.en})")


def _record_rows(rulebase: Rulebase) -> Iterator[FormRow]:
    titles = tuple(title.label for title in rulebase.titles.values())
    yield FormRow(HEAD, _text("titles"), heads=(_text("title"), _text("granted"), _text("expires")), level=1)
    for number in range(1, _RECORDS + 1):
        label = _text("nth_title", n=number)
        yield FormRow(f"{TITLE}{number}", label, answers=ANSWERS, choices=titles)
    yield FormRow(
        COMPLETE + "titles", _text("titles_complete"), 1, choices=_yes_no(), note=_text("complete_note")
    )
    awards = tuple(award.label for award in rulebase.awards.values())
    yield FormRow(HEAD, _text("awards"), heads=(_text("award"), _text("year"), _text("rank")), level=1)
    for number in range(1, _RECORDS + 1):
        label = _text("nth_award", n=number)
        yield FormRow(f"{AWARD}{number}", label, answers=ANSWERS, choices=awards)
    yield FormRow(
        COMPLETE + "awards", _text("awards_complete"), 1, choices=_yes_no(), note=_text("complete_note")
    )


def _rest_rows(form: Form, rulebase: Rulebase) -> Iterator[FormRow]:
    """The code lists of indicators that the form asks for in part, and whether the whole list is given."""
    for id in sorted(split_lists(form, rulebase)):
        indicator = rulebase.indicators[id]
        asked = {choice.value for one in fields(form) if one.fills == id for choice in one.choices}
        for scheme in indicator.schemes:
            codes = [code for code in rulebase.schemes[scheme].codes.values() if code.id not in asked]
            if codes:
                yield FormRow(HEAD, rulebase.schemes[scheme].label, level=1)
            for code in codes:
                yield FormRow(f"{REST}{id}#{code.id}", code.label, 1, choices=_yes_no(), level=3)
        yield FormRow(HEAD, indicator.label, level=1)
        label = _text("list_complete")
        yield FormRow(COMPLETE + id, label, 1, choices=_yes_no(), note=_text("complete_note"))


def fields(form: Form) -> Iterator[FormField]:
    """The fields of all sections."""
    for section in form.sections:
        yield from section.fields


def split_lists(form: Form, rulebase: Rulebase) -> set[str]:
    """Indicators whose code lists no single field of the form offers whole."""
    found = set()
    for one in fields(form):
        if one.kind is FieldKind.MANY_OF and one.fills:
            every = {c for s in rulebase.indicators[one.fills].schemes for c in rulebase.schemes[s].codes}
            if every - {choice.value for choice in one.choices}:
                found.add(one.fills)
    return found
