"""Exact, dated, clause-cited reasoning on China's 专精特新 ladder of SME recognitions.

>>> from datetime import date
>>> from zjtx_kg import Profile, assess
>>> company = Profile.from_dict({"years": {2024: {"revenue": 8000, "main_revenue": 5000}}})
>>> assess(company, as_of=date(2025, 6, 1)).tier("little-giant").status
'not_eligible'
"""

from zjtx_kg.advance.advancement import advance
from zjtx_kg.advance.plans import Advancement, Plan
from zjtx_kg.advance.questions import Question, Questions, ask
from zjtx_kg.facts import Profile
from zjtx_kg.reasoning.assessment import assess, statuses
from zjtx_kg.reasoning.results import Assessment, Finding, TierAssessment
from zjtx_kg.rulebase import Kind, Rulebase, load

__all__ = [
    "Advancement",
    "Assessment",
    "Finding",
    "Kind",
    "Plan",
    "Profile",
    "Question",
    "Questions",
    "Rulebase",
    "TierAssessment",
    "advance",
    "ask",
    "assess",
    "load",
    "statuses",
]
__version__ = "0.1.0"
