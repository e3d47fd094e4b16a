"""Work that can be stopped: forked workers with a deadline, a memory limit and no way to the network.

A query engine cannot be interrupted from a thread. So queries run in worker processes, which share the memory
of the dataset they were forked from, and which the kernel ends at the deadline whatever they are doing. A
worker that keeps within its limits is asked again; one that is stopped takes nobody else with it.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import select
import signal
import threading
import time
import warnings
import weakref
from collections.abc import Callable
from typing import BinaryIO, Final, NoReturn

import msgspec

__all__ = ["Make", "Stopped", "Workers"]

Work = Callable[[bytes, BinaryIO], None]
#: Gives the work, in the worker, before its limits are set.
Make = Callable[[], Work]

_MEGABYTE: Final = 1 << 20
_CHUNK: Final = 1 << 16
#: The kernel's alarm comes this much before the parent gives up waiting.
_GRACE: Final = 1.0
#: A worker ends when it was not asked for so many seconds, was asked so often, or kept so much memory.
_IDLE: Final = 60.0
_TIMES: Final = 1000
_KEPT: Final = 256 * _MEGABYTE
#: The parent's ends of all pipes: a child closes those of others, so that each worker sees its parent end.
_FORKING: Final = threading.RLock()  # re-entered where collecting garbage ends the workers of a store
_ENDS: Final[set[int]] = set()
_GO_ON, _LAST = b"\0\0\0\0\0", b"\0\0\0\0\1"


class Stopped(Exception):
    """The work did not finish. ``reason`` is ``time``, ``size``, ``memory`` or ``busy``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Gone(Exception):
    """A worker ended before it began: another one does the work."""


class Workers:
    """At most ``most`` workers at a time, each forked when it is needed.

    ``ask`` may be called from several threads. After ``retire`` no worker is asked that was forked before.
    """

    def __init__(self, most: int) -> None:
        self._slots = threading.BoundedSemaphore(most)
        self._turn = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._generation = 0
        weakref.finalize(self, _end_all, self._idle)

    def ask(
        self,
        prepare: Callable[[Callable[[Make, bool], None]], None],
        request: bytes,
        *,
        seconds: float,
        megabytes: int,
        memory: int,
    ) -> bytes:
        """Let a worker do one request and give back the frames that it writes.

        ``prepare`` is called with a function to which it passes what gives the work, and whether that must be
        kept from opening files and sockets; only while it runs is a worker forked, so it holds what must not
        change.
        ``seconds`` is the deadline, also for getting a worker; ``megabytes`` how much may be written; and
        ``memory`` how many MiB may be used beyond what is shared. Raises :class:`Stopped`. What the work
        raises must be told through its output.
        """
        deadline = time.monotonic() + seconds
        if not self._slots.acquire(timeout=seconds):
            raise Stopped("busy")
        try:
            while True:
                worker = self._taken(prepare)
                left = max(deadline - time.monotonic(), 0.001)
                self._busy.add(worker)
                try:
                    data, last = worker.ask(request, left, megabytes, memory)
                except _Gone:
                    worker.end()
                    continue
                except BaseException:
                    worker.end()
                    raise
                finally:
                    self._busy.discard(worker)
                self._give_back(worker, last)
                return data
        finally:
            self._slots.release()

    def retire(self) -> None:
        """End the workers that wait; those at work end when they are done."""
        with self._turn:
            self._generation += 1
            idle, self._idle[:] = list(self._idle), []
        for worker in idle:
            worker.end()

    def stop(self) -> None:
        """Stop those at work, whose callers see them :class:`Stopped`, and end those that wait."""
        for worker in list(self._busy):
            worker.stop()
        self.retire()

    def _taken(self, prepare: Callable[[Callable[[Make, bool], None]], None]) -> _Worker:
        found: list[_Worker] = []

        def begin(make: Make, offline: bool) -> None:
            with self._turn:
                if self._idle:
                    found.append(self._idle.pop())
                    return
                generation = self._generation
            found.append(_Worker(make, offline, generation))

        prepare(begin)
        return found[0]

    def _give_back(self, worker: _Worker, last: bool) -> None:
        with self._turn:
            if not last and worker.generation == self._generation:
                self._idle.append(worker)
                return
        worker.end()


