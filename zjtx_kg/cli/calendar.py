"""``zjtx calendar``: what is due when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_profile
from zjtx_kg.supervision import calendar_for

__all__ = ["calendar"]


def calendar(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="画像 / profile")],
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="列到此日，默认一年 / list to this day (default: a year)"
        ),
    ] = None,
    changed: Annotated[
        list[str] | None,
        typer.Option("--changed", metavar="DATE", help="发生重大变化的日期，可重复 / day of a major change"),
    ] = None,
    cancelled: Annotated[
        list[str] | None,
        typer.Option(
            "--cancelled", metavar="TITLE=DATE", help="被撤销的称号与日期，可重复 / title cancelled for cause"
        ),
    ] = None,
    as_of: options.AsOf = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """列出何时办理何事：申报窗口、年度更新、到期复核、变化报告 / what is due when."""
    rulebase = rules(ontology)
    day = options.day(as_of)
    bans = options.pairs(cancelled, "TITLE=DATE")
    found = calendar_for(
        read_profile(profile, rulebase),
        day,
        rulebase,
        until=options.day(until) if until else None,
        changed=[options.day(change) for change in changed or ()],
        cancelled={title: options.day(when) for title, when in bans.items()},
        lang=lang.value,
    )
    if json:
        print_json(found)
        return
    from zjtx_kg.report.calendar import calendar_view  # only where people read

    show(calendar_view(found, rulebase, lang.value))
