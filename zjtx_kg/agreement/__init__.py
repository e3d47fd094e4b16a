"""The same law under several evaluators: do they give each condition the same status?"""

from zjtx_kg.agreement.comparison import Agreement, Disagreement, agree
from zjtx_kg.agreement.evaluators import EVALUATORS, Case, Evaluator, case_of, evaluator

__all__ = [
    "EVALUATORS",
    "Agreement",
    "Case",
    "Disagreement",
    "Evaluator",
    "agree",
    "case_of",
    "evaluator",
]
