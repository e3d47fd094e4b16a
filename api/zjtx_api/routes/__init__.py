"""The routes, one module for each subject. A new one is a router of operations, added here."""

from zjtx_api.routes import assessments, companies, conditions, linked_data, rules, sparql, system

__all__ = ["ROUTERS"]

ROUTERS = (
    assessments.router,
    companies.router,
    rules.router,
    conditions.router,
    sparql.router,
    system.router,
    linked_data.router,  # last: it takes every address that no other does
)
