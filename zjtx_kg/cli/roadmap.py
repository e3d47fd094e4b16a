"""``zjtx roadmap``: the path over the tiers, year by year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile

__all__ = ["roadmap"]


def roadmap(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    to: Annotated[str, typer.Option("--to", metavar="T", help="目标梯度 / target tier")],
    by: Annotated[
        int | None,
        typer.Option(
            "--by",
            metavar="YEAR",
            min=2000,
            max=2100,
            help="能否在此年内达到 / whether it can be done by then",
        ),
    ] = None,
    lock: Annotated[
        list[str] | None,
        typer.Option("--lock", metavar="ID", help="此输入不变，可重复 / keep this input; repeatable"),
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option("--costs", metavar="FILE", help="投入与时间的自定值 / your own efforts and lead times"),
    ] = None,
    as_of: options.AsOf = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """逐年规划到目标梯度的路径 / plan the path over the tiers, year by year."""
    from zjtx_kg.advance.costs import NO_COSTS, read_costs
    from zjtx_kg.advance.roadmap import roadmap as planned
    from zjtx_kg.report.path import path_view

    rulebase = rules(ontology)
    found = planned(
        read_profile(profile, rulebase),
        to,
        as_of=options.day(as_of),
        by=by,
        lock=lock or (),
        costs=NO_COSTS if costs is None else read_costs(costs, rulebase),
        lang=lang.value,
        rulebase=rulebase,
    )
    if json:
        print_json(found)
    else:
        show(path_view(found, rulebase, lang.value))
