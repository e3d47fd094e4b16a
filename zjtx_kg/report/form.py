"""A form to fill in, as an Excel workbook."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from zjtx_kg.facts.form import MARKER, YEARS, FormRow, Sheet, layout
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.corpus import Form
from zjtx_kg.texts import say

__all__ = ["form_workbook"]

_WIDTHS = {"A": 4, "B": 46, "C": 18, "D": 18, "E": 18, "F": 52}
_NOTE = 6
#: Excel takes a list of choices in a cell up to this length; longer ones stand on a sheet of their own.
_INLINE = 250


def form_workbook(form: Form, rulebase: Rulebase, day: date, lang: str = "zh") -> bytes:
    """The form as ``.xlsx``: the last three fiscal years before ``day``, choices to pick from, hints beside.

    It has no macros, no merged cells and no formulas. A filled form is read wherever a profile is.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    lists = _Lists()
    for sheet in layout(form, rulebase):
        _write(book.create_sheet(sheet.title(lang)), sheet, form, day, lang, lists)
    lists.write(book, lang)
    book.properties.title = form.label(lang)
    book.properties.creator = "zjtx-kg"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Lists:
    """Choices that are too long for a cell, each in a column of a hidden sheet."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, ...]] = []

    def formula(self, choices: tuple[str, ...], lang: str) -> str:
        inline = ",".join(choices)
        if len(inline) <= _INLINE and not any("," in choice or '"' in choice for choice in choices):
            return f'"{inline}"'
        if choices not in self.columns:
            self.columns.append(choices)
        letter = chr(ord("A") + self.columns.index(choices))
        return f"'{say('form.sheet_lists', lang)}'!${letter}$1:${letter}${len(choices)}"

    def write(self, book: Any, lang: str) -> None:
        if not self.columns:
            return
        sheet = book.create_sheet(say("form.sheet_lists", lang))
        sheet.sheet_state = "hidden"
        for column, choices in enumerate(self.columns, 1):
            for row, choice in enumerate(choices, 1):
                sheet.cell(row, column, choice)


def _write(target: Any, sheet: Sheet, form: Form, day: date, lang: str, lists: _Lists) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    target.cell(1, 1, MARKER + form.id)
    target.cell(1, 2, f"{form.label(lang)} · {sheet.title(lang)}").font = Font(bold=True, size=14)
    target.cell(1, 3, say("form.hint", lang)).font = Font(color="808080")
    for letter, width in _WIDTHS.items():
        target.column_dimensions[letter].width = width
    target.column_dimensions["A"].hidden = True
    target.freeze_panes = "C2"
    target.page_setup.orientation = "landscape"
    target.page_setup.fitToHeight = 0
    target.sheet_properties.pageSetUpPr.fitToPage = True
    grey, pale = PatternFill("solid", fgColor="DDE6EE"), PatternFill("solid", fgColor="FFFBE6")
    for number, row in enumerate(sheet.rows, 2):
        target.cell(number, 1, row.id)
        label = target.cell(number, 2, row.label(lang))
        label.alignment = Alignment(
            wrap_text=True, vertical="center", horizontal="left", indent=row.level - 1
        )
        if row.level == 1:
            for column in range(2, _NOTE + 1):
                target.cell(number, column).fill = grey
            label.font = Font(bold=True)
        for position, head in enumerate(row.heads):
            target.cell(number, 3 + position, head(lang)).font = Font(bold=True)
        for position in range(row.answers):
            target.cell(number, 3 + position).fill = pale
            if row.text:  # a code such as 0111 keeps its zero
                target.cell(number, 3 + position).number_format = "@"
        if row.note is not None:
            note = target.cell(number, _NOTE, row.note(lang))
            note.font = Font(color="808080")
            note.alignment = Alignment(wrap_text=True, vertical="center")
        if row.id == YEARS:
            for position in range(row.answers):
                target.cell(number, 3 + position, day.year - row.answers + position)
    _validate(target, sheet, lang, lists)


def _validate(target: Any, sheet: Sheet, lang: str, lists: _Lists) -> None:
    """What Excel itself offers and refuses; the reader checks again."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rules: dict[str, Any] = {}
    for number, row in enumerate(sheet.rows, 2):
        key = _rule(row, lang, lists)
        if key is None:
            continue
        if key not in rules:
            if row.choices:
                rules[key] = DataValidation(type="list", formula1=key, allow_blank=True)
            else:
                rules[key] = DataValidation(
                    type="decimal", operator="between", formula1="-1E15", formula2="1E15"
                )
            rules[key].error = say("form.choose" if row.choices else "form.number", lang)
            target.add_data_validation(rules[key])
        last = "C" if row.choices else chr(ord("C") + row.answers - 1)
        rules[key].add(f"C{number}:{last}{number}")


def _rule(row: FormRow, lang: str, lists: _Lists) -> str | None:
    if not row.answers:
        return None
    if row.choices:
        return lists.formula(tuple(choice(lang) for choice in row.choices), lang)
    return "number" if row.number else None
