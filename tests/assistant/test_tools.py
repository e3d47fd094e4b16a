"""Each tool over the real protocol: what it answers, in which size and language, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import anyio
import pytest
from mcp import MCPError
from mcp.types import CallToolResult

from tests.assistant.support import DAY, EXAMPLE, LARGEST, raw, session, text
from zjtx_kg import Profile, assess
from zjtx_kg.facts import read_yaml
from zjtx_kg.reasoning import encode

TOOLS = {
    "assess",
    "explain",
    "ask",
    "advance",
    "find_policy",
    "list_indicators",
    "profile_template",
    "query",
}
DEBT = "miit-2022-63/little-giant/refinement/debt-ratio"
OF = {"profile": EXAMPLE, "as_of": DAY}
#: Name of the tool, arguments, what a Chinese and what an English answer says.
GOOD: list[tuple[str, dict[str, Any], str, str]] = [
    ("assess", OF, "2号附件2(三)", "document 2, Annex 2(3)"),
    ("assess", {**OF, "tiers": ["little-giant"], "policy": "miit-2022-63"}, "〔2022〕63号", "〔2022〕63号"),
    ("assess", {"profile": {}, "as_of": DAY}, "待查明", "undetermined"),
    (
        "explain",
        {**OF, "subject": "little-giant"},
        "1,011至1,051万元，不符合",
        "1,011 to 1,051 wan yuan, not met",
    ),
    ("explain", {**OF, "subject": DEBT}, "资产负债率不高于70%", "at most 70%"),
    ("ask", {**OF, "to": "srdi-sme"}, "facts.development_score", "facts.development_score"),
    ("ask", {"profile": {}, "as_of": DAY, "to": "little-giant"}, "营业收入", "operating revenue"),
    ("advance", {**OF, "to": "little-giant"}, "已证明", "Proved"),
    ("find_policy", {"words": "资产负债率 小巨人"}, "资产负债率不高于75%", "at most 75%"),
    ("find_policy", {"words": "debt ratio"}, "资产负债率不高于70%", "at most 70%"),
    (
        "find_policy",
        {"indicator": "debt_ratio", "as_of": DAY, "what": ["conditions"]},
        "不高于75%",
        "at most 75%",
    ),
    (
        "find_policy",
        {"as_of": "2020-01-01", "what": ["policies"]},
        "国科发火〔2016〕32号",
        "国科发火〔2016〕32号",
    ),
    ("find_policy", {"words": "no such words"}, "没有找到", "Nothing was found"),
    ("list_indicators", {"tier": "srdi-sme"}, "years.<year>.revenue", "years.<year>.revenue"),
    ("list_indicators", {"words": "rd_institution_level"}, "国家级", "national"),
    ("profile_template", {"tiers": ["hnte"]}, "未知不是零", "unknown is not zero"),
    ("query", {"sparql": "ASK { tier:little-giant a z:Tier }"}, "是", "yes"),
    ("query", {"sparql": "SELECT ?t { ?t a z:Tier }", "limit": 3}, "只列出前 3 行", "first 3 rows"),
    ("query", {"name": "thresholds", "parameters": {"indicator": "debt_ratio"}}, "不高于75%", "at most 75%"),
    ("query", {"name": "why-not", **OF}, "不低于1,200万元", "at least 1,200"),
    ("query", {}, "可按 name 提出的", "can be asked by name"),
]
FAULTY = {
    "years": {"2024": {"revenu": 1, "rd_expense": -1}},
    "facts": {"market_share_national": 101},
}
#: Name of the tool, arguments, the places of everything that is wrong with them.
BAD: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "assess",
        {"profile": FAULTY, "kind": "other", "tier": "hnte"},
        [
            "kind",
            "profile.facts.market_share_national",
            "profile.years.2024.rd_expense",
            "profile.years.2024.revenu",
            "tier",
        ],
    ),
    ("assess", {}, ["profile"]),
    ("assess", {"profile": "a: [1"}, ["profile"]),
    ("assess", {"profile": "a: &x 1\nb: *x"}, ["profile.a"]),
    ("assess", {"profile": "name: !!python/object/apply:os.system [ls]"}, ["profile.name"]),
    ("assess", {"profile": "x" * 300_000}, ["profile"]),
    ("assess", {"profile": [1]}, ["profile"]),
    (
        "assess",
        {"profile": FAULTY, "tiers": ["little-giant"], "as_of": "1999-01-01"},
        [
            "profile.facts.market_share_national",
            "profile.years.2024.rd_expense",
            "profile.years.2024.revenu",
            "tiers",
        ],
    ),
    ("explain", {**OF, "subject": "little-gian"}, ["subject"]),
    ("explain", {**OF, "subject": "x/y/z"}, ["subject"]),
    ("ask", {**OF, "to": "giant", "count": 99, "as_of": "2026-02-30"}, ["as_of", "count", "to"]),
    (
        "advance",
        {**OF, "to": "little-giant", "objective": "cheap", "lock": ["revenu"]},
        ["lock.0", "objective"],
    ),
    ("find_policy", {"tier": "x", "limit": 0, "what": ["laws"]}, ["limit", "tier", "what.0"]),
    ("list_indicators", {"offset": -1, "words": 3}, ["offset", "words"]),
    ("profile_template", {}, ["tiers"]),
    ("query", {"name": "thresholdz"}, ["name"]),
    (
        "query",
        {"name": "thresholds", "parameters": {"indicator": "x", "y": 1}},
        ["parameters.indicator", "parameters.y"],
    ),
    ("query", {"name": "tiers", "sparql": "ASK {}"}, ["sparql"]),
    ("query", {"sparql": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, ["1:12"]),
    ("query", {"sparql": "LOAD <file:///etc/passwd>"}, ["1:1"]),
    ("query", {"sparql": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"}, ["FROM"]),
    ("query", {"sparql": "SELECT * {"}, ["1:11"]),
]


def _asked(calls: list[tuple[str, dict[str, Any]]]) -> list[CallToolResult]:
    """The answers of one server to calls, one after the other."""
    found: list[CallToolResult] = []

    async def ask() -> None:
        async with session() as client:
            found.extend([await client.call_tool(name, arguments) for name, arguments in calls])

    anyio.run(ask)
    return found


@pytest.fixture(scope="module")
def good() -> list[CallToolResult]:
    return _asked([(name, {**given, "lang": lang}) for name, given, *_ in GOOD for lang in ("zh", "en")])


def test_every_tool_answers_in_both_languages_and_fits_a_conversation(good: list[CallToolResult]) -> None:
    for number, (name, given, chinese, english) in enumerate(GOOD):
        for result, wanted in zip(good[2 * number : 2 * number + 2], (chinese, english), strict=True):
            case = (name, given, text(result))
            assert not result.is_error, case
            assert wanted in text(result), case
            assert len(text(result).encode()) < LARGEST, case
            assert isinstance(result.structured_content, dict), case
            assert len(json.dumps(result.structured_content, ensure_ascii=False).encode()) < 2 * LARGEST, case
    assert {name for name, *_ in GOOD} == TOOLS


def test_data_has_the_contracts_names(good: list[CallToolResult]) -> None:
    found = good[0].structured_content
    assert found is not None
    giant = next(tier for tier in found["tiers"] if tier["tier"] == "little-giant")
    expense, rights = giant["blocking"]
    assert (expense, rights) == (
        "miit-2026-2/little-giant/rd-investment/rd-expense",
        "miit-2026-2/little-giant/intellectual-property",
    )
    assert giant["status"] == "not_eligible"
    assert giant["findings"][0]["observed"] == {"min": 1011, "max": 1051}
    assert giant["findings"][0]["clause"] == "附件2(三)"
    srdi = next(tier for tier in found["tiers"] if tier["tier"] == "srdi-sme")
    assert srdi["missing"] == ["development_score"]
    assert srdi["missing_inputs"] == ["facts.development_score"]
    assert found["labels"]["development_score"] == "本年度专精特新发展评价得分（平台给出）"


def test_what_is_wrong_is_told_whole_in_the_language_asked() -> None:
    calls = [(name, {**given, "lang": lang}) for name, given, _ in BAD for lang in ("zh", "en")]
    found = _asked(calls)
    for number, (name, given, places) in enumerate(BAD):
        chinese, english = found[2 * number : 2 * number + 2]
        for result in (chinese, english):
            case = (name, given, text(result))
            assert result.is_error, case
            assert result.structured_content is not None
            problems = result.structured_content["problems"]
            assert sorted(problem["path"] for problem in problems) == places, case
            assert all(problem["expected"] and problem["remedy"] for problem in problems), case
            assert "Traceback" not in text(result)
            assert len(text(result).encode()) < LARGEST, case
            assert all(place in text(result) for place in places)
        assert "办法" in text(chinese)
        assert "remedy" in text(english)


def test_full_detail_is_the_contracts_object_whole() -> None:
    (full,) = _asked([("assess", {**OF, "detail": "full"})])
    profile = Profile.from_dict(read_yaml(EXAMPLE)[0])
    whole = assess(profile, as_of=date.fromisoformat(DAY))
    assert full.structured_content == json.loads(encode(whole))


def test_numbers_arrive_as_they_were_written() -> None:
    """A billionth of a fen above a threshold is above it; a float would lie on it."""
    above = {"years": {"2024": {"total_assets": 10**14, "total_liabilities": "LIABILITIES"}}}
    for written, status in (
        ("70000000000000.000000000001", "unmet"),
        ("70000000000000.0", "met"),
        ("7e13", "met"),
    ):
        call = {"profile": above, "subject": DEBT, "as_of": "2025-06-01"}
        request = {"name": "explain", "arguments": call}
        message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": request})
        with raw() as server:
            server.send(message.replace('"LIABILITIES"', written).encode())
            assert server.receive()["result"]["structuredContent"]["status"] == status, written


def test_what_is_offered_is_described_in_both_languages() -> None:
    async def ask() -> None:
        async with session("--lang", "en") as client:
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} == TOOLS
            assert sum(len(tool.model_dump_json()) for tool in tools) < 24_000
            for tool in tools:
                assert tool.annotations is not None
                assert tool.annotations.read_only_hint is True
                for about in (
                    tool.description,
                    *(p["description"] for p in tool.input_schema["properties"].values()),
                ):
                    assert about is not None
                    assert any("\u4e00" <= sign <= "\u9fff" for sign in about), about
                    assert any("a" <= sign <= "z" for sign in about), about
            with pytest.raises(MCPError, match="there is no tool"):
                await client.call_tool("no_such_tool", {})

    anyio.run(ask)


def test_resources_and_the_prompt() -> None:
    async def ask() -> None:
        async with session() as client:
            listed = [resource.uri for resource in (await client.list_resources()).resources]
            assert "zjtx://tiers" in listed
            templates = (await client.list_resource_templates()).resource_templates
            assert [one.uri_template for one in templates] == [
                "zjtx://policies/{id}",
                "zjtx://conditions/{+id}",
            ]
            for uri in listed:
                (content,) = (await client.read_resource(uri)).contents
                assert json.loads(content.text)  # type: ignore[union-attr]
            (content,) = (await client.read_resource(f"zjtx://conditions/{DEBT}?lang=en")).contents
            asked = json.loads(content.text)["requirement"]  # type: ignore[union-attr]
            assert (asked["operator"], asked["bound"], asked["clause"]["citation"]) == (
                "<=",
                70,
                "Annex 3, II",
            )
            for uri in (
                "zjtx://policies/x",
                "zjtx://conditions/..%2f",
                "file:///etc/passwd",
                "zjtx://tiers?x=1",
            ):
                with pytest.raises(MCPError, match="没有"):
                    await client.read_resource(uri)
            (offered,) = (await client.list_prompts()).prompts
            said = await client.get_prompt(offered.name, {"company": "甲公司", "tier": "hnte", "lang": "zh"})
            prompt = said.messages[0].content.text  # type: ignore[union-attr]
            assert "甲公司" in prompt
            assert "hnte" in prompt
            with pytest.raises(MCPError):
                await client.get_prompt("nothing")

    anyio.run(ask)
