"""Input files beside the profile: answers to a questionnaire, figures for an index, ratings.

Like profiles, they are plain data in, frozen values out, with every problem reported at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zjtx_kg.facts.questionnaire import Answers, read_answers
from zjtx_kg.facts.validation import industry_code, schema
from zjtx_kg.facts.values import Checker, Misfit, as_text
from zjtx_kg.rulebase import Rulebase

__all__ = ["read_answer_sheet"]


def _sheet(check: Checker, data: Any) -> Mapping[str, Any]:
    """The keys of a file. Raises :class:`ProfileError` where it is something else."""
    if not isinstance(data, Mapping):
        check.bad(Misfit("not_a_mapping"), "", data)
        raise check.error("sheet")
    return data


def read_answer_sheet(data: Any, rulebase: Rulebase) -> tuple[str | None, Answers]:
    """The name of a company and its answers: the keys of a profile's ``digital``, with ``name`` and
    ``industry`` beside them. Raises :class:`ProfileError` with every problem.

    >>> from zjtx_kg import load
    >>> sheet = {"policy": "miit-2024-56", "table": "manufacturing", "answers": {"Q01": [1, 2]}}
    >>> read_answer_sheet(sheet, load())[1].questionnaire
    'miit-2024-56/manufacturing'
    """
    check = Checker()
    sheet = dict(_sheet(check, data))
    name = check.attempt(as_text, sheet.pop("name", None), "name")
    prepared = schema(rulebase)
    industry = check.attempt(lambda v: industry_code(prepared, v), sheet.pop("industry", None), "industry")
    answers = read_answers(check, sheet, "", rulebase, industry)
    if check.problems or answers is None:
        raise check.error("sheet")
    return name, answers
