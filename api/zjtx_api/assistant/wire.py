"""Standard input and output as the protocol's streams, without losing a digit or trusting the sender.

A line is a message. The protocol library reads numbers as floats; here the arguments of a tool keep their
numbers as they were written, so that no threshold is met or missed by rounding. A line that is too long, not
UTF-8, nested too deep or repeats a key is answered with an error that says so, and the next line is read.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, BinaryIO, Final

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import PARSE_ERROR, ErrorData, JSONRPCError, jsonrpc_message_adapter
from pydantic import ValidationError

from zjtx_kg import Problem, ProfileError
from zjtx_kg.facts import MAX_BYTES, Number, decode, read_json

__all__ = ["Unreadable", "message", "streams"]

#: A line holds one profile and little else.
_LONGEST: Final = MAX_BYTES

Incoming = MemoryObjectReceiveStream[SessionMessage | Exception]
Outgoing = MemoryObjectSendStream[SessionMessage]


@asynccontextmanager
async def streams(lang: str) -> AsyncIterator[tuple[Incoming, Outgoing]]:
    """The streams of this process. What is printed meanwhile goes to standard error."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    printed, sys.stdout = sys.stdout, sys.stderr
    into, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, out_of = anyio.create_memory_object_stream[SessionMessage](0)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_read, source, into, outgoing.clone(), lang)
            tasks.start_soon(_write, sink, out_of)
            yield incoming, outgoing
    finally:
        sys.stdout = printed


async def _read(
    source: BinaryIO,
    into: MemoryObjectSendStream[SessionMessage | Exception],
    back: Outgoing,
    lang: str,
) -> None:
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        async with into, back:
            while line := await anyio.to_thread.run_sync(_line, source, abandon_on_cancel=True):
                if not line.strip():
                    continue
                try:
                    await into.send(message(line, lang))
                except Unreadable as error:
                    await back.send(error.reply)


async def _write(sink: BinaryIO, out_of: MemoryObjectReceiveStream[SessionMessage]) -> None:
    async with out_of:
        async for sent in out_of:
            text = sent.message.model_dump_json(by_alias=True, exclude_unset=True)
            try:
                await anyio.to_thread.run_sync(_put, sink, text.encode() + b"\n")
            except (BrokenPipeError, ValueError):  # the client has gone: nobody is left to tell
                sys.stdout = sys.stderr
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                return


def _put(sink: BinaryIO, data: bytes) -> None:
    sink.write(data)
    sink.flush()


def _line(source: BinaryIO) -> bytes:
    """The next line; of one that is too long, its beginning, one byte longer than the limit."""
    line = source.readline(_LONGEST + 1)
    rest = line
    while len(line) > _LONGEST and rest and not rest.endswith(b"\n"):
        rest = source.readline(_LONGEST)
    return line


class Unreadable(Exception):
    """A line that is no message; ``reply`` tells its sender."""

    def __init__(self, line: bytes, error: ProfileError, lang: str) -> None:
        super().__init__(error.code)
        problem = error.problems[0]
        said = f"{error.message(lang)}: {problem.expected(lang)}; {problem.remedy(lang)}"
        told = ErrorData(code=PARSE_ERROR, message=said, data=error.to_dict(lang))
        self.reply = SessionMessage(JSONRPCError(jsonrpc="2.0", id=_id(line), error=told))


def message(line: bytes, lang: str) -> SessionMessage:
    """The message of a line. Raises :class:`Unreadable` where there is none."""
    try:
        data = read_json(decode(line, ""))
    except ProfileError as error:
        raise Unreadable(line, error, lang) from None
    if isinstance(data, dict):
        parameters = data.get("params")
        given = parameters.get("arguments") if isinstance(parameters, dict) else None
        data = _floats(data)
        if given is not None:
            data["params"]["arguments"] = given
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_python(data, by_name=False))
    except ValidationError:
        problem = Problem("mcp.message", "", "")
        raise Unreadable(line, ProfileError("unreadable", [problem]), lang) from None


def _floats(data: Any) -> Any:
    """The data with numbers as the protocol knows them."""
    if isinstance(data, Number):
        return float(data)
    if isinstance(data, dict):
        return {key: _floats(value) for key, value in data.items()}
    return [_floats(value) for value in data] if isinstance(data, list) else data


def _id(line: bytes) -> str | int | None:
    """The id of the request that a line was meant to be, as far as it can be read: its sender waits."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = data.get("id") if isinstance(data, dict) else None
    return found if type(found) in (str, int) else None
