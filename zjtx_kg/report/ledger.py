"""The ledger as two documents in Markdown, in Chinese and English side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.corpus import Ambiguity, Disagreement
from zjtx_kg.rulebase.ledger import Entry, Ledger
from zjtx_kg.texts import LANGUAGES, Text, say

__all__ = ["DOCUMENTS", "ambiguities_document", "coverage_document"]

#: So many ids of one kind are printed in a cell; ``zjtx ontology ledger --json`` prints all.
_SHOWN = 3


def coverage_document(ledger: Ledger) -> str:
    """Every clause and table of every document: what rests on it, or why nothing does."""
    rules = ledger.rulebase
    lines = [f"# {_both('coverage_title')}", "", _both("generated"), "", _both("coverage_intro"), ""]
    lines += _table(("document", "clauses", "mapped", "unmapped"), _totals(ledger))
    for document, entries in ledger.documents():
        lines += ["", f"## {_name(document, rules)}", ""]
        rows = (
            (_cell(entry.clause.citation), _cell(entry.clause.summary), _carried(entry)) for entry in entries
        )
        lines += _table(("clause", "says", "carried"), rows)
    return "\n".join(lines) + "\n"


def ambiguities_document(ledger: Ledger) -> str:
    """Every ambiguity with its readings, then every disagreement with what is taken to hold."""
    rules = ledger.rulebase
    lines = [f"# {_both('ambiguities_title')}", "", _both("generated"), "", _both("ambiguities_intro")]
    for ambiguity in sorted(rules.ambiguities.values(), key=lambda a: _order(a.code)):
        lines += ["", *_ambiguity(ambiguity, ledger)]
    groups: dict[str, list[Disagreement]] = {}
    for one in sorted(rules.disagreements.values(), key=lambda d: _order(d.code)):
        groups.setdefault(one.code[:1], []).append(one)
    for group, found in groups.items():
        lines += ["", f"## {_both(f'group_{group}')}", ""]
        lines += _table(("code", "matter", "texts", "settled"), (_disagreement(one) for one in found))
    return "\n".join(lines) + "\n"


#: The generated documents by file name.
DOCUMENTS = {"coverage.md": coverage_document, "ambiguities.md": ambiguities_document}


def _totals(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    total = [0, 0]
    for document, entries in ledger.documents():
        mapped = sum(entry.mapped for entry in entries)
        total = [total[0] + len(entries), total[1] + mapped]
        name = _name(document, ledger.rulebase)
        yield name, str(len(entries)), str(mapped), str(len(entries) - mapped)
    yield _both("total"), str(total[0]), str(total[1]), str(total[0] - total[1])


def _name(document: str, rules: Rulebase) -> str:
    found = rules.policies.get(document)
    label = found.title if found else rules.materials[document].label
    number = f" {found.number}" if found and found.number else ""
    return f"{label.zh}{number} · {label.en} `{document}`"


def _carried(entry: Entry) -> str:
    """What rests on a clause, by kind; or why nothing does."""
    if entry.clause.unmapped is not None:
        return f"{_both('unmapped_because')}: {_cell(entry.clause.unmapped)}"
    kinds: dict[str, list[str]] = {}
    for name in entry.carried_by:
        kind, _, id = name.partition("/")
        kinds.setdefault(kind, []).append(id)
    found = [f"{kind} {_some(ids)}" for kind, ids in sorted(kinds.items())]
    if not found:
        found = [f"{_both('through_parts')}: {_some([p.rpartition('/')[2] for p in entry.parts])}"]
    return "<br>".join(found)


def _some(ids: list[str]) -> str:
    shown = ", ".join(f"`{id}`" for id in ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} +{len(ids) - _SHOWN}"


def _ambiguity(ambiguity: Ambiguity, ledger: Ledger) -> Iterator[str]:
    rules = ledger.rulebase
    clause = ambiguity.citation.clause
    where = ""
    if clause is not None:
        where = f" {_name(clause.document, rules)}, {clause.citation.zh} / {clause.citation.en}."
    yield f"## {ambiguity.code} {ambiguity.label.zh} · {ambiguity.label.en}"
    yield ""
    yield f"{ambiguity.text.zh} {ambiguity.text.en}{where}"
    yield ""
    yield f"{_both('because')}: {ambiguity.because.zh} {ambiguity.because.en}"
    yield ""
    readings = sorted(
        (r for r in rules.readings.values() if r.ambiguity == ambiguity.id), key=lambda r: not r.encoded
    )
    rows = (
        (
            f"`--reading {reading.id}`",
            _cell(reading.label) + (f" **{_both('in_use')}**" if reading.encoded else ""),
            _cell(reading.consequence) if reading.consequence else "",
            _some(list(ledger.under.get(reading.id, ()))),
        )
        for reading in readings
    )
    yield from _table(("reading", "means", "consequence", "governs"), rows)


def _disagreement(one: Disagreement) -> tuple[str, ...]:
    settled = _cell(one.settled)
    for text in (one.because, one.consequence):
        if text is not None:
            settled += f"<br>{_cell(text)}"
    if one.encoded_as:
        settled += f"<br>{_some(list(one.encoded_as))}"
    return one.code, _cell(one.label), _cell(one.place) if one.place else "", settled


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(_both(head) for head in heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def _cell(text: Text) -> str:
    both = text.zh if text.zh == text.en else f"{text.zh}<br>{text.en}"
    return both.replace("|", "\\|").replace("\n", " ")


def _both(key: str) -> str:
    return " · ".join(dict.fromkeys(say(f"ledger.{key}", lang) for lang in LANGUAGES))


def _order(code: str) -> tuple[str, int]:
    match = re.fullmatch(r"([A-Z]+)(\d+)", code)
    return (match[1], int(match[2])) if match else (code, 0)
