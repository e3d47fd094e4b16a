"""A store directory: durable when a write returns, whole however a process ends, shared by processes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import WHOLE
from tests.graph.support import USCC, graph_of, graphs_of
from tests.support import ROOT
from zjtx_kg import load
from zjtx_kg.errors import StoreError
from zjtx_kg.graph import Change, Limits, Store, answer

COUNT = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?g a z:Assessment } }"


def count(store: Store) -> int:
    (term,) = answer(COUNT, store).rows[0]
    assert term is not None
    return int(term.value)  # type: ignore[union-attr]


def test_what_was_added_is_there_in_another_process(tmp_path: Path) -> None:
    graphs = graphs_of(3)
    assert Store(tmp_path / "s").add(graphs) == Change(new=3)
    code = (
        "import sys; from zjtx_kg.graph import Store;"
        "print(sorted(entry.graph for entry in Store(sys.argv[1], create=False).entries()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(sorted(graph.graph for graph in graphs))


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_adding_again_changes_nothing_and_a_change_replaces(where: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "s" if where == "disk" else None)
    before, after = (graph_of({"facts.market_years": value}) for value in (3, 4))
    assert before.graph != after.graph  # without a credit code the profile itself is the name
    before, after = (graph_of({"uscc": USCC, "facts.market_years": value}) for value in (3, 4))
    assert before.graph == after.graph
    assert store.add([before]) == Change(new=1)
    dump = store.dump()
    assert store.add([before, before]) == Change(unchanged=1)
    assert store.dump() == dump
    assert store.add([after]) == Change(changed=1)
    assert count(store) == 1
    assert store.add([before]) == Change(changed=1)
    assert sorted(store.dump().splitlines()) == sorted(dump.splitlines())


def test_remove_takes_whole_graphs(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    graphs = graphs_of(4)
    store.add(graphs)
    names = [graph.graph for graph in graphs]
    assert store.remove([names[0], names[1], names[0], "http://example.org/none"]) == 2
    assert sorted(entry.graph for entry in store.entries()) == sorted(names[2:])
    for name in names[:2]:
        assert not answer(f"ASK {{ GRAPH <{name}> {{ ?s ?p ?o }} }}", store).truth
        assert not store.has_graph(name)


def test_readers_see_the_state_before_or_after_a_write_never_between() -> None:
    store = Store()
    sizes: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            sizes.add(count(store))

    readers = [threading.Thread(target=read) for _ in range(2)]
    batches = [graphs_of(5, first=first) for first in (0, 5, 10)]
    for reader in readers:
        reader.start()
    try:
        for batch in batches:
            store.add(batch)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert sizes <= {0, 5, 10, 15}
    assert count(store) == 15


def test_a_reader_and_a_writer_of_two_processes_take_turns(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.add(graphs_of(1))
    assert count(store) == 1
    busy = Store(tmp_path / "s", wait=0.3)
    with pytest.raises(StoreError) as caught:
        busy.add(graphs_of(1, first=1))
    assert caught.value.code == "graph.locked"
    store.close()
    assert busy.add(graphs_of(1, first=1)) == Change(new=1)
    busy.close()
    assert count(store) == 2


WRITER = """
import sys, pickle
from pathlib import Path
from zjtx_kg.graph import Store
store = Store(sys.argv[1])
for path in sorted(Path(sys.argv[2]).iterdir(), key=lambda p: int(p.stem)):
    graphs = pickle.loads(path.read_bytes())
    store.add(graphs)
    print(path.stem, flush=True)
