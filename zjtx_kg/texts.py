"""Program texts in Chinese and English, side by side in ``texts.toml`` so that they cannot drift apart."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

__all__ = ["LANGUAGES", "Text", "language", "say"]

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@cache
def _catalogue() -> dict[str, Text]:
    source = tomllib.loads(files("zjtx_kg").joinpath("texts.toml").read_text(encoding="utf-8"))
    entries: dict[str, Text] = {}

    def walk(prefix: str, table: dict[str, Any]) -> None:
        if set(table) == {"zh", "en"} and isinstance(table["zh"], str):
            entries[prefix] = Text(table["zh"], table["en"])
            return
        for key, value in table.items():
            walk(f"{prefix}.{key}" if prefix else key, value)

    walk("", source)
    return entries


def say(key: str, lang: str, /, **facts: Any) -> str:
    """The text under ``key``, filled with ``facts``.

    >>> say("ui.unknown", "en")
    'unknown'
    """
    template = _catalogue()[key](lang)
    return template.format(**facts) if facts or "{{" in template else template


def language(wanted: str | None) -> str:
    """``zh`` or ``en`` from a language tag; Chinese where nothing better is known.

    >>> language("en-GB"), language(None)
    ('en', 'zh')
    """
    return "en" if wanted and wanted.lower().startswith("en") else "zh"
