"""Exact three-valued reasoning over the rule base: assessment, explanation, what rules ask for."""

from zjtx_kg.reasoning.assessment import assess, selections, statuses
from zjtx_kg.reasoning.explain import Explanation, explain
from zjtx_kg.reasoning.requirement import Requirement, requirement
from zjtx_kg.reasoning.results import Assessment, Finding, TierAssessment, encode, plain
from zjtx_kg.reasoning.stream import answer_lines, bad_line
from zjtx_kg.reasoning.template import template

__all__ = [
    "Assessment",
    "Explanation",
    "Finding",
    "Requirement",
    "TierAssessment",
    "answer_lines",
    "assess",
    "bad_line",
    "encode",
    "explain",
    "plain",
    "requirement",
    "selections",
    "statuses",
    "template",
]
