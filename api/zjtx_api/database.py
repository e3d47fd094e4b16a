"""The store of one installation: an SQLite file with keys and companies.

Every connection writes through: a transaction that has been committed survives a power cut (write-ahead log,
``synchronous=FULL``). Readers never wait for writers.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from zjtx_kg import InputError

__all__ = ["VERSION", "connect", "prepare"]

VERSION: Final = 1
_FILE: Final = "zjtx.sqlite"
_TABLES: Final = """
CREATE TABLE keys (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, tenant TEXT NOT NULL, role TEXT NOT NULL,
    label TEXT NOT NULL, created TEXT NOT NULL, revoked TEXT
) STRICT;
CREATE TABLE companies (
    tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, recorded TEXT NOT NULL,
    by TEXT NOT NULL, profile BLOB,
    PRIMARY KEY (tenant, id, version)
) STRICT, WITHOUT ROWID;
"""


def prepare(directory: str | Path) -> None:
    """Create the store where there is none; refuse one of another version. Readable by its owner only."""
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / _FILE
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise InputError("http.store", path=folder, reason=error.strerror) from error
    try:
        connection = connect(folder)
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.close()
    except sqlite3.Error as error:
        raise InputError("http.store", path=folder, reason=str(error)) from error
    if version not in (0, VERSION):
        raise InputError("http.store_version", path=folder, found=version, expected=VERSION)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)  # the names of the files themselves
    finally:
        os.close(handle)


def connect(directory: str | Path) -> sqlite3.Connection:
    """A connection that writes through and that any thread may use, one at a time."""
    connection = sqlite3.connect(
        Path(directory) / _FILE, timeout=10, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection
