"""The law as frozen values, read from ``ontology/``."""

from zjtx_kg.rulebase.model import Indicator, Kind, Node, Policy, Tier
from zjtx_kg.rulebase.reader import load, rule_files
from zjtx_kg.rulebase.rulebase import Rulebase, Selection, walk

__all__ = [
    "Indicator",
    "Kind",
    "Node",
    "Policy",
    "Rulebase",
    "Selection",
    "Tier",
    "load",
    "rule_files",
    "walk",
]
