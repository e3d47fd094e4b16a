"""The law as frozen values, read from ``ontology/``."""

from zjtx_kg.rulebase.model import Kind, Node
from zjtx_kg.rulebase.reader import load, rule_files
from zjtx_kg.rulebase.rulebase import Rulebase, Selection, walk

__all__ = ["Kind", "Node", "Rulebase", "Selection", "load", "rule_files", "walk"]
