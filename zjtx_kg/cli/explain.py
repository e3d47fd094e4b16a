"""``zjtx explain``: the proof in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.reasoning.explain import explain as prove
from zjtx_kg.report.proof import proof_view

__all__ = ["explain"]


def explain(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    subject: Annotated[
        str, typer.Argument(metavar="TIER_OR_CONDITION", help="梯度或条件 / tier or condition id")
    ],
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
    """逐条说明符合与不符合的依据 / say clause by clause what holds, what fails, what is missing."""
    rulebase = rules(ontology)
    proof = prove(
        read_profile(profile, rulebase),
        subject,
        as_of=options.day(as_of),
        policy=policy,
        kind=kind.value,
        readings=reading or (),
        lang=lang.value,
        rulebase=rulebase,
    )
    if json:
        print_json(proof)
    else:
        show(proof_view(proof, lang.value))
