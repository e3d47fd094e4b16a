"""Texts: each in both languages, with the same blanks, and none missing."""

from __future__ import annotations

import re

from tests.support import ROOT
from zjtx_kg.errors import Problem, ZjtxError
from zjtx_kg.rulebase import load
from zjtx_kg.texts import _catalogue

BLANK = re.compile(r"(?<!\{)\{([a-z_]+)\}")


def test_both_languages_fill_in_the_same_blanks() -> None:
    for key, text in _catalogue().items():
        assert set(BLANK.findall(text.zh)) == set(BLANK.findall(text.en)), key
    for phrase in load().phrases.values():
        assert set(BLANK.findall(phrase.template.zh)) == set(BLANK.findall(phrase.template.en)), phrase.id


def test_every_code_that_is_raised_has_its_texts() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "zjtx_kg").rglob("*.py"))
    problems = set(re.findall(r'(?:Misfit|_refuse|Problem|\.problem)\(\s*"([a-z0-9_]+)"', source))
    errors = set(
        re.findall(r'(?:InputError|ProfileError|RulebaseError|NotInForceError)\(\s*"([a-z0-9_]+)"', source)
    )
    catalogue = _catalogue()
    assert {f"problem.{code}.expected" for code in problems} <= catalogue.keys()
    assert {f"problem.{code}.remedy" for code in problems} <= catalogue.keys()
    assert {f"error.{code}" for code in errors} <= catalogue.keys()
    assert len(problems) > 50


def test_an_error_is_plain_data_in_either_language() -> None:
    error = ZjtxError("profile", [Problem("not_whole", "facts.ip_class1", "1.5")], count=1)
    assert error.to_dict("en") == {
        "code": "profile",
        "message": "the profile has 1 problem(s)",
        "problems": [
            {
                "path": "facts.ip_class1",
                "found": "1.5",
                "expected": "a whole number",
                "remedy": "write a whole number, or an interval if it is not certain",
                "code": "not_whole",
            }
        ],
    }
    assert str(error) == "企业画像有 1 处问题"
