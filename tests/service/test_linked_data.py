"""Linked data: every IRI answers at its path, as a page or as a graph; companies only to their tenant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.conftest import WHOLE
from tests.service.support import JSON, client, key
from zjtx_kg import load
from zjtx_kg.graph import law

BASE = "https://w3id.org/zjtx/"
REVENUE = "condition/miit-2026-2/little-giant/operations/revenue"
GRAPHS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
WEAK = {"profile": 1, "name": "<script>alert(1)</script>&\"'甲", "facts": {"market_years": 2}}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(tmp_path_factory.mktemp("store")) as found:
        assert found.put("/v1/companies/weak", json=WEAK, headers=JSON).status_code == 201
        yield found


def get(ask: TestClient, path: str, **headers: str) -> Any:
    """The answer itself: nothing is followed."""
    return ask.get(path, headers=headers, follow_redirects=False)


def graph(answer: Any, suffix: str) -> set[ox.Triple]:
    assert answer.status_code == 200, answer.text
    return {quad.triple for quad in ox.parse(answer.content, format=GRAPHS[suffix][1])}


class Page(HTMLParser):
    """What a browser would make of a page: its elements, and its text without them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> set[str]:
        return {href for tag, found in self.elements if tag == "a" and (href := found.get("href"))}


def page(ask: TestClient, path: str, lang: str = "zh") -> Page:
    answer = get(ask, "/page/" + path, accept=BROWSER, **{"accept-language": lang})
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


# --- where an IRI leads -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["tier/little-giant", "ns", "clause/miit-2026-2/annex-2/2", "company/weak"])
@pytest.mark.parametrize(
    ("accept", "target"),
    [
        (BROWSER, "/page/{}"),
        ("*/*", "/page/{}"),
        ("text/turtle", "/data/{}.ttl"),
        ("application/ld+json", "/data/{}.jsonld"),
        ("application/json", "/data/{}.jsonld"),
        ("application/n-triples", "/data/{}.nt"),
        ("application/rdf+xml", "/data/{}.rdf"),
        ("text/html;q=0.5, text/turtle", "/data/{}.ttl"),
        ("text/html;q=0, */*;q=0.1", "/data/{}.ttl"),
    ],
)
def test_an_iri_leads_to_the_document_that_accept_prefers(
    ask: TestClient, path: str, accept: str, target: str
) -> None:
    answer = get(ask, "/" + path, accept=accept)
    assert (answer.status_code, answer.headers["location"]) == (303, target.format(path))
    assert answer.headers["vary"] == "Accept"
    document = get(ask, answer.headers["location"], accept=accept)
    assert document.status_code == 200


