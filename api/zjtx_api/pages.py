"""Pages for people, of everything that the law has a name for.

A page is built as a tree and written by the standard library, which escapes every text and attribute: no
value can become markup. It runs no script and loads one style sheet, from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from zjtx_api.languages import TAGS
from zjtx_api.things import LABELS, Node, Things, Value, in_language
from zjtx_kg import say
from zjtx_kg.terms import BASE, CCCEV, CPSV, DCTERMS, ELI, NS, OWL, PREFIXES, RDF, RDFS, SKOS, VANN, VS, XSD

__all__ = ["HEADERS", "SUFFIXES", "Element", "Frame", "element", "thing_page", "vocabulary_page"]

Element = ET.Element
#: The documents of a thing, by media type: what follows its path.
SUFFIXES: Final = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
}
#: Pages run no script and are no part of others.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
}
_NAMED: Final = OWL + "NamedIndividual"
_SHOWN: Final = 60
_DEEP: Final = 12
_HEAD: Final = frozenset(
    (
        *(label for label in LABELS if label != SKOS + "notation"),
        RDF + "type",
        SKOS + "definition",
        DCTERMS + "description",
        RDFS + "isDefinedBy",
        NS + "order",
        NS + "of",
    )
)
#: What comes first in a table, in this order; the rest follows by name.
_FIRST: Final = tuple(
    NS + name
    for name in (
        "documentNumber",
        "issuer",
        "issued",
        "inForceFrom",
        "tier",
        "policy",
        "inCriteria",
        "parentCondition",
        "indicator",
        "operator",
        "bound",
        "unit",
        "clause",
        "attestation",
    )
)
_BOUND: Final = NS + "bound"
_CURIES: Final = {**PREFIXES, "eli": ELI, "cccev": CCCEV, "cpsv": CPSV, "vann": VANN, "vs": VS}


def element(tag: str, *parts: Element | str | None, **attributes: str) -> Element:
    """An element with its children and texts in order; ``class_`` is the attribute ``class``.

    >>> ET.tostring(element("p", "a < b", element("b", "c"), class_="d"), encoding="unicode")
    '<p class="d">a &lt; b<b>c</b></p>'
    """
    made = Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    for part in parts:
        if isinstance(part, str):
            if len(made):
                made[-1].tail = (made[-1].tail or "") + part
            else:
                made.text = (made.text or "") + part
        elif part is not None:
            made.append(part)
    return made


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page and how its links are made.

    ``root`` is where the service stands, ``path`` the thing's own, ``asked`` whether the language was asked
    for in the address, where links keep it.
    """

    lang: str
    path: str
    root: str = ""
    asked: bool = False

    def say(self, key: str, **facts: object) -> str:
        return say(f"page.{key}", self.lang, **facts)

    def address(self, path: str) -> str:
        """The page of another thing of the namespace."""
        path, _, anchor = path.partition("#")
        query = f"?lang={self.lang}" if self.asked else ""
        return f"{self.root}/page/{quote(path)}{query}" + (f"#{quote(anchor)}" if anchor else "")

    def link(self, path: str, words: str, **attributes: str) -> Element:
        return element("a", words, href=self.address(path), **attributes)

    def written(self, title: str, *body: Element | None) -> bytes:
        """The page around its body."""
        other = "en" if self.lang == "zh" else "zh"
        documents = [
            element(
                "a", suffix, href=f"{self.root}/data/{quote(self.path)}.{suffix}", type=kind, rel="alternate"
            )
            for kind, suffix in SUFFIXES.items()
        ]
        page = element(
            "html",
            element(
                "head",
                element("meta", charset="utf-8"),
                element("meta", name="viewport", content="width=device-width, initial-scale=1"),
                element("title", f"{title} · zjtx"),
                element("link", rel="icon", href="data:,"),
                element("link", rel="stylesheet", href=f"{self.root}/assets/page.css"),
            ),
            element(
                "body",
                element(
                    "header",
                    element("a", self.say("site"), href=f"{self.root}/docs"),
                    element(
                        "a",
                        self.say("other"),
                        href=f"{self.root}/page/{quote(self.path)}?lang={other}",
                        hreflang=TAGS[other],
                        lang=TAGS[other],
                    ),
                ),
                element("main", *body),
                element("footer", element("span", self.say("documents"), class_="dim"), *documents),
            ),
            lang=TAGS[self.lang],
        )
        text = ET.tostring(page, encoding="unicode", method="html")
        return f"<!doctype html>\n{text}\n".encode()


