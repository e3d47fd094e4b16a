"""The commands on systems beside the ladder, as their users meet them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.unit.test_cli import EXAMPLES, SUZHOU, zjtx  # noqa: F401

SHEETS = EXAMPLES / "sheets"
COMMANDS = {
    "digital": ("digital", str(SHEETS / "digital-answers.yaml"), "--as-of", "2025-06-01"),
    "index": ("index", SUZHOU, "--means", str(SHEETS / "industry-means.yaml"), "--as-of", "2026-06-01"),
    "region": ("index", "--region", str(SHEETS / "region.yaml")),
    "selfassess": ("selfassess", str(SHEETS / "ratings.yaml"), "--profile", SUZHOU, "--as-of", "2026-06-01"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_examples_in_80_columns(zjtx: Any, command: str, lang: str) -> None:  # noqa: F811
    result = zjtx(*COMMANDS[command], "--lang", lang)
    assert (result.code, result.err) == (0, "")
    assert max(map(cell_len, result.out.splitlines())) <= 80
    assert "…" not in result.out


def test_json(zjtx: Any) -> None:  # noqa: F811
    digital = zjtx(*COMMANDS["digital"], "--json").json()
    assert (digital["level"], digital["score"]) == ({"min": 3, "max": 3}, {"min": 67.775, "max": 72.275})
    index = zjtx(*COMMANDS["index"], "--json").json()
    assert index["total"] is None
    assert len(index["indicators"]) == 27
    assert len(zjtx(*COMMANDS["region"], "--json").json()["indicators"]) == 14
    rated = zjtx(*COMMANDS["selfassess"], "--json").json()
    assert [d["code"] for d in rated["dimensions"]] == ["S", "R", "D", "I"]
    assert (rated["overall"], rated["of"]) == (None, 46)


def test_a_profile_carries_the_answers(zjtx: Any, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "company.yaml"
    path.write_text(
        'profile: 1\nindustry: "3453"\ndigital:\n  policy: miit-2022-32\n  score: 61\n', encoding="utf-8"
    )
    assert zjtx("digital", str(path), "--as-of", "2023-06-01", "--json").json()["level"]["min"] == 3
    entries = zjtx("indicators", str(path), "--as-of", "2023-06-01", "--json").json()["indicators"]
    level = next(entry for entry in entries if entry["id"] == "digital_level")
    assert (level["min"], level["max"], level["from"]) == (3, 3, ["digital"])
    path.write_text("profile: 1\n", encoding="utf-8")
    assert zjtx("digital", str(path)).code == 2


@pytest.mark.parametrize(
    ("arguments", "text", "place"),
    [
        (
            ["digital", "-"],
            "policy: miit-2024-56\ntable: manufacturing\nanswers:\n  Q01: [9]\n",
            "answers.Q01 (line 4)",
        ),
        (
            ["index", "--region", "-"],
            "figures:\n  new_passed: 9\n  new_recommended: 8\n",
            "figures.new_passed (line 2)",
        ),
        (["selfassess", "-"], "ratings:\n  S1.1: 120\n", "ratings.S1.1 (line 2)"),
        (["selfassess", "-"], "- 1\n", "-"),
    ],
)
def test_bad_input_names_place_and_line(zjtx: Any, arguments: list[str], text: str, place: str) -> None:  # noqa: F811
    result = zjtx(*arguments, "--lang", "en", stdin=text.encode())
    assert (result.code, result.out) == (2, "")
    assert place in result.err
    assert "remedy" in result.err


def test_an_unknown_reading_and_no_input_are_refused(zjtx: Any) -> None:  # noqa: F811
    assert zjtx(*COMMANDS["digital"], "--reading", "x").code == 2
    assert zjtx(*COMMANDS["region"], "--reading", "x").code == 2
    assert zjtx("index").code == 2
