"""``zjtx indicators``: what is known of every input and derived indicator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.reasoning.inventory import inventory
from zjtx_kg.report.inventory import inventory_view

__all__ = ["indicators"]


def indicators(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    as_of: options.AsOf = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """列出各项指标的取值、单位、年度与来源 / list values, units, years and how they were computed."""
    rulebase = rules(ontology)
    found = inventory(read_profile(profile, rulebase), options.day(as_of), rulebase, lang.value)
    if json:
        print_json({"indicators": found})
    else:
        show(inventory_view(found, lang.value))
