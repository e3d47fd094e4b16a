"""The terms and the rules as HTML pages, in Chinese and in English; no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import BandedItem, Condition, Criteria, Node, Rational, ScoreGroup
from zjtx_kg.rulebase.turtle import parse_file
from zjtx_kg.terms import BASE, NS, OWL, PREFIXES, RDF, RDFS, SKOS
from zjtx_kg.texts import LANGUAGES, say

__all__ = ["pages"]

_TAGS: Final = {"zh": "zh-Hans", "en": "en"}
_OTHER: Final = {"zh": "en", "en": "zh"}
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; --mark: #b3261e; }
* { box-sizing: border-box; }
body { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; line-height: 1.65;
  font-family: system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
nav { display: flex; gap: 1rem; padding-bottom: .75rem; border-bottom: 1px solid var(--line); }
nav span { flex: 1; }
h1 { font-size: 1.7rem; line-height: 1.3; margin: 1.2rem 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.02rem; margin: 1.3rem 0 .1rem; }
p { margin: .3rem 0; }
code { font: .86em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--dim);
  overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.toc { columns: 16rem; padding-left: 1.1rem; }
table { border-collapse: collapse; width: 100%; }
td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
  border-bottom: 1px solid var(--line); }
ul.rules { list-style: none; padding-left: 1.1rem; border-left: 2px solid var(--line); margin: .2rem 0; }
ul.rules > li { margin: .35rem 0; }
.cite { color: var(--dim); font-size: .86em; }
.weak { color: var(--mark); }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
"""


def pages(rulebase: Rulebase, root: Path) -> dict[str, str]:
    """File name → page: terms and rules, each in both languages."""
    vocabulary = _Vocabulary(root)
    found = {}
    for lang in LANGUAGES:
        found[f"terms.{lang}.html"] = _page("terms", lang, vocabulary.body(lang))
        found[f"rules.{lang}.html"] = _page("rules", lang, _Rules(rulebase, lang).body())
    found["index.html"] = found["rules.zh.html"]
    return found


def _page(name: str, lang: str, body: Iterable[str]) -> str:
    links = "".join(
        f'<a href="{one}.{lang}.html">{say(f"pages.{one}", lang)}</a>' for one in ("rules", "terms")
    )
    other = _OTHER[lang]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{_TAGS[lang]}">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{say(f'pages.{name}_title', lang)}</title><style>{_STYLE}</style></head>",
            f"<body><nav>{links}<span></span>",
            f'<a href="{name}.{other}.html" lang="{_TAGS[other]}">{say("pages.language", other)}</a></nav>',
            f"<h1>{say(f'pages.{name}_title', lang)}</h1>",
            f"<p class=dim>{say(f'pages.{name}_intro', lang)}</p>",
            *body,
            "</body></html>",
            "",
        ]
    )


class _Vocabulary:
    """Classes and properties of ``ontology/zjtx.ttl``."""

    def __init__(self, root: Path) -> None:
        self.about: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = {}
        for triple in parse_file(root / "zjtx.ttl", "zjtx.ttl"):
            if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(NS):
                entry = self.about.setdefault(triple.subject.value, {})
                entry.setdefault(triple.predicate.value, []).append(triple.object)

    def body(self, lang: str) -> Iterator[str]:
        for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"):
            terms = sorted(iri for iri in self.about if OWL + kind in self.links(iri, RDF + "type"))
            if not terms:
                continue
            yield f"<h2>{say(f'pages.{kind}', lang)}</h2><ul class=toc>"
            yield from (f'<li><a href="#{_local(iri)}">{self.label(iri, lang)}</a></li>' for iri in terms)
            yield "</ul>"
            for iri in terms:
                yield from self.term(iri, lang)

    def term(self, iri: str, lang: str) -> Iterator[str]:
        yield f'<h3 id="{_local(iri)}">{self.label(iri, lang)} <code>z:{_local(iri)}</code></h3>'
        yield f"<p>{escape(self.text(iri, SKOS + 'definition', lang))}</p>"
        rows = [
            (key, ", ".join(map(self.link, self.links(iri, predicate))))
            for key, predicate in (
                ("parents", RDFS + "subClassOf"),
                ("domain", RDFS + "domain"),
                ("range", RDFS + "range"),
            )
        ]
        shown = " · ".join(f"{say(f'pages.{key}', lang)} {value}" for key, value in rows if value)
        if shown:
            yield f"<p class=cite>{shown}</p>"

    def links(self, iri: str, predicate: str) -> list[str]:
        return [v.value for v in self.about[iri].get(predicate, []) if isinstance(v, ox.NamedNode)]

    def link(self, iri: str) -> str:
        if iri in self.about:
            return f'<a href="#{_local(iri)}"><code>z:{_local(iri)}</code></a>'
        prefix = next((p for p, start in PREFIXES.items() if iri.startswith(start)), "")
        return f"<code>{escape(prefix + ':' + iri.removeprefix(PREFIXES[prefix]) if prefix else iri)}</code>"

    def text(self, iri: str, predicate: str, lang: str) -> str:
        values = [v for v in self.about[iri].get(predicate, []) if isinstance(v, ox.Literal)]
        wanted = [v.value for v in values if (v.language or "").lower().startswith(lang)]
        return wanted[0] if wanted else ""

    def label(self, iri: str, lang: str) -> str:
        return escape(self.text(iri, RDFS + "label", lang))