def _end_all(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.end()


class _Worker:
    """One forked process and the two pipes to it."""

    def __init__(self, make: Make, offline: bool, generation: int) -> None:
        self.generation = generation
        self._parent = os.getpid()
        with _FORKING, warnings.catch_warnings():
            # Python warns of forks where other threads run. A worker only runs queries and never returns.
            warnings.simplefilter("ignore", DeprecationWarning)
            asked, self._asking = os.pipe()
            self._reading, answering = os.pipe()
            _ENDS.update((self._asking, self._reading))
            self._child = os.fork()
            if self._child == 0:
                _become(make, asked, answering, offline)
            os.close(asked)
            os.close(answering)

    def ask(self, request: bytes, seconds: float, megabytes: int, memory: int) -> tuple[bytes, bool]:
        """What the worker answers, and whether it ends after this."""
        head = msgspec.msgpack.encode([seconds, memory, len(request)])
        try:
            _send(self._asking, len(head).to_bytes(4, "big") + head + request)
        except BrokenPipeError:
            raise _Gone from None
        return self._collected(time.monotonic() + seconds + _GRACE, megabytes * _MEGABYTE)

    def _collected(self, deadline: float, limit: int) -> tuple[bytes, bool]:
        data = bytearray()
        frame = 0  # where the frame begins that is not complete yet
        waiting = select.poll()
        waiting.register(self._reading, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not waiting.poll(left * 1000):
                raise Stopped("time")
            part = os.read(self._reading, _CHUNK)
            if not part:
                raise self._why(begun=bool(data))
            data += part
            while frame + 4 <= len(data):
                size = int.from_bytes(data[frame : frame + 4], "big")
                if size == 0:
                    if frame + 5 > len(data):
                        break
                    return bytes(data[:frame]), bool(data[frame + 4])
                frame += 4 + size
            if len(data) > limit:
                raise Stopped("size")

    def _why(self, *, begun: bool) -> Exception:
        """Why there is no more to read. The process has ended, or is about to."""
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        if os.WIFSIGNALED(status):
            return Stopped("time" if os.WTERMSIG(status) == signal.SIGALRM else "memory")
        return Stopped("memory") if begun or os.WEXITSTATUS(status) else _Gone()

    def stop(self) -> None:
        """Kill it; whoever waits for its answer collects it."""
        child = self._child
        if child and os.getpid() == self._parent:
            os.kill(child, signal.SIGKILL)

    def end(self) -> None:
        """End it at once: it holds nothing that could be lost."""
        if os.getpid() != self._parent:  # a copy in another child of the parent
            return
        with _FORKING:
            for descriptor in {self._asking, self._reading} & _ENDS:
                os.close(descriptor)
                _ENDS.discard(descriptor)
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = 0


# --- in the child ------------------------------------------------------------------------------------


def _become(make: Make, asked: int, answering: int, offline: bool) -> NoReturn:
    code = 70
    try:
        for number in (signal.SIGALRM, signal.SIGPIPE, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, whose end ends this too
        faulthandler.disable()  # a crash of the engine is told by the parent
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _leave_files()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        size = _sizes()
        work = make()
        if offline:
            resource.setrlimit(resource.RLIMIT_NOFILE, (1, 1))  # no number is free; poll needs a limit of one
        _serve(work, asked, answering, size)
        code = 0
    finally:
        os._exit(code)


def _leave_files() -> None:
    """Let go of what is the parent's: whoever reads its output never waits for a worker."""
    for descriptor in _ENDS:
        os.close(descriptor)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    if null > 2:
        os.close(null)


def _serve(work: Work, asked: int, answering: int, size: Callable[[], int]) -> None:
    began_with = size()
    times = 0
    with os.fdopen(answering, "wb", closefd=False) as out:
        while (request := _request(asked)) is not None:
            seconds, memory, body = request
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            ceiling = began_with + memory * _MEGABYTE
            resource.setrlimit(resource.RLIMIT_AS, (ceiling if hard < 0 else min(ceiling, hard), hard))
            work(body, out)
            times += 1
            last = times >= _TIMES or size() > began_with + _KEPT
            signal.setitimer(signal.ITIMER_REAL, 0)
            out.write(_LAST if last else _GO_ON)
            out.flush()
            if last:
                return


def _request(asked: int) -> tuple[float, int, bytes] | None:
    """The next request; ``None`` where there is none for a long time, or never will be."""
    waiting = select.poll()
    waiting.register(asked, select.POLLIN)
    if not waiting.poll(_IDLE * 1000):
        return None
    head = _read(asked, 4)
    if head is None:
        return None
    content = _read(asked, int.from_bytes(head, "big"))
    if content is None:
        return None
    seconds, memory, size = msgspec.msgpack.decode(content, type=tuple[float, int, int])
    body = _read(asked, size)
    return None if body is None else (seconds, memory, body)


def _read(descriptor: int, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        part = os.read(descriptor, size - len(data))
        if not part:
            return None
        data += part
    return data


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sizes() -> Callable[[], int]:
    """How to ask for the address space in use. Where the kernel does not tell, the limit alone counts."""
    try:
        statm = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return lambda: 0
    return lambda: int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize()
