"""A store of published assessments beside the law: Oxigraph, in memory or in a directory.

A directory is opened for as long as something is done with it: many processes may read it at once, or one may
write. A write is on disk when it returns, each graph whole or not at all, also where the process is killed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Condition
from typing import Any, BinaryIO, Final

import msgspec
import pyoxigraph as ox

from zjtx_kg import terms
from zjtx_kg.errors import QueryError, StoreError
from zjtx_kg.graph.answer import Answer, Graphs, Limits, Term, read_answer, write_answer, write_failure
from zjtx_kg.graph.dataset import Change, Entry, entries_of, insertion
from zjtx_kg.graph.law import RULEBASE, law
from zjtx_kg.graph.locks import Busy, locked
from zjtx_kg.graph.publish import Published
from zjtx_kg.graph.syntax import located
from zjtx_kg.graph.workers import Make, Stopped, Workers
from zjtx_kg.rulebase import Rulebase, load

__all__ = ["Store"]

_FORMAT: Final = 1
_MARK: Final = "zjtx-store.json"
#: How many graphs one transaction holds. From this size on, Oxigraph writes table files at once.
_BATCH: Final = 500
_MANY: Final = 32
_LONG_NUMBER: Final = 20
_DIGEST: Final = ox.NamedNode(terms.NS + "digest")
_LAW: Final = ox.NamedNode(RULEBASE)


class Store:
    """Published assessments in named graphs, and the law in the default graph.

    Without ``path`` it is held in memory. A directory is made where there is none, unless ``create`` is
    false. ``wait`` is for how many seconds a call waits where others use the directory; ``workers`` how many
    queries run at a time.

    Every method may be called from several threads; writes wait for one another. Queries run in child
    processes, beside each other, and see the state at which they began. Raises :class:`StoreError` where the
    directory is not a store, is damaged, or stays in use by others.

    >>> store = Store()
    >>> store.answer(
    ...     "ASK { <https://w3id.org/zjtx/tier/little-giant> a z:Tier }".replace(
    ...         "z:Tier", "<https://w3id.org/zjtx/ns#Tier>"
    ...     ),
    ...     Limits(),
    ... ).truth
    True
    """

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        rulebase: Rulebase | None = None,
        ontology: Path | None = None,
        create: bool = True,
        wait: float = 30.0,
        workers: int = 4,
    ) -> None:
        self.rulebase = rulebase or load(ontology)
        self.ontology = ontology
        self.path = None if path is None else Path(path).absolute()
        self.wait = wait
        self._turn = Condition()
        self._readers = 0
        self._writing = False
        self._open = ExitStack()
        self._reader: ox.Store | None = None
        self._workers = Workers(workers)
        if self.path is None:
            self._reader = ox.Store()
            self._reader.bulk_load(law(self.rulebase, ontology), ox.RdfFormat.N_TRIPLES)
        else:
            self._prepare(self.path, create)

    # --- asking -----------------------------------------------------------------------------------------

    def answer(self, query: str, limits: Limits, graphs: Graphs | None = None) -> Answer:
        """Answer a query in a worker process, within limits.

        The store is held until a worker is found; from then on the worker holds what it reads.
        """
        asked = None if graphs is None else [graphs.default, graphs.named]
        request = msgspec.msgpack.encode([query, asked, limits.rows])
        try:
            data = self._workers.ask(
                self._prepare_worker,
                request,
                seconds=limits.seconds,
                megabytes=limits.megabytes,
                memory=limits.memory,
            )
        except Stopped as stopped:
            facts: dict[str, Any] = {"megabytes": limits.megabytes, "memory": limits.memory}
            code = f"graph.stopped_{stopped.reason}"
            raise QueryError(code, seconds=f"{limits.seconds:g}", **facts) from None
        return read_answer(data)

    def _prepare_worker(self, begin: Callable[[Make, bool], None]) -> None:
        """A worker shares what is in memory and needs no files; a directory it opens for itself, and RocksDB
        opens table files whenever it reads, so there only the reading of the query keeps it from the network.
        """
        with self._reading() as reader:
            path = self.path
            begin(
                lambda: partial(_work, reader if path is None else _opened(path, ox.Store.read_only)),
                path is None,
            )

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name."""
        with self._reading() as reader:
            return reader.contains_named_graph(ox.NamedNode(iri))

    def statements(
        self, subject: Term | None = None, predicate: ox.NamedNode | None = None, object: Term | None = None
    ) -> list[ox.Triple]:
        """The triples of the law that fit a pattern. They are looked up in this process, without a query."""
        with self._reading() as reader:
            found = reader.quads_for_pattern(subject, predicate, object, ox.DefaultGraph())  # type: ignore[arg-type]
            return [quad.triple for quad in found]

    def entries(self) -> list[Entry]:
        """The assessments that are published, by name of the company."""
        return entries_of(self)

    def law_digest(self) -> str | None:
        """The digest of the rule files whose law is loaded."""
        with self._reading() as reader:
            return _digest_of(reader, _LAW, ox.DefaultGraph())

    def dump(self) -> bytes:
        """Everything as N-Quads."""
        with self._reading() as reader:
            return reader.dump(format=ox.RdfFormat.N_QUADS) or b""

    # --- changing ---------------------------------------------------------------------------------------

    def add(self, graphs: Iterable[Published]) -> Change:
        """Publish graphs, each whole or not at all; durable when this returns.

        A graph that is there already with the same content is left alone; one with other content is replaced.
        The law is brought up to date with the rule base.
        """
        total = Change()
        with self._writing_to() as writer:
            writer.update_law(self.rulebase, self.ontology)
            for batch in _batches(graphs):
                total += writer.add(batch)
        return total

    def remove(self, graphs: Iterable[str]) -> int:
        """Remove graphs, all or none; the number of those that were there."""
        with self._writing_to() as writer:
            return writer.remove(graphs)

    def stop(self) -> None:
        """Stop the queries that run: the process is about to end."""
        self._workers.stop()

    def close(self) -> None:
        """Let others write to the directory. It is opened again when the store is used again."""
        if self.path is not None:
            with self._turn:
                self._turn.wait_for(lambda: self._readers == 0)
                self._workers.retire()
                self._release()

    # --- who may ----------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[ox.Store]:
        """The store to read from; several threads may at once. Short: writers wait."""
        with self._turn:
            self._turn.wait_for(lambda: not self._writing)
            if self._reader is None:
                assert self.path is not None
                with ExitStack() as until_open:
                    until_open.enter_context(self._locked(exclusive=False))
                    self._reader = _opened(self.path, ox.Store.read_only)
                    self._open = until_open.pop_all()
            reader = self._reader
            self._readers += 1
        try:
            yield reader
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    @contextmanager
    def _writing_to(self) -> Iterator[_Writer]:
        """The store to write to: one thread of one process at a time."""
        with self._turn:
            self._turn.wait_for(lambda: not self._writing)
            self._writing = True
            self._turn.wait_for(lambda: self._readers == 0)
        self._workers.retire()
        try:
            if self.path is None:
                yield _Writer(self._reader)
                return
            self._release()
            with self._locked(exclusive=True):
                _clear_remains(self.path / "db")
                writer = _Writer(_opened(self.path, ox.Store))
                try:
                    yield writer
                    writer.flush()
                except OSError as error:
                    raise StoreError("graph.write", path=self.path, reason=error) from error
                finally:
                    writer.store = None  # the last reference: Oxigraph closes its files
        finally:
            with self._turn:
                self._writing = False
                self._turn.notify_all()

    def _release(self) -> None:
        self._reader = None
        self._open.close()

    @contextmanager
    def _locked(self, *, exclusive: bool) -> Iterator[None]:
        assert self.path is not None
        try:
            with locked(self.path, exclusive=exclusive, seconds=self.wait):
                yield
        except Busy:
            raise StoreError("graph.locked", path=self.path, seconds=f"{self.wait:g}") from None

    # --- the directory ----------------------------------------------------------------------------------

    def _prepare(self, path: Path, create: bool) -> None:
        """Check the directory, or make it: aside, then moved to its place whole."""
        if (path / _MARK).is_file():
            _check_format(path)
            return
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StoreError("graph.not_a_store", path=path)
        if not create:
            raise StoreError("graph.no_store", path=path)
        try:
            aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        except OSError as error:
            raise StoreError("graph.write", path=path, reason=error.strerror) from error
        try:
            writer = _Writer(ox.Store(aside / "db"))
            writer.update_law(self.rulebase, self.ontology)
            writer.flush()
            writer.store = None
            (aside / _MARK).write_text(json.dumps({"format": _FORMAT}) + "\n", encoding="utf-8")
            aside.replace(path)
        except OSError as error:
            if not (path / _MARK).is_file():  # else another process was first
                raise StoreError("graph.write", path=path, reason=error) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _work(store: ox.Store, request: bytes, out: BinaryIO) -> None:
    """What a worker does: one query, its answer or why there is none."""
    query, graphs, rows = msgspec.msgpack.decode(request)
    try:
        if graphs is None:
            found: object = store.query(query)
        else:
            default: list[Any] = [ox.NamedNode(iri) for iri in graphs[0]]
            named: list[Any] = [ox.NamedNode(iri) for iri in graphs[1]]
            found = store.query(query, default_graph=default, named_graphs=named)
        write_answer(found, out, rows)
    except SyntaxError as error:
        write_failure(located(query, str(error), ox.Store().query), out)
    except (ValueError, OSError, RuntimeError, MemoryError) as error:
        write_failure(str(error), out)


