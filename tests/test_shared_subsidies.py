"""The subsidies of the rule files against the fact file, number by number, where the folder is there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support import SHARED
from zjtx_kg import load
from zjtx_kg.rulebase.subsidy import Occasion, Subsidy

FACTS = SHARED / "facts" / "subsidies.yaml"
RULES = load()

pytestmark = pytest.mark.skipif(not FACTS.is_file(), reason="UNTESTED: the folder of fact files is not here")

#: The documents of each item.
DOCUMENTS = {
    "SUB-01": ["320582/2020"],
    "SUB-02": ["320581/2020"],
    "SUB-03": ["320585/2021"],
    "SUB-04": ["320583/2020"],
    "SUB-05": ["320509/undated"],
    "SUB-06": ["320506/2020"],
    "SUB-07": ["320507/2022"],
    "SUB-08": ["320571/2021"],
    "SUB-09": ["320505/2020"],
    "SUB-10": ["320500/2025"],
    "SUB-11": ["320583/2025"],
    "SUB-12": ["330100/2025"],
    "SUB-13": ["340000/2022"],
    "SUB-14": ["340100/2024"],
    "SUB-15": ["350000/2022", "350100/2022"],
    "SUB-16": ["440300/2025", "440307/2025"],
    "SUB-17": ["310115/2025"],
    "SUB-18": ["310106/2025"],
    "SUB-19": ["310101/2025"],
    "SUB-20": ["310109/2025"],
    "SUB-21": ["140171/undated", "140000/2018"],
    "SUB-22": ["210200/undated"],
}
#: How the fact file names modes and rules.
MODES = {"cap": "cap", "cumulative_cap": "cumulativeCap", "top_up_cap": "topUp"}
RULE_NAMES = {
    "newly_recognised": {"newlyRecognised"},
    "highest_only_no_repeat(就高不重复)": {"highestOnly", "newlyRecognised"},
    "one_off": {"oneOff"},
    "recognised_in_year": {"newlyRecognised"},
    "first_time": {"firstTime"},
    "cap_includes_higher_level_awards(含上级资金)": {"includesHigherLevel"},
    "top_up_difference(补差)": {"differenceOnly"},
    "base=10% of prior-year R&D super-deduction amount": {"ruleBased"},
}
#: Rules that a row states, or another part of the row does.
STATED_ELSEWHERE = {"SUB-12": {"instalments", "quotaLimited"}, "SUB-15": {"matching"}}


def _items() -> list[dict[str, Any]]:
    if not FACTS.is_file():
        return []
    import yaml

    document = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    return [item for item in document["items"] if item["operator"] == "award_table"]


def _lines(item: dict[str, Any]) -> list[Subsidy]:
    wanted = {f"subsidy/{document}" for document in DOCUMENTS[item["id"]]}
    return [subsidy for subsidy in RULES.subsidies.values() if subsidy.policy in wanted]


def test_every_item_has_its_documents() -> None:
    assert [item["id"] for item in _items()] == list(DOCUMENTS)
    named = {f"subsidy/{document}" for documents in DOCUMENTS.values() for document in documents}
    assert {s.policy for s in RULES.subsidies.values()} == named | {"mof-2021-2", "mof-2024-148"}


@pytest.mark.parametrize("item", _items(), ids=lambda item: item["id"])
def test_amounts_and_modes(item: dict[str, Any]) -> None:
    voucher = "paid_as:服务券" in item.get("rules", ())
    wanted = [
        (row["amount"], "voucher" if voucher else MODES[row["mode"]] if "mode" in row else "fixed")
        for row in item["rows"]
    ]
    assert sorted((s.amount, s.mode.value) for s in _lines(item)) == sorted(wanted)


@pytest.mark.parametrize("item", _items(), ids=lambda item: item["id"])
def test_every_row_pays_what_it_says_for_what_it_names(item: dict[str, Any]) -> None:
    labels = {_plain(s.label.zh): s.amount for s in _lines(item)}
    assert labels == {_plain(row["award"]): row["amount"] for row in item["rows"]}


def _plain(name: str) -> str:
    """A name without what the two files write differently: brackets and their content, spaces, the area."""
    head = name.replace("（", "(").partition("(")[0].strip()
    return head.removeprefix("深圳 ").removeprefix("龙岗 ")


@pytest.mark.parametrize("item", _items(), ids=lambda item: item["id"])
def test_rules(item: dict[str, Any]) -> None:
    wanted: set[str] = set()
    for name in item.get("rules", ()):
        wanted |= RULE_NAMES.get(name, set())
    found = {rule.id for subsidy in _lines(item) for rule in subsidy.rules}
    assert found - STATED_ELSEWHERE.get(item["id"], set()) == wanted


@pytest.mark.parametrize("item", _items(), ids=lambda item: item["id"])
def test_periods_and_attestation(item: dict[str, Any]) -> None:
    years = [int(year) for year in item["window"].split("–")] if item["window"][0].isdecimal() else []
    for subsidy in _lines(item):
        assert subsidy.citation.attestation == item["confidence"]
        if subsidy.policy == "subsidy/140000/2018":  # its number gives the year
            assert "2018" in item["rows"][-1]["award"]
        elif not years:
            assert (subsidy.start, subsidy.end) == (None, None)
            assert subsidy.last_attested in (None, 2022)  # the year of the slides that carry it
        else:
            assert subsidy.start is not None
            assert subsidy.start.year in (years[0], 2023)  # pages of 2023 and 2025
            assert (subsidy.end or date(subsidy.last_attested or years[-1], 12, 31)).year == years[-1]


def test_kinds_of_payment_that_only_some_rows_have() -> None:
    reviews = {s.id for s in RULES.subsidies.values() if Occasion.REVIEW in s.occasions}
    moved = {s.id for s in RULES.subsidies.values() if s.occasions == (Occasion.RELOCATION,)}
    assert len(reviews) == 6
    assert moved == {"310106/2025/little-giant-relocation", "310106/2025/srdi-sme-relocation"}
    both = [s for s in RULES.subsidies.values() if len(s.occasions) == 2]
    assert {s.policy for s in both} == {"subsidy/340000/2022"}
    fuzhou = RULES.subsidies["350100/2022/little-giant"]
    assert fuzhou.matches is not None
    assert fuzhou.proportion is not None
    assert RULES.subsidies[fuzhou.matches].amount * fuzhou.proportion / 100 == fuzhou.amount
    assert RULES.subsidies["330100/2025/selected-innovative-sme"].quota == 100
