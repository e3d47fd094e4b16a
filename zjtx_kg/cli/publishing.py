"""Profiles on their way into a graph: read, assessed and published with the same options everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import zjtx_kg
from zjtx_kg.cli.source import read_profile
from zjtx_kg.errors import InputError, Problem
from zjtx_kg.facts import Profile
from zjtx_kg.graph import Detail, Published, publish
from zjtx_kg.rulebase import Rulebase

__all__ = ["publish_files", "publish_profile"]


def publish_profile(
    profile: Profile, rulebase: Rulebase, asked: Mapping[str, Any], detail: Detail = Detail.FULL
) -> Published:
    """Assess a profile and publish the assessment. ``asked`` holds the options of ``zjtx_kg.assess``."""
    found = zjtx_kg.assess(profile, rulebase=rulebase, **asked)
    return publish(
        profile,
        found,
        policy=asked.get("policy"),
        tiers=asked.get("tiers", ()),
        readings=asked.get("readings", ()),
        detail=detail,
        rulebase=rulebase,
    )


def publish_files(
    paths: Iterable[Path], rulebase: Rulebase, asked: Mapping[str, Any], detail: Detail = Detail.FULL
) -> list[Published]:
    """Publish the profiles of files. Where some cannot be used, one error lists the problems of all."""
    found: list[Published] = []
    problems: list[Problem] = []
    failed: list[InputError] = []
    names = list(paths)
    for path in names:
        try:
            found.append(publish_profile(read_profile(path, rulebase), rulebase, asked, detail))
        except InputError as error:
            failed.append(error)
            problems += [replace(problem, path=_placed(path, problem.path)) for problem in error.problems]
    if not failed:
        return found
    if len(names) == 1 or not problems:
        raise failed[0]
    raise InputError("profiles", problems, count=len(failed))


def _placed(path: Path, place: str) -> str:
    return str(path) if place in ("", str(path)) else f"{path}: {place}"