class _Writer:
    """Oxigraph, open for writing. Its store is dropped at the end, whoever still holds the writer."""

    def __init__(self, store: ox.Store | None) -> None:
        self.store = store

    def open(self) -> ox.Store:
        assert self.store is not None
        return self.store

    def flush(self) -> None:
        if self.store is not None:
            self.store.flush()

    def update_law(self, rulebase: Rulebase, ontology: Path | None) -> None:
        """Replace the default graph by the law of the rule base, unless it is that already."""
        if _digest_of(self.open(), _LAW, ox.DefaultGraph()) == rulebase.digest:
            return
        triples = law(rulebase, ontology)
        if not len(self.open()):
            self.open().bulk_load(triples, ox.RdfFormat.N_TRIPLES)
        else:
            self.open().update(f"CLEAR DEFAULT ; INSERT DATA {{ {triples.decode()} }}")

    def add(self, graphs: Sequence[Published]) -> Change:
        """Add graphs that are new in one transaction, replace those that changed, and flush."""
        wanted = {graph.graph: graph for graph in graphs}
        new: list[Published] = []
        changed = 0
        for name, graph in wanted.items():
            there = _digest_of(self.open(), ox.NamedNode(name), ox.NamedNode(name))
            if there is None:
                new.append(graph)
            elif there != graph.digest:
                self.open().update(insertion(graph))
                changed += 1
        if new:
            load_ = self.open().bulk_load if len(new) >= _MANY else self.open().load
            load_(b"".join(graph.data for graph in new), ox.RdfFormat.N_QUADS)
        self.flush()
        return Change(len(new), changed, len(wanted) - len(new) - changed)

    def remove(self, graphs: Iterable[str]) -> int:
        """Drop those of the graphs that are there, in one transaction."""
        names = [ox.NamedNode(graph) for graph in dict.fromkeys(graphs)]
        there = [name for name in names if self.open().contains_named_graph(name)]
        if there:
            self.open().update(" ; ".join(f"DROP GRAPH {name}" for name in there))
        return len(there)


