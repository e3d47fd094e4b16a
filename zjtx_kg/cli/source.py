"""Profiles from a file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from zjtx_kg.errors import ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.profile import at_lines
from zjtx_kg.facts.reading import MAX_BYTES, decode, read_yaml
from zjtx_kg.rulebase import Rulebase

__all__ = ["read_profile"]

#: How a workbook begins; no YAML or JSON does.
ZIP: Final = b"PK\x03\x04"


def read_profile(path: Path, rulebase: Rulebase) -> Profile:
    """A profile; ``-`` reads YAML, JSON (which is YAML) or a filled form from standard input."""
    if str(path) != "-":
        return Profile.from_file(path, rulebase)
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    if content.startswith(ZIP):
        return Profile.from_form(content, "-", rulebase)
    text = decode(content, "-")
    data, lines = read_yaml(text, "-")
    try:
        return Profile.from_dict(data, rulebase)
    except ProfileError as error:
        raise at_lines(error, lines) from None
