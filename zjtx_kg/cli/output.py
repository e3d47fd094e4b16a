"""Where results and errors go. Results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text

from zjtx_kg.errors import InputError, Problem, ZjtxError
from zjtx_kg.reasoning.results import encode
from zjtx_kg.rulebase import Rulebase, load
from zjtx_kg.texts import say

__all__ = ["console", "print_json", "report_error", "rules", "show", "write_file"]


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """The reader has gone: said as any other write says it."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else 80
    return _Console(stderr=stderr, width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


def show(view: RenderableType) -> None:
    """Print for people: as wide as the terminal, 80 columns in a pipe."""
    console().print(view)


def print_json(value: Any) -> None:
    """Print for programs: one indented JSON document in UTF-8."""
    sys.stdout.buffer.write(msgspec.json.format(encode(value), indent=2) + b"\n")
    sys.stdout.buffer.flush()


def report_error(error: ZjtxError, lang: str) -> None:
    """Say everything that is wrong: where, what was found, what is expected, how to mend it."""
    text = Text(error.message(lang), style="bold red")
    for problem in error.problems:
        text.append("\n\n")
        text.append_text(_problem(problem, lang))
    console(stderr=True).print(text)


def _problem(problem: Problem, lang: str) -> Text:
    place = problem.path or "-"
    if problem.line is not None:
        place += f" ({say('ui.line', lang, line=problem.line)})"
    text = Text(f"  {place}", style="bold")
    rows = (
        ("found", problem.found),
        ("expected", problem.expected(lang)),
        ("remedy", problem.remedy(lang)),
    )
    for key, value in rows:
        if value:
            text.append(f"\n    {say(f'ui.{key}', lang)}: ", style="dim")
            text.append(value, style="not bold")
    return text


def rules(directory: Path | None) -> Rulebase:
    """The rule base of this installation, or of a directory."""
    if directory is None:
        return load()
    if not directory.is_dir():
        raise InputError("no_directory", path=directory)
    return load(directory.resolve())


def write_file(path: Path, content: str | bytes, *, force: bool) -> None:
    """Write a file whole or not at all; an existing one is kept unless forced."""
    if path.exists() and not force:
        raise InputError("file_exists", path=path)
    temporary = path.with_name(path.name + ".tmp")
    try:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError("cannot_write", path=path, reason=error.strerror) from error
