"""Options that commands share, spelled once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.errors import InputError

__all__ = [
    "AsJson",
    "AsOf",
    "KindOption",
    "Lang",
    "LangOption",
    "MemoryLimit",
    "Ontology",
    "PolicyOption",
    "ReadingOption",
    "Tiers",
    "TimeLimit",
    "day",
]


class LangOption(StrEnum):
    zh = "zh"
    en = "en"


class KindOption(StrEnum):
    new = "new"
    review = "review"


Lang = Annotated[LangOption, typer.Option("--lang", help="语言 / language", envvar="ZJTX_LANG")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="评估日，默认今天 / date of assessment (default: today)"),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Tiers = Annotated[
    list[str] | None,
    typer.Option("--tier", metavar="T", help="只评估此梯度，可重复 / only this tier; repeatable"),
]
PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", metavar="P", help="指定版本，不论日期 / this edition, whatever the date"),
]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", metavar="R", help="采用歧义条款的某种读法 / reading of an ambiguous clause"),
]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit", metavar="S", min=1, help="推理机每次运行的秒数 / seconds for a reasoner run"
    ),
]
MemoryLimit = Annotated[
    int, typer.Option("--memory-limit", metavar="MB", min=64, help="推理机的内存 / memory of a reasoner")
]
Ontology = Annotated[
    Path | None,
    typer.Option(
        "--ontology",
        metavar="DIR",
        envvar="ZJTX_ONTOLOGY",
        help="改用此目录的规则文件 / rule files of this directory",
    ),
]


def day(text: str | None) -> date:
    """The date an option names. A date that does not exist is refused."""
    if text is None:
        return date.today()
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InputError("not_a_day", found=text)
