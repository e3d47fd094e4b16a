"""Examples of requests, as the OpenAPI document shows them. The companies are invented."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["PROFILE", "TINY"]

PROFILE: Final[dict[str, Any]] = {
    "profile": 1,
    "name": "苏州示例精密传动有限公司",
    "region": "320505",
    "industry": "3453",
    "established": "2015-03-12",
    "years": {
        "2024": {"revenue": 6200, "main_revenue": 5950, "rd_expense": 390, "employees": 110, "rd_staff": 24},
        "2025": {
            "revenue": "7400万",
            "main_revenue": 7100,
            "rd_expense": {"min": 440, "max": 480},
            "total_assets": 9000,
            "total_liabilities": 4100,
        },
    },
    "facts": {"market_years": 8, "ip_class1": 5, "fields": ["six:core-components"]},
    "titles": [{"title": "srdi-sme", "granted": "2024-06-01", "expires": "2027-05-31"}],
    "awards": [],
}
TINY: Final[dict[str, Any]] = {"years": {"2024": {"total_assets": 9000, "total_liabilities": 7000}}}
