"""Profiles with gaps and intervals whose verdicts were found by brute force, where the folder is there."""

from __future__ import annotations

import json

import pytest

from tests.support import DAY, SHARED
from zjtx_kg import Profile, assess
from zjtx_kg.facts.reading import read_json

FOLDER = SHARED / "cases"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="UNTESTED: the folder of shared cases is not here"
)


def test_every_profile_has_its_verdicts_and_scores() -> None:
    profiles = (FOLDER / "profiles.jsonl").read_text(encoding="utf-8").splitlines()
    verdicts = (FOLDER / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = []
    for number, (line, wanted_line) in enumerate(zip(profiles, verdicts, strict=True)):
        profile = Profile.from_dict(read_json(line))
        found: dict[str, object] = {}
        for policy in ("miit-2022-63", "miit-2026-2"):
            for tier in assess(profile, as_of=DAY, policy=policy).tiers:
                found[f"{policy}/{tier.tier}"] = tier.status
                if tier.score is not None and tier.score.min == tier.score.max:
                    found[f"score {policy}/{tier.tier}"] = tier.score.min
        wanted = json.loads(wanted_line)
        wrong += [
            (number, key, value, found.get(key)) for key, value in wanted.items() if found.get(key) != value
        ]
    assert not wrong
    assert len(profiles) == 150
