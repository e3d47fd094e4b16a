"""Whether a company lies in an area that pays."""

from __future__ import annotations

from zjtx_kg.rulebase.subsidy import Area

__all__ = ["lies_in"]


def lies_in(region: str | None, area: Area) -> bool | None:
    """Whether a company of a region (GB/T 2260) lies in an area; ``None`` where the region leaves it open.

    A code that ends in zeros names a whole city or province, so it leaves the districts below it open; so
    does the district that a development zone may lie in.

    >>> from zjtx_kg.rulebase import load
    >>> areas = load().areas
    >>> (
    ...     lies_in("320505", areas["320500"]),
    ...     lies_in("320500", areas["320505"]),
    ...     lies_in("330106", areas["320500"]),
    ... )
    (True, None, False)
    >>> lies_in("320506", areas["320571"])
    """
    if region is None:
        return True if "" in area.prefixes else None
    if any(region.startswith(prefix) for prefix in area.prefixes):
        return True
    known = _significant(region)
    possible = (*area.prefixes, *area.may_cover)
    if any(region.startswith(prefix) or prefix.startswith(known) for prefix in possible):
        return None
    return False


def _significant(region: str) -> str:
    """A region code without the pairs of zeros that stand for “not said”."""
    while region.endswith("00"):
        region = region[:-2]
    return region
