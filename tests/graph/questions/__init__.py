"""What the questions are asked of: the law, a few rewards of its own, and three companies."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tests.support import changed, ladder_basis, read_yaml
from zjtx_kg import Profile, assess, load
from zjtx_kg.graph import publish
from zjtx_kg.graph.law import law

HERE = Path(__file__).parent
TODAY = date(2026, 6, 1)
TIERS = ("innovative-sme", "srdi-sme", "little-giant", "single-champion")
_FIGURES = {
    "revenue": 12100,
    "main_revenue": 12000,
    "rd_expense": 900,
    "equity_financing": 0,
    "total_assets": 11000,
    "total_liabilities": 4400,
    "net_profit": 1300,
    "employees": 200,
    "rd_staff": 60,
}


@cache
def dataset() -> bytes:
    """Everything as N-Quads."""
    parts = [law(load()), _rewards()]
    for company in read_yaml(HERE / "companies.yaml"):
        profile = Profile.from_dict(_data(company))
        for day in map(date.fromisoformat, company["days"]):
            found = assess(profile, as_of=day, tiers=TIERS)
            parts.append(publish(profile, found, tiers=TIERS).data)
    return b"".join(parts)


def _data(company: dict[str, Any]) -> dict[str, Any]:
    data = ladder_basis()
    data["years"][2025] = dict(_FIGURES)
    debt = company["changes"].pop("years.2025.total_liabilities", None)
    if debt is not None:
        data["years"][2025]["total_liabilities"] = debt
    return changed(data, {"name": company["name"], **company["changes"]})


def _rewards() -> bytes:
    triples = ox.parse(path=HERE / "law.ttl", format=ox.RdfFormat.TURTLE)
    return ox.serialize((quad.triple for quad in triples), format=ox.RdfFormat.N_TRIPLES) or b""
