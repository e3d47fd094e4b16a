"""Companies of tenants, with their history. A version is durable when :meth:`Companies.put` returns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from zjtx_api.database import connect

__all__ = ["Changed", "Companies", "Version"]


class Changed(Exception):
    """The company is not at the version that the writer has seen but at ``version`` (0: none)."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a company. ``profile`` is the JSON as it was sent; ``None`` marks a removal."""

    id: str
    version: int
    recorded: str
    by: str
    profile: bytes | None


_COLUMNS = "id, version, recorded, by, profile"


class Companies:
    """Each method sees one tenant only: the tenant is part of every statement."""

    def __init__(self, store: str | Path) -> None:
        self._reader: sqlite3.Connection = connect(store)
        self._writer: sqlite3.Connection = connect(store)
        self._reading = threading.Lock()
        self._writing = threading.Lock()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def put(
        self, tenant: str, id: str, profile: bytes | None, by: str, expected: int | None = None
    ) -> tuple[Version, bool]:
        """Record a version (``None``: a removal), and whether anything changed.

        What says the same as the present version makes no new one. ``expected`` is the version that the
        writer has seen, 0 for none; where it is another, :class:`Changed`.
        """
        with self._transaction() as connection:
            present = _version(connection, tenant, id)
            live = present is not None and present.profile is not None
            standing = present.version if present is not None and live else 0
            if expected is not None and expected != standing:
                raise Changed(standing)
            if present is not None and present.profile == profile:
                return present, False
            if present is None and profile is None:
                return Version(id, 0, "", by, None), False
            number = present.version + 1 if present is not None else 1
            made = Version(id, number, datetime.now(UTC).isoformat(timespec="milliseconds"), by, profile)
            connection.execute(
                f"INSERT INTO companies (tenant, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (tenant, id, number, made.recorded, by, profile),
            )
        return made, True

    def erase(self, tenant: str, id: str) -> int:
        """Remove a company with its whole history. Returns how many versions there were."""
        with self._transaction() as connection:
            done = connection.execute("DELETE FROM companies WHERE tenant = ? AND id = ?", (tenant, id))
        with self._writing:  # what is erased must not linger in the log either
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return done.rowcount

    def get(self, tenant: str, id: str, version: int | None = None) -> Version | None:
        """The present version, or an earlier one."""
        with self._reading:
            return _version(self._reader, tenant, id, version)

    def history(self, tenant: str, id: str) -> list[Version]:
        """Every version, the newest first."""
        with self._reading:
            rows = self._reader.execute(
                f"SELECT {_COLUMNS} FROM companies WHERE tenant = ? AND id = ? ORDER BY version DESC",  # noqa: S608
                (tenant, id),
            ).fetchall()
        return [Version(*row) for row in rows]

    def listed(self, tenant: str, limit: int, after: str = "") -> list[Version]:
        """The companies that are not removed, by id, after an id."""
        with self._reading:
            rows = self._reader.execute(
                f"SELECT {_COLUMNS} FROM companies AS c WHERE tenant = ? AND id > ? AND profile IS NOT NULL "  # noqa: S608
                "AND version = (SELECT max(version) FROM companies WHERE tenant = c.tenant AND id = c.id) "
                "ORDER BY id LIMIT ?",
                (tenant, after, limit),
            ).fetchall()
        return [Version(*row) for row in rows]

    def standing(self, tenant: str) -> dict[str, int]:
        """The present version of every company that is not removed, by id."""
        with self._reading:
            rows = self._reader.execute(
                "SELECT id, version FROM companies AS c WHERE tenant = ? AND profile IS NOT NULL "
                "AND version = (SELECT max(version) FROM companies WHERE tenant = c.tenant AND id = c.id)",
                (tenant,),
            ).fetchall()
        return dict(rows)

    def ready(self) -> bool:
        """Whether the store answers."""
        with self._reading:
            return bool(self._reader.execute("SELECT 1").fetchone() == (1,))

    def close(self) -> None:
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()


def _version(
    connection: sqlite3.Connection, tenant: str, id: str, version: int | None = None
) -> Version | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM companies WHERE tenant = ? AND id = ? AND (? IS NULL OR version = ?) "  # noqa: S608
        "ORDER BY version DESC LIMIT 1",
        (tenant, id, version, version),
    ).fetchone()
    return None if row is None else Version(*row)
