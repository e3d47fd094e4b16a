"""A company's profile and what follows from it, exactly."""

from zjtx_kg.facts.profile import Profile

__all__ = ["Profile"]
