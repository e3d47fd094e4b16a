"""``zjtx ask --interactive``: one question after the other; each answer is checked and saved at once.

The file is the only state. Comments and order of a YAML file are kept; leaving loses nothing, and the same
command goes on where it was left.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.advance.questions import Question, Questions, ask
from zjtx_kg.cli.output import report_error, show, write_file
from zjtx_kg.errors import ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.reading import read_file, read_json, read_yaml
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.report.questions import question_view, questions_heading
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["Interview"]

_HELP = ("?", "？")
_LEAVE = ("q", "Q")


class Interview:
    """An interview about one profile file and one tier."""

    def __init__(self, path: Path, target: str, asked: dict[str, Any]) -> None:
        self.path = path
        self.target = target
        self.asked = asked
        self.rules: Rulebase = asked["rulebase"]
        self.lang: str = asked["lang"]
        self.document = Document(path)
        self.skipped: set[str] = set()

    def run(self) -> None:
        """Ask until the answer is settled, every question is skipped, or the reader leaves."""
        found = self.questions()
        show(questions_heading(found, self.rules, self.lang))
        while not found.settled:
            question = next((q for q in found.questions if q.path not in self.skipped), None)
            if question is None:
                self.say("ask.skipped")
                break
            if not self.put(question):
                self.say("ask.interrupted", path=self.path)
                return
            found = self.questions()
        show(questions_heading(found, self.rules, self.lang))
        if found.settled:
            self.say("ask.settled")
        self.say("ask.saved", path=self.path)

    def questions(self) -> Questions:
        profile = Profile.from_file(self.path, self.rules)
        return ask(profile, self.target, **self.asked)

    def put(self, question: Question) -> bool:
        """Put one question until it has an answer or is skipped; false where the reader leaves."""
        show(Group(Text(), question_view(question, self.lang, "? ")))
        while True:
            try:
                print(f"  {say('ask.prompt', self.lang)}: ", end="", flush=True)
                line = sys.stdin.readline()
            except KeyboardInterrupt:
                print()
                return False
            answer = line.strip()
            if not line or answer in _LEAVE:
                return False
            if not answer:
                self.skipped.add(question.path)
                return True
            if answer in _HELP:
                show(self.help(question))
                continue
            try:
                self.save(question.path, answer)
            except ProfileError as error:
                report_error(error, self.lang)
                continue
            self.skipped.discard(question.path)
            return True

    def save(self, path: str, answer: str) -> None:
        """Check the whole profile with the answer in it, then write the file whole or not at all."""
        content = self.document.with_answer(path, answer)
        data = read_json(content) if self.document.json else read_yaml(content, str(self.path))[0]
        Profile.from_dict(data, self.rules)
        write_file(self.path, content, force=True)
        self.document = Document(self.path)

    def help(self, question: Question) -> RenderableType:
        lines = [question.definition] if question.definition else []
        lines += [f"{say('ask.input', self.lang)}: {self.form(question)}"]
        if question.evidence:
            lines.append(f"{say('ui.evidence', self.lang)}: {'、'.join(question.evidence)}")
        return Group(*(Paragraph(Text(line), indent=2) for line in lines))

    def form(self, question: Question) -> str:
        """How an answer is written."""
        indicator = self.rules.indicators.get(question.indicator)
        if indicator is None or question.type == "text":
            return say(f"template.{question.indicator}", self.lang)
        if question.indicator in ("titles", "awards"):
            return say(f"template.{question.indicator}", self.lang)
        schemes = [self.rules.schemes[id] for id in indicator.schemes]
        codes = [f"{c.id} {c.label(self.lang)}" for s in schemes for c in s.codes.values() if not c.broader]
        return say(f"ask.input_{question.type}", self.lang, unit=question.unit or "", codes="、".join(codes))

    def say(self, key: str, **parts: object) -> None:
        show(Paragraph(Text(say(key, self.lang, **parts))))


class Document:
    """The text of a profile file, and the text it would have with one more answer."""

    def __init__(self, path: Path) -> None:
        read_file(path)  # refuses what is too large, too deep or not plain before an editor opens it
        self.json = path.suffix.lower() == ".json"
        self.text = path.read_text(encoding="utf-8-sig")

    def with_answer(self, path: str, answer: str) -> str:
        """The file with ``answer``, written as in a profile, at ``path``."""
        if self.json:
            import json

            data = json.loads(self.text, parse_float=Decimal) or {}
            _put(data, path, _plain(read_yaml(f"answer: {answer}")[0]["answer"]))
            encoder = msgspec.json.Encoder(decimal_format="number")
            return msgspec.json.format(encoder.encode(data), indent=2).decode() + "\n"
        import io

        from ruamel.yaml import YAML

        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = 4096
        yaml.indent(mapping=2, sequence=4, offset=2)
        read_yaml(f"answer: {answer}")
        data = yaml.load(self.text)
        if data is None:
            data = yaml.map()
        _put(data, path, yaml.load(f"answer: {answer}")["answer"])
        stream = io.StringIO()
        yaml.dump(data, stream)
        return stream.getvalue()


def _put(data: Any, path: str, value: Any) -> None:
    """Set the value at ``years.2024.revenue``; a year may be written as a number or as text."""
    *above, last = path.split(".")
    for key in above:
        found = next((k for k in data if str(k) == key), None)
        if found is None or data[found] is None:
            found = int(key) if found is None and key.isdecimal() and not isinstance(data, dict) else found
            found = key if found is None else found
            data[found] = {}
        data = data[found]
    data[last] = value


def _plain(value: Any) -> Any:
    """What JSON can hold of a YAML value: literals of numbers become numbers."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if type(value) is str or value is None or isinstance(value, bool):
        return value
    return Decimal(value) if isinstance(value, str) else str(value) if not isinstance(value, int) else value
