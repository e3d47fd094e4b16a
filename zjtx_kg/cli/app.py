"""The application: its commands, and how every failure ends."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import zjtx_kg
from zjtx_kg.cli import (
    ask,
    assess,
    calendar,
    digital,
    explain,
    index,
    indicators,
    mcp,
    new,
    ontology,
    query,
    selfassess,
    serve,
    store,
    subsidies,
)
from zjtx_kg.cli.output import report_error
from zjtx_kg.errors import ZjtxError
from zjtx_kg.texts import language

__all__ = ["app", "main"]

app = typer.Typer(
    name="zjtx",
    help="专精特新政策推理：精确、有日期、逐条引用 / exact, dated, clause-cited reasoning on the SRDI ladder",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zjtx {zjtx_kg.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / version")
    ] = False,
) -> None:
    pass


app.command("new")(new.new)
app.command("assess")(assess.assess)
app.command("explain")(explain.explain)
app.command("ask")(ask.ask)
app.command("indicators")(indicators.indicators)
app.command("query")(query.query)
app.command("subsidies")(subsidies.subsidies)
app.command("calendar")(calendar.calendar)
app.command("digital")(digital.digital)
app.command("index")(index.index)
app.command("selfassess")(selfassess.selfassess)
app.add_typer(ontology.app, name="ontology")
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.add_typer(serve.keys, name="keys")
app.add_typer(store.app, name="store")


def main() -> None:
    """Run ``zjtx``. Exit status 0 done, 1 a check found problems, 2 bad usage or input, 3 lines failed."""
    try:
        app()
    except ZjtxError as error:
        report_error(error, _wanted_language(sys.argv))
        sys.exit(2)
    except BrokenPipeError:  # the reader has gone: not an error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _wanted_language(arguments: list[str]) -> str:
    """The language of an error, also where the command itself was never entered."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return language(argument.removeprefix("--lang="))
        if argument == "--lang" and position + 1 < len(arguments):
            return language(arguments[position + 1])
    return language(os.environ.get("ZJTX_LANG"))
