"""Stores as the command line names them: a directory, or the address of a SPARQL endpoint."""

from __future__ import annotations

from pathlib import Path

from zjtx_kg.graph import Endpoint, Store, is_address
from zjtx_kg.rulebase import Rulebase

__all__ = ["opened"]


def opened(name: str, rulebase: Rulebase, ontology: Path | None, *, create: bool) -> Store | Endpoint:
    """The store of this name. A directory is made where there is none only if ``create`` says so."""
    if is_address(name):
        return Endpoint(name, rulebase=rulebase, ontology=ontology)
    return Store(name, rulebase=rulebase, ontology=ontology, create=create)
