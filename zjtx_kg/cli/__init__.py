"""The command line, ``zjtx``: one thin module for each command."""

from zjtx_kg.cli.app import main

__all__ = ["main"]