# --- a thing of the law ---------------------------------------------------------------------------------


def thing_page(things: Things, iri: str, frame: Frame) -> bytes:
    """The page of a thing: its name, what it is, its properties, its members, what refers to it."""
    return _Page(things, frame).of(ox.NamedNode(iri))


def vocabulary_page(things: Things, frame: Frame) -> bytes:
    """The page of the vocabulary: every term at its anchor, by what it is."""
    return _Page(things, frame).of_vocabulary()


class _Page:
    def __init__(self, things: Things, frame: Frame) -> None:
        self.things = things
        self.frame = frame
        self.lang = frame.lang

    def of(self, node: ox.NamedNode) -> bytes:
        title = self.things.label(node, self.lang)
        return self.frame.written(
            title,
            self._heading(node, title),
            _table([*self._derived(node), *self._rows(node)]),
            *self._members(node),
            *self._references(node),
        )

    def _heading(self, node: ox.NamedNode, title: str) -> Element:
        kinds = [self._term(kind) for kind in self._kinds(node)]
        other = self.things.label(node, "en" if self.lang == "zh" else "zh")
        definition = self.things.text(node, SKOS + "definition", self.lang) or self.things.text(
            node, DCTERMS + "description", self.lang
        )
        return element(
            "div",
            element("p", *_joined(kinds, " · "), class_="dim") if kinds else None,
            element("h1", title),
            element("p", other, class_="dim", lang=TAGS["en" if self.lang == "zh" else "zh"])
            if other != title
            else None,
            element("p", definition, class_="lead") if definition else None,
            element("p", element("code", node.value)),
        )

    # --- properties -------------------------------------------------------------------------------------

    def _derived(self, node: ox.NamedNode) -> Iterator[tuple[Element, list[Element]]]:
        """What a reader asks first and a thing's own statements do not say.

        The tier and the policy of a condition are said of its criteria; so are the tiers of a policy and the
        policies of a tier.
        """
        for name, other in (("policy", "tier"), ("tier", "policy")):
            criteria_of = [criteria for criteria, _ in self.things.pointing(node, NS + name)]
            others = {v for criteria in criteria_of for v in self.things.values(criteria, NS + other)}
            if others:
                yield self._predicate(NS + other), [self._value(v) for v in sorted(others, key=self._by_name)]
        for criteria in self.things.values(node, NS + "inCriteria"):
            assert isinstance(criteria, ox.NamedNode)
            for name in ("tier", "policy"):
                found = self.things.values(criteria, NS + name)
                yield self._predicate(NS + name), [self._value(value) for value in found]
        for indicator in self.things.values(node, NS + "indicator"):
            assert isinstance(indicator, ox.NamedNode)
            units = self.things.values(indicator, NS + "unit")
            if units:
                yield self._predicate(NS + "unit"), [self._value(value) for value in units]

    def _rows(self, node: Node, depth: int = 0) -> Iterator[tuple[Element, list[Element]]]:
        grouped: dict[str, list[Value]] = {}
        for predicate, value in self.things.said(node):
            if predicate not in _HEAD or (depth and predicate != RDF + "type"):
                grouped.setdefault(predicate, []).append(value)
        if _BOUND in grouped:  # it says what the property of the comparison says
            grouped = {p: values for p, values in grouped.items() if values != grouped[_BOUND] or p == _BOUND}
        unit = self._unit(node)
        for predicate in sorted(grouped, key=self._place):
            values = grouped[predicate]
            literals = in_language(values, self.lang)
            kept = [v for v in values if not isinstance(v, ox.Literal) or v in literals]
            suffix = unit if predicate == _BOUND else ""
            shown = [self._value(value, depth, suffix) for value in sorted(kept, key=self._by_name)]
            yield self._predicate(predicate), shown

    def _place(self, predicate: str) -> tuple[int, str]:
        place = _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)
        return place, self._name_of(predicate)

    def _unit(self, node: Node) -> str:
        for indicator in self.things.values(node, NS + "indicator"):
            if isinstance(indicator, ox.NamedNode):
                for unit in self.things.values(indicator, NS + "unit"):
                    assert isinstance(unit, ox.NamedNode)
                    return " " + self.things.label(unit, self.lang)
        return ""

    def _predicate(self, iri: str) -> Element:
        words = self._name_of(iri)
        if iri.startswith(NS):
            return self.frame.link("ns#" + iri.removeprefix(NS), words)
        return element("span", words, title=iri)

    def _name_of(self, iri: str) -> str:
        if iri.startswith(BASE):
            return self.things.label(ox.NamedNode(iri), self.lang)
        short = curie(iri)
        try:
            return self.frame.say(f"term.{short.replace(':', '_')}")
        except KeyError:
            return short

    def _by_name(self, value: Value) -> tuple[str, str]:
        if isinstance(value, ox.NamedNode):
            return self.things.text(value, NS + "order", self.lang).zfill(9), value.value
        if isinstance(value, ox.BlankNode):  # its name differs from process to process, what it says does not
            said = self.things.said(value)
            return "", repr(sorted((p, str(v)) for p, v in said if not isinstance(v, ox.BlankNode)))
        return "", str(value)

    def _value(self, value: Value, depth: int = 0, unit: str = "") -> Element:
        if isinstance(value, ox.NamedNode):
            return self._term(value)
        if isinstance(value, ox.Literal):
            return element("span", _literal(value, self.frame) + unit)
        assert isinstance(value, ox.BlankNode)
        members = self.things.items(value)
        if members is not None:
            return element("ol", *(element("li", self._value(member, depth + 1)) for member in members))
        if depth >= _DEEP:
            return element("span", "…")
        return _table(self._rows(value, depth + 1)) or element("span", "–")

    def _term(self, value: Value) -> Element:
        """A thing by its name: linked to its page here, or to its own address elsewhere."""
        assert isinstance(value, ox.NamedNode)
        iri = value.value
        if iri.startswith(BASE) and self.things.knows(iri):
            return self.frame.link(iri.removeprefix(BASE), self.things.label(value, self.lang))
        words = self._name_of(iri)
        if iri.startswith(("http://", "https://")) and not iri.startswith(BASE):
            return element("a", words, href=iri, rel="noreferrer external")
        return element("span", words)

    # --- members and references -------------------------------------------------------------------------

    def _members(self, node: ox.NamedNode) -> Iterator[Element]:
        tree = self._tree(node)
        if tree is not None:
            yield element("h2", self.frame.say("members"))
            yield tree

    def _tree(self, node: ox.NamedNode, depth: int = 0) -> Element | None:
        """The members of a group of conditions, each with its own."""
        found = [m for head in self.things.values(node, NS + "of") for m in self.things.items(head) or ()]
        rows = [
            element("li", self._term(member), self._tree(member, depth + 1) if depth < _DEEP else None)
            for member in found
            if isinstance(member, ox.NamedNode)
        ]
        return element("ol", *rows) if rows else None

    def _references(self, node: ox.NamedNode) -> Iterator[Element]:
        """What points here, by property: a policy has its clauses and criteria here, a tier its criteria."""
        grouped: dict[str, list[ox.NamedNode]] = {}
        for thing, predicate in self.things.pointing(node):
            if predicate not in _PLACES:
                grouped.setdefault(predicate, []).append(thing)
        if not grouped:
            return
        yield element("h2", self.frame.say("references"))
        for predicate in sorted(grouped, key=self._place):
            by_kind: dict[str, list[ox.NamedNode]] = {}
            for thing in grouped[predicate]:
                by_kind.setdefault(self._kind(thing), []).append(thing)
            for kind in sorted(by_kind):
                yield self._listed(kind, predicate, sorted(by_kind[kind], key=self._by_name))

    def _kinds(self, node: ox.NamedNode) -> list[ox.NamedNode]:
        """What a thing is, but for what every named thing is."""
        found = self.things.values(node, RDF + "type")
        kinds = [kind for kind in found if isinstance(kind, ox.NamedNode) and kind.value != _NAMED]
        return sorted(kinds, key=lambda kind: kind.value)

    def _kind(self, node: ox.NamedNode) -> str:
        kinds = self._kinds(node)
        return self._name_of(kinds[0].value) if kinds else ""

    def _listed(self, kind: str, predicate: str, things: list[ox.NamedNode]) -> Element:
        rest = len(things) - _SHOWN
        return element(
            "section",
            element("h3", kind, element("small", " ", self._predicate(predicate), f" {len(things)}")),
            element(
                "ul",
                *(element("li", *self._summary(thing)) for thing in things[:_SHOWN]),
                element("li", self.frame.say("more", count=rest), class_="dim") if rest > 0 else None,
            ),
        )

    def _summary(self, thing: ox.NamedNode) -> Iterator[Element | str]:
        yield self._term(thing)
        definition = self.things.text(thing, SKOS + "definition", self.lang)
        if definition:
            yield element("span", " " + definition, class_="dim")

    # --- the vocabulary ---------------------------------------------------------------------------------

    def of_vocabulary(self) -> bytes:
        node = ox.NamedNode(BASE + "ns")
        title = self.things.label(node, self.lang)
        grouped: dict[str, list[ox.NamedNode]] = {}
        for iri in self.things.terms():
            term = ox.NamedNode(iri)
            kinds = self._kinds(term) or [ox.NamedNode(OWL + "Thing")]
            grouped.setdefault(self._name_of(kinds[0].value), []).append(term)
        sections = [
            element("section", element("h2", kind), *(self._entry(term) for term in grouped[kind]))
            for kind in sorted(grouped, key=lambda kind: (-len(grouped[kind]), kind))
        ]
        return self.frame.written(title, self._heading(node, title), _table(self._rows(node)), *sections)

    def _entry(self, term: ox.NamedNode) -> Element:
        name = term.value.removeprefix(NS)
        definition = self.things.text(term, SKOS + "definition", self.lang)
        return element(
            "article",
            element("h3", self.things.label(term, self.lang), " ", element("code", "z:" + name)),
            element("p", definition) if definition else None,
            _table(self._rows(term)),
            id=name,
        )


