"""``zjtx mcp``: tools for assistants on standard input and output."""

from __future__ import annotations

import importlib.util
import sys
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import rules
from zjtx_kg.errors import InputError
from zjtx_kg.texts import say

__all__ = ["mcp"]


def mcp(
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1, max=600, help="一次调用的秒数 / seconds for one call")
    ] = 20.0,
    ontology: options.Ontology = None,
    lang: options.Lang = options.LangOption.zh,
) -> None:
    """通过标准输入输出为助手提供工具（MCP） / tools for assistants (MCP) on standard input and output."""
    if importlib.util.find_spec("mcp") is None:
        raise InputError("missing_extra", extra="mcp")
    from zjtx_api.assistant import Assistant  # the protocol, for this command only
    from zjtx_api.assistant.server import run

    assistant = Assistant(rules(ontology), lang=lang.value, seconds=time_limit)
    if sys.stdin.isatty():
        typer.echo(say("mcp.waiting", lang.value), err=True)
    run(assistant)
