"""A filled form as the data of a profile.

Rows are found by the id in their hidden first column, so that a form may be sorted or given extra rows and is
still read right. Nothing filled in is lost in silence: what cannot be read, or stands where the form asks
nothing, is a problem with the address of its cell.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.facts.form import (
    ANSWERS,
    AWARD,
    COMPLETE,
    HEAD,
    MARKER,
    NONE,
    REST,
    TITLE,
    YEARS,
    fields,
    form_of,
    layout,
    option_row,
    split_lists,
)
from zjtx_kg.facts.reading import MAX_BYTES, Number
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.corpus import FieldKind, Form, FormField
from zjtx_kg.rulebase.model import Place
from zjtx_kg.texts import LANGUAGES, say

__all__ = ["read_form"]

#: The first column of answers, after the id and the label.
_FIRST: Final = 3
#: Larger contents, packed small, are no form.
_MAX_UNPACKED: Final = 32 * 1024 * 1024
_MAX_ROWS: Final = 5000


def read_form(
    content: bytes, name: str, rulebase: Rulebase
) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
    """The data of a filled form as a profile file would give it, the cell of each path, and what is wrong.

    Raises :class:`ProfileError` where the file is no form at all.
    """
    form = form_of(rulebase)
    if form is None:
        raise _refuse("not_a_form", name, "")
    return _Reader(form, rulebase).read(_cells(content, name, form))


def _refuse(code: str, path: str, found: str, **facts: Any) -> ProfileError:
    return ProfileError("unreadable", [Problem(code, path, found, facts)])


@dataclass(frozen=True, slots=True)
class _Cell:
    """A filled cell: where, what, and whether Excel shows it as a percentage."""

    address: str
    value: Any
    percent: bool = False
    formula: str | None = None


@dataclass
class _Filled:
    """The filled cells of every row that has an id; what stands elsewhere; merged ranges."""

    rows: dict[str, dict[int, _Cell]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    stray: list[_Cell] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    repeated: list[tuple[str, str]] = field(default_factory=list)


def _cells(content: bytes, name: str, form: Form) -> _Filled:
    from openpyxl import load_workbook  # 200 ms that other profiles need not pay

    if len(content) > MAX_BYTES:
        raise _refuse("too_large", name, f"{len(content):,} bytes", limit=f"{MAX_BYTES:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _MAX_UNPACKED:
            raise _refuse("too_large", name, f"{unpacked:,} bytes", limit=f"{_MAX_UNPACKED:,}")
        shown = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        written = load_workbook(io.BytesIO(content), keep_links=False)
    except ProfileError:
        raise
    except Exception as error:  # a broken package fails in many ways, all of them the file's
        raise _refuse("not_a_workbook", name, type(error).__name__) from error
    filled = _Filled()
    marker = MARKER + form.id
    sheets = [sheet for sheet in shown.worksheets if str(sheet.cell(1, 1).value or "") == marker]
    if not sheets:
        raise _refuse("not_a_form", name, "、".join(sheet.title for sheet in shown.worksheets))
    for sheet in sheets:
        if sheet.max_row > _MAX_ROWS:
            raise _refuse(
                "too_many_values", f"{name} {sheet.title}", f"{sheet.max_row:,}", limit=f"{_MAX_ROWS:,}"
            )
        filled.merged += [f"{sheet.title}!{area.coord}" for area in sheet.merged_cells.ranges]
        _sheet_cells(sheet, written[sheet.title], filled)
    return filled


def _sheet_cells(sheet: Any, written: Any, filled: _Filled) -> None:
    for number, row in enumerate(sheet.iter_rows(min_row=2, max_col=_FIRST + ANSWERS - 1), 2):
        id = str(row[0].value).strip() if row[0].value is not None else ""
        found: dict[int, _Cell] = {}
        for position, cell in enumerate(row[_FIRST - 1 :]):
            formula = written.cell(number, _FIRST + position).value
            value = cell.value.strip() if isinstance(cell.value, str) else cell.value
            is_formula = isinstance(formula, str) and formula.startswith("=")
            if value in (None, "") and not is_formula:
                continue
            percent = "%" in str(cell.number_format or "")
            address = f"{sheet.title}!{cell.coordinate}"
            found[position] = _Cell(address, value, percent, formula if is_formula else None)
        if id == HEAD:
            continue
        if not id:
            filled.stray += found.values()
        elif id in filled.rows:
            filled.repeated.append((f"{sheet.title}!A{number}", id))
        else:
            filled.rows[id] = found
            filled.places[id] = f"{sheet.title}!{sheet.cell(number, _FIRST).coordinate}"


class _Reader:
    """Turns the cells of one form into data. ``cells`` remembers where each value stands."""

    def __init__(self, form: Form, rulebase: Rulebase) -> None:
        self.form, self.rulebase = form, rulebase
        self.problems: list[Problem] = []
        self.data: dict[str, Any] = {"profile": Number("1")}
        self.cells: dict[str, str] = {}

    def bad(self, code: str, cell: _Cell | str, found: object = "", **facts: Any) -> None:
        address = cell.address if isinstance(cell, _Cell) else cell
        value = cell.value if isinstance(cell, _Cell) and not found else found
        self.problems.append(Problem(code, address, str(value), facts))

    def read(self, filled: _Filled) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
        self.filled = filled
        for area in filled.merged:
            self.bad("merged_cells", area, area.partition("!")[2])
        for address, id in filled.repeated:
            self.bad("repeated_row", address, id)
        for cell in filled.stray:
            self.bad("cell_outside_form", cell)
        rows = {row.id: row for sheet in layout(self.form, self.rulebase) for row in sheet.rows}
        for id, found in filled.rows.items():
            answers = rows[id].answers if id in rows else 0
            for position, cell in found.items():
                if position >= answers:
                    self.bad("cell_outside_form", cell)
        years = self.years()
        split = split_lists(self.form, self.rulebase)
        for one in fields(self.form):
            self.field(one, years, split)
        for id in sorted(split):
            self.listed(id)
        self.records("titles", TITLE, ("title", "granted", "expires"))
        self.records("awards", AWARD, ("award", "year", "rank"))
        return self.data, self.cells, self.problems

    def put(self, cell: _Cell, value: Any, *path: str) -> None:
        if value is None:
            return
        target = self.data
        for key in path[:-1]:
            target = target.setdefault(key, {})
        target[path[-1]] = value
        self.cells[".".join(path)] = cell.address

    # --- one field after the other --------------------------------------------------------------------

    def years(self) -> dict[int, str]:
        """The fiscal year of each column."""
        found: dict[int, str] = {}
        for position, cell in self.filled.rows.get(YEARS, {}).items():
            value = self.number(cell)
            if value is None:
                continue
            if not (len(value) == 4 and value.isdecimal()):
                self.bad("not_a_year", cell)
            elif value in found.values():
                self.bad("repeated_year", cell)
            else:
                found[position] = str(value)
        return found

    def field(self, one: FormField, years: Mapping[int, str], split: set[str]) -> None:
        row = self.filled.rows.get(one.id, {})
        if one.kind is FieldKind.FIGURES:
            self.figures(one, row, years)
        elif one.kind in (FieldKind.MANY_OF, FieldKind.COUNTS):
            self.options(one, split)
        elif 0 in row:
            value = self.answer(one, row[0])
            if one.key:
                self.put(row[0], value, one.key)
            elif one.fills:
                self.put(row[0], value, "facts", one.fills)

    def figures(self, one: FormField, row: Mapping[int, _Cell], years: Mapping[int, str]) -> None:
        last = max(years, key=years.__getitem__, default=None)
        before = {year: position for position, year in years.items()}
        for position, cell in row.items():
            value = self.number(cell)
            if position not in years:
                self.bad("no_year", cell)
            elif value is None or one.fills is None:
                continue
            elif self.rulebase.indicators[one.fills].place is Place.YEAR:
                self.put(cell, value, "years", years[position], one.fills)
            elif position == last:
                self.put(cell, value, "facts", one.fills)
            elif one.previous and last is not None and position == before.get(str(int(years[last]) - 1)):
                self.put(cell, value, "facts", one.previous)

    def options(self, one: FormField, split: set[str]) -> None:
        chosen: list[tuple[str, _Cell]] = []
        for position, choice in enumerate(one.choices):
            cell = self.filled.rows.get(option_row(one.id, choice, position), {}).get(0)
            if cell is None:
                continue
            if one.kind is FieldKind.COUNTS:
                self.number(cell)
            elif self.truth(cell) and isinstance(choice.value, str):
                chosen.append((choice.value, cell))
        if one.kind is FieldKind.COUNTS or one.fills is None or one.fills in split:
            return
        none = self.filled.rows.get(f"{one.id}#{NONE}", {}).get(0)
        if none is not None and self.truth(none):
            if chosen:
                self.bad("none_and_some", none)
            else:
                self.put(none, [], "facts", one.fills)
        elif chosen:
            self.codes(one.fills, chosen)

    def codes(self, id: str, chosen: list[tuple[str, _Cell]]) -> None:
        self.put(chosen[0][1], [code for code, _ in chosen], "facts", id)
        for position, (_, cell) in enumerate(chosen):
            self.cells[f"facts.{id}.{position}"] = cell.address

    def listed(self, id: str) -> None:
        """A list that several fields and the sheet of the rest fill together; it counts once it is whole."""
        chosen = []
        for row, found in self.filled.rows.items():
            head, _, code = row.partition("#")
            owner = head == REST + id or any(f.id == head and f.fills == id for f in fields(self.form))
            if owner and code and 0 in found and self.truth(found[0], again=not head.startswith("@")):
                chosen.append((code, found[0]))
        self.whole(
            id,
            bool(chosen),
            lambda cell: self.codes(id, chosen) if chosen else self.put(cell, [], "facts", id),
        )

    def whole(self, id: str, some: bool, take: Callable[[_Cell], None]) -> None:
        """Take a list where the form says that it is whole; a list that is begun must say so."""
        cell = self.filled.rows.get(COMPLETE + id, {}).get(0)
        if cell is not None and self.truth(cell):
            take(cell)
        elif some:
            place = self.filled.places.get(COMPLETE + id, "")
            self.bad("list_not_complete", cell or place, "" if cell is None else cell.value)

    def records(self, key: str, head: str, names: tuple[str, ...]) -> None:
        known = self.rulebase.titles if key == "titles" else self.rulebase.awards
        labels = {text: id for id, entry in known.items() for text in (id, entry.label.zh, entry.label.en)}
        found: list[tuple[dict[str, Any], dict[str, str]]] = []
        for id, row in self.filled.rows.items():
            if not id.startswith(head) or not row:
                continue
            record: dict[str, Any] = {}
            cells = {
                name: cell.address
                for name, cell in zip(names, (row.get(n) for n in range(3)), strict=True)
                if cell
            }
            if 0 not in row:
                self.bad("no_name", self.filled.places[id], "")
                continue
            record[names[0]] = labels.get(str(row[0].value), str(row[0].value))
            for position in (1, 2):
                cell = row.get(position)
                if cell is not None:
                    record[names[position]] = self.day(cell) if key == "titles" else self.number(cell)
            found.append((record, cells))

        def take(cell: _Cell) -> None:
            self.put(cell, [record for record, _ in found], key)
            for position, (_, cells) in enumerate(found):
                for name, address in cells.items():
                    self.cells[f"{key}.{position}.{name}"] = address

        self.whole(key, bool(found), take)

    # --- one cell -------------------------------------------------------------------------------------

    def answer(self, one: FormField, cell: _Cell) -> Any:
        match one.kind:
            case FieldKind.QUANTITY:
                return self.number(cell)
            case FieldKind.YES_NO:
                return self.truth(cell)
            case FieldKind.DATED:
                return self.day(cell)
            case FieldKind.ONE_OF:
                return self.choice(one, cell)
        return self.text(cell)

    def text(self, cell: _Cell) -> str | None:
        value = cell.value
        if isinstance(value, bool | date | datetime) or value is None:
            self.bad("cell_not_a_text", cell)
            return None
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    def number(self, cell: _Cell) -> Number | None:
        """An exact number as Excel shows it: fifteen digits, and per cent where the cell is shown so."""
        value = cell.value
        if value is None:
            self.bad("formula_without_value", cell, cell.formula or "")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.bad("cell_not_a_number", cell)
            return None
        number = Decimal(f"{value:.15g}")
        return Number(f"{(number * 100 if cell.percent else number).normalize():f}")

    def truth(self, cell: _Cell, *, again: bool = False) -> bool | None:
        """Yes or no; ``again`` where the cell has been read before and its problem is known."""
        if isinstance(cell.value, bool):
            return cell.value
        word = str(cell.value).lower()
        for lang in LANGUAGES:
            if word == say("form.yes", lang):
                return True
            if word == say("form.no", lang):
                return False
        if not again:
            self.bad("cell_not_yes_no", cell)
        return None

    def day(self, cell: _Cell) -> str | None:
        value = cell.value
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            return value
        self.bad("cell_not_a_date", cell)
        return None

    def choice(self, one: FormField, cell: _Cell) -> Any:
        for choice in one.choices:
            if cell.value in (choice.label.zh, choice.label.en, choice.value):
                return choice.value
        options = "、".join(f"{choice.label.zh} ({choice.label.en})" for choice in one.choices)
        self.bad("cell_not_a_choice", cell, options=options)
        return None