class _Rules:
    """The conditions of every tier under every edition, with clause and attestation."""

    def __init__(self, rulebase: Rulebase, lang: str) -> None:
        self.rulebase, self.lang, self.words = rulebase, lang, wording(rulebase)

    def body(self) -> Iterator[str]:
        rules = self.rulebase
        order = {tier: position for position, tier in enumerate(rules.tiers)}
        criteria = sorted(rules.criteria.values(), key=lambda one: (order[one.tier], one.policy))
        yield "<ul class=toc>"
        for one in criteria:
            yield f'<li><a href="#{_anchor(one)}">{self.title(one)}</a></li>'
        yield "</ul>"
        for one in criteria:
            yield f'<h2 id="{_anchor(one)}">{self.title(one)}</h2>'
            yield f"<p class=dim>{self.editions(one)}</p>"
            yield from self.nodes(one.parts)
        yield f"<h2 id=indicators>{say('pages.indicators', self.lang)}</h2><table>"
        for indicator in rules.indicators.values():
            unit = f" ({indicator.unit.symbol})" if indicator.unit else ""
            yield (
                f'<tr id="indicator-{indicator.id}">'
                f"<td>{escape(indicator.label(self.lang) + unit)}<br>"
                f"<code>{indicator.id}</code></td><td>{escape(indicator.definition(self.lang))}</td></tr>"
            )
        yield "</table>"

    def title(self, one: Criteria) -> str:
        policy = self.rulebase.policies[one.policy]
        tier = self.rulebase.tiers[one.tier].label(self.lang)
        return escape(f"{tier} · {(policy.short or policy.title)(self.lang)}")

    def editions(self, one: Criteria) -> str:
        policy = self.rulebase.policies[one.policy]
        found = [
            f"{self.rulebase.names[rule.kind](self.lang)} {rule.start} – {rule.end or ''}"
            for rule in self.rulebase.applicability
            if (rule.policy, rule.tier) == (one.policy, one.tier)
        ]
        return escape(" · ".join([policy.title(self.lang), policy.number, *found]))

    def nodes(self, nodes: Iterable[Node]) -> Iterator[str]:
        yield "<ul class=rules>"
        for node in nodes:
            label = escape(self.words.label(node)(self.lang))
            yield f'<li id="{escape(node.id)}">{label}{self.asked(node)}{self.cited(node)}'
            if node.note is not None:
                yield f"<p class=cite>{escape(node.note(self.lang))}</p>"
            if isinstance(node, BandedItem):
                yield from self.bands(node)
            if node.parts:
                yield from self.nodes(node.parts)
            yield "</li>"
        yield "</ul>"

    def bands(self, item: BandedItem) -> Iterator[str]:
        yield "<ul class=rules>"
        for band in item.bands:
            points = _number(band.points)
            if band.least != band.points:
                points = f"{_number(band.least)}–{points}"
            when = self.words.label(band.when)(self.lang)
            yield f"<li class=cite>{escape(when)}: {say('pages.points', self.lang, points=points)}</li>"
        yield "</ul>"

    def asked(self, node: Node) -> str:
        parts = []
        if node.only_for is not None:
            parts.append(say("pages.only_for", self.lang, kind=self.rulebase.names[node.only_for](self.lang)))
        if node.reading is not None:
            parts.append(self.rulebase.readings[node.reading].label(self.lang))
        if not isinstance(node, Condition):
            parts.append(say("pages.full", self.lang, points=_number(node.full)))
        if isinstance(node, ScoreGroup) and node.floor is not None:
            parts.append(say("pages.floor", self.lang, points=_number(node.floor)))
        return f" <span class=dim>· {escape(' · '.join(parts))}</span>" if parts else ""

    def cited(self, node: Node) -> str:
        clause, level = node.citation.clause, node.citation.attestation
        if clause is None:
            return ""
        weak = ""
        if level is not None and level != "verified-2":
            weak = f" <span class=weak>{escape(self.rulebase.names[level](self.lang))}</span>"
        where = escape(clause.citation(self.lang))
        return f"<br><span class=cite>{where}{weak} <code>{escape(node.id)}</code></span>"


def _number(value: Rational) -> str:
    return f"{float(value):g}"


def _local(iri: str) -> str:
    return iri.removeprefix(NS).removeprefix(BASE)


def _anchor(one: Criteria) -> str:
    return f"{one.policy}-{one.tier}"
