"""Options that commands share, spelled once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.errors import InputError
from zjtx_kg.rulebase import Rulebase

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
    "StoreOption",
    "Tiers",
    "TimeLimit",
    "day",
    "pairs",
    "readings",
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
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="DIR|URL",
        envvar="ZJTX_STORE",
        help="评估仓库：目录，或 SPARQL 端点的地址 / store: a directory, or the address of a SPARQL endpoint",
    ),
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


def pairs(items: Iterable[str] | None, wanted: str) -> dict[str, str]:
    """Options of the form ``key=value``. What has no ``=``, or repeats a key, is refused."""
    found: dict[str, str] = {}
    for item in items or ():
        key, equals, value = item.partition("=")
        if not key or not equals or not value or key in found:
            raise InputError("not_a_pair", found=item, wanted=wanted)
        found[key] = value
    return found


def readings(chosen: list[str] | None, rulebase: Rulebase) -> tuple[str, ...]:
    """The readings that an option names. One that does not exist is refused."""
    for reading in chosen or ():
        if reading not in rulebase.readings:
            raise InputError("unknown_reading", reading=reading, known="、".join(rulebase.readings))
    return tuple(chosen or ())
