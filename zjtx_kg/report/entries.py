"""The text view of what a store holds."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.graph import Entry
from zjtx_kg.terms import BASE
from zjtx_kg.texts import say

__all__ = ["entries_view"]


def entries_view(entries: Sequence[Entry], lang: str) -> RenderableType:
    """One row for each assessment: whose, of which day, and the name of its graph."""
    count = Text(say("store.count", lang, count=f"{len(entries):,}"), style="dim")
    if not entries:
        return count
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(say("ui.name", lang))
    table.add_column(say("store.day", lang), no_wrap=True)
    table.add_column(say("store.graph", lang), overflow="fold", style="dim")
    for entry in entries:
        name = entry.name or say("ui.no_name", lang)
        table.add_row(name, entry.as_of, entry.graph.removeprefix(BASE + "assessment/"))
    return Group(table, count)
