"""Paragraphs of mixed Chinese and English, wrapped by display cells.

Chinese has no spaces to break at, and a terminal library that breaks at spaces only leaves half a line
empty. Here a line may end between any two Chinese characters, but not before closing punctuation nor after
an opening bracket; words of other scripts stay whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

__all__ = ["Paragraph"]

_NOT_FIRST: Final = set("，。；：、！？）】〕”》〉」』%,.;:!?)]}")
_NOT_LAST: Final = set("（【〔“《〈「『([{")
_WIDE: Final = 2


class Paragraph:
    """A text with a hanging indent: a mark before the first line, the rest below it."""

    def __init__(self, text: Text, *, mark: Text | None = None, indent: int = 0) -> None:
        self.text = text
        self.mark = mark or Text()
        self.indent = indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        hang = self.indent + self.mark.cell_len
        width = max(options.max_width - hang, 10)
        for number, line in enumerate(_wrap(self.text, width)):
            first = Text(" " * self.indent) + self.mark if number == 0 else Text(" " * hang)
            yield first + line


def _wrap(text: Text, width: int) -> Iterator[Text]:
    for line in text.split("\n", allow_blank=True):
        start = 0
        plain = line.plain
        while start < len(plain):
            end = _line_end(plain, start, width)
            piece = line[start:end]
            piece.rstrip()
            yield piece
            start = end
            while start < len(plain) and plain[start] == " ":
                start += 1
        if not plain:
            yield line


def _line_end(plain: str, start: int, width: int) -> int:
    """Where a line that begins at ``start`` may end at the latest."""
    used, best, position = 0, start, start
    while position < len(plain):
        used += cell_len(plain[position])
        if used > width:
            return best if best > start else position
        position += 1
        if position < len(plain) and _may_break(plain[position - 1], plain[position]):
            best = position
    return len(plain)


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before == " " or after == " " or cell_len(before) == _WIDE or cell_len(after) == _WIDE
