"""``zjtx new``: an empty profile that reads back, with all that its tiers read and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from zjtx_kg import Profile, assess, load
from zjtx_kg.facts.reading import read_yaml
from zjtx_kg.reasoning.template import template

RULES = load()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("day", [date(2025, 6, 1), date(2026, 6, 1)])
def test_an_empty_profile_reads_back_as_nothing_known(lang: str, day: date) -> None:
    data, _ = read_yaml(template(RULES, day, lang=lang))
    profile = Profile.from_dict(data)
    assert not any(profile.years.values())
    assert not profile.facts
    assert profile.titles is None


def test_filling_in_what_is_missing_settles_the_answer() -> None:
    """Every input that an empty profile lacks has its place in the template."""
    day = date(2026, 6, 1)
    data, lines = read_yaml(template(RULES, day, tiers=["little-giant"]))
    empty = Profile.from_dict(data)
    for path in assess(empty, as_of=day, tiers=["little-giant"]).tiers[0].missing_inputs:
        assert path in lines, path


def test_a_template_asks_for_nothing_that_its_tiers_do_not_read() -> None:
    data, _ = read_yaml(template(RULES, date(2026, 6, 1), tiers=["srdi-sme"]))
    assert "market_share_national" not in data["facts"]
    assert set(data["years"]) == {"2024", "2025"}
    assert "rd_staff" not in data["years"]["2025"]
