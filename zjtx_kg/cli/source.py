"""Profiles and other sheets from a file or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from zjtx_kg.errors import ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.profile import at_lines
from zjtx_kg.facts.reading import MAX_BYTES, decode, read_file, read_yaml
from zjtx_kg.rulebase import Rulebase

__all__ = ["read_data", "read_profile"]

T = TypeVar("T")


def read_profile(path: Path, rulebase: Rulebase) -> Profile:
    """A profile; ``-`` reads YAML or JSON from standard input (JSON is YAML)."""
    return read_data(path, lambda data: Profile.from_dict(data, rulebase))


def read_data(path: Path, make: Callable[[Any], T]) -> T:
    """What ``make`` makes of a file's data; its problems get the lines of a YAML file."""
    if str(path) == "-":
        data, lines = read_yaml(decode(sys.stdin.buffer.read(MAX_BYTES + 1), "-"), "-")
    else:
        data, lines = read_file(path)
    try:
        return make(data)
    except ProfileError as error:
        raise at_lines(error, lines) from None
