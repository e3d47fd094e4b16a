"""``zjtx advance``: what would let the company in, provably the least."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show, write_file
from zjtx_kg.cli.source import read_profile
from zjtx_kg.errors import InputError
from zjtx_kg.texts import say

__all__ = ["advance"]

_SUFFIXES = (".yaml", ".yml", ".json")


class ObjectiveOption(StrEnum):
    fewest = "fewest"
    effort = "effort"
    soonest = "soonest"


def advance(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    to: Annotated[str, typer.Option("--to", metavar="T", help="目标梯度 / target tier")],
    policy: options.PolicyOption = None,
    objective: Annotated[
        ObjectiveOption,
        typer.Option(
            "--objective", help="改动最少、投入最少或最快 / fewest changes, least effort or soonest"
        ),
    ] = ObjectiveOption.fewest,
    alternatives: Annotated[
        int,
        typer.Option(
            "--alternatives", metavar="K", min=1, max=20, help="至多几个方案 / at most so many plans"
        ),
    ] = 3,
    lock: Annotated[
        list[str] | None,
        typer.Option("--lock", metavar="ID", help="此输入不变，可重复 / keep this input; repeatable"),
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option("--costs", metavar="FILE", help="投入与时间的自定值 / your own efforts and lead times"),
    ] = None,
    write_profile: Annotated[
        Path | None,
        typer.Option(
            "--write-profile", metavar="OUT", help="写出方案 1 后的画像 / write the profile after plan 1"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 / overwrite")] = False,
    limit: Annotated[
        float,
        typer.Option("--limit", metavar="SECONDS", min=0.01, max=3600, help="求解时限 / limit of the solver"),
    ] = 20.0,
    kind: Annotated[
        options.KindOption, typer.Option("--kind", help="新申报或复核 / application or review")
    ] = options.KindOption.new,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """求使企业符合目标梯度的最小改动 / find the least change that lets the company in."""
    from zjtx_kg.advance import advancement  # the solver: half a second that other commands need not pay
    from zjtx_kg.advance.apply import to_json, to_yaml
    from zjtx_kg.advance.costs import NO_COSTS, read_costs
    from zjtx_kg.report.plan import plan_view

    if write_profile is not None and write_profile.suffix.lower() not in _SUFFIXES:
        raise InputError("profile_suffix", path=write_profile)
    if write_profile is not None and write_profile.exists() and not force:
        raise InputError("file_exists", path=write_profile)
    rulebase = rules(ontology)
    company = read_profile(profile, rulebase)
    found = advancement.advance(
        company,
        to,
        as_of=options.day(as_of),
        policy=policy,
        kind=kind.value,
        readings=reading or (),
        objective=objective.value,
        alternatives=alternatives,
        lock=lock or (),
        costs=NO_COSTS if costs is None else read_costs(costs, rulebase),
        limit=limit,
        lang=lang.value,
        rulebase=rulebase,
    )
    if json:
        print_json(found)
    else:
        show(plan_view(found, rulebase, lang.value, limit))
    if write_profile is not None:
        if not found.plans:
            raise InputError("no_plan_to_write", path=write_profile)
        data = advancement.profile_after(company, found, rulebase=rulebase)
        text = to_json(data) if write_profile.suffix.lower() == ".json" else to_yaml(data)
        write_file(write_profile, text, force=force)
        typer.echo(say("advance.written", lang.value, path=write_profile), err=True)
