"""The text view of all indicators."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.reasoning.inventory import Entry
from zjtx_kg.texts import say

__all__ = ["inventory_view"]


def inventory_view(entries: Sequence[Entry], lang: str) -> RenderableType:
    """One row for each indicator; what is not known is dimmed."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(say("ui.name", lang), ratio=3)
    table.add_column(say("ui.value", lang), ratio=2, justify="right")
    table.add_column(say("ui.year", lang), no_wrap=True)
    table.add_column(say("ui.source", lang), ratio=3, style="dim")
    for entry in entries:
        known = entry.value is not None or entry.min is not None or entry.max is not None
        table.add_row(
            Text.assemble(entry.label, (f" {entry.id}", "dim")),
            Text(entry.text, style="" if known else "dim"),
            str(entry.year or ""),
            "\n".join(entry.from_),
        )
    return table
