"""Who may use a store directory: many readers or one writer, over processes, first come first served.

Two advisory locks of the operating system: whoever comes passes the first, as through a turnstile, on the
way to the second. A waiting writer keeps the turnstile, so that readers who come later cannot overtake it.
The kernel releases both when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["Busy", "locked"]

_STEP: Final = 0.01


class Busy(Exception):
    """Others have used the directory for as long as one was ready to wait."""


@contextmanager
def locked(directory: Path, *, exclusive: bool, seconds: float) -> Iterator[None]:
    """Hold the directory for reading, or alone for writing.

    A child process that is forked inside holds it as well, until it ends. Raises :class:`Busy`.
    """
    deadline = time.monotonic() + seconds
    turnstile = os.open(directory / "turnstile.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        held = os.open(directory / "store.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
            _take(turnstile, mode, deadline)
            _take(held, mode, deadline)
            fcntl.flock(turnstile, fcntl.LOCK_UN)
            yield
        finally:
            os.close(held)
    finally:
        os.close(turnstile)


def _take(descriptor: int, mode: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy from None
            time.sleep(_STEP)
        else:
            return
