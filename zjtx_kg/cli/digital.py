"""``zjtx digital``: the digital level that answers to a questionnaire lead to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json, rules, show
from zjtx_kg.cli.source import read_data
from zjtx_kg.errors import InputError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.questionnaire import Answers
from zjtx_kg.facts.sheets import read_answer_sheet
from zjtx_kg.reasoning.digital import assess_digital
from zjtx_kg.report.digital import digital_view
from zjtx_kg.rulebase import Rulebase

__all__ = ["digital"]


def digital(
    answers: Annotated[
        Path,
        typer.Argument(
            metavar="ANSWERS", help="回答，或带 digital 一节的画像 / answers, or a profile with them"
        ),
    ],
    as_of: options.AsOf = None,
    reading: options.ReadingOption = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """由评测回答得出数字化水平等级 / grade the digital level from answers to its questionnaire."""
    rulebase = rules(ontology)
    day = options.day(as_of)
    name, given = read_data(answers, lambda data: _answers(data, rulebase, str(answers)))
    found = assess_digital(
        given, rulebase=rulebase, as_of=day, name=name, readings=reading or (), lang=lang.value
    )
    if json:
        print_json(found)
    else:
        show(digital_view(found, rulebase, lang.value))


def _answers(data: Any, rulebase: Rulebase, path: str) -> tuple[str | None, Answers]:
    if isinstance(data, Mapping) and "profile" in data:
        profile = Profile.from_dict(data, rulebase)
        if profile.digital is None:
            raise InputError("no_answers", path=path)
        return profile.name, profile.digital
    return read_answer_sheet(data, rulebase)
