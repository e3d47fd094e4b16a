"""What one worker holds while it serves: the rules, the store, the limits."""

from __future__ import annotations

from pathlib import Path

from zjtx_api import database, rate
from zjtx_api.companies import Companies
from zjtx_api.graphs import Graphs
from zjtx_api.keys import Keys
from zjtx_api.settings import Settings
from zjtx_kg import Rulebase, load

__all__ = ["Service"]


class Service:
    """Rules are read whole, and every store is opened, before the first request: a fault shows at start."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rules: Rulebase = load(Path(settings.ontology).resolve() if settings.ontology else None)
        self.edition = self.rules.digest[:16]
        self._closed = True
        self.open()

    def open(self) -> None:
        """Open the store; nothing happens where it is open."""
        if self._closed:
            settings = self.settings
            database.prepare(settings.store)
            self.keys = Keys(settings.store)
            self.companies = Companies(settings.store)
            self.allowance = rate.Allowance(settings.store, settings.rate, settings.burst)
            self.graphs = Graphs(self.companies, self.rules, settings)
            self._closed = False

    def close(self) -> None:
        self._closed = True
        self.graphs.close()
        self.keys.close()
        self.companies.close()
        self.allowance.close()
