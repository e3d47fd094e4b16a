"""``zjtx query``: ask the law, published assessments, or profiles at hand."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.stores import opened
from zjtx_kg.errors import InputError, Problem
from zjtx_kg.facts.reading import decode
from zjtx_kg.graph import Answer, Endpoint, Limits, Store, read_query, run, written
from zjtx_kg.graph.library import library, library_query
from zjtx_kg.graph.syntax import MAX_LENGTH
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["query"]


class FormatOption(StrEnum):
    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    xml = "xml"
    turtle = "turtle"
    ntriples = "ntriples"
    jsonld = "jsonld"
    rdfxml = "rdfxml"


def query(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="库中的问题，或 SPARQL 文件（.rq），- 为标准输入 / question of the library, or query file",
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", metavar="K=V", help="库中问题的参数，可重复 / parameter of a question; repeatable"
        ),
    ] = None,
    listing: Annotated[
        bool,
        typer.Option(
            "--list", help="列出库中的问题；加问题名则详列其参数 / list the questions, or one in full"
        ),
    ] = False,
    profile: Annotated[
        list[Path] | None,
        typer.Option(
            "--profile", metavar="PROFILE", help="先评估此画像，可重复 / assess this first; repeatable"
        ),
    ] = None,
    store: options.StoreOption = None,
    format: Annotated[
        FormatOption, typer.Option("--format", help="输出格式 / output format")
    ] = FormatOption.table,
    json: options.AsJson = False,
    tier: options.Tiers = None,
    policy: options.PolicyOption = None,
    kind: Annotated[
        options.KindOption, typer.Option("--kind", help="新申报或复核 / application or review")
    ] = options.KindOption.new,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, max=3600, help="时限（秒） / time limit in seconds")
    ] = 30.0,
    limit: Annotated[int, typer.Option("--limit", min=1, help="行数上限 / row limit")] = 10_000,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """用 SPARQL 提问：政策本身、仓库中的评估，或给出的画像 / ask by SPARQL: the law, a store, or profiles."""
    wanted = FormatOption.json if json else format
    if listing or query is None:
        _list(query, wanted, lang.value)
        return
    rulebase = rules(ontology)
    question = None if _is_file(query) else library_query(query)
    if question is None:
        if param:
            raise InputError("query.parameters_of_file")
        asked = read_query(_text(query), "" if query == "-" else query)
    else:
        given = _parameters(param or [])
        if question.asks_of and store is None and not profile:
            raise InputError("query.of_companies", query=question.name)
        bound = question.bound(given, lang=lang.value, today=options.day(as_of), rulebase=rulebase)
        asked = read_query(bound, question.name)
    dataset = _dataset(
        profile or [],
        store,
        rulebase,
        ontology,
        {
            "as_of": options.day(as_of),
            "tiers": tier or (),
            "policy": policy,
            "kind": kind.value,
            "readings": reading or (),
        },
    )
    found = run(asked, dataset, Limits(seconds=timeout, rows=limit))
    if question is not None and wanted is FormatOption.table:
        from zjtx_kg.report.library import readable

        found = readable(found, question, lang.value)
    _print(found, wanted, lang.value)


def _is_file(name: str) -> bool:
    return name == "-" or name.endswith(".rq") or "/" in name or Path(name).is_file()


def _list(name: str | None, format: FormatOption, lang: str) -> None:
    """The questions of the library, or one of them in full."""
    chosen = [library_query(name)] if name is not None else list(library().values())
    if format is FormatOption.json:
        print_json({"queries": [question.to_dict() for question in chosen]})
        return
    from zjtx_kg.report.library import question_view, questions_view

    show(questions_view(chosen, lang) if name is None else question_view(chosen[0], lang))


def _parameters(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            problems.append(Problem("query_parameter_form", "--param", text))
        elif name in found:
            problems.append(Problem("repeated_key", f"--param {name}", value))
        else:
            found[name] = value
    if problems:
        raise InputError("query.parameters", problems, query="--param", count=len(problems))
    return found


def _dataset(
    profiles: list[Path],
    store: str | None,
    rulebase: Rulebase,
    ontology: Path | None,
    asked: dict[str, Any],
) -> Store | Endpoint:
    """What is asked: a store, or the law in memory with the assessments of the profiles."""
    if store is not None:
        if profiles:
            raise InputError("graph.profile_or_store")
        return opened(store, rulebase, ontology, create=False)
    found = Store(rulebase=rulebase, ontology=ontology)
    if profiles:
        from zjtx_kg.cli.publishing import publish_files

        found.add(publish_files(profiles, rulebase, asked))
    return found


def _text(name: str) -> str:
    if name == "-":
        return decode(sys.stdin.buffer.read(MAX_LENGTH * 4 + 1), "-")
    try:
        with Path(name).open("rb") as stream:
            return decode(stream.read(MAX_LENGTH * 4 + 1), name)
    except OSError as error:
        problem = Problem("unreadable_file", name, error.strerror or str(error))
        raise InputError("unreadable", [problem]) from error


def _print(answer: Answer, format: FormatOption, lang: str) -> None:
    if format is FormatOption.table:
        from zjtx_kg.report.rows import rows_view

        show(rows_view(answer, lang))
    else:
        name = format.value
        if name == "json" and answer.triples is not None:
            name = "jsonld"
        sys.stdout.buffer.write(written(answer, name))
        sys.stdout.buffer.flush()
    if answer.cut:
        what = len(answer.triples if answer.triples is not None else answer.rows)
        typer.echo(say("query.cut", lang, count=f"{what:,}"), err=True)