def _opened(path: Path, open_: Callable[[str], ox.Store]) -> ox.Store:
    """The database of a store directory. One that lost its root file is damaged, not empty."""
    database = path / "db"
    if not (database / "CURRENT").is_file():
        raise StoreError("graph.damaged", path=path, reason="db/CURRENT")
    try:
        return open_(str(database))
    except OSError as error:
        code = "graph.locked" if "lock" in str(error).lower() else "graph.damaged"
        raise StoreError(code, path=path, reason=error, seconds="0") from error


def _clear_remains(database: Path) -> None:
    """Remove table files that a killed bulk load left in the database; they are named by a long number."""
    for path in database.glob("[0-9]" * _LONG_NUMBER + "*"):
        if path.name.isdigit():
            path.unlink()


def _check_format(path: Path) -> None:
    try:
        found = json.loads((path / _MARK).read_text(encoding="utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError("graph.damaged", path=path, reason=f"{_MARK}: {error}") from error
    if found != _FORMAT:
        raise StoreError("graph.format", path=path, found=found, wanted=_FORMAT)


def _digest_of(store: ox.Store, node: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph) -> str | None:
    found = next(iter(store.quads_for_pattern(node, _DIGEST, None, graph)), None)
    return None if found is None else str(getattr(found.object, "value", ""))


def _batches(graphs: Iterable[Published]) -> Iterator[list[Published]]:
    batch: list[Published] = []
    for graph in graphs:
        batch.append(graph)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
