"""``zjtx selfassess``: ratings by the standard of the association, as scores of its dimensions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_data, read_profile
from zjtx_kg.facts.sheets import read_ratings
from zjtx_kg.reasoning.selfassess import self_assess
from zjtx_kg.report.selfassess import selfassess_view

__all__ = ["selfassess"]


def selfassess(
    ratings: Annotated[Path, typer.Argument(metavar="RATINGS", help="各项打分，0 至 100 / ratings")],
    profile: Annotated[
        Path | None,
        typer.Option("--profile", metavar="PROFILE", help="旁列画像中的数据 / set its figures beside"),
    ] = None,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """按协会标准自评：四个维度的得分区间 / rate a company against the association's standard."""
    day = options.day(as_of)
    rulebase = rules(ontology)
    chosen = options.readings(reading, rulebase)
    sheet = read_data(ratings, lambda data: read_ratings(data, rulebase))
    company = read_profile(profile, rulebase) if profile else None
    found = self_assess(
        sheet, rulebase=rulebase, profile=company, as_of=day, readings=chosen, lang=lang.value
    )
    if json:
        print_json(found)
    else:
        show(selfassess_view(found, rulebase, lang.value))
