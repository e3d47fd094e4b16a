"""Exact, dated, clause-cited reasoning on China's 专精特新 ladder of SME recognitions.

>>> from datetime import date
>>> from zjtx_kg import Profile, assess
>>> company = Profile.from_dict({"years": {2024: {"revenue": 8000, "main_revenue": 5000}}})
>>> assess(company, as_of=date(2025, 6, 1)).tier("little-giant").status
'not_eligible'
"""

from typing import TYPE_CHECKING, Any

from zjtx_kg.errors import InputError, NotInForceError, Problem, ProfileError, RulebaseError, ZjtxError
from zjtx_kg.facts import Profile
from zjtx_kg.reasoning import (
    Assessment,
    Explanation,
    Finding,
    TierAssessment,
    assess,
    explain,
    statuses,
)
from zjtx_kg.rulebase import Kind, Rulebase, load
from zjtx_kg.texts import Text, language, say

if TYPE_CHECKING:
    from zjtx_kg.advance.advancement import advance
    from zjtx_kg.advance.plans import Advancement, Plan
    from zjtx_kg.advance.questions import Questions, ask
    from zjtx_kg.subsidies import Subsidies, subsidies_for
    from zjtx_kg.supervision import Calendar, calendar_for

__all__ = [
    "Advancement",
    "Assessment",
    "Calendar",
    "Explanation",
    "Finding",
    "InputError",
    "Kind",
    "NotInForceError",
    "Plan",
    "Problem",
    "Profile",
    "ProfileError",
    "Questions",
    "Rulebase",
    "RulebaseError",
    "Subsidies",
    "Text",
    "TierAssessment",
    "ZjtxError",
    "advance",
    "ask",
    "assess",
    "calendar_for",
    "explain",
    "language",
    "load",
    "say",
    "statuses",
    "subsidies_for",
]
__version__ = "0.1.0"

#: Public names that an assessment does not need, and the modules that have them.
_ELSEWHERE = {
    "Advancement": "zjtx_kg.advance.plans",
    "Plan": "zjtx_kg.advance.plans",
    "Questions": "zjtx_kg.advance.questions",
    "ask": "zjtx_kg.advance.questions",
    "Calendar": "zjtx_kg.supervision",
    "Subsidies": "zjtx_kg.subsidies",
    "calendar_for": "zjtx_kg.supervision",
    "subsidies_for": "zjtx_kg.subsidies",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "advance":  # the package, which is called as the function of the same name
        return import_module("zjtx_kg.advance")
    if name in _ELSEWHERE:
        return getattr(import_module(_ELSEWHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
