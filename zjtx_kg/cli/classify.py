"""``zjtx ontology classify``: what a reasoner finds in the rules themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import console, print_json, rules, write_file
from zjtx_kg.texts import say

__all__ = ["classify"]


def classify(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写入文件 / write to a file")
    ] = None,
    as_of: options.AsOf = None,
    time_limit: options.TimeLimit = 300,
    memory_limit: options.MemoryLimit = 1024,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """推理机在规则中发现什么：不可满足、恒成立、蕴含、反例 / what a reasoner finds in the rules."""
    from zjtx_kg.agreement.counterexample import counterexample
    from zjtx_kg.owl.classification import classify as classified
    from zjtx_kg.owl.classification import compare_criteria, pairs
    from zjtx_kg.owl.reasoner import Limits
    from zjtx_kg.report.classification import classification_page

    rulebase, day = rules(ontology), options.day(as_of)
    limits = Limits(time_limit, memory_limit)
    screen = console(stderr=True)
    with screen.status(say("classify.working", lang.value)):
        found = classified(rulebase, limits=limits)
        compared = compare_criteria(rulebase, pairs(rulebase), limits=limits)
        examples = [
            None if one.implies else counterexample(rulebase, one.first, one.second, day) for one in compared
        ]
    if json:
        print_json(
            {
                "criteria": [
                    {
                        "criteria": one.selection.criteria.id,
                        "kind": str(one.selection.kind),
                        "never": list(one.never),
                        "always": list(one.always),
                        "implied": [list(pair) for pair in one.implied],
                    }
                    for one in found
                ],
                "comparisons": [
                    {
                        "first": one.first.criteria.id,
                        "second": one.second.criteria.id,
                        "implies": one.implies,
                        "follows": list(one.follows),
                        "open": [*one.open, *one.scores],
                        "counterexample": None
                        if example is None
                        else {
                            "indicator": example.changed,
                            "value": example.value,
                            "fails": list(example.fails),
                        },
                    }
                    for one, example in zip(compared, examples, strict=True)
                ],
            }
        )
        return
    page = classification_page(rulebase, found, list(zip(compared, examples, strict=True)))
    if out is None:
        typer.echo(page, nl=False)
    else:
        write_file(out, page, force=True)
        typer.echo(say("ui.written", lang.value, path=out))
