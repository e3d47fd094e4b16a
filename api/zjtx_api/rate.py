"""How often one key may ask, counted over all workers.

The generic cell rate algorithm needs one number for each key: the time at which its allowance is whole again.
The numbers live in a small file that the workers map into their memory; the monotonic clock is the same for
all processes of a machine. Two workers that write at the same instant may let one request too many pass.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Final

__all__ = ["Allowance", "prepare"]

_SLOTS: Final = 1 << 16
_FILE: Final = "rate.bin"
_NUMBER: Final = struct.Struct("<d")


def prepare(directory: str | Path) -> None:
    """A fresh file: nobody has asked yet. Called once, before the workers start."""
    path = Path(directory) / _FILE
    with path.open("wb") as file:
        file.truncate(_SLOTS * _NUMBER.size)
    path.chmod(0o600)


class Allowance:
    """``rate`` requests a second on average, ``burst`` at once; a rate of 0 allows everything."""

    def __init__(self, directory: str | Path, rate: float, burst: int) -> None:
        self._memory: mmap.mmap | None = None
        self._interval = 0.0
        if rate <= 0:
            return
        self._interval = 1 / rate
        self._tolerance = self._interval * max(burst - 1, 0)
        path = Path(directory) / _FILE
        if not path.exists():
            prepare(directory)
        handle = os.open(path, os.O_RDWR)
        try:
            self._memory = mmap.mmap(handle, _SLOTS * _NUMBER.size)
        finally:
            os.close(handle)

    def wait(self, who: str, now: float | None = None) -> float:
        """0 where the request may pass (and counts), else the seconds until the next one may."""
        if self._memory is None:
            return 0.0
        moment = time.monotonic() if now is None else now
        place = zlib.crc32(who.encode()) % _SLOTS * _NUMBER.size
        (whole,) = _NUMBER.unpack_from(self._memory, place)
        if whole > moment + self._tolerance + self._interval:
            whole = 0.0  # left over from before the machine started anew
        early = whole - self._tolerance - moment
        if early > 0:
            return float(early)
        _NUMBER.pack_into(self._memory, place, max(whole, moment) + self._interval)
        return 0.0

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()
