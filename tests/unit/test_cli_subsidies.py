"""``zjtx subsidies`` and ``zjtx calendar`` as their users meet them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.unit.test_cli import EXAMPLES, SUZHOU, zjtx

__all__ = ["zjtx"]

COMMANDS = ("subsidies", "calendar")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("day", ["2020-06-01", "2025-06-01", "2026-05-25"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_fits_80_columns(zjtx: Any, command: str, day: str, lang: str) -> None:
    for example in sorted(EXAMPLES.glob("*.yaml")):
        result = zjtx(command, str(example), "--as-of", day, "--lang", lang)
        assert (result.code, result.err) == (0, "")
        assert max(map(cell_len, result.out.splitlines())) <= 80
        assert "{" not in result.out


def test_subsidies_say_who_pays_how_much_and_why_not(zjtx: Any) -> None:
    out = zjtx("subsidies", SUZHOU, "--tier", "little-giant", "--as-of", "2025-06-01").out
    assert "✓ 苏州市：国家小巨人  最高 100" in out
    assert "✗ 苏州高新区：国家小巨人  50 不给付 [已过期]\n    期间已于2020-12-31结束" in out
    english = zjtx("subsidies", SUZHOU, "--tier", "little-giant", "--as-of", "2025-06-01", "--lang", "en").out
    assert "✓ Suzhou: national little giant  up to 100" in english


def test_subsidies_for_programs(zjtx: Any) -> None:
    arguments = ("subsidies", SUZHOU, "--tier", "little-giant", "--as-of", "2025-06-01", "--json")
    data = zjtx(*arguments).json()
    assert list(data) == ["profile", "as_of", "region", "unit", "cases", "not_covered", "missing"]
    (case,) = data["cases"]
    assert (case["title"], case["held"], case["total"]) == ("little-giant", False, {"min": 0, "max": 100})
    assert {reward["subsidy"] for reward in case["rewards"]} == {
        "320500/2025/little-giant",
        "320505/2020/little-giant",
        "320571/2021/national",
    }


def test_money_received_and_readings_are_taken_from_the_command_line(zjtx: Any, tmp_path: Path) -> None:
    profile = tmp_path / "park.yaml"
    profile.write_text('region: "320571"\ntitles: []\n', encoding="utf-8")
    ask = ("subsidies", str(profile), "--tier", "little-giant", "--as-of", "2022-06-01", "--json")
    levels = ("--received", "national=0", "--received", "provincial=30万", "--received", "municipal=0.5")
    park = zjtx(*ask, *levels).json()["cases"][0]["rewards"][0]
    assert (park["amount"], park["because"][0]["rule"]) == ({"min": 69.5, "max": 69.5}, "includesHigherLevel")
    alone = zjtx(*ask, *levels, "--reading", "cap-on-this-level").json()["cases"][0]["rewards"][0]
    assert alone["amount"] == {"min": 0, "max": 100}


def test_the_calendar_puts_first_what_is_due_now(zjtx: Any) -> None:
    out = zjtx("calendar", SUZHOU, "--as-of", "2026-05-25").out
    assert out.index("现在") < out.index("  2026-05-25  ") < out.index("将到") < out.index("已过")
    data = zjtx("calendar", SUZHOU, "--as-of", "2026-05-25", "--json").json()
    assert list(data) == ["profile", "as_of", "until", "events", "duties", "procedures", "missing"]
    assert data["until"] == "2027-05-25"
    windows = [(event["from"], event["due"]) for event in data["events"] if event["status"] == "open"]
    assert windows == [("2026-04-25", "2026-05-25"), ("2026-05-25", "2026-06-30")]


def test_the_calendar_takes_changes_and_cancellations(zjtx: Any) -> None:
    happened = ("--changed", "2026-03-31", "--cancelled", "hnte=2024-02-29", "--until", "2026-12-31")
    data = zjtx("calendar", SUZHOU, "--as-of", "2026-05-25", *happened, "--json").json()
    assert "2026-06-30" in [event["due"] for event in data["events"] if event["topic"] == "changeReport"]
    assert data["until"] == "2026-12-31"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("subsidies", SUZHOU, "--tier", "little_giant"), "little_giant"),
        (("subsidies", SUZHOU, "--received", "30"), "KEY=AMOUNT"),
        (("subsidies", SUZHOU, "--received", "national=1", "--received", "national=2"), "national=2"),
        (("subsidies", SUZHOU, "--received", "national=many"), "many"),
        (("subsidies", SUZHOU, "--received", "county=3"), "county"),
        (("subsidies", SUZHOU, "--reading", "generous"), "generous"),
        (("subsidies", SUZHOU, "--occasion", "renewal"), "renewal"),
        (("subsidies", SUZHOU, "--as-of", "2025-02-30"), "2025-02-30"),
        (("calendar", SUZHOU, "--until", "2020-01-01", "--as-of", "2026-01-01"), "2020-01-01"),
        (("calendar", SUZHOU, "--cancelled", "hnte"), "TITLE=DATE"),
        (("calendar", SUZHOU, "--cancelled", "hnte=yesterday"), "yesterday"),
        (("calendar", SUZHOU, "--cancelled", "hightech=2025-01-01"), "hightech"),
        (("calendar", SUZHOU, "--changed", "2025-13-01"), "2025-13-01"),
        (("calendar", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_bad_input_is_refused_with_nothing_printed(zjtx: Any, arguments: tuple[str, ...], said: str) -> None:
    result = zjtx(*arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err.replace("\n", "")
    assert "Traceback" not in result.err
