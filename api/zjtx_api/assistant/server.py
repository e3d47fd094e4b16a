"""The tools over the Model Context Protocol: one client, on standard input and output."""

from __future__ import annotations

import logging
import os
import signal
from types import FrameType
from typing import Any, Final, NoReturn

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

import zjtx_kg
from zjtx_api.assistant import queries
from zjtx_api.assistant.assistant import Assistant
from zjtx_api.assistant.reply import Reply, refused
from zjtx_api.assistant.resources import PROMPT, addresses, prompt, read_resource, templates
from zjtx_api.assistant.wire import streams
from zjtx_api.problems import Refusal
from zjtx_kg import say

__all__ = ["run"]

_JSON: Final = "application/json"
#: Calls at a time; further ones wait.
_AT_ONCE: Final = 4
#: Added to the limit of a call before it is given up: what can be stopped has stopped by then.
_GRACE: Final = 2.0


def run(assistant: Assistant) -> NoReturn:
    """Serve until the client closes its end, or Ctrl+C or SIGTERM comes; then end at once.

    Nothing is kept, so nothing is waited for: a query or a plan that is still sought has nobody to hear it.
    """
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)  # figures of companies stay out of logs
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _signalled)
    anyio.run(_serve, assistant)
    _leave(0)


def _signalled(number: int, _: FrameType | None) -> None:
    _leave(128 + number)


def _leave(status: int) -> NoReturn:
    queries.stop()
    os._exit(status)


async def _serve(assistant: Assistant) -> None:
    server = _server(assistant)
    async with streams(assistant.lang) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _server(assistant: Assistant) -> Server[Any]:
    handlers = _Handlers(assistant)
    server: Server[Any] = Server(
        "zjtx",
        version=zjtx_kg.__version__,
        title=say("mcp.title", assistant.lang),
        instructions="\n\n".join(say("mcp.instructions", lang) for lang in ("en", "zh")),
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
    )
    server.middleware.clear()  # no telemetry: nothing of a call leaves the process
    return server


class _Handlers:
    """What answers each request of the protocol."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.slots = anyio.CapacityLimiter(_AT_ONCE)

    async def list_tools(self, _: Any, __: Any) -> types.ListToolsResult:
        rules, lang = self.assistant.rules, self.assistant.lang
        hints = types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        )
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    title=tool.title(lang),
                    description=tool.description,
                    input_schema=tool.schema(rules),
                    annotations=hints,
                )
                for tool in self.assistant.tools.values()
            ]
        )

    async def call_tool(self, _: Any, call: types.CallToolRequestParams) -> types.CallToolResult:
        if call.name not in self.assistant.tools:
            known = "、".join(self.assistant.tools)
            error = Refusal(404, "no_tool", id=call.name[:80], known=known)
            raise MCPError(types.INVALID_PARAMS, error.message(self.assistant.lang))
        return _result(await self._answered(call.name, dict(call.arguments or {})))

    async def _answered(self, name: str, arguments: dict[str, Any]) -> Reply:
        """The answer of a tool within its time. A failure of the program is told without its traces."""
        assistant = self.assistant
        lang = assistant.language(arguments)
        with anyio.move_on_after(assistant.seconds + _GRACE):
            try:
                return await anyio.to_thread.run_sync(
                    assistant.call, name, arguments, abandon_on_cancel=True, limiter=self.slots
                )
            except Exception as error:  # noqa: BLE001 - the last door: no trace, no figure may be shown
                return refused(Refusal(500, "tool_failure", kind=type(error).__name__), lang)
        return refused(Refusal(408, "time_limit", seconds=f"{assistant.seconds:g}"), lang)

    async def list_resources(self, _: Any, __: Any) -> types.ListResourcesResult:
        found = addresses(self.assistant.rules, self.assistant.lang)
        return types.ListResourcesResult(
            resources=[
                types.Resource(uri=one.uri, name=one.name, description=one.about, mime_type=_JSON)
                for one in found
            ]
        )

    async def list_templates(self, _: Any, __: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=one.uri, name=one.name, description=one.about, mime_type=_JSON
                )
                for one in templates(self.assistant.lang)
            ]
        )

    async def read_resource(self, _: Any, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(asked.uri)
        try:
            text = read_resource(uri, self.assistant.rules, self.assistant.lang)
        except Refusal as error:
            raise MCPError(types.INVALID_PARAMS, error.message(self.assistant.lang)) from None
        contents = types.TextResourceContents(uri=uri, mime_type=_JSON, text=text)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, _: Any, __: Any) -> types.ListPromptsResult:
        lang = self.assistant.lang
        arguments = [
            types.PromptArgument(name=name, description=say(f"mcp.prompt.{name}", lang), required=False)
            for name in ("company", "tier", "lang")
        ]
        about = say("mcp.prompt.title", lang)
        return types.ListPromptsResult(
            prompts=[types.Prompt(name=PROMPT, title=about, description=about, arguments=arguments)]
        )

    async def get_prompt(self, _: Any, asked: types.GetPromptRequestParams) -> types.GetPromptResult:
        lang = self.assistant.lang
        if asked.name != PROMPT:
            raise MCPError(types.INVALID_PARAMS, Refusal(404, "no_such_id", id=asked.name[:80]).message(lang))
        text = types.TextContent(type="text", text=prompt(asked.arguments or {}, lang))
        return types.GetPromptResult(
            description=say("mcp.prompt.title", lang),
            messages=[types.PromptMessage(role="user", content=text)],
        )


def _result(reply: Reply) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=reply.text)],
        structured_content=dict(reply.content),
        is_error=reply.failed,
    )
