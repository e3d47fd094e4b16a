"""``zjtx new``: a commented profile to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import rules, write_file
from zjtx_kg.reasoning.template import template
from zjtx_kg.texts import say

__all__ = ["new"]


def new(
    out: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="写入此文件，默认标准输出 / write to this file")
    ] = None,
    tier: options.Tiers = None,
    policy: options.PolicyOption = None,
    kind: Annotated[
        options.KindOption, typer.Option("--kind", help="新申报或复核 / application or review")
    ] = options.KindOption.new,
    as_of: options.AsOf = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 / overwrite")] = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """生成带注释的空白画像 / make a commented profile with what the tiers read."""
    text = template(
        rules(ontology),
        options.day(as_of),
        tiers=tier or (),
        policy=policy,
        kind=kind.value,
        lang=lang.value,
    )
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_file(out, text, force=force)
        typer.echo(say("ui.written", lang.value, path=out), err=True)
