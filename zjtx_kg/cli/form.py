"""``zjtx form``: the data table of the group standard as an Excel form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import rules, write_file
from zjtx_kg.errors import InputError
from zjtx_kg.facts.form import form_of
from zjtx_kg.report.form import form_workbook
from zjtx_kg.texts import say

__all__ = ["form"]


def form(
    xlsx: Annotated[Path, typer.Option("--xlsx", metavar="FILE", help="写入此 Excel 文件 / write this file")],
    as_of: options.AsOf = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 / overwrite")] = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """生成数据采集表；填好后可代替画像 / write the data table; once filled in, it is read as a profile."""
    rulebase = rules(ontology)
    found = form_of(rulebase)
    if found is None:
        raise InputError("no_form")
    write_file(xlsx, form_workbook(found, rulebase, options.day(as_of), lang.value), force=force)
    typer.echo(say("ui.written", lang.value, path=xlsx), err=True)
