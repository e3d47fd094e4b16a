"""The JSON of an assessment is the contract's to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support import DAY, company, flat
from zjtx_kg import assess
from zjtx_kg.reasoning.results import encode

_TIER = {
    "tier",
    "policy",
    "status",
    "prior_title",
    "score",
    "findings",
    "blocking",
    "missing",
    "open",
    "missing_inputs",
}
_FINDING = {
    "condition",
    "label",
    "status",
    "knowledge",
    "indicator",
    "observed",
    "operator",
    "bound",
    "unit",
    "margin",
    "clause",
    "confidence",
    "children",
}
_ADDED = {"points", "margin_range", "indicators"}


def _json(changes: dict[str, Any] | None = None, **asked: Any) -> Any:
    return json.loads(encode(assess(company(changes), **{"as_of": DAY, **asked})))


def _findings(tier: Any) -> list[Any]:
    found = []
    for finding in tier["findings"]:
        found.append(finding)
        found += _findings({"findings": finding["children"]})
    return found


@pytest.mark.parametrize("policy", ["miit-2022-63", "miit-2026-2"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_and_shapes(policy: str, lang: str) -> None:
    result = _json(
        {"facts.own_brand": None, "years.2024.rd_expense": {"min": 440, "max": 480}}, policy=policy, lang=lang
    )
    assert list(result) == ["profile", "as_of", "kind", "tiers"]
    assert result["profile"] == {"name": "样例企业", "uscc": None}
    assert (result["as_of"], result["kind"]) == ("2025-06-01", "new")
    for tier in result["tiers"]:
        assert set(tier) == _TIER
        assert tier["status"] in {"eligible", "conditional", "undetermined", "not_eligible"}
        for finding in _findings(tier):
            assert set(finding) >= _FINDING
            assert set(finding) <= _FINDING | _ADDED
            assert finding["status"] in {"met", "unmet", "unknown"}
            assert finding["condition"].startswith(f"{policy}/{tier['tier']}/")
            assert finding["condition"].isascii()
            assert finding["clause"]
            assert finding["confidence"] in {"verified-2", "verified-1", "seed", "memory", "unknown"}
            if finding["children"]:
                assert finding["operator"] in {"all", "any", "at_least", "score", "count"}
            observed = finding["observed"]
            assert observed is None or set(observed) == {"min", "max"} or "value" in observed


def test_a_threshold_reads_as_the_contract_prints_it() -> None:
    result = _json(
        {"years.2024.total_assets": 9000, "years.2024.total_liabilities": 4100}, tiers=["little-giant"]
    )
    debt = next(f for f in _findings(result["tiers"][0]) if f["condition"].endswith("refinement/debt-ratio"))
    assert debt == {
        "condition": "miit-2022-63/little-giant/refinement/debt-ratio",
        "label": "资产负债率不高于70%",
        "status": "met",
        "knowledge": "measured",
        "indicator": "debt_ratio",
        "observed": {"min": 45.555556, "max": 45.555556},
        "operator": "<=",
        "bound": 70,
        "unit": "%",
        "margin": 24.444444,
        "clause": "附件3 二",
        "confidence": "verified-2",
        "children": [],
    }


def test_a_score_reads_as_the_contract_prints_it() -> None:
    score = _json({"facts.local_feature_score": None}, tiers=["srdi-sme"])["tiers"][0]["score"]
    assert list(score) == ["min", "max", "pass", "groups"]
    assert score["groups"][2] == {"id": "distinctiveness", "min": 0, "max": 15, "full": 15, "pass": None}
    assert _json(tiers=["little-giant"])["tiers"][0]["score"] is None


def test_observed_is_what_is_known() -> None:
    tier = _json(
        {
            "years.2024.rd_expense": {"min": 440, "max": 480},
            "facts.market_share_national": None,
            "facts.ip_class1_applied": {"min": 1},
            "facts.ip_class1_original": None,
            "facts.own_brand": False,
            "industry": None,
        },
        tiers=["little-giant"],
    )["tiers"][0]
    by_indicator = {f["indicator"]: f for f in _findings(tier) if f["indicator"]}
    assert by_indicator["rd_ratio"]["observed"] == {"min": 4, "max": 4.363636}
    assert by_indicator["rd_ratio"]["margin"] is None
    assert by_indicator["market_share_national"]["observed"] is None
    assert by_indicator["ip_class1_applied"]["observed"] == {"min": 1, "max": 6}
    assert by_indicator["own_brand"]["observed"] == {"value": False}
    assert by_indicator["info_systems"]["observed"] == {"value": ["production"]}
    assert by_indicator["company_size"]["observed"] is None
    assert by_indicator["rd_institution_level"]["observed"] == {"value": "province"}


def test_printed_numbers_are_plain_and_ids_unique() -> None:
    assessment = assess(company({"years.2024.rd_expense": "123456789012345.123456789012"}), as_of=DAY)
    text = encode(assessment).decode()
    assert "e+" not in text.lower()
    assert "Infinity" not in text
    for tier in assessment.tiers:
        ids = [finding.condition for finding in flat(tier.findings)]
        assert len(ids) == len(set(ids))


def test_plain_data_equals_the_printed_document() -> None:
    assessment = assess(company({"facts.market_years": None}), as_of=DAY)
    assert json.loads(json.dumps(assessment.to_dict())) == json.loads(encode(assessment))
