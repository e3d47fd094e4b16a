"""Bytes to plain data, without losing a digit and without trusting the sender.

Numbers keep their literal (:class:`Number`), so that no float rounds them. Files that are too large, not
UTF-8, not one document, too deep, or that repeat a key or use YAML references are refused with the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from zjtx_kg.errors import Problem, ProfileError

__all__ = ["MAX_BYTES", "Number", "decode", "read_bytes", "read_file", "read_json", "read_yaml"]

#: A profile is a few kilobytes; a thousand times that is a mistake.
MAX_BYTES: Final = 4 * 1024 * 1024
_MAX_DEPTH: Final = 16
_MAX_NODES: Final = 100_000

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.?(?:nan|inf|infinity)\Z", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN: Final = {"null": None, "~": None, "": None, "true": True, "false": False}


class Number(str):
    """The literal of a number, exactly as it was written."""

    __slots__ = ()


def read_file(path: Path) -> tuple[Any, dict[str, int]]:
    """The data of a YAML or JSON file, and the line of each path (YAML only)."""
    text = decode(read_bytes(path), str(path))
    if path.suffix.lower() == ".json":
        return read_json(text, str(path)), {}
    return read_yaml(text, str(path))


def read_bytes(path: Path) -> bytes:
    """The content of a file that is no larger than a profile may be."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refuse("too_large", str(path), f"{size:,} bytes", limit=f"{MAX_BYTES:,}")
        return path.read_bytes()
    except OSError as error:
        raise _refuse("unreadable_file", str(path), error.strerror or str(error)) from error


