"""What documents hold beside conditions of entry, as frozen values: comparisons, levels of their own,
capability tables, forms; and the ledger of what was read how.

Like the rule model, these values know nothing of RDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zjtx_kg.rulebase.model import Citation, Condition
from zjtx_kg.texts import Text

__all__ = [
    "Agreement",
    "Ambiguity",
    "Choice",
    "ComparisonEntry",
    "ComparisonRow",
    "DiagnosisItem",
    "Dimension",
    "Disagreement",
    "FieldKind",
    "Form",
    "FormField",
    "FormSection",
    "Grading",
    "GradingLevel",
    "Material",
]


# --- the ledger -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """A text that is drawn on but lays down no rule: a guide, slides, a brochure."""

    id: str
    label: Text
    source: Text
    attestation: str
    note: Text | None


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A place where a text can be read in more than one way; ``code`` is its number in the ledger."""

    id: str
    code: str
    label: Text
    text: Text
    because: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where texts contradict each other or themselves, and what is taken to hold.

    ``between`` names the clauses that disagree where they are in the rule base, ``place`` says in words where
    they stand; ``encoded_as`` names what carries the reading in use (IRIs without the base).
    """

    id: str
    code: str
    label: Text
    place: Text | None
    settled: Text
    because: Text | None
    consequence: Text | None
    between: tuple[str, ...]
    encoded_as: tuple[str, ...]
    attestation: str


# --- comparisons ------------------------------------------------------------------------------------


class Agreement(StrEnum):
    """Whether what a document says of another agrees with the official text."""

    AGREES = "agrees"
    PARTLY = "partly"
    DIFFERS = "differs"
    NOT_OFFICIAL = "notOfficial"
    NOT_ASKED = "notAsked"
    DESCRIPTIVE = "descriptive"


@dataclass(frozen=True, slots=True)
class ComparisonEntry:
    """What a comparison table says of some tiers in one aspect, and the official conditions beside it."""

    id: str
    text: Text
    tiers: tuple[str, ...]
    agreement: Agreement
    official: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    id: str
    policy: str
    label: Text
    order: int
    dimension: str | None
    entries: tuple[ComparisonEntry, ...]
    citation: Citation


# --- levels and capability tables -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the six dimensions of SRDI capability, or what stands beside them."""

    id: str
    label: Text
    short: Text
    definition: Text
    order: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class GradingLevel:
    """A level: every condition of ``requires`` holds and none of ``excludes``."""

    id: str
    code: str
    label: Text
    requires: tuple[Condition, ...]
    excludes: tuple[Condition, ...]
    note: Text | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Grading:
    """A document's own levels, the lowest first. ``gap`` says what it means that none applies.

    ``cultivates`` names the tiers that the document leads to, the lowest first.
    """

    id: str
    policy: str
    label: Text
    addressed_to: str
    cultivates: tuple[str, ...]
    gap: Text
    levels: tuple[GradingLevel, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class DiagnosisItem:
    """One thing that a capability table looks at. ``wants`` is what the item itself asks for, if anything."""

    id: str
    policy: str
    label: Text
    dimension: str
    order: int
    looks_at: tuple[str, ...]
    wants: Condition | None
    citation: Citation


# --- forms ------------------------------------------------------------------------------------------


class FieldKind(StrEnum):
    TEXT = "text"
    FIGURES = "figures"
    COUNTS = "counts"
    QUANTITY = "quantity"
    YES_NO = "yesNo"
    ONE_OF = "oneOf"
    MANY_OF = "manyOf"
    DATED = "dated"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be chosen. ``value`` is what a profile carries, where the field fills one."""

    label: Text
    value: str | bool | None


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: ``fills`` names the indicator, ``key`` the master data of a profile that it goes to.

    A field that fills neither is kept on the form only.
    """

    id: str
    label: Text
    kind: FieldKind
    fills: str | None
    previous: str | None
    key: str | None
    choices: tuple[Choice, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class FormSection:
    id: str
    label: Text
    fields: tuple[FormField, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    label: Text
    sections: tuple[FormSection, ...]
    citation: Citation
