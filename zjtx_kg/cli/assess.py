"""``zjtx assess``: every tier, one profile or a stream of them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import zjtx_kg
from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.errors import InputError
from zjtx_kg.reasoning.explain import explain
from zjtx_kg.report.ladder import ladder_view

__all__ = ["assess"]


class RdfOption(StrEnum):
    turtle = "turtle"
    jsonld = "jsonld"
    nquads = "nquads"


class ReasonerOption(StrEnum):
    hermit = "hermit"
    pellet = "pellet"


def assess(
    profile: Annotated[
        Path | None, typer.Argument(metavar="PROFILE", help="画像（YAML 或 JSON），- 为标准输入 / profile")
    ] = None,
    tier: options.Tiers = None,
    policy: options.PolicyOption = None,
    kind: Annotated[
        options.KindOption, typer.Option("--kind", help="新申报或复核 / application or review")
    ] = options.KindOption.new,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    rdf: Annotated[
        RdfOption | None, typer.Option("--rdf", help="输出为命名图 / print as a named graph")
    ] = None,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FILE", help="每行一份 JSON 画像，- 为标准输入 / one profile a line"),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="--jsonl 的进程数 / processes for --jsonl")
    ] = None,
    reasoner: Annotated[
        ReasonerOption | None,
        typer.Option("--reasoner", help="由 OWL 推理机逐条核对 / let an OWL reasoner check every condition"),
    ] = None,
    time_limit: options.TimeLimit = 120,
    memory_limit: options.MemoryLimit = 1024,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """评估企业符合哪些梯度 / assess which tiers a company meets."""
    day = options.day(as_of)
    rulebase = rules(ontology)
    asked = {
        "as_of": day,
        "tiers": tier or (),
        "policy": policy,
        "kind": kind.value,
        "readings": reading or (),
        "lang": lang.value,
    }
    if (profile is None) is (jsonl is None):
        raise InputError("profile_or_stream")
    if jsonl is not None and reasoner is not None:
        raise InputError("reasoner_one_profile")
    if jsonl is not None:
        from zjtx_kg.cli.stream import run_stream  # processes and progress bars, for streams only

        raise typer.Exit(run_stream(jsonl, asked, ontology, jobs, lang.value))
    assert profile is not None
    company = read_profile(profile, rulebase)
    if rdf is not None:
        from zjtx_kg.cli.publishing import publish_profile  # the graph, for graphs only

        published = publish_profile(company, rulebase, asked)
        sys.stdout.buffer.write(published.in_format(rdf.value))
        sys.stdout.buffer.flush()
        return
    found = zjtx_kg.assess(company, rulebase=rulebase, **asked)  # type: ignore[arg-type]
    if reasoner is None:
        check = None
    else:
        from zjtx_kg.cli.reasoner import check_with  # Java and what goes with it, for this option only

        check = check_with(reasoner.value, company, asked, rulebase, time_limit, memory_limit)
    if json:
        print_json(found if check is None else {**found.to_dict(), "reasoner": check.to_dict(lang.value)})
        raise typer.Exit(0 if check is None else check.status)
    proofs = [
        explain(
            company,
            one.tier,
            as_of=day,
            policy=one.policy,
            kind=kind.value,
            readings=reading or (),
            lang=lang.value,
            rulebase=rulebase,
        )
        for one in found.tiers
    ]
    show(ladder_view(found, proofs, rulebase, lang.value, str(profile)))
    if check is not None:
        check.show(rulebase, lang.value)
        raise typer.Exit(check.status)
