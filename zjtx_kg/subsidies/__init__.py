"""What a company would be paid for its titles: by whom, how much, stacked by the rules of each document."""

from __future__ import annotations

from zjtx_kg.subsidies.entitlement import subsidies_for
from zjtx_kg.subsidies.results import Case, Reason, Reward, Subsidies

__all__ = ["Case", "Reason", "Reward", "Subsidies", "subsidies_for"]