#: Properties that the page of a thing tells in its own words, or that say only where a list stands.
_PLACES: Final = frozenset((NS + "parentCondition", NS + "inCriteria", RDF + "first", RDFS + "isDefinedBy"))


def _literal(value: ox.Literal, frame: Frame) -> str:
    kind = value.datatype.value
    if kind == XSD + "decimal":
        return f"{Decimal(value.value):,f}"
    if kind == XSD + "boolean":
        return frame.say(value.value)
    return value.value


def curie(iri: str) -> str:
    """An IRI with a prefix where one is known.

    >>> curie("http://www.w3.org/2004/02/skos/core#note"), curie("urn:x")
    ('skos:note', 'urn:x')
    """
    for prefix, namespace in _CURIES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _joined(parts: list[Element], separator: str) -> Iterator[Element | str]:
    for number, part in enumerate(parts):
        if number:
            yield separator
        yield part


def _table(rows: Iterable[tuple[Element, list[Element]]]) -> Element | None:
    """Properties with their values; nothing where there are none."""
    found = [
        element("tr", element("th", name, scope="row"), element("td", *_stacked(values)))
        for name, values in rows
    ]
    return element("table", *found) if found else None


def _stacked(values: list[Element]) -> list[Element]:
    return values if len(values) == 1 else [element("div", value) for value in values]
