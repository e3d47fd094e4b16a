"""The tool that asks by SPARQL: a question of the library, or a query of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final
from weakref import WeakSet

from zjtx_api.assistant.reply import Reply, fitting, rendered
from zjtx_api.assistant.tool import CHOICE, PROFILE, Asked, Tool, as_sent, count, refuse
from zjtx_api.fields import Field, Unfit, text
from zjtx_kg import Problem, Rulebase, assess, say
from zjtx_kg.errors import QueryError
from zjtx_kg.facts import shown
from zjtx_kg.graph import Answer, Limits, Published, Store, answer, company_iri, publish, written
from zjtx_kg.graph.library import library, library_query
from zjtx_kg.report.rows import rows_view

__all__ = ["stop", "tools"]

_LONGEST: Final = 20_000
#: The law takes a while to load: it is kept, and an assessment is beside it for one question only.
_MEGABYTES: Final = 8
_MEMORY: Final = 512


#: The stores that are in use.
_OPEN: Final[WeakSet[Store]] = WeakSet()


def stop() -> None:
    """Stop the queries that run: the process is about to end."""
    for store in list(_OPEN):
        store.stop()


@lru_cache(maxsize=1)
def _law(rules: Rulebase) -> Store:
    """The law in memory; it is never written to."""
    return _opened(rules, 2)


def _opened(rules: Rulebase, workers: int) -> Store:
    found = Store(rulebase=rules, workers=workers)
    _OPEN.add(found)
    return found


def _dataset(asked: Asked) -> Store:
    """The law, and the assessment of the profile where one is given."""
    if asked.given["profile"] is None:
        return _law(asked.rules)
    store = _opened(asked.rules, 1)
    store.add([_published(asked)])
    return store


def _published(asked: Asked) -> Published:
    chosen = asked.choice()
    found = assess(asked.profile, **chosen)
    return publish(
        asked.profile,
        found,
        policy=chosen["policy"],
        readings=chosen["readings"],
        rulebase=asked.rules,
    )


def _query(asked: Asked) -> Reply:
    """The rows of a query; without one, the questions of the library."""
    name, sparql = asked.given["name"], asked.given["sparql"]
    if name is None and sparql is None:
        return _questions(asked)
    if (name is None) is (sparql is None):
        refuse([Problem("mcp.name_or_sparql", "sparql", "")])
    query = sparql if name is None else _bound(asked, name)
    limits = Limits(max(asked.seconds - 1, 1), asked.given["limit"], _MEGABYTES, _MEMORY)
    found = answer(query, _dataset(asked), limits)
    lines = rendered(rows_view(found, asked.lang))
    if found.cut:
        lines.append(say("mcp.rows_cut", asked.lang, count=limits.rows))
    return Reply(fitting(lines, asked.lang), _content(found))


def _content(found: Answer) -> dict[str, Any]:
    if found.truth is not None:
        return {"boolean": found.truth}
    if found.triples is not None:
        return {"turtle": written(found, "turtle").decode(), "cut": found.cut}
    rows = [
        {
            name: getattr(term, "value", str(term))
            for name, term in zip(found.columns, row, strict=True)
            if term is not None
        }
        for row in found.rows
    ]
    return {"columns": list(found.columns), "rows": rows, "cut": found.cut}


# --- the library --------------------------------------------------------------------------------------


def _bound(asked: Asked, name: str) -> str:
    """The text of a question with its parameters. The company of a profile need not be named."""
    found = library_query(name)
    given = dict(asked.given["parameters"])
    if asked.given["profile"] is not None:
        for parameter in found.parameters:
            if str(parameter.type) == "company":
                given.setdefault(parameter.name, company_iri(asked.profile))
    try:
        return found.bound(given, lang=asked.lang, today=asked.day, rulebase=asked.rules)
    except QueryError as error:
        placed = [replace(problem, path=f"parameters.{problem.path}") for problem in error.problems]
        raise QueryError(error.code, placed, **error.facts) from None


def _questions(asked: Asked) -> Reply:
    """What can be asked by name; questions over a store of companies have nothing to answer from here."""
    found = [query for query in library().values() if query.asks_of != "store"]
    lines = [say("mcp.questions", asked.lang, count=len(found))]
    for query in found:
        given = ", ".join(
            parameter.name + ("" if parameter.default is None and not parameter.optional else "?")
            for parameter in query.parameters
        )
        lines.append(f"- {query.name}({given}): {query.question(asked.lang)}")
    listed = [
        {
            "name": query.name,
            "question": query.question(asked.lang),
            "parameters": {parameter.name: str(parameter.type) for parameter in query.parameters},
        }
        for query in found
    ]
    return Reply(fitting(lines, asked.lang, full=True), {"questions": listed})


def _parameters(value: Any, _: Rulebase) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise Unfit("not_a_mapping")
    if len(value) > 20:
        raise Unfit("http.list_length", most=20)
    return {str(key)[:100]: item if type(item) is str else shown(item) for key, item in value.items()}


def tools() -> Iterator[Tool]:
    profile = Field(PROFILE.name, as_sent, PROFILE.schema, about="mcp.profile_asked")
    sparql = Field("sparql", text(_LONGEST), {"type": "string", "maxLength": _LONGEST}, about="mcp.sparql")
    named = (
        Field("name", text(100), {"type": "string", "maxLength": 100}, about="mcp.query_name"),
        Field("parameters", _parameters, {"type": "object"}, default={}, about="mcp.parameters"),
    )
    yield Tool(
        name="query",
        fields=(*named, sparql, profile, *CHOICE, count("limit", 1, 200, 20)),
        answer=_query,
        subject="name",
    )