def test_head_says_what_get_says(ask: TestClient) -> None:
    answer = ask.head("/tier/little-giant", headers={"accept": "text/turtle"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/data/tier/little-giant.ttl")


@pytest.mark.parametrize(
    "path", ["/tier/little-giant", "/page/tier/little-giant", "/data/tier/little-giant.ttl"]
)
def test_what_no_document_can_be_is_406(ask: TestClient, path: str) -> None:
    answer = get(ask, path, accept="image/png")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_document_has_one_type(ask: TestClient) -> None:
    assert get(ask, "/page/tier/little-giant", accept="text/turtle").status_code == 406
    assert get(ask, "/data/tier/little-giant.nt", accept="text/turtle").status_code == 406


@pytest.mark.parametrize(
    "path",
    [
        "tier/giant",
        "tier/little-giant/",
        "tier",
        "nowhere",
        "nowhere/at/all",
        "company/none",
        "company/weak/more",
        "company/",
        "tier/a b",
        "tier/%22%3E%3Cscript%3E",
        "tier/%00",
        "ns%23atLeast",
        "tier/..%2f..%2fetc%2fpasswd",
    ],
)
def test_what_has_no_name_here_is_404(ask: TestClient, path: str) -> None:
    for address in (f"/{path}", f"/page/{path}", f"/data/{path}.ttl"):
        answer = get(ask, address)
        assert answer.status_code == 404, address
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/data/tier/little-giant", "/data/tier/little-giant.exe", "/data/.ttl", "/data/"]
)
def test_a_graph_needs_the_suffix_of_a_format(ask: TestClient, path: str) -> None:
    assert get(ask, path).status_code == 404


def test_addresses_of_the_interface_stay_as_they_are(ask: TestClient) -> None:
    assert get(ask, "/v1/nowhere").status_code == 404
    assert get(ask, "/v1/assessments").status_code == 405
    assert ask.post("/tier/little-giant").status_code == 405
    assert get(ask, "/v1/tiers").headers["content-type"] == "application/json"


def _named() -> list[str]:
    """Every thing of the namespace of which the law says something."""
    quads = ox.parse(law(load()), format=ox.RdfFormat.N_TRIPLES)
    subjects = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
    return sorted(s.removeprefix(BASE) for s in subjects if s.startswith(BASE) and "#" not in s)


def _sampled() -> list[str]:
    """All of them, or in a sample one of each kind beside every thirtieth."""
    named = _named()
    if WHOLE:
        return named
    kinds = {name.partition("/")[0]: name for name in named}
    return sorted({*kinds.values(), *named[::30]})


def test_every_name_of_the_law_has_a_page_and_a_graph_about_it(ask: TestClient) -> None:
    for name in _sampled():
        leading = get(ask, "/" + name, accept="application/n-triples")
        assert leading.status_code == 303, name
        found = graph(get(ask, leading.headers["location"]), "nt")
        assert any(triple.subject == ox.NamedNode(BASE + name) for triple in found), name
        assert f"<code>{BASE}{name}</code>" in get(ask, "/page/" + name).text, name


# --- graphs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["tier/little-giant", REVENUE, "company/weak"])
def test_a_graph_says_the_same_in_every_format(ask: TestClient, path: str) -> None:
    found = {}
    for suffix, (kind, _) in GRAPHS.items():
        answer = get(ask, f"/data/{path}.{suffix}")
        assert answer.headers["content-type"].partition(";")[0] == kind
        triples = graph(answer, suffix)
        found[suffix] = {t for t in triples if not any(isinstance(part, ox.BlankNode) for part in t)}
        assert any(ox.NamedNode(BASE + path) in (t.subject, t.object) for t in triples)
    assert found["ttl"] == found["jsonld"] == found["nt"] == found["rdf"]


def test_a_condition_is_described_with_what_the_rule_base_derives(ask: TestClient) -> None:
    found = {str(t) for t in graph(get(ask, f"/data/{REVENUE}.nt"), "nt")}
    assert any('#sentence> "营业收入不低于5,000万元"@zh' in t for t in found)
    assert any("#bound> " in t and '"5000"' in t for t in found)


def test_lists_come_whole(ask: TestClient) -> None:
    found = graph(get(ask, "/data/condition/miit-2026-2/little-giant.nt"), "nt")
    members = {t.object.value for t in found if t.predicate.value.endswith("#first")}
    assert BASE + "condition/miit-2026-2/little-giant/operations" in members
    assert len(members) == 9


def test_the_vocabulary_is_one_document(ask: TestClient) -> None:
    found = graph(get(ask, "/data/ns.ttl"), "ttl")
    subjects = {t.subject.value for t in found if isinstance(t.subject, ox.NamedNode)}
    assert {BASE + "ns", BASE + "ns#Threshold", BASE + "ns#atLeast", BASE + "ns#notEligible"} <= subjects
    assert all(s.startswith(BASE + "ns") for s in subjects)


@pytest.mark.parametrize("path", ["/data/tier/little-giant.ttl", "/page/tier/little-giant"])
def test_what_a_client_holds_of_the_law_is_not_sent_again(ask: TestClient, path: str) -> None:
    first = get(ask, path)
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    for given in (tag, '"other", W/' + tag.removeprefix("W/"), "*"):
        again = get(ask, path, **{"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert get(ask, path, **{"if-none-match": '"other"'}).status_code == 200


def test_the_tag_of_a_graph_names_the_edition(ask: TestClient) -> None:
    answer = get(ask, "/data/tier/little-giant.ttl")
    assert answer.headers["zjtx-edition"] in answer.headers["etag"]


@pytest.mark.parametrize("path", ["/company/weak", "/page/company/weak", "/data/company/weak.ttl"])
def test_companies_are_never_kept_by_caches(ask: TestClient, path: str) -> None:
    answer = get(ask, path)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


# --- pages --------------------------------------------------------------------------------------------


def test_the_page_of_a_condition_tells_what_is_asked(ask: TestClient) -> None:
    found = page(ask, REVENUE)
    for words in (
        "营业收入不低于5,000万元",
        "5,000 万元",
        "工信部企业〔2026〕2号 附件2(二)",
        "两个以上独立文本一致",
    ):
        assert words in found.text
    for path in (
        "condition/miit-2026-2/little-giant/operations",
        "clause/miit-2026-2/annex-2/2",
        "indicator/revenue",
        "unit/wan-yuan",
        "tier/little-giant",
        "policy/miit-2026-2",
        "ns#Threshold",
        "ns#verified-2",
    ):
        assert "/page/" + path in found.links(), path


def test_the_page_of_a_group_lists_its_members_in_order(ask: TestClient) -> None:
    text = page(ask, "condition/miit-2026-2/little-giant").text
    members = ["基本要求", "独立法人资格", "营业收入不低于5,000万元", "资产负债率不高于75%"]
    places = [text.index(words) for words in members]
    assert places == sorted(places)


def test_the_page_of_a_policy_leads_to_its_criteria_and_clauses(ask: TestClient) -> None:
    found = page(ask, "policy/miit-2026-2")
    assert "工信部企业〔2026〕2号" in found.text
    for path in ("condition/miit-2026-2/little-giant", "tier/little-giant", "clause/miit-2026-2/annex-2/2"):
        assert "/page/" + path in found.links(), path


def test_the_page_of_a_tier_leads_to_its_policies(ask: TestClient) -> None:
    links = page(ask, "tier/little-giant").links()
    assert {"/page/policy/miit-2026-2", "/page/policy/miit-2022-63"} <= links


def test_pages_are_in_the_language_asked_for(ask: TestClient) -> None:
    chinese, english = page(ask, REVENUE), page(ask, REVENUE, "en-GB")
    assert ("html", {"lang": "zh-Hans"}) in chinese.elements
    assert ("html", {"lang": "en"}) in english.elements
    assert "operating revenue: at least 5,000 wan yuan" in english.text
    assert "5,000 wan yuan" in english.text
    answer = get(ask, f"/page/{REVENUE}?lang=en")
    assert (answer.headers["content-language"], answer.headers["vary"]) == ("en", "Accept-Language")
    assert "/page/indicator/revenue?lang=en" in Page(answer.text).links()
    leading = get(ask, f"/{REVENUE}?lang=en", accept=BROWSER)
    assert leading.headers["location"] == f"/page/{REVENUE}?lang=en"


@pytest.mark.parametrize(
    "path", [REVENUE, "tier/little-giant", "policy/miit-2026-2", "ns", "indicator/revenue", "company/weak"]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_link_of_a_page_is_broken(ask: TestClient, path: str, lang: str) -> None:
    found = page(ask, path, lang)
    anchors = {e["id"] for _, e in page(ask, "ns").elements if e.get("id")}
    for link in found.links():
        address, _, anchor = link.partition("#")
        if address == "/page/ns" and anchor:
            assert unquote(anchor) in anchors, link
        elif address.startswith("/"):
            assert get(ask, address).status_code == 200, link
        else:
            assert address.startswith(("https://", "http://")), link


@pytest.mark.parametrize("path", [REVENUE, "ns", "company/weak"])
def test_pages_run_nothing_and_load_nothing_from_elsewhere(ask: TestClient, path: str) -> None:
    answer = get(ask, "/page/" + path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    found = Page(answer.text)
    assert not {"script", "style", "iframe", "img", "form", "object"} & {tag for tag, _ in found.elements}
    for tag, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag == "link":
            assert attributes["href"] in ("data:,", "/assets/page.css")
    assert get(ask, "/assets/page.css").headers["content-type"].startswith("text/css")


def test_what_a_company_is_called_is_never_markup(ask: TestClient) -> None:
    answer = get(ask, "/page/company/weak")
    assert "<script" not in answer.text
    assert WEAK["name"] in Page(answer.text).text


def test_the_page_of_a_company_has_its_verdicts_and_what_fails(ask: TestClient) -> None:
    found = page(ask, "company/weak")
    assert "不可认定" in found.text
    assert "2年，不符合，差1年" in found.text
    links = found.links()
    assert "/page/condition/miit-2026-2/little-giant/market-years" in links
    assert "/page/indicator/debt_ratio" in links or "/page/indicator/total_assets" in links
    assert "not eligible" in page(ask, "company/weak", "en").text


# --- who may read -------------------------------------------------------------------------------------


def test_a_company_is_there_for_its_tenant_only(tmp_path: Path) -> None:
    store = tmp_path / "store"
    secret = {"profile": 1, "name": "甲方机密", "facts": {"market_years": 2}}
    addresses = [
        "/company/mine",
        "/page/company/mine",
        *(f"/data/company/mine.{suffix}" for suffix in GRAPHS),
    ]
    with client(store, require_key=True) as ask:
        first, second = key(store, "bank", "write"), key(store, "city", "admin")
        reader = key(store, "bank", "read")
        assert ask.put("/v1/companies/mine", json=secret, headers={**first, **JSON}).status_code == 201
        for address in addresses:
            assert get(ask, address, **reader).status_code in (200, 303), address
            other = get(ask, address, **second)
            missing = get(ask, address.replace("mine", "mane"), **second)
            assert other.status_code == missing.status_code == 404
            assert set(other.headers) == set(missing.headers)
            assert "机密" not in other.text
            assert get(ask, address).status_code == 401
        for path in ("/tier/little-giant", "/page/tier/little-giant", "/data/tier/little-giant.ttl"):
            assert get(ask, path).status_code == 401
            assert "机密" not in get(ask, path, **reader).text
            assert get(ask, path, **second).status_code in (200, 303)
        assert "甲方机密" in get(ask, "/page/company/mine", **reader).text
        assert ask.delete("/v1/companies/mine", headers=first).status_code == 204
        for address in addresses:
            assert get(ask, address, **reader).status_code == 404


def test_the_law_says_nothing_of_companies(ask: TestClient) -> None:
    """What points at a tier are rules, though a company holds it."""
    held = {"profile": 1, "titles": [{"title": "srdi-sme", "granted": "2025-06-01", "expires": "2028-05-31"}]}
    assert ask.put("/v1/companies/holder", json=held, headers=JSON).status_code == 201
    assert "title" in get(ask, "/data/company/holder.nt").text
    for address in ("/data/tier/srdi-sme.nt", "/page/tier/srdi-sme"):
        assert not re.search("holder|weak|/company/", get(ask, address).text)
