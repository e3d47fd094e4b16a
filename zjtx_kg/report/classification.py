"""What a reasoner finds in the rules, as a Markdown page in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from zjtx_kg.agreement.counterexample import Counterexample
from zjtx_kg.owl.classification import Classified, Compared
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Kind, Rulebase, Selection, walk
from zjtx_kg.texts import LANGUAGES, say

__all__ = ["classification_page"]

Pair = tuple[str, str]


def classification_page(
    rulebase: Rulebase,
    classified: Sequence[Classified],
    compared: Sequence[tuple[Compared, Counterexample | None]],
) -> str:
    """The page, without anything that changes from run to run."""
    return "\n".join(_Page(rulebase).lines(classified, compared)) + "\n"


class _Page:
    def __init__(self, rulebase: Rulebase) -> None:
        self.rulebase = rulebase
        words = wording(rulebase)
        self.labels = {
            node.id: {lang: words.label(node)(lang) for lang in LANGUAGES}
            for criteria in rulebase.criteria.values()
            for node in walk(criteria)
            if node.id
        }

    def lines(
        self,
        classified: Sequence[Classified],
        compared: Sequence[tuple[Compared, Counterexample | None]],
    ) -> Iterator[str]:
        yield f"# {both('classify.title')}"
        yield ""
        yield both("classify.intro", "\n\n")
        yield ""
        yield f"## {both('classify.trivial')}"
        yield ""
        yield both("classify.trivial_intro", "\n\n", asked=sum(one.asked for one in classified))
        yield ""
        yield from self.trivial(classified)
        yield f"## {both('classify.implied')}"
        yield ""
        yield both("classify.implied_intro", "\n\n")
        yield ""
        yield from self.implied(classified)
        yield f"## {both('classify.compared')}"
        yield ""
        yield both("classify.compared_intro", "\n\n")
        yield ""
        for one, example in compared:
            yield from self.compared(one, example)

    def trivial(self, classified: Sequence[Classified]) -> Iterator[str]:
        found = {
            (key, id)
            for one in classified
            for key, ids in (("never", one.never), ("always", one.always))
            for id in ids
        }
        if not found:
            yield f"- {both('classify.none')}"
        for key, id in sorted(found):
            yield f"- {both(f'classify.{key}')}: {self.named(id)}"
        yield ""

    def implied(self, classified: Sequence[Classified]) -> Iterator[str]:
        pairs = dict.fromkeys(pair for one in classified for pair in one.implied)
        if not pairs:
            yield f"- {both('classify.none')}"
        for stronger, weaker in pairs:
            yield f"- {self.named(stronger)} ⟹ {self.named(weaker)}"
        yield ""

    def compared(self, one: Compared, example: Counterexample | None) -> Iterator[str]:
        yield f"### {self.criteria(one.first)} ⟹ {self.criteria(one.second)}"
        yield ""
        total = len(one.follows) + len(one.open) + len(one.scores)
        if one.implies:
            yield both("classify.implies", count=total)
        else:
            yield both("classify.open", follows=len(one.follows), count=total)
        yield ""
        yield from self.listed(one.open)
        if one.scores:
            yield f"- {both('classify.scores')}: {', '.join(self.named(id) for id in one.scores)}"
        if one.open or one.scores:
            yield ""
        if not one.implies:
            yield self.example(example)
            yield ""

    def example(self, found: Counterexample | None) -> str:
        if found is None:
            return both("classify.no_example")
        texts = []
        for lang in LANGUAGES:
            label = self.rulebase.indicators[found.changed].label(lang)
            fails = (
                "、".join(self.labels[id][lang] for id in found.fails)
                if lang == "zh"
                else "; ".join(self.labels[id][lang] for id in found.fails)
            )
            texts.append(say("classify.example", lang, label=label, value=found.value, fails=fails))
        return " / ".join(texts)

    def listed(self, ids: Iterable[str]) -> Iterator[str]:
        for id in ids:
            yield f"- {self.named(id)}"

    def named(self, id: str) -> str:
        label: Mapping[str, str] | None = self.labels.get(id)
        return f"{label['zh']} / {label['en']} (`{id}`)" if label else f"`{id}`"

    def criteria(self, selection: Selection) -> str:
        policy = self.rulebase.policies[selection.policy]
        tier = self.rulebase.tiers[selection.tier]
        kind = "" if selection.kind is Kind.NEW else f" · {self.rulebase.names[selection.kind]('zh')}"
        return f"{tier.label('zh')}（{(policy.short or policy.title)('zh')}{kind}）"


def both(key: str, between: str = " / ", **facts: object) -> str:
    return between.join(say(key, lang, **facts) for lang in LANGUAGES)
