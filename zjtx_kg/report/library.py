"""The text views of the query library: the list of questions, one question in full, and its answer."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.graph import Answer
from zjtx_kg.graph.library import LibraryQuery, Parameter
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.texts import say

__all__ = ["example_command", "parameter_default", "question_view", "questions_view", "readable"]


def questions_view(questions: Iterable[LibraryQuery], lang: str) -> RenderableType:
    """The questions by topic, each with its name."""
    parts: list[RenderableType] = []
    count = 0
    for topic, group in groupby(questions, key=lambda question: question.topic):
        parts += [Text(say(f"library.{topic}", lang), style="bold")]
        rows = [(question.name, question.question(lang)) for question in group]
        count += len(rows)
        parts += [*_entries(rows), Text()]
    parts.append(Text(say("library.count", lang, count=count), style="dim"))
    return Group(*parts)


def question_view(question: LibraryQuery, lang: str) -> RenderableType:
    """One question with its parameters, its columns and an example."""
    between = say("library.between", lang)
    parameters = _entries(
        (parameter.name, between.join((parameter.label(lang), parameter_default(parameter, lang))))
        for parameter in question.parameters
    )
    columns = _entries((column.name, column.label(lang)) for column in question.columns)
    parts: list[RenderableType] = [Text(question.question(lang), style="bold"), Text()]
    if question.parameters:
        parts += [Text(say("library.parameters", lang), style="bold"), *parameters, Text()]
    parts += [Text(say("library.columns", lang), style="bold"), *columns, Text()]
    parts += [
        Text(say("library.example", lang), style="bold"),
        Text("  " + example_command(question), no_wrap=True, overflow="ignore"),
    ]
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
    asked = {"profile": ["--profile PROFILE"], "store": ["--store DIR"]}.get(question.asks_of or "", [])
    return " ".join(["zjtx query", question.name, *asked, *given])


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


def _entries(rows: Iterable[tuple[str, str]]) -> list[RenderableType]:
    """Names, and beside them what they mean, wrapped."""
    entries = list(rows)
    width = max((len(name) for name, _ in entries), default=0)
    return [
        Paragraph(Text(said), mark=Text(f"{name:<{width}}  ", style="cyan"), indent=2)
        for name, said in entries
    ]
