"""A company's profile and what follows from it, exactly."""

from zjtx_kg.facts.profile import Profile
from zjtx_kg.facts.reading import MAX_BYTES, decode, read_json
from zjtx_kg.facts.values import nearest, shown

__all__ = ["MAX_BYTES", "Profile", "decode", "nearest", "read_json", "shown"]
