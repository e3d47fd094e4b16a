"""Refusals: RFC 9457 problem documents with every fault and its path.

A refusal carries the code of a text in ``texts.toml``; ``type`` names it for programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from zjtx_kg import InputError, Problem, ProfileError, ZjtxError
from zjtx_kg.reasoning import encode

__all__ = ["PROBLEM_TYPE", "Refusal", "at", "problem_response", "refusal_of"]

PROBLEM_TYPE: Final = "application/problem+json"
_TYPES: Final = "https://w3id.org/zjtx/problem/"
#: Faults of one answer; a body that has more is a mistake as a whole.
_MOST: Final = 1_000


class Refusal(ZjtxError):
    """A request that is not answered: the HTTP status, the code of its text, the faults."""

    def __init__(
        self,
        status: int,
        code: str,
        problems: Iterable[Problem] = (),
        *,
        headers: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(f"http.{code}", problems, **facts)
        self.status = status
        self.headers = dict(headers or {})

    @staticmethod
    def carrying(error: ZjtxError, status: int) -> Refusal:
        """An error of the reasoner, worded by itself, under a status."""
        found = _Carried(error)
        found.status = status
        return found


def refusal_of(error: ZjtxError) -> Refusal:
    """The refusal that says what an error of the reasoner says: input that cannot be used is 422."""
    if isinstance(error, Refusal):
        return error
    return _Carried(error)


class _Carried(Refusal):
    """An error of the reasoner, worded by itself."""

    def __init__(self, error: ZjtxError) -> None:
        ZjtxError.__init__(self, error.code, error.problems, **error.facts)
        self.status = 422 if isinstance(error, InputError) else 500
        self.headers = {}


def problem_response(refusal: Refusal, lang: str, *, instance: str | None = None) -> Response:
    """The problem document, in Chinese or English."""
    code = refusal.code.removeprefix("http.")
    problems = [problem.to_dict(lang) for problem in refusal.problems[:_MOST]]
    body: dict[str, Any] = {
        "type": _TYPES + code,
        "title": refusal.message(lang),
        "status": refusal.status,
        "detail": _detail(refusal, lang),
        "problems": problems,
    }
    if len(refusal.problems) > _MOST:
        body["problems_total"] = len(refusal.problems)
    if instance is not None:
        body["instance"] = f"urn:zjtx:request:{instance}"
    headers = {"Content-Language": _TAG[lang], "Vary": "Accept, Accept-Language", **refusal.headers}
    return Response(encode(body), refusal.status, headers, PROBLEM_TYPE)


_TAG: Final = {"zh": "zh-Hans", "en": "en"}


def _detail(refusal: Refusal, lang: str) -> str:
    """The first faults in a sentence, for people who read a log of their own program."""
    shown = [
        f"{problem.path or '-'}: {problem.expected(lang)}" for problem in refusal.problems[:3] if problem.code
    ]
    if len(refusal.problems) > len(shown):
        shown.append("…")
    return "; ".join(shown) or refusal.message(lang)


@dataclass(frozen=True, slots=True)
class _Worded(Problem):
    """A fault that an error words as a whole."""

    error: ZjtxError | None = None

    def expected(self, lang: str) -> str:
        assert self.error is not None
        return self.error.message(lang)


def at(prefix: str, error: ZjtxError) -> list[Problem]:
    """The faults of an error with ``prefix`` before their paths; the error itself where it lists none."""
    if not error.problems:
        return [_Worded("http.refused", prefix, "", error=error)]
    assert isinstance(error, ProfileError | InputError)
    return [
        Problem(
            p.code, f"{prefix}.{p.path}" if prefix and p.path else prefix or p.path, p.found, p.facts, p.line
        )
        for p in error.problems
    ]
