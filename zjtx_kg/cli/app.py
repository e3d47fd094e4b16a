"""The application: its commands, and how every failure ends."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import zjtx_kg
from zjtx_kg.cli.output import report_error
from zjtx_kg.errors import ZjtxError
from zjtx_kg.texts import language

__all__ = ["app", "main"]

#: Every command and where it is: ``module:function``, or ``module:app`` where it has commands of its own.
COMMANDS: Final = {
    "new": "new:new",
    "assess": "assess:assess",
    "explain": "explain:explain",
    "ask": "ask:ask",
    "advance": "advance:advance",
    "roadmap": "roadmap:roadmap",
    "indicators": "indicators:indicators",
    "subsidies": "subsidies:subsidies",
    "calendar": "calendar:calendar",
    "diagnose": "diagnose:diagnose",
    "digital": "digital:digital",
    "index": "index:index",
    "selfassess": "selfassess:selfassess",
    "form": "form:form",
    "query": "query:query",
    "store": "store:app",
    "ontology": "ontology:app",
    "serve": "serve:serve",
    "keys": "serve:keys",
    "mcp": "mcp:mcp",
}


class _ReaderGone(Exception):
    """Nobody reads the output any more. Not an ``OSError``, which the framework would take for a failure."""


class _Commands(TyperGroup):
    """Commands that are imported when they are called: one that is quick stays quick beside others."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"zjtx_kg.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            command: Any = typer.main.get_group(found)
            command.name = cmd_name
            return command
        alone = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
        alone.command(cmd_name)(found)
        return typer.main.get_command(alone)


app = typer.Typer(
    name="zjtx",
    cls=_Commands,
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


def main() -> None:
    """Run ``zjtx``. Exit status 0 done, 1 a check found problems, 2 bad usage or input, 3 lines failed."""
    try:
        app()
    except ZjtxError as error:
        report_error(error, _wanted_language(sys.argv))
        sys.exit(2)
    except _ReaderGone:  # not an error of ours
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
