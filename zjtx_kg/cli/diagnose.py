"""``zjtx diagnose``: level, six dimensions, shortcomings and measures by T/GZHTEA 003-2024."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.reasoning import diagnosis
from zjtx_kg.report.diagnosis import diagnosis_view

__all__ = ["diagnose"]


def diagnose(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    tier: Annotated[
        str | None,
        typer.Option(
            "--tier", metavar="T", help="对照此梯度，默认下一级 / against this tier (default: the next)"
        ),
    ] = None,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """按广州团标诊断：级别、六个维度、欠缺与举措 / level, six dimensions, shortcomings, measures."""
    rulebase = rules(ontology)
    found = diagnosis.diagnose(
        read_profile(profile, rulebase),
        as_of=options.day(as_of),
        tier=tier,
        readings=reading or (),
        lang=lang.value,
        rulebase=rulebase,
    )
    if json:
        print_json(found)
    else:
        show(diagnosis_view(found, rulebase, lang.value))
