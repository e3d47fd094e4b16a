"""Streams of profiles, one a line: ``zjtx assess --jsonl`` and ``zjtx store add --jsonl``.

``assess`` gives one result a line, in order. A bad line becomes ``{"line": n, "error": {…}}`` and the rest go
on. Lines are read in batches; several processes share the work where there are several batches.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableSequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import zjtx_kg
from zjtx_kg.errors import InputError, Problem, ProfileError, ZjtxError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.reading import MAX_BYTES, decode, read_json
from zjtx_kg.reasoning.assessment import selections
from zjtx_kg.reasoning.results import encode
from zjtx_kg.rulebase import load
from zjtx_kg.texts import say

if TYPE_CHECKING:
    from zjtx_kg.graph import Detail, Published

__all__ = ["published_lines", "run_stream"]

_BATCH = 256
#: A line that is longer is not kept in memory; it is reported and skipped.
_MAX_LINE = MAX_BYTES

Line = tuple[int, bytes]
Batch = list[Line]
Output = TypeVar("Output")


def run_stream(
    source: str, asked: Mapping[str, Any], ontology: Path | None, jobs: int | None, lang: str
) -> int:
    """Assess every line of a file or of standard input. Returns the exit status: 3 where lines failed."""
    directory = ontology.resolve() if ontology else None
    rulebase = load(directory)
    selections(rulebase, asked["as_of"], asked["tiers"], asked["policy"], asked["kind"], asked["readings"])
    bad = good = 0
    with _opened(source) as stream, _progress(source, lang) as advance:
        for output, failed, count in _results(_batches(stream), dict(asked), directory, jobs, _assess):
            sys.stdout.buffer.write(output)
            bad += failed
            good += count - failed
            advance(count)
        sys.stdout.buffer.flush()
    if sys.stderr.isatty():
        Console(stderr=True).print(say("ui.stream_done", lang, good=good, bad=bad))
    return 3 if bad else 0


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(source).open("rb"))
        except OSError as error:
            problem = Problem("unreadable_file", source, error.strerror or str(error))
            raise InputError("unreadable", [problem]) from error
        yield stream


@contextmanager
def _progress(source: str, lang: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        total = None
        if source != "-":
            with Path(source).open("rb") as stream:
                total = sum(1 for _ in stream)
        task = progress.add_task(say("ui.streaming", lang), total=total)
        yield lambda count: progress.advance(task, count)


def _batches(stream: BinaryIO) -> Iterator[Batch]:
    batch: Batch = []
    number = 0
    while True:
        line = stream.readline(_MAX_LINE + 1)
        if not line:
            break
        number += 1
        while len(line) > _MAX_LINE and not line.endswith(b"\n"):  # skip the rest of an endless line
            rest = stream.readline(_MAX_LINE)
            if not rest or rest.endswith(b"\n"):
                break
        if line.strip():
            batch.append((number, line))
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _results(
    batches: Iterator[Batch],
    asked: dict[str, Any],
    directory: Path | None,
    jobs: int | None,
    work: Callable[[Batch], Output],
) -> Iterator[Output]:
    first, second = next(batches, None), next(batches, None)
    if first is None:
        return
    if second is None or jobs == 1:
        _prepare(asked, directory)
        for batch in _chained(first, second, batches):
            yield work(batch)
        return
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(jobs or os.cpu_count() or 1, _prepare, (asked, directory)) as pool:
        yield from pool.imap(work, _chained(first, second, batches))


def _chained(first: Batch, second: Batch | None, rest: Iterable[Batch]) -> Iterator[Batch]:
    yield first
    if second is not None:
        yield second
    yield from rest


_ASKED: dict[str, Any] = {}


def _prepare(asked: dict[str, Any], directory: Path | None) -> None:
    """Set up a worker: its rules and what is asked, once."""
    _ASKED.clear()
    _ASKED.update(asked, rulebase=load(directory))
    gc.freeze()  # results hold no cycles: collecting them again and again finds nothing


def _assess(batch: Batch) -> tuple[bytes, int, int]:
    output = bytearray()
    failed = 0
    for number, line in batch:
        try:
            output += _one(line)
        except ZjtxError as error:
            failed += 1
            output += encode({"line": number, "error": error.to_dict(_ASKED["lang"])})
        output += b"\n"
    return bytes(output), failed, len(batch)


def _one(line: bytes) -> bytes:
    profile = _profile(line)
    return encode(zjtx_kg.assess(profile, **_ASKED))


def _profile(line: bytes) -> Profile:
    if len(line) > _MAX_LINE:
        raise ProfileError("unreadable", [Problem("too_large", "", "", {"limit": f"{_MAX_LINE:,}"})])
    return Profile.from_dict(read_json(decode(line, "")), _ASKED["rulebase"])


# --- publishing --------------------------------------------------------------------------------------


def published_lines(
    source: str,
    asked: Mapping[str, Any],
    ontology: Path | None,
    detail: Detail,
    lang: str,
    failed: MutableSequence[int],
) -> Iterator[Published]:
    """Publish every line of a file or of standard input. A bad line is told on standard error, its number
    is added to ``failed``, and the rest go on."""
    directory = ontology.resolve() if ontology else None
    rulebase = load(directory)
    selections(rulebase, asked["as_of"], asked["tiers"], asked["policy"], asked["kind"], ())
    everything = {**asked, "lang": lang, "detail": detail}
    with _opened(source) as stream, _progress(source, lang) as advance:
        for graphs, errors, count in _results(_batches(stream), everything, directory, None, _publish):
            for number, message in errors:
                failed.append(number)
                sys.stderr.write(say("store.line_failed", lang, line=number, message=message) + "\n")
            yield from graphs
            advance(count)


def _publish(batch: Batch) -> tuple[list[Published], list[tuple[int, str]], int]:
    from zjtx_kg.cli.publishing import publish_profile

    asked = {key: value for key, value in _ASKED.items() if key not in ("rulebase", "detail")}
    graphs: list[Published] = []
    errors: list[tuple[int, str]] = []
    for number, line in batch:
        try:
            profile = _profile(line)
            graphs.append(publish_profile(profile, _ASKED["rulebase"], asked, _ASKED["detail"]))
        except ZjtxError as error:
            errors.append((number, _in_a_line(error)))
    return graphs, errors, len(batch)


def _in_a_line(error: ZjtxError) -> str:
    lang = _ASKED["lang"]
    told = [f"{problem.path}: {problem.found} → {problem.expected(lang)}" for problem in error.problems]
    return "; ".join([error.message(lang), *told])
