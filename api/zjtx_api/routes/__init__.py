"""The routes, one module for each subject. A new one is a router of operations, added here."""

from zjtx_api.routes import (
    advice,
    assessments,
    companies,
    conditions,
    linked_data,
    queries,
    rules,
    sparql,
    system,
)

__all__ = ["ROUTERS"]

ROUTERS = (
    assessments.router,
    advice.router,
    companies.router,
    rules.router,
    conditions.router,
    queries.router,
    sparql.router,
    system.router,
    linked_data.router,  # last: it takes every address that no other does
)
