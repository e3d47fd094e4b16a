"""``zjtx mcp`` as a process of its own: asked by the protocol's client, or line by line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent

from tests.support import ROOT

EXAMPLE = (ROOT / "examples" / "suzhou-precision.yaml").read_text(encoding="utf-8")
DAY = "2026-06-01"
#: What a conversation bears.
LARGEST = 6 * 1024


@contextlib.asynccontextmanager
async def session(*options: str) -> AsyncIterator[ClientSession]:
    command = StdioServerParameters(command=sys.executable, args=["-m", "zjtx_kg", "mcp", *options], cwd=ROOT)
    async with stdio_client(command) as (incoming, outgoing), ClientSession(incoming, outgoing) as found:
        await found.initialize()
        yield found


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@dataclass
class Raw:
    """The process, and its pipes."""

    process: subprocess.Popen[bytes]

    def send(self, message: dict[str, Any] | bytes) -> None:
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        pipe = cast(IO[bytes], self.process.stdin)
        pipe.write(line + b"\n")
        pipe.flush()

    def receive(self) -> Any:
        return json.loads(cast(IO[bytes], self.process.stdout).readline())

    def call(self, id: int, name: str, arguments: dict[str, Any]) -> None:
        self.send(_request(id, "tools/call", {"name": name, "arguments": arguments}))

    def close(self) -> tuple[bytes, bytes]:
        """End of input; what was still printed."""
        return self.process.communicate(timeout=20)

    def others(self) -> list[int]:
        """The processes of its group that still run, itself aside."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != self.process.pid:
                with contextlib.suppress(OSError):
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                    if int(fields[2]) == self.process.pid and fields[0] != "Z":
                        found.append(int(entry.name))
        return found

    def left_alone(self, seconds: float = 10) -> bool:
        deadline = time.monotonic() + seconds
        while self.others() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.others()


def _request(id: int, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}


@contextlib.contextmanager
def raw(*options: str) -> Iterator[Raw]:
    process = subprocess.Popen(
        [sys.executable, "-m", "zjtx_kg", "mcp", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=ROOT,
    )
    found = Raw(process)
    try:
        client = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        }
        found.send(_request(0, "initialize", client))
        assert found.receive()["result"]["serverInfo"]["name"] == "zjtx"
        found.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
