"""What a query says before any engine sees it: its form, its prefixes, its graphs, and what is refused.

A query is read token by token as SPARQL 1.1 defines them, so a keyword inside a text, a comment or a name is
not mistaken for one. Where a character sequence could be read in two ways (``?a<1)SERVICE?x#>`` is a
comparison followed by SERVICE, or a variable and an IRI), or where one engine undoes ``\\u`` escapes first
and another does not, the reading that would reach another machine counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

from zjtx_kg import terms
from zjtx_kg.errors import Problem, QueryError

__all__ = ["PREFIXES", "Query", "located", "read_query", "syntax_error"]

#: Prefixes that need no declaration.
PREFIXES: Final[Mapping[str, str]] = {
    **terms.PREFIXES,
    "tier": terms.TIER,
    "title": terms.TITLE,
    "award": terms.AWARD,
    "policy": terms.POLICY,
    "condition": terms.CONDITION,
    "clause": terms.CLAUSE,
    "evidence": terms.EVIDENCE,
    "code": terms.CODE,
    "field": terms.FIELD,
    "company": terms.BASE + "company/",
    "assessment": terms.BASE + "assessment/",
}
MAX_LENGTH: Final = 200_000
_MAX_DEPTH: Final = 200

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = (
    "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "INSERT", "DELETE", "WITH",
)  # fmt: skip
_START: Final = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = _START + r"0-9_\-\u00b7\u0300-\u036f\u203f\u2040"
_VARIABLE: Final = _START + r"_0-9\u00b7\u0300-\u036f\u203f\u2040"
_LOCAL: Final = rf"(?:[{_NAME}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>[\x20\t\r\n]+|\#[^\r\n]*)
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    | (?P<text>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    | (?P<variable>[?$][{_VARIABLE}]+)
    | (?P<language>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
    | (?P<blank>_:[{_START}_0-9](?:[{_NAME}.]*[{_NAME}])?)
    | (?P<name>(?P<prefix>(?:[{_START}](?:[{_NAME}.]*[{_NAME}])?)?):
        (?:(?:[{_START}_0-9:]|%[0-9A-Fa-f]{{2}}|\\.)(?:(?:{_LOCAL}|\.)*{_LOCAL})?)?)
    | (?P<word>[{_START}_][{_NAME}]*)
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
#: What a comparison mistaken for an IRI may hide: the end of its bracket, then a keyword.
_HIDDEN: Final = re.compile(r"\).*?(service|from)", re.IGNORECASE)
_SERVICE: Final = re.compile("service", re.IGNORECASE)
_ERROR_AT: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
#: Longer than any keyword: Oxigraph says of a word that is none of its keywords that it ends too late.
_PADDING: Final = "\n" + " " * 80


@dataclass(frozen=True, slots=True)
class Query:
    """A query that may be run.

    ``text`` is complete: prefixes that it uses without declaring them are declared in a line before it
    (``added`` lines). ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE; ``graphs`` are the IRIs its FROM and
    FROM NAMED clauses name.
    """

    text: str
    form: str
    graphs: tuple[str, ...] = ()
    added: int = 0
    source: str = ""
    own: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


@lru_cache(maxsize=256)
def read_query(text: str, source: str = "") -> Query:
    """Read a query, or refuse it with every problem at once.

    ``source`` is the name that problems tell. Raises :class:`QueryError` for updates, SERVICE, undeclared
    prefixes, a FROM that is not absolute, and what is no query at all. What else breaks the grammar is told
    by the engine, through :func:`syntax_error`.

    >>> read_query("SELECT ?t { ?t a z:Tier }").form
    'SELECT'
    >>> read_query("ASK { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    zjtx_kg.errors.QueryError: 查询未执行
    """
    if len(text) > MAX_LENGTH:
        found = f"{len(text):,}"
        raise QueryError(
            "graph.refused", [Problem("query_long", source, found, {"limit": f"{MAX_LENGTH:,}"})]
        )
    tokens = tuple(_tokens(text))
    problems = list(_refused(text, tokens, source))
    if "\\u" in text or "\\U" in text:
        plain = _ESCAPE.sub(_unescaped, text)
        if not problems:
            problems = list(_refused(plain, tuple(_tokens(plain)), source))
    form = _form(tokens)
    if form is None and not problems:
        problems.append(_problem("query_form", text, tokens[0].start if tokens else 0, source))
    declared, base = _prologue(tokens)
    used = {token.text.partition(":")[0]: token for token in reversed(tokens) if token.kind == "name"}
    missing = {name for name in used if name not in declared}
    problems += [
        _problem("query_prefix", text, used[name].start, source) for name in missing if name not in PREFIXES
    ]
    graphs: list[str] = []
    for token in _graphs(tokens):
        iri = _resolved(token, declared, base)
        if iri is None:
            problems.append(_problem("query_graph", text, token.start, source))
        else:
            graphs.append(iri)
    if problems:
        raise QueryError("graph.refused", sorted(problems, key=lambda found: found.line or 0))
    assert form is not None
    added = " ".join(f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(missing))
    whole = f"{added}\n{text}" if added else text
    return Query(whole, form, tuple(graphs), 1 if added else 0, source, text)


def located(text: str, message: str, parse: Callable[[str], object]) -> str:
    """Oxigraph's message on a query that it cannot parse, with the place of the token that is wrong.

    Its own place is the farthest that any keyword it tried would have reached. The token that is wrong is the
    first after which no continuation could make a query; ``parse`` raises ``SyntaxError`` for what is none.
    """
    tokens = list(_tokens(text))
    for token in tokens:
        if token.kind == "mark" and token.text in "\"'":  # a text that does not end
            return _message_at(text, token.start, message)

    def fails(count: int) -> bool:
        last = tokens[count - 1]
        begun = text[: last.start + len(last.text)] + _PADDING
        try:
            parse(begun)
        except SyntaxError as error:
            found = _ERROR_AT.search(str(error))
            end = (begun.count("\n") + 1, len(_PADDING))
            return found is not None and (int(found[1]), int(found[2])) < end
        return False

    if not tokens or not fails(len(tokens)):
        return _message_at(text, len(text.rstrip()), message)
    low, high = 0, len(tokens)  # the first `low` tokens can go on, the first `high` cannot
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fails(middle) else (middle, high)
    return _message_at(text, tokens[high - 1].start, message)


def _message_at(text: str, start: int, message: str) -> str:
    found = _ERROR_AT.search(message)
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return f"error at {line}:{column}: expected {found[3] if found else message}"


def syntax_error(query: Query, message: str) -> QueryError:
    """What an engine says of a query's grammar, with the line and column in the user's text."""
    found = _ERROR_AT.search(message)
    if found is None:
        return QueryError("graph.engine", message=message)
    line, column = int(found[1]) - query.added, int(found[2])
    said = [part for part in found[3].split(", ") if " " in part.strip() and not part.strip().startswith("[")]
    rest = "\n".join(query.own.splitlines()[line - 1 :])[column - 1 :].split("\n", 1)[0].strip()
    code = "query_meaning" if said else "query_syntax"
    facts = {"column": column, "line": line, "said": "; ".join(" ".join(part.split()) for part in said)}
    path = f"{query.source}:{line}:{column}" if query.source else f"{line}:{column}"
    return QueryError("graph.syntax", [Problem(code, path, rest[:60] or "⏎", facts, line)], **facts)


# --- tokens ------------------------------------------------------------------------------------------


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        assert kind is not None
        if kind == "prefix":
            kind = "name"
        if kind != "space":
            yield _Token(kind, found[0], found.start())


def _unescaped(found: re.Match[str]) -> str:
    number = int(found[1] or found[2], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]


def _refused(text: str, tokens: tuple[_Token, ...], source: str) -> Iterator[Problem]:
    """What must not run, wherever it stands."""
    first = next((word for word in _words(tokens)), None)
    if first is not None and first.text.upper() in _UPDATES:
        yield _problem("query_update", text, first.start, source)
        return
    depth = 0
    for token in tokens:
        if token.kind in ("word", "name"):
            name = token.text.partition(":")[0]
            if _SERVICE.search(name):
                yield _problem("query_service", text, token.start, source)
        elif token.kind == "iri":
            hidden = _HIDDEN.search(token.text)
            if hidden:
                yield _problem("query_service", text, token.start + hidden.start(1), source)
        elif token.text in "([{":
            depth += 1
            if depth == _MAX_DEPTH:
                yield _problem("query_deep", text, token.start, source)
        elif token.text in ")]}":
            depth -= 1


def _words(tokens: tuple[_Token, ...]) -> Iterator[_Token]:
    """The keywords after the prologue."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        word = token.text.upper() if token.kind == "word" else ""
        if word == "PREFIX":
            position += 3
        elif word in ("BASE", "VERSION"):
            position += 2
        else:
            if word:
                yield token
            position += 1


def _form(tokens: tuple[_Token, ...]) -> str | None:
    first = next(_words(tokens), None)
    if first is None:
        return None
    word = first.text.upper()
    return next((form for form in _FORMS if word.startswith(form)), None)


def _prologue(tokens: tuple[_Token, ...]) -> tuple[dict[str, str], str]:
    declared: dict[str, str] = {}
    base = ""
    for position, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "PREFIX" and position + 2 < len(tokens):
            declared[tokens[position + 1].text.partition(":")[0]] = urljoin(
                base, tokens[position + 2].text.strip("<>")
            )
        elif word == "BASE" and position + 1 < len(tokens):
            base = urljoin(base, tokens[position + 1].text.strip("<>"))
        elif word and word not in ("PREFIX", "BASE"):
            break
    return declared, base


def _graphs(tokens: tuple[_Token, ...]) -> Iterator[_Token]:
    """The names after FROM and FROM NAMED. Nothing else in a query uses the word."""
    for position, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() in ("FROM", "FROMNAMED"):
            rest = [t for t in tokens[position + 1 : position + 3] if t.text.upper() != "NAMED"]
            if rest:
                yield rest[0]


def _resolved(token: _Token, declared: Mapping[str, str], base: str) -> str | None:
    if token.kind == "iri":
        iri = urljoin(base, token.text[1:-1])
    elif token.kind == "name":
        prefix, _, local = token.text.partition(":")
        iri = declared.get(prefix, PREFIXES.get(prefix, "")) + re.sub(r"\\(.)", r"\1", local)
    else:
        return None
    return iri if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", iri) else None


def _problem(code: str, text: str, start: int, source: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    found = text[start:].split("\n", 1)[0].strip()[:60]
    path = f"{source}:{line}:{column}" if source else f"{line}:{column}"
    return Problem(code, path, found, {"column": column}, line)
