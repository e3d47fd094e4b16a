"""``zjtx store``: publish assessments, list them, remove them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.stores import opened
from zjtx_kg.errors import InputError, Problem
from zjtx_kg.graph import Change, Detail, Endpoint, Entry, Published, Store
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.terms import BASE
from zjtx_kg.texts import say

__all__ = ["app"]

_ASSESSMENT = BASE + "assessment/"
_COMPANY = BASE + "company/"

app = typer.Typer(
    help="评估仓库：发布、列出、移除 / a store of assessments: add, list, remove",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class DetailOption(StrEnum):
    full = "full"
    compact = "compact"


@app.callback()
def _root() -> None:
    pass


@app.command("add")
def add(
    profile: Annotated[
        list[Path] | None, typer.Argument(metavar="PROFILE...", help="画像（YAML 或 JSON） / profiles")
    ] = None,
    store: options.StoreOption = None,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FILE", help="每行一份 JSON 画像，- 为标准输入 / one profile a line"),
    ] = None,
    detail: Annotated[
        DetailOption,
        typer.Option(
            "--detail", help="全部结果，或只存未满足与未知的 / every finding, or unmet and unknown ones"
        ),
    ] = DetailOption.full,
    tier: options.Tiers = None,
    policy: options.PolicyOption = None,
    kind: Annotated[
        options.KindOption, typer.Option("--kind", help="新申报或复核 / application or review")
    ] = options.KindOption.new,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """评估画像并发布到仓库 / assess profiles and publish them to a store."""
    rulebase = rules(ontology)
    asked = {
        "as_of": options.day(as_of),
        "tiers": tier or (),
        "policy": policy,
        "kind": kind.value,
        "readings": reading or (),
    }
    if bool(profile) is (jsonl is not None):
        raise InputError("profile_or_stream")
    place = _named(store)
    bad: list[int] = []
    if jsonl is not None:
        from zjtx_kg.cli.stream import published_lines

        graphs: Iterator[Published] = published_lines(jsonl, asked, ontology, Detail(detail), lang.value, bad)
        change = opened(place, rulebase, ontology, create=True).add(graphs)
    else:
        from zjtx_kg.cli.publishing import publish_files

        ready = publish_files(profile or [], rulebase, asked, Detail(detail))
        change = opened(place, rulebase, ontology, create=True).add(ready)
        graphs = iter(ready)
    _tell(change, place, [graph.graph for graph in graphs], json, lang.value)
    if bad:
        raise typer.Exit(3)


def _tell(change: Change, place: str, graphs: list[str], json: bool, lang: str) -> None:
    facts = {"new": change.new, "changed": change.changed, "unchanged": change.unchanged}
    if json:
        print_json({"store": place, **facts, "graphs": graphs})
        return
    typer.echo(say("store.added", lang, store=place, **facts))
    for graph in graphs:
        typer.echo(f"  {graph.removeprefix(_ASSESSMENT)}")


@app.command("list")
def list_(
    store: options.StoreOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """列出仓库中的评估 / list the assessments of a store."""
    rulebase = rules(ontology)
    entries = _existing(store, rulebase, ontology).entries()
    if json:
        print_json([_plain(entry) for entry in entries])
        return
    from zjtx_kg.report.entries import entries_view

    show(entries_view(entries, lang.value))


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "graph": entry.graph,
        "company": entry.company,
        "name": entry.name,
        "as_of": entry.as_of,
        "kind": entry.kind,
        "detail": entry.detail,
        "tiers": entry.tiers,
    }


@app.command("remove")
def remove(
    graph: Annotated[
        list[str],
        typer.Argument(
            metavar="GRAPH|COMPANY...", help="图（见 list）或统一社会信用代码 / graph or credit code"
        ),
    ],
    store: options.StoreOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """从仓库移除评估；有一项不存在则全部不动 / remove assessments; nothing where one of them is not there."""
    place = _existing(store, rules(ontology), ontology)
    entries = place.entries()
    chosen: dict[str, None] = {}
    absent: list[Problem] = []
    for name in graph:
        found = [entry.graph for entry in entries if name in _names(entry)]
        if not found:
            absent.append(Problem("graph_absent", name, name))
        chosen.update(dict.fromkeys(found))
    if absent:
        raise InputError("graph.not_there", absent)
    count = place.remove(chosen)
    if json:
        print_json({"removed": count, "graphs": list(chosen)})
    else:
        typer.echo(say("store.removed", lang.value, count=count))


def _names(entry: Entry) -> tuple[str, ...]:
    """What an assessment may be called: its graph or its company, in full or without the common beginning."""
    return (
        entry.graph,
        entry.graph.removeprefix(_ASSESSMENT),
        entry.company,
        entry.company.removeprefix(_COMPANY),
    )


def _named(store: str | None) -> str:
    if store is None:
        raise InputError("graph.which_store")
    return store


def _existing(store: str | None, rulebase: Rulebase, ontology: Path | None) -> Store | Endpoint:
    return opened(_named(store), rulebase, ontology, create=False)
