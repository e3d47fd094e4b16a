"""Where the data beside the code is found: in the wheel, or at the root of a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["ontology_directory", "queries_directory"]


@cache
def _data(name: str) -> Path:
    package = Path(__file__).resolve().parent
    for candidate in (package / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(name)


def ontology_directory() -> Path:
    """The directory of the Turtle rule files that this installation carries."""
    return _data("ontology")


def queries_directory() -> Path:
    """The directory of the SPARQL library that this installation carries."""
    return _data("queries")
