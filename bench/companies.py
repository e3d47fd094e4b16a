"""Companies to measure with: complete, around the thresholds, the same in every run."""

from __future__ import annotations

import json
import random
from typing import Any

_FIELDS = [
    ["six:key-software", "sei:1.3"],
    ["ten:cnc-robots"],
    [],
    ["six:core-components", "direction:emerging"],
]


def companies(count: int, *, seed: int = 7, gaps: float = 0.0) -> list[dict[str, Any]]:
    """Profiles with every fact known, or with a share of facts left out."""
    rng = random.Random(seed)
    found = [_company(rng, number) for number in range(count)]
    for data in found if gaps else ():
        for section in (data["facts"], *data["years"].values()):
            for key in list(section):
                if rng.random() < gaps:
                    del section[key]
    return found


def lines(profiles: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(profile, ensure_ascii=False).encode() for profile in profiles]


def _company(rng: random.Random, number: int) -> dict[str, Any]:
    revenue = rng.choice([900, 1500, 4999.99, 5000, 8200.5, 10000, 26000])
    years: dict[str, Any] = {}
    for year in ("2024", "2023", "2022"):
        years[year] = {
            "revenue": round(revenue, 2),
            "main_revenue": round(revenue * rng.choice([0.55, 0.7, 0.82, 0.9, 0.97]), 2),
            "rd_expense": round(revenue * rng.choice([0.01, 0.03, 0.045, 0.06, 0.11]), 2),
            "equity_financing": rng.choice([0, 0, 0, 500, 2000, 8000]),
            "total_assets": round(revenue * 1.4, 2),
            "total_liabilities": round(revenue * 1.4 * rng.choice([0.3, 0.55, 0.7, 0.76]), 2),
            "net_profit": round(revenue * rng.choice([-0.05, 0.03, 0.08, 0.12]), 2),
            "employees": rng.choice([40, 180, 420, 1100]),
            "rd_staff": rng.choice([4, 18, 38]),
            "tech_staff": 39,
        }
        revenue /= rng.choice([0.98, 1.04, 1.05, 1.18])
    class1 = rng.choice([0, 1, 2, 4, 9])
    return {
        "profile": 1,
        "name": f"企业 {number}",
        "industry": "3453",
        "years": years,
        "facts": {
            "registered_in_china": True,
            "independent_legal_person": True,
            "on_abnormal_list": False,
            "on_dishonest_list": False,
            "prohibited_product": False,
            "major_incident_3y": False,
            "market_years": rng.choice([1, 2, 3, 5, 10.5]),
            "market_share_national": rng.choice([4, 9.99, 10, 22]),
            "market_share_world": rng.choice([1, 3, 10]),
            "market_rank_national": rng.choice([1, 3, 4, 12]),
            "market_rank_world": rng.choice([3, 4, 20]),
            "high_reputation": rng.random() < 0.8,
            "market_position_leading": rng.random() < 0.8,
            "own_brand": rng.random() < 0.9,
            "info_systems": rng.choice([["management"], ["rd_design", "production"], []]),
            "mgmt_certifications": rng.choice([["iso9001"], ["iso14001"], []]),
            "product_certifications": rng.choice([["ul"], []]),
            "quality_award_provincial": rng.random() < 0.2,
            "standards_participated": rng.choice([0, 1, 3]),
            "standards_led": rng.choice([0, 1]),
            "digital_level": rng.choice([0, 1, 2, 3]),
            "ip_class1": class1,
            "ip_class1_self": class1 // 2,
            "ip_class1_high_value": min(class1, rng.choice([0, 1])),
            "ip_class1_applied": class1,
            "ip_class1_original": class1,
            "ip_class2": rng.choice([0, 3, 12]),
            "rd_institution_level": rng.choice(["none", "below_city", "city", "province", "nation"]),
            "chain_strengthening": rng.random() < 0.8,
            "leading_enterprise_supplier": rng.random() < 0.5,
            "time_honoured_brand": rng.random() < 0.05,
            "fields": rng.choice(_FIELDS),
            "local_feature_score": rng.choice([0, 8, 15]),
            "development_score": rng.choice([45, 50, 60, 72]),
            "development_score_prev": rng.choice([45, 50, 60]),
            "listed": False,
            "new_product": False,
        },
        "titles": [{"title": "innovative-sme", "granted": "2023-06-01", "expires": "2026-05-31"}],
        "awards": [{"award": "provincial-science", "year": 2023, "rank": 3}] if rng.random() < 0.3 else [],
    }
