"""Exact, dated, clause-cited reasoning on China's 专精特新 ladder of SME recognitions.

>>> from datetime import date
>>> from zjtx_kg import Profile, assess
>>> company = Profile.from_dict({"years": {2024: {"revenue": 8000, "main_revenue": 5000}}})
>>> assess(company, as_of=date(2025, 6, 1)).tier("little-giant").status
'not_eligible'
"""

from zjtx_kg.advance.questions import Question, Questions, ask
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

__all__ = [
    "Assessment",
    "Explanation",
    "Finding",
    "InputError",
    "Kind",
    "NotInForceError",
    "Problem",
    "Profile",
    "ProfileError",
    "Question",
    "Questions",
    "Rulebase",
    "RulebaseError",
    "Text",
    "TierAssessment",
    "ZjtxError",
    "ask",
    "assess",
    "explain",
    "language",
    "load",
    "say",
    "statuses",
]
__version__ = "0.1.0"
