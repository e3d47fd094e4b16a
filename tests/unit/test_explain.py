"""Explanations: made from the rule and the finding, the same facts in both languages."""

from __future__ import annotations

import re

import pytest

from tests.support import DAY, company
from zjtx_kg import load
from zjtx_kg.errors import InputError
from zjtx_kg.reasoning.explain import explain
from zjtx_kg.rulebase import walk


def _text(changes: dict[str, object], condition: str, lang: str = "zh") -> str:
    return explain(company(changes), condition, as_of=DAY, lang=lang).lines[0].text


@pytest.mark.parametrize(
    ("changes", "condition", "zh", "en"),
    [
        (
            {"years.2024.total_liabilities": 7777},
            "miit-2022-63/little-giant/refinement/debt-ratio",
            "资产负债率不高于70%：77.77%，不符合，差7.77个百分点",
            "debt ratio: at most 70%: 77.77%, not met, short by 7.77 percentage points",
        ),
        (
            {"years.2024.total_liabilities": 7000},
            "miit-2022-63/little-giant/refinement/debt-ratio",
            "资产负债率不高于70%：70%，恰好达到",
            "debt ratio: at most 70%: 70%, met exactly",
        ),
        (
            {"years.2024.total_liabilities": "7000.01"},
            "miit-2022-63/little-giant/refinement/debt-ratio",
            "资产负债率不高于70%：70.0001%，不符合，差0.0001个百分点",
            "debt ratio: at most 70%: 70.0001%, not met, short by 0.0001 percentage points",
        ),
        (
            {"years.2024.revenue": 1000, "years.2024.main_revenue": 900},
            "miit-2022-63/srdi-sme/revenue-or-financing/financing/revenue",
            "营业收入低于1,000万元：1,000万元，恰在界限，不含本数，不符合",
            (
                "operating revenue: below 1,000 wan yuan: "
                "1,000 wan yuan, just on the bound, which is not included"
            ),
        ),
        (
            {"facts.market_share_national": {"min": 8, "max": 15}},
            "miit-2022-63/little-giant/distinctiveness/market-share",
            "主导产品全国细分市场占有率不低于10%：8至15%，待查明",
            "national niche market share: at least 10%: 8 to 15%, to be found out",
        ),
        (
            {"facts.chain_strengthening": None},
            "miit-2022-63/little-giant/chain",
            "在产业链关键环节补短板、锻长板、填空白：待评审判断",
            "strengthens a key link of the industrial chain: left to the judgement of reviewers",
        ),
        (
            {"facts.on_abnormal_list": None},
            "miit-2022-63/little-giant/entry/not-abnormal",
            "无此情形：列入经营异常名录：待企业声明",
            "not the case: on the abnormal-operations list: to be declared by the company",
        ),
        (
            {"industry": "J66"},
            "miit-2022-63/little-giant/entry/sme",
            "企业划型不超过“中型”：不适用：该行业不在划型标准之列，待查明",
            (
                "company size class: “medium” or below: "
                "not applicable: the industry is outside the standard, to be found out"
            ),
        ),
    ],
)
def test_sentences(changes: dict[str, object], condition: str, zh: str, en: str) -> None:
    assert _text(changes, condition, "zh") == zh
    assert _text(changes, condition, "en") == en


def test_what_holds_whatever_the_unknown_value_is_says_so() -> None:
    forgotten = {
        "years.2024.revenue": None,
        "years.2024.main_revenue": None,
        "years.2024.equity_financing": 2000,
    }
    assert _text(forgotten, "miit-2022-63/srdi-sme/revenue-or-financing").endswith("未知值无论为何均符合")


def test_a_proof_says_clause_and_attestation_for_every_condition() -> None:
    for policy, tier in load().criteria:
        proof = explain(company({"facts.own_brand": None}), tier, policy=policy, as_of=DAY)
        assert all(line.citation and line.attestation for line in proof.lines)
        assert proof.conclusion.startswith("结论")


def test_both_languages_carry_the_same_numbers() -> None:
    changes = {"years.2024.rd_expense": {"min": 310, "max": 333}, "facts.market_years": "2.5"}
    for policy, tier in load().criteria:
        zh, en = (
            explain(company(changes), tier, policy=policy, as_of=DAY, lang=lang) for lang in ("zh", "en")
        )
        written = {node.id for node in walk(load().criteria[policy, tier]) if node.label}
        for one, other in zip(zh.lines, en.lines, strict=True):
            if one.condition in written:
                continue  # a label that a person wrote: 1 亿元 is 100 million yuan
            assert _numbers(one.text) == _numbers(other.text), (one.text, other.text)


def _numbers(text: str) -> list[str]:
    return sorted(
        re.findall(
            r"[0-9][0-9,.]*(?<![,.])",
            re.sub(r"ISO 9001|AS9100|IATF 16949|ISO 13485|ISO 14001|2026", "", text),
        )
    )


def test_facts_to_find_out_are_those_that_can_change_the_answer() -> None:
    proof = explain(
        company({"facts.mgmt_certifications": None, "facts.own_brand": None}), "little-giant", as_of=DAY
    )
    asked = {item for line in proof.lines for item in line.find_out}
    assert asked == {"直接面向市场并具有竞争优势的自主品牌"}  # a product certificate already suffices


@pytest.mark.parametrize(
    "subject", ["miit-2022-63/little-giant/nowhere", "miit-1999-1/little-giant", "giant"]
)
def test_what_does_not_exist_cannot_be_explained(subject: str) -> None:
    with pytest.raises(InputError):
        explain(company(), subject, as_of=DAY)


def test_no_phrase_is_missing_and_none_is_idle() -> None:
    """Every phrase that the code can say exists; every phrase that exists can be said."""
    from tests.support import ROOT

    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "zjtx_kg").rglob("*.py"))
    for phrase in load().phrases:
        stem = phrase.rsplit("-", 1)[0]
        assert f'"{phrase}"' in source or f'f"{stem}-' in source or _composed(phrase, source), phrase


def _composed(phrase: str, source: str) -> bool:
    head = phrase.partition("-")[0]
    return f'f"{head}-{{' in source
