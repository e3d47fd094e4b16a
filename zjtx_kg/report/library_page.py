"""The page of the query library: every question with its parameters, columns and an example, as Markdown.

``python -m zjtx_kg.report.library_page docs/queries.md`` writes it; with ``--check`` the exit status is
1 where the page differs from the library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from zjtx_kg.graph.library import LibraryQuery, library
from zjtx_kg.report.library import example_command, parameter_default
from zjtx_kg.texts import say

__all__ = ["main", "questions_page"]


def questions_page() -> str:
    """The page in Markdown.

    >>> "## 政策 / The law" in questions_page()
    True
    """
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    questions = library()
    yield f"# {_both('library.title')}"
    yield ""
    yield say("library.introduction", "zh")
    yield ""
    yield say("library.introduction", "en")
    yield ""
    for topic, group in groupby(questions.values(), key=lambda question: question.topic):
        yield f"- {_both(f'library.{topic}')}: " + ", ".join(f"[{q.name}](#{q.name})" for q in group)
    for topic, group in groupby(questions.values(), key=lambda question: question.topic):
        yield ""
        yield f"## {_both(f'library.{topic}')}"
        for question in group:
            yield from _question(question)


def _question(question: LibraryQuery) -> Iterator[str]:
    yield ""
    yield f"### {question.name}"
    yield ""
    yield f"{question.question.zh}  "
    yield question.question.en
    yield ""
    for parameter in question.parameters:
        what = f"{parameter.label.zh} / {parameter.label.en}"
        default = " / ".join(dict.fromkeys(parameter_default(parameter, lang) for lang in ("zh", "en")))
        yield f"- `{parameter.name}` ({parameter.type}): {what}; {default}"
    columns = ", ".join(f"`{column.name}` {column.label.zh}" for column in question.columns)
    yield f"- → {columns}"
    yield ""
    yield "```sh"
    yield example_command(question)
    yield "```"


def _both(key: str) -> str:
    return f"{say(key, 'zh')} / {say(key, 'en')}"


def main(arguments: list[str]) -> int:
    """Write the page, or check that it is current."""
    path = Path(arguments[-1])
    page = questions_page()
    if "--check" in arguments:
        current = path.is_file() and path.read_text(encoding="utf-8") == page
        if not current:
            print(say("library.stale", "zh", path=path), say("library.stale", "en", path=path), sep="\n")
        return 0 if current else 1
    path.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
