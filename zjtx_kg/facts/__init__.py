"""A company's profile and what follows from it, exactly."""

from zjtx_kg.facts.profile import Profile, at_lines
from zjtx_kg.facts.reading import MAX_BYTES, Number, decode, read_json, read_yaml
from zjtx_kg.facts.values import nearest, shown

__all__ = [
    "MAX_BYTES",
    "Number",
    "Profile",
    "at_lines",
    "decode",
    "nearest",
    "read_json",
    "read_yaml",
    "shown",
]