"""


@pytest.mark.parametrize("seed", range(20 if WHOLE else 2))
@pytest.mark.parametrize("size", [1, 40], ids=["single", "bulk"])
def test_kill_9_in_the_middle_loses_nothing_acknowledged_and_leaves_no_half_graph(
    size: int, seed: int, tmp_path: Path
) -> None:
    """Batches are written by a process that is killed at a random moment; then the store is read."""
    import pickle

    batches = [graphs_of(size, first=number * size) for number in range(6)]
    (tmp_path / "batches").mkdir()
    for number, batch in enumerate(batches):
        (tmp_path / "batches" / f"{number}.pickle").write_bytes(pickle.dumps(batch))
    target = tmp_path / "store"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target), str(tmp_path / "batches")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline()]  # at least one batch is there
    time.sleep(random.Random(seed).uniform(0, 0.6 if size == 1 else 2.5))
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    done = len([line for line in acknowledged if line.strip()])

    store = Store(target, create=False)
    there = {entry.graph for entry in store.entries()}
    for number, batch in enumerate(batches):
        names = {graph.graph for graph in batch}
        if number < done:
            assert names <= there, "acknowledged, so it is there"
        elif number > done:
            assert not names & there
        else:
            assert names <= there or not names & there, "the batch that was being written: all or none"
    dump = store.dump().decode()
    for graph in (one for batch in batches for one in batch):
        if graph.graph in there:
            assert dump.count(f" <{graph.graph}> .\n") == graph.data.count(b"\n"), "no half graph"
    assert store.law_digest() == load().digest
    everything = [graph for batch in batches for graph in batch]
    change = store.add(everything)
    assert change == Change(new=len(everything) - len(there), unchanged=len(there))
    store.close()
    assert not [path for path in (target / "db").iterdir() if path.name.isdigit() and len(path.name) > 20]


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_kill_9_while_a_store_is_made_leaves_a_store_or_nothing(delay: float, tmp_path: Path) -> None:
    target = tmp_path / "store"
    maker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from zjtx_kg.graph import Store; print(1, flush=True); Store({str(target)!r})",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert maker.stdout is not None
    maker.stdout.readline()
    time.sleep(delay)
    maker.kill()
    maker.wait()
    maker.stdout.close()
    store = Store(target)
    assert store.law_digest() == load().digest
    assert store.entries() == []


def test_the_law_is_brought_up_to_date_with_the_rules(tmp_path: Path) -> None:
    import shutil

    ontology = tmp_path / "ontology"
    shutil.copytree(ROOT / "ontology", ontology)
    Store(tmp_path / "s", ontology=ontology).close()
    file = ontology / "tiers.ttl"
    file.write_text(file.read_text(encoding="utf-8") + "\n# a later state\n", encoding="utf-8")
    later = load(ontology)
    store = Store(tmp_path / "s", rulebase=later, ontology=ontology)
    changed = store.law_digest() != later.digest
    store.add(graphs_of(1))
    assert store.law_digest() == later.digest
    assert changed is (later.digest != load(ROOT / "ontology").digest)
    assert len(answer("SELECT ?d { ?r a z:Rulebase ; z:digest ?d }", store).rows) == 1


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep")
    cases = {
        "graph.not_a_store": tmp_path,
        "graph.no_store": tmp_path / "none",
    }
    for code, path in cases.items():
        with pytest.raises(StoreError) as caught:
            Store(path, create=False)
        assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    store = tmp_path / "s"
    Store(store).close()
    mark = store / "zjtx-store.json"
    mark.write_text(json.dumps({"format": 99}))
    with pytest.raises(StoreError) as caught:
        Store(store)
    assert caught.value.code == "graph.format"
    mark.write_text("{")
    with pytest.raises(StoreError) as caught:
        Store(store)
    assert caught.value.code == "graph.damaged"


def test_a_damaged_store_is_told_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.add(graphs_of(2))
    store.close()
    (tmp_path / "s" / "db" / "CURRENT").unlink()
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "s").entries()
    assert caught.value.code == "graph.damaged"
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "s", wait=1).add(graphs_of(1))
    assert caught.value.code == "graph.damaged"


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(StoreError) as caught:
        Store(file / "below")
    assert caught.value.code == "graph.write"
    assert Limits().seconds > 0
