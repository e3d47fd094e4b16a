"""What a bound on a derived indicator asks of its figures: linear forms, exact at the worst ends.

Three-valued evaluation asks whether a bound holds at the worst end of an indicator's interval. For every
function but the means of growth rates that end is where a linear form in the figures is least: ``a / b ≥ e``
is ``a − e·b ≥ 0``, compound growth ``√(a / c) − 1 ≥ e`` is ``a − (1 + e)²·c ≥ 0``. A figure with a positive
coefficient is then at its low end and one with a negative coefficient at its high end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zjtx_kg.exact import Fraction
from zjtx_kg.rulebase.model import Rational

__all__ = ["GROWTH_MEANS", "SIGNS", "Form", "linear", "signs"]

#: Means of two growth rates: not linear where the middle or the first year can change.
GROWTH_MEANS: Final = frozenset({"meanGrowth", "scoredGrowth", "scoredNetGrowth"})

_PER_CENT: Final = 100
UP: Final = 1
DOWN: Final = -1
BOTH: Final = 0

#: How each figure moves a function of fixed arity: up, down, or both ways.
SIGNS: Final = {
    "figureOf": (UP,),
    "ratio": (UP, DOWN),
    "growth": (UP, DOWN),
    "compoundGrowth": (UP, DOWN),
    "meanGrowth": (UP, BOTH, DOWN),
    "scoredGrowth": (UP, BOTH, DOWN),
    "scoredNetGrowth": (UP, DOWN, BOTH, BOTH, DOWN, UP),
}


@dataclass(frozen=True, slots=True)
class Form:
    """``Σ coefficient·figure ≥ least`` (``strict``: exceeds it), where the ``positive`` figures sum above 0.

    ``holds`` is set where the bound is decided whatever the figures are.
    """

    coefficients: tuple[Rational, ...]
    least: Rational = 0
    strict: bool = False
    positive: tuple[int, ...] = ()
    holds: bool | None = None


def signs(function: str, arity: int) -> tuple[int, ...]:
    """How each figure moves a function.

    >>> signs("ratioOfSums", 4)
    (1, 1, -1, -1)
    """
    if function in ("sum", "mean"):
        return (UP,) * arity
    if function == "ratioOfSums":
        return (UP,) * (arity // 2) + (DOWN,) * (arity // 2)
    return SIGNS[function]


def linear(
    function: str, arity: int, edge: Rational, *, more: bool, strict: bool, percent: bool
) -> Form | None:
    """The form of ``function ≥ edge`` (``more``) or ``function ≤ edge``; ``None`` where there is none.

    >>> linear("ratio", 2, 3, more=True, strict=False, percent=True)
    Form(coefficients=(1, Fraction(-3, 100)), least=0, strict=False, positive=(1,), holds=None)
    """
    if function in GROWTH_MEANS:
        return None
    bound = Fraction(edge, _PER_CENT) if percent else edge
    sign = 1 if more else -1

    def form(*coefficients: Rational, least: Rational = 0, positive: tuple[int, ...] = ()) -> Form:
        return Form(tuple(sign * c for c in coefficients), sign * least, strict, positive)

    if function == "figureOf":
        return form(1, least=bound)
    if function == "sum":
        return form(*(1,) * arity, least=bound)
    if function == "mean":
        return form(*(1,) * arity, least=bound * arity)
    if function == "ratio":
        return form(1, -bound, positive=(1,))
    if function == "ratioOfSums":
        half = arity // 2
        return form(*(1,) * half, *(-bound,) * half, positive=tuple(range(half, arity)))
    factor = 1 + bound
    if function == "growth":
        return form(1, -factor, positive=(1,))
    if function == "compoundGrowth":
        if factor < 0:
            return Form((0, 0), positive=(1,), holds=more)
        return form(1, -factor * factor, positive=(1,))
    return None
