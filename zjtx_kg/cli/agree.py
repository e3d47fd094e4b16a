"""``zjtx ontology agree``: do the evaluators give the same law?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.errors import InputError, Problem, ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.rulebase import Kind, Rulebase

if TYPE_CHECKING:
    from zjtx_kg.agreement import Agreement

__all__ = ["agree"]

_SAMPLE = 10


def agree(
    profiles: Annotated[
        list[Path] | None,
        typer.Option(
            "--profiles", metavar="FILE", help="画像；.jsonl 每行一份；可重复 / profiles; repeatable"
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample", metavar="N", min=0, help="按规则抽样的企业数 / companies drawn from the rules"
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="抽样种子 / seed of the sample")] = 1,
    evaluator: Annotated[
        list[str] | None,
        typer.Option("--evaluator", metavar="E", help="hermit（默认）、pellet；可重复 / repeatable"),
    ] = None,
    tier: options.Tiers = None,
    policy: options.PolicyOption = None,
    kind: Annotated[
        options.KindOption | None,
        typer.Option("--kind", help="新申报或复核，默认两者 / application or review (default: both)"),
    ] = None,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    time_limit: options.TimeLimit = 300,
    memory_limit: options.MemoryLimit = 1024,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """逐条比较各评估器；不一致时退出码为 1 / compare evaluators; exit status 1 where they differ."""
    from zjtx_kg.agreement import case_of
    from zjtx_kg.agreement import evaluator as named
    from zjtx_kg.agreement.sampling import companies
    from zjtx_kg.cli.reasoner import compare
    from zjtx_kg.owl.reasoner import Limits
    from zjtx_kg.reasoning.assessment import program, selections
    from zjtx_kg.report.agreement import agreement_view

    rulebase, day = rules(ontology), options.day(as_of)
    judges = [named(name, Limits(time_limit, memory_limit)) for name in evaluator or ["hermit"]]
    kinds = [Kind(kind.value)] if kind is not None else list(Kind)
    chosen = dict.fromkeys(
        one for k in kinds for one in selections(rulebase, day, tier or (), policy, k, reading or ())
    )
    wanted = sample if sample is not None else 0 if profiles else _SAMPLE
    given = [*_given(profiles or [], rulebase), *companies(rulebase, wanted, seed=seed, as_of=day)]
    if not given:
        raise InputError("no_companies")
    cases = [case_of(profile, day, rulebase) for profile in given]
    found = compare([program(rulebase, one) for one in chosen], cases, judges, lang.value)
    if json:
        print_json(_document(found, len(cases), day, wanted, seed, lang.value))
    else:
        show(agreement_view(found, rulebase, lang.value, companies=len(cases), day=day))
    if not all(one.holds for one in found):
        raise typer.Exit(1)


def _document(
    found: list[Agreement], companies: int, day: date, sample: int, seed: int, lang: str
) -> dict[str, object]:
    return {
        "as_of": str(day),
        "companies": companies,
        "sample": sample,
        "seed": seed,
        "agrees": all(one.holds for one in found),
        "comparisons": [one.to_dict(lang) for one in found],
    }


def _given(paths: list[Path], rulebase: Rulebase) -> Iterator[Profile]:
    """The profiles of files. Problems of all lines of a JSONL file come together."""
    for path in paths:
        if path.suffix.lower() == ".jsonl":
            yield from _lines(path, rulebase)
        else:
            yield read_profile(path, rulebase)


def _lines(path: Path, rulebase: Rulebase) -> list[Profile]:
    from zjtx_kg.facts.reading import decode, read_json

    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProfileError("unreadable", [Problem("unreadable_file", str(path), reason)]) from error
    found, problems = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(Profile.from_dict(read_json(decode(line, "")), rulebase))
            except ProfileError as error:
                problems += [Problem(p.code, p.path, p.found, p.facts, number) for p in error.problems]
    if problems:
        raise ProfileError("profile", problems, count=len(problems))
    return found
