"""The data table as a form: written, filled in, read as the profile it stands for; errors name their cell."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.support import DAY
from zjtx_kg import Profile, assess, load
from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.facts.form import form_of, layout
from zjtx_kg.report.form import form_workbook
from zjtx_kg.rulebase.corpus import FieldKind

COLUMNS = "CDE"


def empty(lang: str = "zh") -> Any:
    form = form_of(load())
    assert form is not None
    return load_workbook(io.BytesIO(form_workbook(form, load(), DAY, lang)))


def cell(book: Any, row: str, column: int = 0) -> Any:
    for sheet in book.worksheets:
        for number in range(1, sheet.max_row + 1):
            if sheet.cell(number, 1).value == row:
                return sheet.cell(number, 3 + column)
    raise KeyError(row)


def address(book: Any, row: str, column: int = 0) -> str:
    found = cell(book, row, column)
    return f"{found.parent.title}!{found.coordinate}"


def filled(values: Mapping[str, Any], change: Callable[[Any], None] | None = None) -> bytes:
    """A form with one value, or a list of values, in the rows of these ids."""
    book = empty()
    for row, value in values.items():
        for column, one in enumerate(value if isinstance(value, list) else [value]):
            cell(book, row, column).value = one
    if change:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(values: Mapping[str, Any], change: Callable[[Any], None] | None = None) -> Profile:
    return Profile.from_form(filled(values, change))


def problems(values: Mapping[str, Any], change: Callable[[Any], None] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ProfileError) as caught:
        read(values, change)
    return caught.value.problems


COMPANY: dict[str, Any] = {
    "1/name": "苏州示例精密传动有限公司",
    "1/established": date(2015, 3, 12),
    "1/industry": "3453",
    "1/listing": "无上市计划",
    "2/employees": [104, 110, 118],
    "2/revenue": [5100, 6200, 7400.5],
    "2/main-revenue": [4900, None, 7100],
    "6/rd-expense": [310, 390, 451],
    "3/market-years": 9,
    "4/management-certification#iso9001": "是",
    "4/product-certification#none": "是",
    "5/own-brand": "是",
    "7/strengthening": "否",
    "6/class1": 5,
    "8/ten#ten:cnc-robots": "是",
    "8/six#six:core-components": "是",
    "@complete/fields": "是",
    "@title/1": ["高新技术企业", date(2022, 11, 1), date(2025, 10, 31)],
    "@complete/titles": "是",
    "@complete/awards": "是",
}
AS_YAML = {
    "name": "苏州示例精密传动有限公司",
    "established": "2015-03-12",
    "industry": "3453",
    "years": {
        2022: {"employees": 104, "revenue": 5100, "main_revenue": 4900, "rd_expense": 310},
        2023: {"employees": 110, "revenue": 6200, "rd_expense": 390},
        2024: {"employees": 118, "revenue": "7400.5", "main_revenue": 7100, "rd_expense": 451},
    },
    "facts": {
        "listed": False,
        "market_years": 9,
        "mgmt_certifications": ["iso9001"],
        "product_certifications": [],
        "own_brand": True,
        "chain_strengthening": False,
        "ip_class1": 5,
        "fields": ["ten:cnc-robots", "six:core-components"],
    },
    "titles": [{"title": "hnte", "granted": "2022-11-01", "expires": "2025-10-31"}],
    "awards": [],
}


def test_a_filled_form_is_the_profile_it_stands_for() -> None:
    form, plain = read(COMPANY), Profile.from_dict(AS_YAML)
    assert form == plain
    assert assess(form, as_of=DAY) == assess(plain, as_of=DAY)


def test_an_empty_form_is_an_empty_profile() -> None:
    assert read({}) == Profile.from_dict({})


def test_english_labels_and_answers_are_read_too() -> None:
    book = empty("en")
    cell(book, "5/own-brand").value = "yes"
    cell(book, "1/listing").value = "listed"
    buffer = io.BytesIO()
    book.save(buffer)
    assert Profile.from_form(buffer.getvalue()).facts == {"own_brand": True, "listed": True}


def test_every_field_has_its_row_and_no_id_comes_twice() -> None:
    form = form_of(load())
    assert form is not None
    rows = [row.id for sheet in layout(form, load()) for row in sheet.rows if row.id != "@head"]
    assert len(rows) == len(set(rows))
    for section in form.sections:
        for one in section.fields:
            grouped = one.kind in (FieldKind.MANY_OF, FieldKind.COUNTS)
            wanted = [row for row in rows if row.startswith(f"{one.id}#")] if grouped else [one.id]
            assert wanted
            assert set(wanted) <= set(rows)
    assert {one.id.split("/")[0] for s in form.sections for one in s.fields} == set("123456789")


def test_the_form_asks_for_the_last_three_fiscal_years_and_has_no_merged_cells_or_formulas() -> None:
    book = empty()
    assert [cell(book, "@years", column).value for column in range(3)] == [2022, 2023, 2024]
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)
    assert all(
        sheet.column_dimensions["A"].hidden for sheet in book.worksheets if sheet.sheet_state == "visible"
    )


def test_a_cell_shown_in_per_cent_is_per_cent() -> None:
    def change(book: Any) -> None:
        cell(book, "3/main-share").number_format = "0.00%"

    assert read({"3/main-share": 0.8596}, change).facts["main_revenue_share"].lo * 100 == 8596  # type: ignore[union-attr]
    assert read({"3/main-share": 85.96}).facts["main_revenue_share"].lo * 100 == 8596  # type: ignore[union-attr]


def test_the_last_column_of_a_share_is_the_state_and_the_one_before_last_years() -> None:
    profile = read({"6/rd-ratio": [1, 5, 6.5]})
    assert {id: value.hi * 2 for id, value in profile.facts.items()} == {"rd_ratio": 13, "rd_ratio_prev": 10}  # type: ignore[union-attr]


def test_columns_may_stand_in_any_order_of_years() -> None:
    profile = read({"@years": [2024, 2023, 2022], "2/revenue": [3, 2, 1], "6/rd-ratio": [6, 5, 4]})
    assert {year: figures["revenue"].lo for year, figures in profile.years.items()} == {
        2024: 3,
        2023: 2,
        2022: 1,
    }
    assert profile.facts["rd_ratio"].lo == 6  # type: ignore[union-attr]


CELL_PROBLEMS: list[Any] = [
    ({"2/revenue": [None, "约六千", 7400]}, "2/revenue", 1, "cell_not_a_number"),
    ({"2/revenue": [None, None, "7400"]}, "2/revenue", 2, "cell_not_a_number"),
    ({"6/class1": True}, "6/class1", 0, "cell_not_a_number"),
    ({"6/institutes#0": "两个"}, "6/institutes#0", 0, "cell_not_a_number"),
    ({"5/own-brand": "可能"}, "5/own-brand", 0, "cell_not_yes_no"),
    ({"1/listing": "新三板"}, "1/listing", 0, "cell_not_a_choice"),
    ({"1/established": "2015-02-30"}, "1/established", 0, "not_a_date"),
    ({"1/established": 42075}, "1/established", 0, "cell_not_a_date"),
    ({"1/name": datetime(2015, 3, 12)}, "1/name", 0, "cell_not_a_text"),  # noqa: DTZ001
    ({"2/revenue": [None, None, -5]}, "2/revenue", 2, "outside_range"),
    ({"2/rd-staff": [None, None, 9], "2/employees": [None, None, 8]}, "2/rd-staff", 2, "part_above_whole"),
    ({"6/class1": 2.5}, "6/class1", 0, "not_whole"),
    ({"3/market-years": 3, "@years": [2022, 2022, 2024]}, "@years", 1, "repeated_year"),
    ({"@years": [None, 2023, 2024], "2/revenue": [5]}, "2/revenue", 0, "no_year"),
    ({"@years": [20222, 2023, 2024]}, "@years", 0, "not_a_year"),
    ({"3/market-years": [3, 4]}, "3/market-years", 1, "cell_outside_form"),
    ({"8/ten#ten:cnc-robots": "是"}, "@complete/fields", 0, "list_not_complete"),
    ({"@title/1": ["高新技术企业"]}, "@complete/titles", 0, "list_not_complete"),
    ({"@title/1": [None, date(2022, 1, 1)]}, "@title/1", 0, "no_name"),
    ({"@title/2": ["冠军"], "@complete/titles": "是"}, "@title/2", 0, "unknown_code"),
    ({"4/management-certification#none": "是", "4/management-certification#iso9001": "是"},
     "4/management-certification#none", 0, "none_and_some"),
    ({"2/revenue": [None, None, "=C5*2"]}, "2/revenue", 2, "formula_without_value"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "row", "column", "code"), CELL_PROBLEMS)
def test_what_cannot_be_read_names_its_cell(values: Any, row: str, column: int, code: str) -> None:
    found = problems(values)
    assert [(p.code, p.path.split(" ")[0]) for p in found] == [(code, address(empty(), row, column))]
    for lang in ("zh", "en"):
        assert found[0].expected(lang)
        assert found[0].remedy(lang)


def test_all_problems_come_at_once() -> None:
    found = problems({"2/revenue": [None, "?", -5], "5/own-brand": "也许", "1/uscc": "123"})
    assert len(found) == 4
    assert all("!" in problem.path for problem in found)


def test_merged_cells_are_refused_with_their_range() -> None:
    found = problems({}, lambda book: book.worksheets[0].merge_cells("C8:E8"))
    assert [(problem.code, problem.path) for problem in found] == [("merged_cells", "数据采集表!C8:E8")]


def test_a_copied_row_and_a_value_beside_the_form_are_refused() -> None:
    def change(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet.cell(sheet.max_row + 1, 1).value = "2/revenue"
        sheet.cell(sheet.max_row + 1, 3).value = 77

    found = problems({}, change)
    assert {problem.code for problem in found} == {"repeated_row", "cell_outside_form"}


def test_rows_may_be_moved() -> None:
    def change(book: Any) -> None:
        book.worksheets[0].insert_rows(3, 4)

    assert read(COMPANY, change) == Profile.from_dict(AS_YAML)


def test_figures_that_contradict_a_share_name_its_cell() -> None:
    profile = read({"2/revenue": [None, None, 100], "2/main-revenue": [None, None, 90], "3/main-share": 80})
    with pytest.raises(ProfileError) as caught:
        assess(profile, as_of=DAY)
    assert caught.value.problems[0].path == f"{address(empty(), '3/main-share')} (facts.main_revenue_share)"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old or encrypted"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(ProfileError) as caught:
        Profile.from_form(content, "x.xlsx")
    assert [problem.code for problem in caught.value.problems] == ["not_a_workbook"]


def test_another_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    with pytest.raises(ProfileError) as caught:
        Profile.from_form(buffer.getvalue(), "x.xlsx")
    assert [problem.code for problem in caught.value.problems] == ["not_a_form"]


def test_a_form_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "company.xlsx"
    path.write_bytes(filled(COMPANY))
    assert Profile.from_file(path) == Profile.from_dict(AS_YAML)
