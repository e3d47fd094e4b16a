"""IRIs of the OWL view. A condition is a class of companies, an indicator a data property of a company."""

from __future__ import annotations

from typing import Final

from zjtx_kg.terms import DL

__all__ = ["COMPANY", "award", "counter", "indicator", "met", "points", "prior_title", "probe", "unmet"]

COMPANY: Final = DL + "Company"
_MET: Final = DL + "met/"
_UNMET: Final = DL + "unmet/"


def indicator(id: str) -> str:
    return f"{DL}indicator/{id}"


def award(id: str, years: int) -> str:
    """The property whose value is the best rank in an award within so many years."""
    return f"{DL}award/{id}/within-{years}-years"


def points(id: str) -> str:
    return f"{DL}points/{id}"


def met(id: str, variant: str = "") -> str:
    """The class of companies that meet a condition.

    >>> met("miit-2026-2/little-giant", "/for/review")
    'https://w3id.org/zjtx/dl/met/miit-2026-2/little-giant/for/review'
    """
    return f"{_MET}{id}{variant}"


def unmet(met_iri: str) -> str:
    """The complement of a class of companies that meet a condition."""
    return _UNMET + met_iri.removeprefix(_MET)


def counter(number: int) -> str:
    return f"{DL}count/{number}"


def prior_title(criteria: str) -> str:
    """The id under which the titles to be held before applying are judged."""
    return f"{criteria}/prior-title"


def probe(position: int, side: str) -> str:
    return f"{DL}probe/{side}{position}"
