"""What a query answers: rows, a truth value, or triples; and how it travels from one process to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import msgspec
import pyoxigraph as ox

from zjtx_kg.errors import QueryError

__all__ = ["Answer", "Graphs", "Limits", "Row", "Term", "read_answer", "write_answer", "write_failure"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]

_BATCH: Final = 256
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a query may go.

    ``seconds`` of wall-clock time, after which it is stopped; ``rows`` of a SELECT or triples of a CONSTRUCT,
    after which the answer is cut and says so; ``megabytes`` of an answer, and of memory on top of what the
    dataset takes.
    """

    seconds: float = 30.0
    rows: int = 10_000
    megabytes: int = 64
    memory: int = 2048


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs that a request asks, by IRI: those merged as the default graph, and those by name."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one query.

    ``columns`` and ``rows`` for SELECT, ``truth`` for ASK, ``triples`` for CONSTRUCT and DESCRIBE; what does
    not apply is empty or ``None``. ``cut`` tells that the row limit was reached.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    truth: bool | None = None
    triples: tuple[ox.Triple, ...] | None = None
    cut: bool = False


# --- from one process to another ---------------------------------------------------------------------


def write_answer(results: Any, out: BinaryIO, rows: int) -> None:
    """Write what ``pyoxigraph`` answered, at most so many rows, as a stream of msgpack frames."""
    if isinstance(results, ox.QueryBoolean):
        _frame(out, ["truth", bool(results)])
    elif isinstance(results, ox.QuerySolutions):
        names = [variable.value for variable in results.variables]
        _frame(out, ["columns", names])
        width = range(len(names))
        _frames(out, ([_packed(row[i]) for i in width] for row in results), rows)
    else:
        _frame(out, ["triples"])
        _frames(out, ([_packed(part) for part in triple] for triple in results), rows)
    out.flush()


def _frames(out: BinaryIO, found: Iterable[list[Any]], limit: int) -> None:
    batch: list[Any] = []
    cut = False
    for count, row in enumerate(found):
        if count >= limit:
            cut = True
            break
        batch.append(row)
        if len(batch) >= _BATCH:
            _frame(out, ["rows", batch])
            batch = []
    _frame(out, ["rows", batch])
    _frame(out, ["end", cut])


def _frame(out: BinaryIO, content: list[Any]) -> None:
    data = msgspec.msgpack.encode(content)
    out.write(len(data).to_bytes(4, "big") + data)


def write_failure(message: str, out: BinaryIO) -> None:
    """Write that the engine could not answer."""
    _frame(out, ["failure", message])


def read_answer(data: bytes) -> Answer:
    """The answer in a stream of frames. Raises :class:`QueryError` where the engine could not answer."""
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    triples = False
    for content in _contents(data):
        match content:
            case ["truth", truth]:
                return Answer(truth=truth)
            case ["columns", names]:
                columns = tuple(names)
            case ["triples"]:
                triples = True
            case ["rows", batch]:
                rows += [tuple(_unpacked(part) for part in row) for row in batch]
            case ["failure", message]:
                raise QueryError("graph.engine", message=message)
            case ["end", cut]:
                if triples:
                    return Answer(triples=tuple(ox.Triple(*row) for row in rows), cut=cut)  # type: ignore[arg-type]
                return Answer(columns=columns, rows=tuple(rows), cut=cut)
    raise QueryError("graph.engine", message="the answer breaks off")


def _contents(data: bytes) -> Iterator[Any]:
    position = 0
    while position + 4 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        position += 4
        if position + size > len(data):
            return
        yield msgspec.msgpack.decode(data[position : position + size])
        position += size


def _packed(term: Term | None) -> Any:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return [0, term.value]
    if isinstance(term, ox.BlankNode):
        return [1, term.value]
    if isinstance(term, ox.Triple):
        return [3, *(_packed(part) for part in term)]
    if term.language is not None:
        return [2, term.value, term.language]
    kind = term.datatype.value
    return [2, term.value] if kind == _STRING else [2, term.value, None, kind]


def _unpacked(packed: Any) -> Term | None:
    match packed:
        case None:
            return None
        case [0, value]:
            return ox.NamedNode(value)
        case [1, value]:
            return ox.BlankNode(value)
        case [2, value]:
            return ox.Literal(value)
        case [2, value, None, kind]:
            return ox.Literal(value, datatype=ox.NamedNode(kind))
        case [2, value, language]:
            return ox.Literal(value, language=language)
    return ox.Triple(*(_unpacked(part) for part in packed[1:]))  # type: ignore[arg-type]
