"""What is due when. Dates, periods and texts are provisions of the rule base; here they meet a company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from zjtx_kg.errors import InputError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.knowledge import TitleRecord
from zjtx_kg.rulebase import Kind, Rulebase, load
from zjtx_kg.rulebase.model import Citation, Provision
from zjtx_kg.supervision.periods import last_day, term_end
from zjtx_kg.supervision.results import Calendar, Duty, Event, Steps

__all__ = ["calendar_for"]

#: The rules that bind a holder all the time.
_STANDING: Final = ("changeReport", "cancellation", "complaint")
_BAN: Final = "ban"
#: How far back a calendar looks for what was due last.
_YEAR: Final = timedelta(days=365)


def calendar_for(
    profile: Profile,
    as_of: date | None = None,
    rulebase: Rulebase | None = None,
    *,
    until: date | None = None,
    changed: Iterable[date] = (),
    cancelled: Mapping[str, date] | None = None,
    lang: str = "zh",
) -> Calendar:
    """What is due for a company from ``as_of`` to ``until`` (a year by default), and what was due last.

    The end of a title that is held is listed however far off it is. ``changed`` gives days of changes that
    have to be reported, ``cancelled`` titles that were cancelled for cause and when. Raises
    :class:`InputError` for an unknown title, or where ``until`` is before ``as_of``.

    >>> company = Profile.from_dict({"titles": [{"title": "hnte", "granted": "2023-11-01"}]})
    >>> events = calendar_for(company, date(2026, 5, 1), until=date(2026, 12, 31)).events
    >>> [(str(e.due), e.topic, e.status) for e in events if e.title == "hnte" and e.status != "past"]
    [('2026-05-31', 'yearlyUpdate', 'upcoming'), ('2026-10-31', 'validity', 'upcoming')]
    """
    rules = rulebase or load()
    day = as_of or date.today()
    end = until or last_day(day, years=1)
    if end < day:
        raise InputError("until_before_as_of", until=end, day=day)
    bans = cancelled or {}
    if unknown := next((title for title in bans if title not in rules.titles), None):
        raise InputError("unknown_tier", tier=unknown, known="、".join(rules.titles))
    maker = _Maker(rules, profile, day, end, lang)
    events = [
        *(event for record in profile.titles or () for event in maker.of_title(record)),
        *maker.windows(),
        *(event for change in changed for event in maker.reports(change)),
        *(event for title, when in bans.items() for event in maker.ban(title, when)),
    ]
    events.sort(key=lambda event: (event.due or date.max, event.from_ or event.due or date.max, event.title))
    return Calendar(
        profile.head,
        day,
        end,
        tuple(dict.fromkeys(events)),
        tuple(maker.duties()),
        tuple(maker.procedures()),
        ("titles",) if profile.titles is None else (),
    )


class _Maker:
    """Events of one company."""

    def __init__(self, rules: Rulebase, profile: Profile, as_of: date, until: date, lang: str) -> None:
        self.rules = rules
        self.profile = profile
        self.as_of = as_of
        self.until = until
        self.lang = lang

    # --- titles that are held -------------------------------------------------------------------------

    def of_title(self, record: TitleRecord) -> Iterator[Event]:
        """Yearly updates, and the end of a title that is not continued by another grant."""
        end, rule = self.term(record)
        yield from self._updates(record, end)
        if end is not None and end >= self.as_of - _YEAR and not self._held(record.title, _after(end)):
            yield self._end(record, end, rule)

    def term(self, record: TitleRecord) -> tuple[date | None, Provision | None]:
        """The last day of a title, stated or computed, and the provision on validity that governs it."""
        since = record.granted or self.as_of
        rule = next(self.governing("validity", record.title, since), None)
        if rule is None:
            rule = next(self.governing("validity", record.title, self.as_of), None)
        if record.expires is not None or record.granted is None or rule is None or rule.years is None:
            return record.expires, rule
        return term_end(record.granted, rule.years), rule

    def _end(self, record: TitleRecord, end: date, rule: Provision | None) -> Event:
        judged = self.rules.in_force(record.title, Kind.REVIEW, end)
        return self._event(
            "validity",
            record.title,
            rule,
            due=end,
            computed=record.expires is None,
            judged_by=judged.policy if judged else None,
        )

    def _updates(self, record: TitleRecord, end: date | None) -> Iterator[Event]:
        """The deadlines of the term, and of those that have passed the last one."""
        first = max(record.granted or self.as_of, self.as_of - _YEAR)
        last = min(end or self.until, self.until)
        found = [
            self._event("yearlyUpdate", record.title, rule, due=due)
            for rule in self.rules.provisions.values()
            if rule.topic == "yearlyUpdate" and record.title in rule.tiers and rule.month_day is not None
            for due in (date(year, *rule.month_day) for year in range(first.year, last.year + 1))
            if first <= due <= last and self._governs(rule, record.title, due)
        ]
        past = [event for event in found if event.status == "past"]
        yield from sorted(past, key=lambda event: event.due or date.min)[-1:]
        yield from (event for event in found if event.status != "past")

    # --- applications ---------------------------------------------------------------------------------

    def windows(self) -> Iterator[Event]:
        """Windows of tiers not held for a year beyond them: those to come, else the last that are known."""
        rules = [
            (rule.end, rule)
            for rule in self.rules.provisions.values()
            if rule.topic == "applicationWindow" and rule.end is not None
        ]
        for tier in self.rules.tiers:
            found = [(end, r) for end, r in rules if tier in r.tiers and not self._held(tier, end + _YEAR)]
            ahead = [(end, r) for end, r in found if end >= self.as_of and (r.start or end) <= self.until]
            passed = [(end, r) for end, r in found if end < self.as_of]
            latest = max((end.year for end, _ in passed), default=None)
            for end, rule in ahead or [pair for pair in passed if pair[0].year == latest]:
                yield self._event("applicationWindow", tier, rule, due=end, start=rule.start)

    def _held(self, title: str, day: date) -> bool:
        for record in self.profile.titles or ():
            end, _ = self.term(record)
            granted = record.granted or date.min
            if record.title == title and granted <= day and (end is None or day <= end):
                return True
        return False

    def procedures(self) -> Iterator[Steps]:
        """The steps towards each tier that is not held, under the edition in force."""
        for tier in self.rules.tiers:
            edition = self.rules.in_force(tier, Kind.NEW, self.as_of)
            if edition is None or self._held(tier, self.as_of):
                continue
            for procedure in self.rules.procedures.values():
                if (procedure.policy, procedure.tier) == (edition.policy, tier):
                    yield Steps(
                        tier,
                        self._title(tier),
                        tuple(step(self.lang) for step in procedure.steps),
                        procedure.policy,
                        *self._cited(procedure.citation),
                    )

    # --- what happened --------------------------------------------------------------------------------

    def reports(self, change: date) -> Iterator[Event]:
        """The last day to report a change, for each title held when it happened."""
        for title in dict.fromkeys(record.title for record in self.profile.titles or ()):
            if self._held(title, change):
                for rule in self.governing("changeReport", title, change):
                    due = last_day(change, months=rule.months) if rule.months else None
                    yield self._event("changeReport", title, rule, due=due, start=change)

    def ban(self, title: str, cancelled: date) -> Iterator[Event]:
        """The first day on which one may apply again after a title was cancelled for cause."""
        for rule in self.governing("cancellation", title, cancelled):
            if rule.years is not None:
                free = last_day(cancelled, years=rule.years) + timedelta(days=1)
                yield self._event(_BAN, title, rule, due=free, start=cancelled)

    def duties(self) -> Iterator[Duty]:
        """The standing rules of the titles that are held."""
        held = [title for title in self.rules.titles if self._held(title, self.as_of)]
        for rule in self.rules.provisions.values():
            bound = [t for t in held if t in rule.tiers and self._governs(rule, t, self.as_of)]
            if bound and rule.topic in _STANDING:
                yield Duty(
                    rule.topic,
                    tuple(bound),
                    rule.label(self.lang),
                    rule.text(self.lang),
                    rule.policy,
                    *self._cited(rule.citation),
                )

    # --- provisions -----------------------------------------------------------------------------------

    def governing(self, topic: str, title: str, day: date) -> Iterator[Provision]:
        """The provisions on a topic that bind holders of a title on a day."""
        for rule in self.rules.provisions.values():
            if rule.topic == topic and title in rule.tiers and self._governs(rule, title, day):
                yield rule

    def _governs(self, rule: Provision, title: str, day: date) -> bool:
        """Whether it is of the edition in force for applicants: a new edition binds holders of old titles."""
        edition = self.rules.in_force(title, Kind.NEW, day)
        return edition is not None and edition.policy == rule.policy

    def _event(
        self,
        topic: str,
        title: str,
        rule: Provision | None,
        *,
        due: date | None,
        start: date | None = None,
        computed: bool = False,
        judged_by: str | None = None,
    ) -> Event:
        window = start if topic == "applicationWindow" else None
        clause, confidence = self._cited(rule.citation) if rule else (None, None)
        return Event(
            due=due,
            from_=start,
            status=_status(self.as_of, window, due),
            days=None if due is None else (due - self.as_of).days,
            topic=topic,
            title=title,
            title_label=self._title(title),
            label=rule.label(self.lang) if rule else "",
            text=rule.text(self.lang) if rule else "",
            policy=rule.policy if rule else None,
            clause=clause,
            confidence=confidence,
            computed=computed,
            judged_by=judged_by,
        )

    def _title(self, title: str) -> str:
        return self.rules.titles[title].label(self.lang)

    def _cited(self, citation: Citation) -> tuple[str | None, str | None]:
        clause = citation.clause
        return (clause.citation(self.lang) if clause else None, citation.attestation)


def _after(day: date) -> date:
    return min(day, date.max - timedelta(days=1)) + timedelta(days=1)


def _status(as_of: date, start: date | None, due: date | None) -> str:
    if due is None:
        return "unknown"
    if due < as_of:
        return "past"
    if start is not None and start <= as_of:
        return "open"
    return "today" if due == as_of else "upcoming"
