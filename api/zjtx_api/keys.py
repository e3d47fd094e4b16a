"""Keys: who asks, for which tenant, with which role. Only hashes are kept.

A key is 256 random bits, so a plain SHA-256 of it cannot be guessed backwards; see docs/decisions.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from zjtx_api.database import connect
from zjtx_kg import InputError

__all__ = ["LOCAL", "NOBODY", "Key", "Keys", "Principal", "Role"]

_PREFIX: Final = "zjtx_"
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")


class Role(StrEnum):
    """What a key allows; each role allows what stands before it."""

    NONE = "none"
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


_RANK: Final = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. ``slot`` tells keys apart where their use is counted."""

    id: str
    tenant: str
    role: Role

    def may(self, role: Role) -> bool:
        return _RANK[self.role] >= _RANK[role]


#: Whoever sits at this machine, where no key is required.
LOCAL: Final = Principal("local", "local", Role.ADMIN)
#: Whoever asks for what everybody may see.
NOBODY: Final = Principal("-", "-", Role.NONE)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: never the key itself."""

    id: str
    tenant: str
    role: str
    label: str
    created: str
    revoked: str | None


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


class Keys:
    """The keys of a store."""

    def __init__(self, store: str | Path) -> None:
        self._connection: sqlite3.Connection = connect(store)

    def create(self, tenant: str, role: Role, label: str = "") -> tuple[str, Key]:
        """A new key, which is shown this once, and how it is listed."""
        if not _TENANT.match(tenant):
            raise InputError("http.tenant", found=tenant)
        key = _PREFIX + secrets.token_urlsafe(32)
        made = Key(secrets.token_hex(4), tenant, str(role), label, _now(), None)
        self._connection.execute(
            "INSERT INTO keys (id, hash, tenant, role, label, created) VALUES (?, ?, ?, ?, ?, ?)",
            (made.id, _hash(key), made.tenant, made.role, made.label, made.created),
        )
        return key, made

    def listed(self) -> list[Key]:
        """Every key, the oldest first."""
        rows = self._connection.execute(
            "SELECT id, tenant, role, label, created, revoked FROM keys ORDER BY created, id"
        )
        return [Key(*row) for row in rows]

    def revoke(self, id: str) -> None:
        """Refuse a key from now on, in every worker."""
        done = self._connection.execute(
            "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (_now(), id)
        )
        if not done.rowcount:
            raise InputError("http.no_key", id=id)

    def who(self, key: str) -> Principal | None:
        """Whose key it is; ``None`` where it is not, or no longer, valid."""
        if not key.startswith(_PREFIX) or len(key) > 100 or not key.isascii():
            return None
        row = self._connection.execute(
            "SELECT id, tenant, role FROM keys WHERE hash = ? AND revoked IS NULL", (_hash(key),)
        ).fetchone()
        return None if row is None else Principal(row[0], row[1], Role(row[2]))

    def any(self) -> bool:
        """Whether there is a key that opens anything."""
        row = self._connection.execute("SELECT 1 FROM keys WHERE revoked IS NULL LIMIT 1").fetchone()
        return row is not None

    def close(self) -> None:
        self._connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
