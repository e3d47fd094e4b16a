"""The text view of an explanation: a tree of sentences with their clauses."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.reasoning.explain import Explanation, Line
from zjtx_kg.report.paragraph import Paragraph
from zjtx_kg.texts import say

__all__ = ["proof_view"]

_MARKS = {"met": ("✓", "green"), "unmet": ("✗", "red"), "unknown": ("?", "yellow")}


def proof_view(proof: Explanation, lang: str) -> RenderableType:
    """Heading, conclusion, the tree, then what to find out."""
    name = proof.profile["name"] or say("ui.no_name", lang)
    parts: list[RenderableType] = [
        Text.assemble((name, "bold"), "  ", say("ui.as_of", lang, day=proof.as_of)),
        Text(proof.heading, style="bold"),
        Text(proof.conclusion),
    ]
    if proof.prior:
        parts.append(Text(proof.prior))
    parts.append(Text())
    parts += [_line(line, lang) for line in proof.lines]
    for title, items in (("ui.missing", proof.find_out), ("ui.open", proof.open)):
        if items:
            parts += [Text(), Text(say(title, lang), style="bold")]
            parts += [Paragraph(Text(item), mark=Text("· "), indent=2) for item in items]
    if any(line.citation for line in proof.lines):
        parts += [Text(), Text(say("ui.strong", lang), style="dim")]
    return Group(*parts)


def _line(line: Line, lang: str) -> RenderableType:
    mark, style = _MARKS[line.status]
    text = Text(line.text)
    about = [part for part in (line.citation, line.attestation if line.weak else None) if part]
    if about:
        text.append(f" [{' · '.join(about)}]", style="dim")
    if line.evidence and line.status == "unknown":
        text.append(f"\n{say('ui.evidence', lang)}: {'、'.join(line.evidence)}", style="dim")
    if line.note:
        text.append(f"\n{line.note}", style="dim italic")
    return Paragraph(text, mark=Text(f"{mark} ", style=style), indent=2 * line.depth)
