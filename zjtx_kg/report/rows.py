"""The text view of a query's answer: a table of rows, a truth value, or triples as Turtle."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import pyoxigraph as ox
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.graph import PREFIXES, Answer, written
from zjtx_kg.graph.answer import Term
from zjtx_kg.terms import XSD
from zjtx_kg.texts import say

__all__ = ["rows_view", "term_text"]

_NUMBERS: Final = {XSD + name for name in ("decimal", "integer", "double", "float", "int", "long")}
_LOCAL: Final = re.compile(r"[\w\-./]+\Z")
_BY_LENGTH: Final = sorted(PREFIXES.items(), key=lambda entry: -len(entry[1]))
_FEW: Final = 3


def rows_view(answer: Answer, lang: str) -> RenderableType:
    """What people read. Names are shortened by the prefixes that need no declaration."""
    if answer.truth is not None:
        return Text(say("query.yes" if answer.truth else "query.no", lang))
    if answer.triples is not None:
        return Text(written(answer, "turtle").decode().rstrip())
    count = Text(say("query.count", lang, count=f"{len(answer.rows):,}"), style="dim")
    if not answer.rows:
        return count
    return Group(_records(answer) if len(answer.columns) > _FEW * 2 else _table(answer), count)


def _table(answer: Answer) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for position, name in enumerate(answer.columns):
        numbers = all(_is_number(row[position]) for row in answer.rows if row[position] is not None)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(term_text(term) for term in row))
    return table


def _records(answer: Answer) -> Table:
    """Rows that are too wide for a line, one below the other."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for row in answer.rows:
        for name, term in zip(answer.columns, row, strict=True):
            if term is not None:
                table.add_row(name, term_text(term))
        table.add_row("", "")
    return table


def _is_number(term: Term | None) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS


def term_text(term: Term | None) -> str:
    """A term as people read it.

    >>> term_text(ox.NamedNode("https://w3id.org/zjtx/tier/little-giant"))
    'tier:little-giant'
    >>> term_text(ox.Literal("0.7500", datatype=ox.NamedNode(XSD + "decimal")))
    '0.75'
    """
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        for name, base in _BY_LENGTH:
            local = term.value.removeprefix(base)
            if local != term.value and _LOCAL.match(local):
                return f"{name}:{local}"
        return f"<{term.value}>"
    if isinstance(term, ox.Literal):
        return _number(term.value) if term.datatype.value == XSD + "decimal" else term.value
    return str(term)


def _number(text: str) -> str:
    value = Decimal(text)
    return f"{value.to_integral_value() if value == value.to_integral_value() else value.normalize():f}"
