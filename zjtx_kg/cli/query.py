"""``zjtx query``: ask the law, published assessments, or profiles at hand."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import rules, show
from zjtx_kg.cli.stores import opened
from zjtx_kg.errors import InputError, Problem
from zjtx_kg.facts.reading import decode
from zjtx_kg.graph import Answer, Endpoint, Limits, Store, read_query, run, written
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
        str, typer.Argument(metavar="FILE", help="SPARQL 查询文件（.rq），- 为标准输入 / query file")
    ],
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
    asked = read_query(_text(query), "" if query == "-" else query)
    rulebase = rules(ontology)
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
    _print(run(asked, dataset, Limits(seconds=timeout, rows=limit)), wanted, lang.value)


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
