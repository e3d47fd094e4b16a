"""The rule files against the fact files, number by number, where the folder is there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support import SHARED
from zjtx_kg import load
from zjtx_kg.rulebase import walk
from zjtx_kg.rulebase.model import BandedItem, Comparison, Condition, ScoreGroup, ScoreTable, Threshold

FACTS = SHARED / "facts"
RULES = load()

pytestmark = pytest.mark.skipif(not FACTS.is_dir(), reason="UNTESTED: the folder of fact files is not here")

FILES = {
    "tier-2022.yaml": "miit-2022-63",
    "tier-2026.yaml": "miit-2026-2",
    "champion.yaml": "miit-2023-138",
    "hnte.yaml": "most-2016-32",
    "tech-sme.yaml": "most-2017-115",
}


def _items(name: str) -> list[dict[str, Any]]:
    import yaml

    document = yaml.safe_load((FACTS / name).read_text(encoding="utf-8"))
    return [item for item in document["items"] if not item["id"].startswith("T26-CH-")]


def _cases(wanted: Any) -> list[Any]:
    if not FACTS.is_dir():
        return []
    return [
        pytest.param(policy, item, id=item["id"])
        for name, policy in FILES.items()
        for item in _items(name)
        if wanted(item)
    ]


def _nodes(policy: str, clause: str) -> list[Any]:
    """The conditions and items that cite a clause of a policy, those inside bands included."""
    wanted = clause.replace("(memory)", "").removesuffix(" 复核")
    found: list[Any] = []
    for (edition, _), criteria in RULES.criteria.items():
        if edition == policy:
            nodes = walk(criteria)
            found += [n for n in nodes if n.citation.clause and n.citation.clause.citation.zh == wanted]
    return found


def _is_threshold(item: dict[str, Any]) -> bool:
    return (
        item.get("operator") in (">=", "<=", ">")
        and isinstance(item.get("threshold"), int | float)
        and item["confidence"] not in ("unknown", "memory")
        and item.get("unit") in ("%", "万元", "年", "项", "points")
        and not item["id"].startswith(
            ("T22-LG-J1", "T22-P", "T22-N", "T26-N", "CH-M", "CH-OLD", "HN-C", "TS-M", "TS-N", "HN-1")
        )
    )


@pytest.mark.parametrize(("policy", "item"), _cases(_is_threshold))
def test_every_threshold_of_the_facts_is_a_bound_of_the_rules(policy: str, item: dict[str, Any]) -> None:
    bound, operator = Decimal(str(item["threshold"])), Comparison(item["operator"])
    nodes = _nodes(policy, item["clause"])
    bounds = {(n.comparison, n.bound) for n in nodes if isinstance(n, Threshold)}
    passes = {
        (Comparison.MORE_THAN if n.strict else Comparison.AT_LEAST, n.pass_mark)
        for n in nodes
        if isinstance(n, ScoreTable)
    }
    assert (operator, bound) in bounds | passes


def _is_banded(item: dict[str, Any]) -> bool:
    return item.get("operator") == "band" and "min" in str(item["bands"][0]) + str(item["bands"][-1])


@pytest.mark.parametrize(("policy", "item"), _cases(_is_banded))
def test_every_band_of_the_facts_is_a_band_of_the_rules(policy: str, item: dict[str, Any]) -> None:
    rising = "min" in item["bands"][0]
    wanted = set()
    for band in item["bands"]:
        edge = band.get("min" if rising else "max")
        low, high = band.get("range", [band.get("points")] * 2)
        if edge is None or (high == 0 and "min" not in band):
            continue
        included = band.get("min_incl" if rising else "max_incl", True)
        wanted.add((edge, included, low, high))
    found = {
        frozenset(
            (b.when.bound, b.when.comparison in (Comparison.AT_LEAST, Comparison.AT_MOST), b.least, b.points)
            for b in node.bands
            if isinstance(b.when, Threshold)
        )
        for node in _nodes(policy, item["clause"])
        if isinstance(node, BandedItem) and node.full == item["points"]
    }
    assert frozenset(wanted) in found


def _rows() -> list[dict[str, Any]]:
    if not FACTS.is_dir():
        return []
    return [item for item in _items("sme-size.yaml") if item.get("operator") == "tiers"]


@pytest.mark.parametrize("item", _rows(), ids=lambda item: item["id"])
def test_every_row_of_the_size_standard(item: dict[str, Any]) -> None:
    names = {"staff": "employees", "revenue_wan": "revenue", "assets_wan": "total_assets"}
    (table,) = RULES.classifications.values()
    (row,) = [r for r in table.rows if r.citation.clause and r.citation.clause.citation.zh == item["clause"]]
    for case, key in zip(row.cases, ("sme_upper_any_below", "medium_all_min", "small_all_min"), strict=True):
        bounds = {n.indicator: n.bound for n in case.when.members if isinstance(n, Threshold)}
        assert bounds == {names[name]: value for name, value in item[key].items()}
    assert row.label.zh == item["name"]


def test_the_groups_and_full_marks_of_the_score_tables() -> None:
    groups = {
        item["id"]: item["value"]
        for name in ("tier-2022.yaml", "hnte.yaml")
        for item in _items(name)
        if item["id"] in ("T22-SRDI-GROUPS", "HN-S0")
    }
    tables = {"T22-SRDI-GROUPS": ("miit-2022-63", "srdi-sme"), "HN-S0": ("most-2016-32", "hnte")}
    for id, wanted in groups.items():
        found = [n for n in walk(RULES.criteria[tables[id]]) if isinstance(n, ScoreGroup)]
        assert {group.label.zh: group.full for group in found} == wanted


def test_every_list_of_fields_has_the_names_of_the_facts() -> None:
    schemes = {
        "FIELD-MFG10": "ten",
        "FIELD-LIUJI-2022": "six",
        "FIELD-LIUJI-148": "six148",
        "FIELD-SIJI": "four",
        "FIELD-WUJI": "five",
        "FIELD-NET4": "net",
        "FIELD-HNTE8": "hnte8",
        "FIELD-SEI145": "sei145",
        "FIELD-CORE8": "core",
        "FIELD-ENV": "env",
    }
    for item in _items("fields.yaml"):
        if item["id"] in schemes:
            labels = [_plain(code.label.zh) for code in RULES.schemes[schemes[item["id"]]].codes.values()]
            assert labels == [_plain(name) for name in item["threshold"]], item["id"]
        for entry in item.get("level2", ()):
            assert RULES.schemes["sei"].codes[f"sei:{entry['code']}"].label.zh == entry["name"]


def _plain(name: str) -> str:
    return name.replace("（", "(").replace("）", ")")


def test_conditions_rest_on_clauses_of_their_own_policy() -> None:
    for (policy, tier), criteria in RULES.criteria.items():
        for node in walk(criteria):
            assert isinstance(node, Condition) or node.citation.clause
            if node.citation.clause is not None:
                assert node.citation.clause.policy == policy, (tier, node.id)
