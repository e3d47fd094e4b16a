"""What each tenant may ask by SPARQL: the law, and its own companies as they stand today.

Every tenant has a dataset of its own. None holds a graph of another, so no query can reach one, however it is
written. The datasets are made from the recorded companies when they are asked for and brought up to date
before each query; what is durable is the record.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from zjtx_api.companies import Companies
from zjtx_api.settings import Settings
from zjtx_kg import Profile, ProfileError, Rulebase, assess
from zjtx_kg.facts import read_json
from zjtx_kg.graph import Answer, Detail, Limits, Published, Query, Store, publish, run
from zjtx_kg.graph import Graphs as Named

__all__ = ["Graphs", "company_iri"]

#: Datasets held at a time, and companies up to which every finding is published rather than the open ones.
_TENANTS: Final = 16
_IN_FULL: Final = 100
_COMPANY: Final = "https://w3id.org/zjtx/company/"


def company_iri(id: str) -> str:
    """The IRI of a recorded company.

    >>> company_iri("suzhou")
    'https://w3id.org/zjtx/company/suzhou'
    """
    return _COMPANY + id


@dataclass
class _Dataset:
    store: Store
    turn: threading.Lock = field(default_factory=threading.Lock)
    held: dict[str, tuple[int, date, str]] = field(default_factory=dict)  # version, day, graph


class Graphs:
    """The datasets of the tenants of one process. Methods may be called from several threads."""

    def __init__(self, companies: Companies, rules: Rulebase, settings: Settings) -> None:
        self.companies = companies
        self.rules = rules
        self.settings = settings
        self.ontology = Path(settings.ontology).resolve() if settings.ontology else None
        self._turn = threading.Lock()
        self._datasets: OrderedDict[str, _Dataset] = OrderedDict()

    def ask(self, tenant: str, query: Query, graphs: Named | None = None) -> Answer:
        """Answer a query over the law and the companies of a tenant, within the limits of the service.

        Graphs that a request names and that are not there are empty; those that the query names are refused.
        """
        store = self.store(tenant)
        limits = Limits(seconds=self.settings.query_limit, rows=self.settings.max_rows)
        if graphs is None:
            return run(query, store, limits)
        return store.answer(query.text, limits, graphs)

    def ask_of(self, profiles: Iterable[Profile], asked: Mapping[str, Any], query: Query) -> Answer:
        """Answer a query over the law and companies that are sent along; nothing of them is kept."""
        store = self._new()
        made = []
        for profile in profiles:
            found = assess(profile, rulebase=self.rules, **asked)
            policy, tiers = asked.get("policy"), asked.get("tiers") or ()
            made.append(publish(profile, found, policy=policy, tiers=tiers, rulebase=self.rules))
        store.add(made)
        return run(query, store, Limits(seconds=self.settings.query_limit, rows=self.settings.max_rows))

    def store(self, tenant: str) -> Store:
        """The dataset of a tenant, up to date with what is recorded."""
        with self._turn:
            found = self._datasets.pop(tenant, None) or _Dataset(self._new())
            self._datasets[tenant] = found
            while len(self._datasets) > _TENANTS:
                self._datasets.popitem(last=False)
        with found.turn:
            self._update(tenant, found)
        return found.store

    def close(self) -> None:
        with self._turn:
            self._datasets.clear()

    def _new(self) -> Store:
        return Store(rulebase=self.rules, ontology=self.ontology)

    def _update(self, tenant: str, dataset: _Dataset) -> None:
        today = date.today()
        wanted = self.companies.standing(tenant)
        held = dataset.held
        stale = [id for id, (version, day, _) in held.items() if wanted.get(id) != version or day != today]
        dataset.store.remove([held.pop(id)[2] for id in stale]) if stale else None
        detail = Detail.FULL if len(wanted) <= _IN_FULL else Detail.COMPACT
        made: list[Published] = []
        for id, version in wanted.items():
            if id not in held:
                graph = self._published(tenant, id, version, today, detail)
                if graph is not None:
                    made.append(graph)
                    held[id] = (version, today, graph.graph)
        if made:
            dataset.store.add(made)

    def _published(self, tenant: str, id: str, version: int, today: date, detail: Detail) -> Published | None:
        """The assessment of a company; none where its record no longer fits the rule files."""
        found = self.companies.get(tenant, id, version)
        if found is None or found.profile is None:
            return None
        try:
            profile = Profile.from_dict(read_json(found.profile), self.rules)
            assessment = assess(profile, as_of=today, rulebase=self.rules)
        except ProfileError:
            return None
        return publish(profile, assessment, detail=detail, company=company_iri(id), rulebase=self.rules)
