"""The path over the tiers: which title when, what each step takes, what runs out, and what holds it up.

The ladder is a graph: an edge leads from a title to the tier that asks for it under the edition in force when
the company would apply. Every path to the target is timed: a step begins when its prior title is held, when
its own plan is done, and when its window is open; the decision follows after a while. A title that
runs out on the way is kept by review where that can be passed. The path that ends first
is shown. Apart from the changes of its plans the company is taken as it is today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from zjtx_kg.advance.advancement import LIMIT, advance
from zjtx_kg.advance.costs import NO_COSTS, Costs
from zjtx_kg.advance.plans import Obstacle, Plan
from zjtx_kg.errors import InputError
from zjtx_kg.facts import Profile
from zjtx_kg.rulebase import Kind, Rulebase, load
from zjtx_kg.texts import say

__all__ = ["Bottleneck", "Event", "Roadmap", "Step", "Window", "roadmap"]

#: So many years ahead are looked at.
_HORIZON: Final = 12
_START: Final = ""

#: What a title pays, by tier and day of the grant; connected by who knows the subsidies.
Subsidies = Callable[[str, date], Sequence[Any]]


class Window(msgspec.Struct, frozen=True):
    """When applications are taken. ``assumed``: taken over from another year, or the whole year."""

    start: date
    end: date
    assumed: bool


class Step(msgspec.Struct, frozen=True):
    """One title on the way. ``waits_for`` says what its application waits for: plan, title or window."""

    tier: str
    label: str
    policy: str
    prior: str | None
    plan: Plan
    ready: date
    window: Window
    applied: date
    granted: date
    expires: date | None
    waits_for: str
    transition: str | None
    subsidies: tuple[Any, ...]


class Event(msgspec.Struct, frozen=True):
    """Something with a day: ``apply``, ``grant``, ``expire`` or ``edition``."""

    day: date
    kind: str
    tier: str
    text: str


class Bottleneck(msgspec.Struct, frozen=True):
    """What the end of the path waits for: a ``plan`` (its slowest input), a ``window``, a ``condition``."""

    kind: str
    tier: str
    path: str | None
    text: str


class Roadmap(msgspec.Struct, frozen=True):
    """The path that ends first. ``in_time`` is set where a year is asked for."""

    target: str
    profile: dict[str, str | None]
    as_of: date
    by: int | None
    feasible: bool
    in_time: bool | None
    granted: date | None
    held: tuple[str, ...]
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    bottleneck: Bottleneck | None
    obstacles: tuple[Obstacle, ...]
    optimal: bool


def roadmap(
    profile: Profile,
    to: str,
    *,
    as_of: date | None = None,
    by: int | None = None,
    costs: Costs = NO_COSTS,
    lock: Sequence[str] = (),
    subsidies: Subsidies | None = None,
    limit: float = LIMIT,
    lang: str = "zh",
    rulebase: Rulebase | None = None,
) -> Roadmap:
    """The path to a tier that ends first, and whether it ends by a year.

    Raises :class:`InputError` for an unknown tier, and what :func:`zjtx_kg.assess` raises.
    """
    rules = rulebase or load()
    if to not in rules.tiers:
        raise InputError("unknown_tier", tier=to, known="、".join(rules.tiers))
    return _Planner(
        profile, to, as_of or date.today(), by, costs, lock, subsidies, limit, lang, rules
    ).roadmap()


@dataclass(frozen=True, slots=True)
class _Planned:
    plan: Plan | None
    obstacles: tuple[Obstacle, ...]
    optimal: bool


class _Planner:
    def __init__(
        self,
        profile: Profile,
        to: str,
        day: date,
        by: int | None,
        costs: Costs,
        lock: Sequence[str],
        subsidies: Subsidies | None,
        limit: float,
        lang: str,
        rules: Rulebase,
    ) -> None:
        self.profile, self.to, self.day, self.by = profile, to, day, by
        self.costs, self.lock, self.subsidies, self.limit = costs, lock, subsidies, limit
        self.lang, self.rules = lang, rules
        self.planned: dict[tuple[str, str, Kind], _Planned] = {}
        self.blocked: list[Obstacle] = []

    def roadmap(self) -> Roadmap:
        timed = [steps for path in self._paths() if (steps := self._timed(path)) is not None]
        best = min(timed, key=lambda steps: (steps[-1].granted, len(steps)), default=())
        granted = best[-1].granted if best else None
        proofs = [self.planned[step.tier, step.policy, Kind.NEW].optimal for step in best]
        return Roadmap(
            target=self.to,
            profile=self.profile.head,
            as_of=self.day,
            by=self.by,
            feasible=bool(best),
            in_time=None if self.by is None else granted is not None and granted.year <= self.by,
            granted=granted,
            held=tuple(sorted(self._held(self.day))),
            steps=tuple(best),
            events=tuple(sorted(self._events(best), key=lambda event: (event.day, event.kind, event.tier))),
            bottleneck=self._bottleneck(best),
            obstacles=() if best else tuple(dict.fromkeys(self.blocked)),
            optimal=all(proofs),
        )

    # --- paths --------------------------------------------------------------------------------------

    def _paths(self) -> Iterator[list[str]]:
        """The tiers still to be reached, in order, by every way the ladder allows."""
        import networkx as nx

        held = self._held(self.day) - {self.to}
        graph = nx.DiGraph()
        for tier in self.rules.tiers:
            priors = self._priors(tier)
            if not priors or held & priors:
                graph.add_edge(_START, tier)
            graph.add_edges_from((prior, tier) for prior in priors if prior in self.rules.tiers)
        if self.to in graph and nx.has_path(graph, _START, self.to):
            for path in nx.all_simple_paths(graph, _START, self.to):
                yield path[1:]

    def _priors(self, tier: str) -> set[str]:
        """The titles of which an application asks for one, under any edition that is or comes into force."""
        found: set[str] = set()
        free = False
        for rule in self.rules.editions(tier, Kind.NEW):
            if rule.end is None or rule.end >= self.day:
                selection = self.rules.select(rule.policy, tier, Kind.NEW)
                prior = selection.prior if selection is not None else None
                free = free or prior is None
                found |= set(prior.titles) if prior is not None else set()
        return set() if free else found

    def _held(self, day: date) -> set[str]:
        return {
            record.title
            for record in self.profile.titles or ()
            if (record.granted is None or record.granted <= day)
            and record.expires is not None
            and day <= record.expires
        }

    # --- time ---------------------------------------------------------------------------------------

    def _timed(self, path: Sequence[str]) -> list[Step] | None:
        steps: list[Step] = []
        for tier in path:
            step = self._step(tier, steps)
            if step is None:
                return None
            steps.append(step)
        return steps

    def _step(self, tier: str, before: Sequence[Step]) -> Step | None:
        """The first application for a tier that has everything it needs."""
        for year in range(self.day.year, self.day.year + _HORIZON):
            window = self._window(tier, year)
            for day in self._starts(tier, window):
                rule = self.rules.in_force(tier, Kind.NEW, day)
                if rule is None:
                    continue
                planned = self._plan(tier, rule.policy)
                if planned.plan is None:
                    self.blocked += planned.obstacles
                    continue
                ready = _later(self.day, int(planned.plan.months))
                last = min(window.end, rule.end or window.end)
                since, prior = self._title_since(tier, rule.policy, before, max(day, ready), last)
                if since is None:
                    continue
                applied = max(day, ready, since)
                if applied > last:
                    continue
                return self._made(tier, rule.policy, planned.plan, ready, window, applied, since, prior)
        return None

    def _starts(self, tier: str, window: Window) -> list[date]:
        """The days in a window from which an edition judges."""
        first = max(window.start, self.day)
        later = [
            rule.start for rule in self.rules.editions(tier, Kind.NEW) if first < rule.start <= window.end
        ]
        return [first, *later] if first <= window.end else later

    def _title_since(
        self, tier: str, policy: str, before: Sequence[Step], first: date, last: date
    ) -> tuple[date | None, str | None]:
        """From when a title that is asked for is held within the days in which the application falls."""
        selection = self.rules.select(policy, tier, Kind.NEW)
        prior = selection.prior if selection is not None else None
        if prior is None:
            return self.day, None
        ways = [(step.granted, step.expires, step.tier) for step in before]
        ways += [
            (record.granted or self.day, record.expires, record.title) for record in self.profile.titles or ()
        ]
        fits = [
            (max(granted, self.day), title)
            for granted, expires, title in ways
            if title in prior.titles
            and granted <= last
            and expires is not None
            and (max(granted, first) <= expires or self._renewable(title, expires))
        ]
        return min(fits, default=(None, None))

    def _made(
        self,
        tier: str,
        policy: str,
        plan: Plan,
        ready: date,
        window: Window,
        applied: date,
        since: date,
        prior: str | None,
    ) -> Step:
        waits = self._waits(tier, window, applied, ready, since)
        pace = self.rules.paces.get(tier)
        decided = applied if window.start.month == 1 and window.assumed else window.end
        granted = _later(max(applied, decided), pace.months_to_decision if pace else 0)
        years = self._validity(tier, policy)
        now = self.rules.in_force(tier, Kind.NEW, self.day)
        other = now is not None and now.policy != policy
        return Step(
            tier=tier,
            label=self.rules.tiers[tier].label(self.lang),
            policy=policy,
            prior=prior,
            plan=plan,
            ready=ready,
            window=window,
            applied=applied,
            granted=granted,
            expires=None if years is None else _later(granted, 12 * years),
            waits_for=waits,
            transition=now.policy if other and now is not None else None,
            subsidies=tuple(self.subsidies(tier, granted)) if self.subsidies is not None else (),
        )

    def _waits(self, tier: str, window: Window, applied: date, ready: date, since: date) -> str:
        """What would have to be earlier for an earlier application: plan, prior title, or window."""
        if self._first_window(tier, since).start < window.start:
            return "plan"
        if self._first_window(tier, ready).start < window.start:
            return "title"
        if applied > max(window.start, self.day):
            return "plan" if applied == ready else "title"
        return "window"

    def _first_window(self, tier: str, day: date) -> Window:
        years = range(self.day.year, self.day.year + _HORIZON)
        windows = [self._window(tier, year) for year in years]
        return next((window for window in windows if window.end >= max(day, self.day)), windows[-1])

    def _renewable(self, title: str, expires: date) -> bool:
        """Whether a title can be kept by review when it runs out."""
        if title not in self.rules.tiers or expires < self.day:
            return False
        rule = self.rules.in_force(title, Kind.REVIEW, expires)
        if rule is None:
            return False
        planned = self._plan(title, rule.policy, Kind.REVIEW)
        return planned.plan is not None and _later(self.day, int(planned.plan.months)) <= expires

    def _window(self, tier: str, year: int) -> Window:
        """The company's window of a year: as laid down, else as in the year that is, else the whole year."""
        found = [
            p
            for p in self.rules.provisions.values()
            if p.topic == "applicationWindow"
            and tier in p.tiers
            and p.start is not None
            and p.end is not None
        ]
        if not found:
            return Window(date(year, 1, 1), date(year, 12, 31), assumed=True)
        first = min(found, key=lambda p: (p.start, p.id))
        assert first.start is not None
        assert first.end is not None
        return Window(
            first.start.replace(year=year), first.end.replace(year=year), assumed=first.start.year != year
        )

    def _validity(self, tier: str, policy: str) -> int | None:
        provisions = self.rules.provisions.values()
        found = [p for p in provisions if p.topic == "validity" and tier in p.tiers and p.years is not None]
        own = [p for p in found if p.policy == policy] or found
        return own[0].years if own else None

    def _plan(self, tier: str, policy: str, kind: Kind = Kind.NEW) -> _Planned:
        if (tier, policy, kind) not in self.planned:
            found = advance(
                self.profile,
                tier,
                as_of=self.day,
                policy=policy,
                kind=kind,
                objective="soonest",
                alternatives=1,
                lock=self.lock,
                costs=self.costs,
                limit=self.limit,
                lang=self.lang,
                rulebase=self.rules,
            )
            plan = found.plans[0] if found.plans else None
            self.planned[tier, policy, kind] = _Planned(plan, found.obstacles, found.optimal)
        return self.planned[tier, policy, kind]

    # --- saying -------------------------------------------------------------------------------------

    def _events(self, steps: Sequence[Step]) -> Iterator[Event]:
        end = (
            steps[-1].granted
            if steps
            else self.day.replace(year=self.day.year + 1, day=min(self.day.day, 28))
        )
        for record in self.profile.titles or ():
            if record.expires is not None and self.day <= record.expires <= end:
                yield self._event(record.expires, "expire", record.title)
        for step in steps:
            yield self._event(step.applied, "apply", step.tier)
            yield self._event(step.granted, "grant", step.tier)
            if step.expires is not None and step.expires <= end:
                yield self._event(step.expires, "expire", step.tier)
        for tier in dict.fromkeys(step.tier for step in steps):
            for rule in self.rules.editions(tier, Kind.NEW):
                if self.day < rule.start <= end:
                    yield self._event(rule.start, "edition", tier, rule.policy)

    def _event(self, day: date, kind: str, title: str, policy: str = "") -> Event:
        label = self.rules.titles[title].label(self.lang)
        edition = ""
        if policy:
            found = self.rules.policies[policy]
            edition = (found.short or found.title)(self.lang)
        return Event(day, kind, title, say(f"roadmap.{kind}", self.lang, title=label, edition=edition))

    def _bottleneck(self, steps: Sequence[Step]) -> Bottleneck | None:
        """What the last application waits for, followed back over the titles it waits for."""
        if not steps:
            if not self.blocked:
                return None
            first = self.blocked[0]
            tier = first.condition.split("/")[1]
            return Bottleneck("condition", tier, None, first.label)
        for step in reversed(steps):
            if step.waits_for == "plan":
                slowest = max(step.plan.changes, key=lambda change: change.lead_time_months)
                text = say(
                    "roadmap.waits_plan",
                    self.lang,
                    title=step.label,
                    change=slowest.text,
                    months=slowest.lead_time_months,
                )
                return Bottleneck("plan", step.tier, slowest.path, text)
            if step.waits_for == "window" or step.prior not in {other.tier for other in steps}:
                text = say(
                    "roadmap.waits_window",
                    self.lang,
                    title=step.label,
                    start=step.window.start,
                    end=step.window.end,
                )
                return Bottleneck("window", step.tier, None, text)
        return None


def _later(day: date, months: int) -> date:
    """The day so many months later, at most the 28th."""
    years, month = divmod(day.month - 1 + months, 12)
    if months == 0:
        return day
    return date(day.year + years, month + 1, min(day.day, 28))
