"""Profiles and other sheets from a file or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from zjtx_kg.errors import ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.profile import at_lines
from zjtx_kg.facts.reading import MAX_BYTES, decode, read_file, read_yaml
from zjtx_kg.rulebase import Rulebase

__all__ = ["read_data", "read_profile"]

T = TypeVar("T")

#: How a workbook begins; no YAML or JSON does.
ZIP: Final = b"PK\x03\x04"


def read_profile(path: Path, rulebase: Rulebase) -> Profile:
    """A profile; ``-`` reads YAML, JSON (which is YAML) or a filled form from standard input."""
    if str(path) == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        if content.startswith(ZIP):
            return Profile.from_form(content, "-", rulebase)
        return _made(*read_yaml(decode(content, "-"), "-"), lambda data: Profile.from_dict(data, rulebase))
    return Profile.from_file(path, rulebase)


def read_data(path: Path, make: Callable[[Any], T]) -> T:
    """What ``make`` makes of a file's data; its problems get the lines of a YAML file."""
    if str(path) == "-":
        return _made(*read_yaml(decode(sys.stdin.buffer.read(MAX_BYTES + 1), "-"), "-"), make)
    return _made(*read_file(path), make)


def _made(data: Any, lines: Mapping[str, int], make: Callable[[Any], T]) -> T:
    try:
        return make(data)
    except ProfileError as error:
        raise at_lines(error, lines) from None
