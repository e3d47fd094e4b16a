"""Bodies of requests: of the right kind, in UTF-8, within their limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request

from zjtx_api.problems import Refusal
from zjtx_kg import Problem, Profile, ProfileError, Rulebase
from zjtx_kg.facts import decode, read_json

__all__ = ["NDJSON", "check_media", "read_bytes", "read_json_body", "read_lines", "read_profile"]

NDJSON: Final = ("application/x-ndjson", "application/jsonl", "application/ndjson")
_JSON: Final = ("application/json", "application/ld+json")
_UTF8: Final = ("utf-8", "utf8", "us-ascii")


def media_type(request: Request) -> tuple[str, str]:
    """The media type of the body and its character set."""
    kind, *parameters = request.headers.get("content-type", "").split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def check_media(request: Request, known: tuple[str, ...] = _JSON) -> None:
    """Refuse (415) a body of another kind, in another character set, or compressed."""
    kind, charset = media_type(request)
    if kind not in known:
        raise Refusal(415, "media_type", found=kind or "-", known=", ".join(known), headers=_accepts(known))
    if charset not in _UTF8:
        raise Refusal(415, "charset", found=charset[:40])
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("", "identity"):
        raise Refusal(415, "content_encoding", found=encoding[:40], headers={"Accept-Encoding": "identity"})


def _accepts(known: tuple[str, ...]) -> dict[str, str]:
    return {"Accept-Post": ", ".join(known)}


async def read_bytes(request: Request, limit: int) -> bytes:
    """The whole body. One that is larger than the limit is refused (413) as soon as that is certain."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int) -> Refusal:
    return Refusal(413, "too_large", limit=f"{limit:,}", headers={"Connection": "close"})


async def read_json_body(request: Request, limit: int) -> Any:
    """A JSON body with exact numbers. What is not JSON, not UTF-8, too deep or repeats a key is 400."""
    check_media(request)
    content = await read_bytes(request, limit)
    try:
        return read_json(decode(content, ""))
    except ProfileError as error:
        raise Refusal(400, "unreadable", error.problems) from None


async def read_lines(request: Request, limit: int) -> AsyncIterator[tuple[int, bytes]]:
    """The lines of a body as they come, numbered from 1, empty ones left out.

    Of a line longer than ``limit`` only the beginning is kept; it is one byte longer than the limit, so that
    whoever reads it can tell.
    """
    number, rest = 0, b""
    skipping = False
    async for part in request.stream():
        *whole, last = (rest + part).split(b"\n") if not skipping else _after(rest, part)
        for line in whole:
            number += 1
            if line.strip():
                yield number, line[: limit + 1]
        skipping = len(last) > limit
        rest = last[: limit + 1]
    if rest.strip():
        yield number + 1, rest


def _after(kept: bytes, part: bytes) -> list[bytes]:
    """The lines of a part that begins within a line that is too long."""
    _, newline, following = part.partition(b"\n")
    return [kept, *following.split(b"\n")] if newline else [kept]


def read_profile(data: Any, rules: Rulebase, most: int) -> Profile:
    """A profile from plain data. A body of ten thousand wrong keys is refused before each is looked up."""
    count = _values(data, most)
    if count > most:
        fault = Problem("too_many_values", "", f"> {most:,}", {"limit": f"{most:,}"})
        raise ProfileError("profile", [fault], count=1)
    return Profile.from_dict(data, rules)


def _values(data: Any, most: int) -> int:
    """How many values there are; counting stops above ``most``."""
    count, waiting = 0, [data]
    while waiting and count <= most:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
        count += 1
    return count
