"""The next best question and the interview, as an adviser meets them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import DAY, ROOT, company
from tests.unit.test_cli import zjtx
from zjtx_kg import Profile, ask

__all__ = ["zjtx"]
SUZHOU = ROOT / "examples" / "suzhou-precision.yaml"


def _answers(profile: Profile, path: str, tier: str = "little-giant") -> list[tuple[str, str]]:
    found = ask(profile, tier, as_of=DAY, policy="miit-2022-63")
    (question,) = (q for q in found.questions if q.path == path)
    return [(answer.when, answer.status) for answer in question.answers]


def test_a_settled_tier_asks_nothing() -> None:
    found = ask(company(), "little-giant", as_of=DAY, policy="miit-2022-63")
    assert (found.status, found.settled, found.questions) == ("eligible", True, ())


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("facts.market_years", [("< 3年", "not_eligible"), ("≥ 3年", "eligible")]),
        ("facts.market_share_national", [("< 10%", "not_eligible"), ("≥ 10%", "eligible")]),
        ("facts.own_brand", [("否", "not_eligible"), ("是", "eligible")]),
        ("facts.ip_class1_original", None),
    ],
)
def test_what_each_answer_would_mean(path: str, answers: list[tuple[str, str]] | None) -> None:
    profile = company({path: None})
    if answers is None:  # another route holds, so the fact no longer matters
        assert path not in {q.path for q in ask(profile, "little-giant", as_of=DAY).questions}
    else:
        assert _answers(profile, path) == answers


def test_a_figure_of_a_ratio_is_asked_for_by_its_place() -> None:
    found = ask(company({"years.2024.total_liabilities": None}), "little-giant", as_of=DAY)
    assert [q.path for q in found.questions] == ["years.2024.total_liabilities"]
    assert found.questions[0].decides == ("debt_ratio",)


def test_two_places_of_one_ratio_are_asked_for_together() -> None:
    gaps: dict[str, Any] = {"years.2024.total_liabilities": None, "years.2024.total_assets": None}
    found = ask(company(gaps), "little-giant", as_of=DAY)
    places = {q.path: q.together for q in found.questions}
    assert places["years.2024.total_liabilities"] == ("years.2024.total_assets",)


def test_an_interview_is_saved_at_once_and_goes_on_where_it_was_left(zjtx: Any, tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    text = SUZHOU.read_text().replace("  market_years: 9\n", "").replace("  own_brand: true\n", "")
    profile.write_text(text)
    ask_ = ("ask", str(profile), "--to", "little-giant", "--as-of", "2025-06-01", "--interactive")
    first = zjtx(*ask_, stdin=b"9\nq\n")
    assert first.code == 0
    assert "market_years: 9" in profile.read_text()
    assert profile.read_text().startswith(text.splitlines()[0])  # comments are kept
    assert "own_brand" not in profile.read_text()
    second = zjtx(*ask_, stdin="也许\n?\n是\nq\n".encode())
    assert "facts.own_brand" in second.err  # the wrong answer is explained, and asked again
    assert "own_brand: 是" in profile.read_text()
    Profile.from_file(profile)


def test_an_interview_of_a_json_profile(zjtx: Any, tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text('{"profile": 1, "years": {"2024": {"revenue": 5000.10}}}')
    arguments = ("--to", "innovative-sme", "--as-of", "2025-06-01", "--interactive")
    assert zjtx("ask", str(profile), *arguments, stdin="是\n是\n否\nq\n".encode()).code == 0
    assert '"revenue": 5000.10' in profile.read_text()
    assert '"registered_in_china"' in profile.read_text()


def test_a_file_that_cannot_be_read_is_left_alone(zjtx: Any, tmp_path: Path) -> None:
    profile = tmp_path / "broken.yaml"
    profile.write_text("years: [")
    result = zjtx("ask", str(profile), "--to", "little-giant", "--interactive")
    assert result.code == 2
    assert "Traceback" not in result.err
    assert profile.read_text() == "years: ["
    shutil.rmtree(tmp_path)
