"""What is known of indicators, as observations with value, unit, year, source and derivation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from zjtx_kg import terms
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import DAYS_SINCE, Facts, deriver
from zjtx_kg.facts.knowledge import AwardRecord, Interval, Known, TitleRecord
from zjtx_kg.graph.values import iri, line, literal, number_lines, rounded_line, year_term
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Indicator, Place, Tier, ValueType

__all__ = ["Observations", "Observer"]

_A: Final = f"<{terms.RDF}type>"


class Observer:
    """How one rule base names what is observed: indicators, codes, titles, years."""

    def __init__(self, rulebase: Rulebase) -> None:
        self.rulebase = rulebase
        self.words = wording(rulebase)
        self.natural = deriver(rulebase).natural
        self.codes = {
            (scheme.id, code.id): iri(code.iri)
            for scheme in rulebase.schemes.values()
            for code in scheme.codes.values()
        }

    # --- names ----------------------------------------------------------------------------------------

    def years(self, id: str, facts: Facts) -> tuple[int, ...]:
        """The fiscal years an indicator is of; none for a state."""
        indicator = self.rulebase.indicators[id]
        if indicator.place is Place.YEAR:
            return (facts.last_year,)
        derivation = indicator.derivation
        if derivation is None or derivation.function == DAYS_SINCE:
            return ()
        if derivation.classification is not None:
            return (facts.last_year,)
        return tuple(sorted({facts.last_year - argument.years_back for argument in derivation.arguments}))

    def iri(self, graph: str, id: str, facts: Facts) -> str:
        """The observation of an indicator as a condition reads it."""
        if self.rulebase.indicators[id].place is Place.YEAR:
            return f"<{graph}/observation/{id}/{facts.last_year}>"
        return f"<{graph}/observation/{id}>"

    def title(self, id: str) -> str:
        """The IRI of a title; tiers are titles."""
        base = terms.TIER if isinstance(self.rulebase.titles[id], Tier) else terms.TITLE
        return iri(base + id)

    def values(self, id: str, value: Any) -> list[str]:
        """A truth value, a code or the members of a list as terms."""
        if value is None:
            return []
        if isinstance(value, bool):
            return [literal("true" if value else "false", datatype="boolean")]
        return [self._code(id, code) for code in ([value] if isinstance(value, str) else value)]

    def _code(self, id: str, code: str) -> str:
        for scheme in self.rulebase.indicators[id].schemes:
            found = self.codes.get((scheme, code))
            if found is not None:
                return found
        if code in self.rulebase.titles:
            return self.title(code)
        if code in self.rulebase.awards:
            return iri(terms.AWARD + code)
        return literal(code)

    def known(self, key: str, indicator: Indicator, known: Known) -> list[str]:
        """What is known, as lines; none where nothing beyond the bounds that always hold is."""
        if known is None:
            return []
        if isinstance(known, tuple) and not isinstance(known, Interval):
            return [line(key, "value", self._code(indicator.id, _name(record))) for record in known]
        if not isinstance(known, Interval):
            plain = sorted(known) if isinstance(known, frozenset) else known
            return [line(key, "value", value) for value in self.values(indicator.id, plain)]
        if indicator.type is ValueType.CODE:
            return self._level(key, indicator, known)
        if known == self.natural.get(indicator.id):
            return []
        return number_lines(key, *known) + rounded_line(key, known)

    def _level(self, key: str, indicator: Indicator, known: Interval) -> list[str]:
        codes = self.rulebase.schemes[indicator.schemes[0]].codes.values()
        possible = [code for code in codes if code.rank in known]
        if len(possible) == len(codes):
            return []
        name = "value" if len(possible) == 1 else "possible"
        return [line(key, name, iri(code.iri)) for code in possible]


@dataclass(slots=True)
class Observations:
    """The observations of one graph: each indicator once, with what it was computed from."""

    observer: Observer
    graph: str
    company: str
    profile: Profile
    facts: Facts
    written: dict[str, list[str]] = field(default_factory=dict)

    def lines(self, ids: Iterable[str]) -> list[str]:
        """The observations of the indicators read, and of the figures they are computed from."""
        for id in ids:
            self._observe(id)
        return [found for key in sorted(self.written) for found in self.written[key]]

    def _observe(self, id: str) -> str:
        """The node of an indicator as a condition reads it; written where it is not yet."""
        rules, facts = self.observer.rulebase, self.facts
        indicator = rules.indicators[id]
        if indicator.place is Place.YEAR:
            return self._figure(id, facts.last_year)
        key = self.observer.iri(self.graph, id, facts)
        if key in self.written:
            return key
        state = "notApplicable" if id in facts.inapplicable else None
        lines = self.written[key] = self._lines(key, indicator, facts.known[id], state)
        self._source(lines, key, id if indicator.place is Place.RECORD else f"facts.{id}")
        derivation = indicator.derivation
        if derivation is None:
            return key
        if derivation.classification is None and derivation.function != DAYS_SINCE:
            back = [(argument.indicator, argument.years_back) for argument in derivation.arguments]
            sources = [self._from(figure, facts.last_year - years) for figure, years in back]
        else:
            paths = deriver(rules).sources(id, facts, every=True)
            figures = [path.split(".") for path in paths if path.startswith("years.")]
            sources = [self._figure(figure, int(year)) for _, year, figure in figures]
            for path in paths:
                if not path.startswith("years."):
                    self._source(lines, key, path)
        lines += [f"{key} <{terms.PROV}wasDerivedFrom> {source}\n" for source in dict.fromkeys(sources)]
        return key

    def _from(self, id: str, year: int) -> str:
        if self.observer.rulebase.indicators[id].place is Place.YEAR:
            return self._figure(id, year)
        return self._observe(id)

    def _figure(self, id: str, year: int) -> str:
        """The node of one year's figure."""
        key = f"<{self.graph}/observation/{id}/{year}>"
        if key in self.written:
            return key
        rules = self.observer.rulebase
        known = self.facts.figure(id, self.facts.last_year - year)
        lines = self.written[key] = self._lines(key, rules.indicators[id], known, None)
        lines.append(line(key, "fiscalYear", year_term(year)))
        self._source(lines, key, f"years.{year}.{id}")
        if not self.profile.gives(f"years.{year}.{id}") and known != self.observer.natural[id]:
            related = [other.id for other in rules.inputs.values() if id in other.at_most]
            for other in (*rules.indicators[id].at_most, *related):  # bounded by its parts or its whole
                if self.profile.gives(f"years.{year}.{other}"):
                    lines.append(f"{key} <{terms.PROV}wasDerivedFrom> {self._figure(other, year)}\n")
        return key

    def _source(self, lines: list[str], key: str, path: str) -> None:
        if self.profile.gives(path):
            lines.append(line(key, "sourcePath", literal(path)))

    def _lines(self, key: str, indicator: Indicator, known: Known, state: str | None) -> list[str]:
        values = self.observer.known(key, indicator, known) if state is None else []
        if state is None:
            exactly = known is not None and (not isinstance(known, Interval) or known.settled)
            state = "known" if exactly else "partlyKnown" if values else "notKnown"
        lines = [
            f"{key} {_A} <{terms.NS}Observation>\n",
            line(key, "assessment", f"<{self.graph}>"),
            line(key, "company", self.company),
            line(key, "indicator", iri(terms.INDICATOR + indicator.id)),
            line(key, "knowledgeState", f"<{terms.NS}{state}>"),
        ]
        if indicator.unit is not None:
            lines.append(line(key, "unit", iri(terms.UNIT + indicator.unit.id)))
        return lines + values


def _name(record: TitleRecord | AwardRecord) -> str:
    return record.title if isinstance(record, TitleRecord) else record.award
