"""One JSON line for each request on standard error: what was asked of the program, nothing of companies.

An address is written as its pattern (``/v1/companies/{id}``), a failure as its kind and the places in the
code, without its message, because a message may quote what was sent.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

__all__ = ["access", "failure", "note", "set_up"]

_LOG = logging.getLogger("zjtx.service")


def set_up(level: str = "INFO") -> None:
    """Lines of JSON on standard error; the server's own notes go the same way, in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for name in ("zjtx.service", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler] if name != "uvicorn.error" else []
        logger.propagate = name == "uvicorn.error"
        logger.setLevel(level.upper())
    logging.getLogger("uvicorn.access").disabled = True


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        data = getattr(record, "zjtx", None)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        line |= {"event": "server", "message": record.getMessage()} if data is None else data
        if record.exc_info and record.exc_info[1] is not None:
            line["failure"] = _places(record.exc_info[1])
        return msgspec.json.encode(line).decode()


def access(**data: Any) -> None:
    """A request has been answered."""
    if _LOG.isEnabledFor(logging.INFO):
        _LOG.info("", extra={"zjtx": {"event": "request", **data}})


def note(event: str, **data: Any) -> None:
    """Something the operator may want to know."""
    _LOG.info("", extra={"zjtx": {"event": event, **data}})


def failure(error: BaseException, request: str) -> None:
    """A defect of the program: its kind and where it happened."""
    _LOG.error("", extra={"zjtx": {"event": "failure", "request": request, **_places(error)}})


def _places(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": type(error).__name__,
        "at": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames][-12:],
    }


def _short(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").rsplit("/", 3)[-2:])
