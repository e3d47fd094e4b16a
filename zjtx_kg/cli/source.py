"""Profiles from a file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from zjtx_kg.errors import ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.profile import at_lines
from zjtx_kg.facts.reading import MAX_BYTES, decode, read_yaml
from zjtx_kg.rulebase import Rulebase

__all__ = ["read_profile"]


def read_profile(path: Path, rulebase: Rulebase) -> Profile:
    """A profile; ``-`` reads YAML or JSON from standard input (JSON is YAML)."""
    if str(path) != "-":
        return Profile.from_file(path, rulebase)
    text = decode(sys.stdin.buffer.read(MAX_BYTES + 1), "-")
    data, lines = read_yaml(text, "-")
    try:
        return Profile.from_dict(data, rulebase)
    except ProfileError as error:
        raise at_lines(error, lines) from None
