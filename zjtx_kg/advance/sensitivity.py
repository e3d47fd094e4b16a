"""Which slip would cost a company a tier that it meets: one input at a time, the smallest slip first."""

from __future__ import annotations

from zjtx_kg.advance.plans import Slip
from zjtx_kg.advance.space import Space

__all__ = ["slips"]


def slips(space: Space, lang: str) -> tuple[Slip, ...]:
    return ()
