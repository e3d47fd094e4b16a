"""What the titles on a path pay: the connection of the roadmap with the subsidies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zjtx_kg.advance.roadmap import Subsidies
from zjtx_kg.facts import Profile
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.subsidies import subsidies_for
from zjtx_kg.subsidies.results import Reward

__all__ = ["payments"]


def payments(profile: Profile, rulebase: Rulebase, lang: str) -> Subsidies:
    """The rewards that a title would bring a company if it were granted on a day."""

    def paid(tier: str, granted: date) -> Sequence[Reward]:
        found = subsidies_for(profile, tier, granted, rulebase, lang=lang)
        return [reward for case in found.cases for reward in case.rewards if reward.status != "not_payable"]

    return paid
