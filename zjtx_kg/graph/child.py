"""Work that can be stopped: a forked child with a deadline, a memory limit and no way to the network.

A query engine cannot be interrupted from a thread. So each query runs in a child of its own, which shares the
dataset's memory with its parent, and which the kernel ends at its deadline whatever it is doing.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable
from threading import Lock
from typing import BinaryIO, Final

__all__ = ["Stopped", "run_child"]

_MEGABYTE: Final = 1 << 20
_CHUNK: Final = 1 << 16
#: The kernel's alarm comes this much before the parent gives up waiting.
_GRACE: Final = 1.0
_FAILED: Final = 70
_FORKING: Final = Lock()


class Stopped(Exception):
    """The child did not finish. ``reason`` is ``time``, ``size`` or ``memory``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run_child(
    work: Callable[[BinaryIO], None],
    *,
    seconds: float,
    megabytes: int,
    memory: int,
    offline: bool = True,
    begun: Callable[[], None] | None = None,
) -> bytes:
    """Run ``work`` in a child and give back what it writes.

    ``seconds`` is the deadline, ``megabytes`` how much it may write, ``memory`` how many MiB it may use
    beyond what it shares. ``offline`` denies it new file descriptors, and so sockets. ``begun`` is called
    here once the child runs. Raises :class:`Stopped`. What ``work`` raises must be told through its output.
    """
    reading, writing = os.pipe()
    with _FORKING, warnings.catch_warnings():
        # Python warns of forks where other threads run. This child runs one query and ends without returning.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _become(work, reading, writing, seconds, memory, offline)
    os.close(writing)
    try:
        if begun is not None:
            begun()
        data = _collect(reading, time.monotonic() + seconds + _GRACE, megabytes * _MEGABYTE)
    except Stopped:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise Stopped("time" if os.WTERMSIG(status) == signal.SIGALRM else "memory")
    if os.WEXITSTATUS(status):
        raise Stopped("memory")
    return data


def _become(
    work: Callable[[BinaryIO], None],
    reading: int,
    writing: int,
    seconds: float,
    memory: int,
    offline: bool,
) -> None:
    """Be the child: never returns."""
    code = _FAILED
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
        os.close(reading)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)  # a crash of the engine is told by the parent
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ceiling = _size() + memory * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
        if offline:
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        with os.fdopen(writing, "wb", closefd=False) as out:
            work(out)
        code = 0
    finally:
        os._exit(code)


def _size() -> int:
    """The address space in use. Where the kernel does not tell, the limit alone counts."""
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _collect(descriptor: int, deadline: float, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise Stopped("time")
        part = os.read(descriptor, _CHUNK)
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > limit:
            raise Stopped("size")
        parts.append(part)
