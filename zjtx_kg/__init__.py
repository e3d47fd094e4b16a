"""Exact, dated, clause-cited reasoning on China's 专精特新 ladder of SME recognitions.

>>> from datetime import date
>>> from zjtx_kg import Profile, assess
>>> company = Profile.from_dict({"years": {2024: {"revenue": 8000, "main_revenue": 5000}}})
>>> assess(company, as_of=date(2025, 6, 1)).tier("little-giant").status
'not_eligible'
"""

from typing import TYPE_CHECKING, Any

from zjtx_kg.facts import Profile
from zjtx_kg.reasoning.assessment import assess, statuses
from zjtx_kg.reasoning.results import Assessment, Finding, TierAssessment
from zjtx_kg.rulebase import Kind, Rulebase, load

if TYPE_CHECKING:
    from zjtx_kg.subsidies import Subsidies, subsidies_for
    from zjtx_kg.supervision import Calendar, calendar_for

__all__ = [
    "Assessment",
    "Calendar",
    "Finding",
    "Kind",
    "Profile",
    "Rulebase",
    "Subsidies",
    "TierAssessment",
    "assess",
    "calendar_for",
    "load",
    "statuses",
    "subsidies_for",
]
__version__ = "0.1.0"

#: Public names that an assessment does not need, and the modules that have them.
_ELSEWHERE = {
    "Calendar": "zjtx_kg.supervision",
    "Subsidies": "zjtx_kg.subsidies",
    "calendar_for": "zjtx_kg.supervision",
    "subsidies_for": "zjtx_kg.subsidies",
}


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        from importlib import import_module

        return getattr(import_module(_ELSEWHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
