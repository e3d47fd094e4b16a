"""What an operator decides, as one frozen value that worker processes receive through the environment."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["ENVIRONMENT", "Settings", "default_store"]

#: The variable that carries the settings to worker processes.
ENVIRONMENT: Final = "ZJTX_SERVICE"


def default_store() -> str:
    """Where companies and keys are kept unless told otherwise: the user's data directory."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(base) / "zjtx")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits are per request unless they say otherwise; sizes are bytes, times are seconds.

    ``rate`` is the number of requests per second that one key (or, without keys, one address) may make on
    average, over all workers; 0 means no limit. ``burst`` may come at once. ``query_limit`` is the time of
    one SPARQL query, ``max_rows`` the length of its answer. ``require_key`` asks for a key even on the
    loopback interface, which is what a service behind a proxy needs.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    store: str = msgspec.field(default_factory=default_store)
    ontology: str | None = None
    require_key: bool = False
    allowed_hosts: tuple[str, ...] = ()
    rate: float = 0.0
    burst: int = 200
    max_body: int = 4 * 1024 * 1024
    max_profile: int = 256 * 1024
    max_values: int = 2_000
    max_profiles: int = 500
    time_limit: float = 30.0
    query_limit: float = 20.0
    max_rows: int = 10_000
    header_limit: float = 10.0
    shutdown_limit: int = 30
    max_connections: int = 1_000

    @property
    def loopback(self) -> bool:
        """Whether only programs of the same machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def open(self) -> bool:
        """Whether requests without a key are served: on the loopback interface, unless a key is required."""
        return self.loopback and not self.require_key

    def export(self) -> None:
        """Hand the settings to the worker processes that are started from here."""
        os.environ[ENVIRONMENT] = msgspec.json.encode(self).decode()

    @classmethod
    def imported(cls) -> Settings:
        """The settings that the process which started this one has handed over, else the defaults."""
        given = os.environ.get(ENVIRONMENT)
        return msgspec.json.decode(given, type=cls) if given else cls()
