"""``zjtx subsidies``: what a company would be paid for its titles, by whom, stacked by the rules."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.subsidies import subsidies_for

__all__ = ["subsidies"]


class OccasionOption(StrEnum):
    recognition = "recognition"
    review = "review"
    relocation = "relocation"


def subsidies(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    tier: Annotated[
        list[str] | None,
        typer.Option("--tier", metavar="T", help="只看此梯度或称号，可重复 / only this title; repeatable"),
    ] = None,
    occasion: Annotated[
        OccasionOption,
        typer.Option("--occasion", help="新认定、复核通过或迁入 / new title, review passed, moved in"),
    ] = OccasionOption.recognition,
    received: Annotated[
        list[str] | None,
        typer.Option(
            "--received",
            metavar="KEY=AMOUNT",
            help="已得金额（万元），按层级或奖补编号，可重复 / received already, by level or subsidy id",
        ),
    ] = None,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """算出各级奖补：谁给、多少、哪些因何不给 / what is paid, by whom, and what is not for which rule."""
    day = options.day(as_of)
    rulebase = rules(ontology)
    found = subsidies_for(
        read_profile(profile, rulebase),
        tier or None,
        day,
        rulebase,
        occasion=occasion.value,
        readings=reading or (),
        received=options.pairs(received, "KEY=AMOUNT"),
        lang=lang.value,
    )
    if json:
        print_json(found)
        return
    from zjtx_kg.report.subsidies import subsidies_view  # tables only where people read

    show(subsidies_view(found, rulebase, lang.value, detailed=bool(tier)))
