"""The ontology as an ontology: checks for rule authors."""

from zjtx_kg.owl.check import CheckResult, Issue, check_ontology

__all__ = ["CheckResult", "Issue", "check_ontology"]
