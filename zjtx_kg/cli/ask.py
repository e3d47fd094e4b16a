"""``zjtx ask``: the questions still worth asking, and an interview that fills the profile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.advance.questions import ask as questions
from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.report.questions import questions_view

__all__ = ["ask"]


def ask(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    to: Annotated[str, typer.Option("--to", metavar="T", help="目标梯度 / target tier")],
    policy: options.PolicyOption = None,
    kind: Annotated[
        options.KindOption, typer.Option("--kind", help="新申报或复核 / application or review")
    ] = options.KindOption.new,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", help="逐问填写，随答随存 / answer one by one; each is saved at once"),
    ] = False,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """列出仍值得查明的问题 / the questions still worth asking, the most decisive first."""
    rulebase = rules(ontology)
    asked = {
        "as_of": options.day(as_of),
        "policy": policy,
        "kind": kind.value,
        "readings": reading or (),
        "lang": lang.value,
        "rulebase": rulebase,
    }
    if interactive:
        from zjtx_kg.cli.interview import Interview  # a YAML editor, for interviews only

        Interview(profile, to, asked).run()
        return
    found = questions(read_profile(profile, rulebase), to, **asked)  # type: ignore[arg-type]
    if json:
        print_json(found)
    else:
        show(questions_view(found, rulebase, lang.value, str(profile)))
