"""What a check of the rule files finds."""

from __future__ import annotations

from dataclasses import dataclass

from zjtx_kg.texts import Text

__all__ = ["Issue"]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something wrong with the rule files: where, what was found, what it means and how to mend it."""

    place: str
    found: str
    message: Text
    severity: str = "violation"

    def to_dict(self, lang: str) -> dict[str, str]:
        return {
            "place": self.place,
            "found": self.found,
            "message": self.message(lang),
            "severity": self.severity,
        }
