"""``zjtx index``: the development index of a company or a region, as far as it can be computed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_data, read_profile
from zjtx_kg.errors import InputError
from zjtx_kg.facts.sheets import read_means, read_region
from zjtx_kg.reasoning.index import company_index, region_index
from zjtx_kg.report.index import index_view

__all__ = ["index"]


def index(
    profile: Annotated[Path | None, typer.Argument(metavar="[PROFILE]", help="企业画像 / profile")] = None,
    region: Annotated[
        Path | None, typer.Option("--region", metavar="FILE", help="区域数据 / counts of a region")
    ] = None,
    means: Annotated[
        Path | None,
        typer.Option(
            "--means", metavar="FILE", help="行业均值与补充数据 / means of the industry, more figures"
        ),
    ] = None,
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """测算发展评价指标中可算者，其余说明为何不可算 / compute what can be of the development index."""
    day = options.day(as_of)
    rulebase = rules(ontology)
    if (profile is None) is (region is None) or (region is not None and means is not None):
        raise InputError("profile_or_region")
    chosen = options.readings(reading, rulebase)
    if region is not None:
        sheet = read_data(region, lambda data: read_region(data, rulebase))
        found = region_index(sheet, rulebase=rulebase, readings=chosen, lang=lang.value)
    else:
        assert profile is not None
        company = read_profile(profile, rulebase)
        given = read_data(means, lambda data: read_means(data, rulebase)) if means else None
        found = company_index(
            company, rulebase=rulebase, as_of=day, means=given, readings=chosen, lang=lang.value
        )
    if json:
        print_json(found)
    else:
        show(index_view(found, rulebase, lang.value))