def decode(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise _refuse("too_large", name, f"{len(content):,} bytes", limit=f"{MAX_BYTES:,}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse("not_utf8", name, f"0x{content[error.start]:02x} @ {error.start}") from error


def _refuse(code: str, path: str, found: str, line: int | None = None, **facts: Any) -> ProfileError:
    return ProfileError("unreadable", [Problem(code, path, found, facts, line)])


# --- JSON -------------------------------------------------------------------------------------------


def read_json(text: str | bytes, name: str = "") -> Any:
    """JSON with exact numbers.

    Repeated keys, NaN, infinities, a nesting deeper than sixteen and half a surrogate pair are refused.

    >>> read_json('{"years": {"2024": {"revenue": 0.1}}}')
    {'years': {'2024': {'revenue': '0.1'}}}
    """
    data = _quickly(text)
    return _carefully(text, name) if data is None else data


_DECODER: Final = msgspec.json.Decoder(float_hook=Number)
_SPACES: Final = (" ", "\n", "\t", "\r")


def _quickly(text: str | bytes) -> Any:
    """The data where nothing is in doubt, in a third of the time; else ``None``.

    The decoder keeps the last of repeated keys without a word. They are found by counting: where no white
    space follows a quotation mark, each ``":`` of the text is a key or stands in a string, and no more of
    them than keys means that no key is lost.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        data = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if any(f'"{space}' in text for space in _SPACES) or _keys(data, _MAX_DEPTH) != text.count('":'):
        return None
    return data


def _keys(data: Any, depth: int) -> int:
    """How many keys the data has; a negative number where it is nested deeper than ``depth``."""
    if depth <= 0:
        return -(10**9)
    count = 0
    if type(data) is dict:
        count, data = len(data), data.values()
    for item in data if isinstance(data, list | type({}.values())) else ():
        if type(item) is dict or type(item) is list:
            count += _keys(item, depth - 1)
    return count


def _carefully(text: str | bytes, name: str) -> Any:
    try:
        data = json.loads(
            text,
            parse_float=Number,
            parse_constant=_not_finite,
            object_pairs_hook=_object,
        )
    except _Repeated as error:
        raise _refuse("repeated_key", error.args[0], error.args[0]) from error
    except _NotFinite as error:
        raise _refuse("not_finite", name, error.args[0]) from error
    except json.JSONDecodeError as error:
        raise _refuse("json_syntax", name, error.msg, error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise _refuse("too_deep", name, "", limit=_MAX_DEPTH) from error
    except UnicodeDecodeError as error:
        raise _refuse("not_utf8", name, f"0x{error.object[error.start]:02x} @ {error.start}") from error
    except ValueError as error:  # an integer of thousands of digits
        raise _refuse("number_too_long", name, str(error)) from error
    _sound(data, ())
    return data


def _sound(data: Any, path: tuple[str, ...]) -> None:
    """Refuse what no later step could print: a nesting without end, half a surrogate pair."""
    if len(path) >= _MAX_DEPTH and isinstance(data, dict | list):
        raise _refuse("too_deep", ".".join(path), "", limit=_MAX_DEPTH)
    if isinstance(data, str):
        if not data.isascii() and _SURROGATE.search(data):
            raise _refuse("not_unicode", ".".join(path), _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", data))
    elif isinstance(data, dict):
        for key, value in data.items():
            _sound(key, path)
            _sound(value, (*path, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            _sound(value, (*path, str(position)))


class _Repeated(Exception):
    pass


class _NotFinite(Exception):
    pass


def _not_finite(literal: str) -> Any:
    raise _NotFinite(literal)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Repeated(next(key for key in keys if keys.count(key) > 1))
    return found


# --- YAML -------------------------------------------------------------------------------------------


def read_yaml(text: str, name: str = "") -> tuple[Any, dict[str, int]]:
    """One YAML document with exact numbers and the line of every path.

    Built from the event stream with a stack of its own: a reference, a tag, a second document, a repeated
    key or a nesting deeper than sixteen is refused where it occurs, so a "bomb" never unfolds.
    """
    import yaml  # 40 ms that a JSON stream need not pay

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(name).build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refuse("yaml_syntax", name, error.problem or "", mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise _refuse("yaml_syntax", name, str(error).splitlines()[0]) from error


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[str, int] = {}
        self.result: Any = None
        self.stack: list[dict[str, Any] | list[Any]] = []
        self.path: list[str] = []
        self.keys: list[str | None] = []
        self.documents = 0
        self.nodes = 0

    def build(self, events: Iterable[Any]) -> tuple[Any, dict[str, int]]:
        import yaml

        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else None
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _refuse("yaml_reference", self.where(), str(event.anchor), line)
            if getattr(event, "tag", None) and not self.plain_tag(event.tag):
                raise _refuse("yaml_tag", self.where(), str(event.tag), line)
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    raise _refuse("two_documents", self.name, "---", line)
            elif isinstance(event, yaml.ScalarEvent):
                self.scalar(event, line)
            elif isinstance(event, yaml.MappingStartEvent):
                self.start({}, line)
            elif isinstance(event, yaml.SequenceStartEvent):
                self.start([], line)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.stack.pop()
                self.keys.pop()
                self.leave()
        return self.result, self.lines

    @staticmethod
    def plain_tag(tag: str) -> bool:
        return tag in ("!", "tag:yaml.org,2002:str")

    def where(self) -> str:
        return ".".join(self.path) or self.name

    def start(self, container: dict[str, Any] | list[Any], line: int | None) -> None:
        self.add(container, line)
        if len(self.stack) >= _MAX_DEPTH:
            raise _refuse("too_deep", self.where(), "", line, limit=_MAX_DEPTH)
        self.stack.append(container)
        self.keys.append(None)

    def leave(self) -> None:
        """Step out of the value that has just been completed."""
        if self.path and self.stack:
            self.path.pop()

    def scalar(self, event: Any, line: int | None) -> None:
        top = self.stack[-1] if self.stack else None
        if isinstance(top, dict) and self.keys[-1] is None:
            key = event.value
            self.path.append(key)
            if key in top:
                raise _refuse("repeated_key", self.where(), key, line)
            self.keys[-1] = key
            return
        self.add(self.value(event), line)
        self.leave()

    @staticmethod
    def value(event: Any) -> Any:
        text = event.value
        if not event.implicit[0]:  # quoted: a text, whatever it looks like
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        if _NUMBER.match(text) or _NOT_FINITE.match(text):
            return Number(text)
        return text

    def add(self, value: Any, line: int | None) -> None:
        self.nodes += 1
        if self.nodes > _MAX_NODES:
            raise _refuse(
                "too_many_values",
                self.name,
                f"{self.nodes:,}",
                line,
                limit=f"{_MAX_NODES:,}",
            )
        if not self.stack:
            self.result = value
            return
        top = self.stack[-1]
        if isinstance(top, dict):
            key = self.keys[-1]
            if key is None:
                raise _refuse("yaml_key", self.where(), type(value).__name__, line)
            top[key] = value
            self.keys[-1] = None
        else:
            self.path.append(str(len(top)))
            top.append(value)
        if line is not None:
            self.lines[".".join(self.path)] = line
