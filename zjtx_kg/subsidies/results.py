"""What is said of subsidies. Amounts are in 万元 and exact until they are printed."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from zjtx_kg.reasoning.results import Range, plain

__all__ = ["Case", "Reason", "Reward", "Subsidies"]


class Reason(msgspec.Struct, frozen=True):
    """Why a reward is reduced, open or not paid: the rule and what it means here."""

    rule: str
    text: str


class Reward(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One subsidy in one case.

    ``status`` is ``payable``, ``not_payable`` or ``unknown``. ``amount`` is what this payer gives for it, as
    far as it is known; ``stated`` is the figure of the document. ``form`` is ``cash`` or ``voucher``.
    ``expired`` marks a subsidy whose period is over on the day asked about.
    """

    subsidy: str
    policy: str
    area: str
    payer: str
    level: str
    label: str
    status: str
    form: str
    mode: str
    stated: Any
    amount: Range
    rules: tuple[str, ...]
    because: tuple[Reason, ...]
    from_: date | None
    until: date | None
    last_attested: int | None
    expired: bool
    source: str
    clause: str
    confidence: str | None
    note: str | None


class Case(msgspec.Struct, frozen=True):
    """One title on one occasion. ``day`` is when it is recognised: the day asked about unless it is ``held``.

    ``total`` and ``vouchers`` add up what different payers give, each document once; what is only possible
    counts in ``max`` and not in ``min``.
    """

    title: str
    label: str
    occasion: str
    day: date | None
    held: bool | None
    total: Range
    vouchers: Range
    rewards: tuple[Reward, ...]


class Subsidies(msgspec.Struct, frozen=True):
    """All cases. ``not_covered`` names the levels for whose areas the rule base holds no document at all:
    what they pay is not known. ``missing`` names the places of a profile that could settle more."""

    profile: dict[str, str | None]
    as_of: date
    region: str | None
    unit: str
    cases: tuple[Case, ...]
    not_covered: tuple[str, ...]
    missing: tuple[str, ...]

    def case(self, title: str) -> Case:
        """The case of one title. Raises ``KeyError`` where there is none."""
        for case in self.cases:
            if case.title == title:
                return case
        raise KeyError(title)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object, as plain data."""
        result: dict[str, Any] = plain(self)
        return result
