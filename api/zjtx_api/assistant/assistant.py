"""The tools by name, and how every call ends: an answer, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from zjtx_api.assistant import judging, law, queries
from zjtx_api.assistant.reply import Reply, refused
from zjtx_api.assistant.tool import Tool, read
from zjtx_api.problems import Refusal, at
from zjtx_kg import ProfileError, Rulebase, ZjtxError

__all__ = ["Assistant"]

_SECONDS: Final = 20.0


class Assistant:
    """What an assistant can ask of the rules. It keeps nothing of what it is asked; safe in threads.

    ``lang`` is the language of answers where a call names none, ``seconds`` how long one may take.
    """

    def __init__(self, rules: Rulebase, *, lang: str = "zh", seconds: float = _SECONDS) -> None:
        self.rules = rules
        self.lang = lang
        self.seconds = seconds
        found = chain(judging.tools(), law.tools(), queries.tools())
        self.tools: Mapping[str, Tool] = MappingProxyType({tool.name: tool for tool in found})

    def language(self, arguments: Mapping[str, Any]) -> str:
        """The language that a call asks for, also where something else is wrong with it."""
        wanted = arguments.get("lang")
        return wanted if wanted in ("zh", "en") else self.lang

    def call(self, name: str, arguments: Mapping[str, Any]) -> Reply:
        """Answer a call. What is wrong with it is an answer too, and marked ``failed``.

        Raises ``KeyError`` where there is no such tool.
        """
        tool = self.tools[name]
        lang = self.language(arguments)
        try:
            asked = read(tool, arguments, self.rules, self.lang, self.seconds)
            try:
                return tool.answer(asked)
            except ZjtxError as error:
                raise self._blamed(tool, error) from None
        except ZjtxError as error:
            return refused(error, lang)

    @staticmethod
    def _blamed(tool: Tool, error: ZjtxError) -> ZjtxError:
        """The error with its place among the arguments."""
        if isinstance(error, Refusal) or (error.problems and not isinstance(error, ProfileError)):
            return error
        problems = at("profile" if isinstance(error, ProfileError) else tool.subject, error)
        return Refusal(422, "bad_request", problems, count=len(problems))
