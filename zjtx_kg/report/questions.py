"""The text views of the query library: the list of questions, one question in full, and its answer."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zjtx_kg.graph import Answer
from zjtx_kg.graph.library import LibraryQuery, Parameter
from zjtx_kg.texts import say

__all__ = ["example_command", "parameter_default", "question_view", "questions_view", "readable"]


def questions_view(questions: Iterable[LibraryQuery], lang: str) -> RenderableType:
    """The questions by topic, each with its name."""
    parts: list[RenderableType] = []
    count = 0
    for topic, group in groupby(questions, key=lambda question: question.topic):
        parts += [Text(say(f"library.{topic}", lang), style="bold")]
        table = _table()
        for question in group:
            table.add_row(question.name, question.question(lang))
            count += 1
        parts += [table, Text()]
    parts.append(Text(say("library.count", lang, count=count), style="dim"))
    return Group(*parts)


def question_view(question: LibraryQuery, lang: str) -> RenderableType:
    """One question with its parameters, its columns and an example."""
    parameters = _table()
    for parameter in question.parameters:
        parameters.add_row(parameter.name, f"{parameter.label(lang)}; {parameter_default(parameter, lang)}")
    columns = _table()
    for column in question.columns:
        columns.add_row(column.name, column.label(lang))
    parts: list[RenderableType] = [Text(question.question(lang), style="bold"), Text()]
    if question.parameters:
        parts += [Text(say("library.parameters", lang), style="bold"), parameters, Text()]
    parts += [Text(say("library.columns", lang), style="bold"), columns, Text()]
    parts += [Text(say("library.example", lang), style="bold"), Text("  " + example_command(question))]
    return Group(*parts)


def parameter_default(parameter: Parameter, lang: str) -> str:
    """What holds where a parameter is not given."""
    if parameter.default == "today":
        return say("library.today", lang)
    if parameter.default == "":
        return say("library.everything", lang)
    if parameter.default is not None:
        return say("library.default", lang, value=parameter.default)
    return say("library.any" if parameter.optional else "library.required", lang)


def example_command(question: LibraryQuery) -> str:
    """The command that asks the question with the values of its example."""
    given = [f"--param {shlex.quote(f'{name}={value}')}" for name, value in question.example.items()]
    return " ".join(["zjtx query", question.name, *given])


def readable(answer: Answer, question: LibraryQuery, lang: str) -> Answer:
    """An answer for people: headings in words, and no column that another says in words or that is empty."""
    names = set(answer.columns)
    shown = [
        (position, column.label(lang))
        for position, column in enumerate(question.columns)
        if column.said_by not in names and any(row[position] is not None for row in answer.rows)
    ]
    return Answer(
        columns=tuple(label for _, label in shown),
        rows=tuple(tuple(row[position] for position, _ in shown) for row in answer.rows),
        cut=answer.cut,
    )


def _table() -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2), pad_edge=True, show_header=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    return table
