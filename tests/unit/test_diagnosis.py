"""The diagnosis of the group standard: levels, six dimensions, shortcomings, measures, and its comparison."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest

from tests.support import DAY, HERE, basis, changed, company, ladder_basis, read_yaml
from zjtx_kg import Profile, load
from zjtx_kg.errors import InputError
from zjtx_kg.reasoning.diagnosis import Diagnosis, Item, diagnose
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase import rule_files
from zjtx_kg.rulebase.corpus import Agreement

LEVELS = read_yaml(HERE / "cases" / "levels.yaml")


@pytest.mark.parametrize(("reading", "case"), [(r, case) for r, cases in LEVELS.items() for case in cases])
def test_levels(reading: str, case: Any) -> None:
    profile = Profile.from_dict(
        {"years": {2024: {"revenue": case["revenue"]}}, "facts": {"fields": case["fields"]}}
    )
    readings = [] if reading == "encoded" else [reading]
    level = diagnose(profile, as_of=DAY, readings=readings).level
    assert (list(level.possible), level.gap) == (case["levels"], case["gap"])
    assert level.level == (case["levels"][0] if len(case["levels"]) == 1 and case["gap"] == "unmet" else None)


def item(found: Diagnosis, id: str) -> Item:
    return next(i for d in found.dimensions for i in d.items if i.id == f"gzhtea-003-2024/{id}")


def test_the_six_dimensions_in_their_order_and_what_stands_beside_them() -> None:
    found = diagnose(company(), as_of=DAY)
    assert [dimension.short for dimension in found.dimensions] == ["专", "精", "特", "新", "链", "品", "其他"]
    assert [len(dimension.items) for dimension in found.dimensions] == [4, 5, 2, 8, 4, 1, 5]


def test_the_target_is_the_lowest_tier_whose_title_is_not_held() -> None:
    titles = [{"title": "srdi-sme", "granted": "2024-01-01", "expires": "2026-12-31"}]
    assert diagnose(company({"titles": []}), as_of=DAY).target == "srdi-sme"
    assert diagnose(company({"titles": None}), as_of=DAY).target == "srdi-sme"
    assert diagnose(company({"titles": titles}), as_of=DAY).target == "little-giant"
    assert diagnose(company(), as_of=DAY, tier="single-champion").target == "single-champion"


def test_a_condition_of_the_target_that_fails_is_lacking_and_proposes_measures() -> None:
    debt = {"years.2024.total_liabilities": 8000, "years.2024.total_assets": 10000}
    found = diagnose(company(debt), as_of=DAY, tier="little-giant")
    shortcoming = item(found, "refinement/debt").lacking[0]
    assert (shortcoming.kind, shortcoming.condition) == (
        "condition",
        "miit-2022-63/little-giant/refinement/debt-ratio",
    )
    assert "80%" in shortcoming.text
    assert item(found, "refinement/debt").status == "lacking"


def test_measures_improve_what_is_lacking_and_nothing_else() -> None:
    rules = load()
    little = {"years.2024.rd_expense": 100, "years.2023.rd_expense": 100}
    found = diagnose(company(little), as_of=DAY, tier="little-giant")
    wanted = {m.id for m in rules.measures.values() if {"rd_expense", "rd_ratio"} & set(m.improves)}
    assert wanted
    assert wanted <= {measure.id for measure in found.measures}
    full = diagnose(company(), as_of=DAY, tier="little-giant")
    conditions = [s for d in full.dimensions for i in d.items for s in i.lacking if s.kind == "condition"]
    assert conditions == []


def test_lost_points_and_ways_not_taken_are_told_apart_from_failures() -> None:
    some = Profile.from_dict({"facts": {"rd_institution_level": "city"}})
    found = diagnose(some, as_of=DAY, tier="srdi-sme")
    lost = item(found, "innovation/institution").lacking
    assert [one.kind for one in lost] == ["points"]
    awards = diagnose(company({"awards": []}), as_of=DAY, tier="little-giant")
    kinds = [one.kind for one in item(awards, "innovation/national-award").lacking]
    assert kinds == ["standard"]  # the general way is met, so the direct one is not lacking


def test_what_is_not_known_is_asked_for_only_where_it_matters() -> None:
    found = diagnose(company({"facts.own_brand": None}), as_of=DAY, tier="little-giant")
    brand = item(found, "distinctiveness/own-brand")
    assert (brand.status, brand.find_out) == ("unknown", ("直接面向市场并具有竞争优势的自主品牌",))
    assert item(found, "specialization/equipment").status == "inspect"


def test_nothing_known_lacks_nothing() -> None:
    found = diagnose(Profile(), as_of=DAY)
    assert [s for d in found.dimensions for i in d.items for s in i.lacking] == []
    assert found.measures == ()
    assert found.level.level is None


def test_every_failing_condition_is_in_a_dimension_or_beside_them() -> None:
    nothing = {"assume": "closed", "years": {2024: {"revenue": 900}}}
    found = diagnose(Profile.from_dict(nothing), as_of=DAY, tier="little-giant")
    shown = {s.condition for d in found.dimensions for i in d.items for s in i.lacking}
    beside = {s.condition for s in found.beside}
    assert not shown & beside
    assert "miit-2022-63/little-giant/chain" in shown
    assert "miit-2022-63/little-giant/entry/registered" in beside


def test_both_languages_say_as_much() -> None:
    for data in (basis(), changed(ladder_basis(), {"facts.fields": None, "titles": None})):
        zh, en = (diagnose(Profile.from_dict(data), as_of=DAY, lang=lang) for lang in ("zh", "en"))
        assert [len(d.items) for d in zh.dimensions] == [len(d.items) for d in en.dimensions]
        assert [i.status for d in zh.dimensions for i in d.items] == [
            i.status for d in en.dimensions for i in d.items
        ]


def test_an_unknown_reading_is_refused() -> None:
    with pytest.raises(InputError):
        diagnose(company(), as_of=DAY, readings=["other"])


# --- the comparison table ---------------------------------------------------------------------------


def test_the_comparison_has_the_rows_of_the_table_in_order() -> None:
    rows = list(load().comparisons.values())
    assert [row.order for row in rows] == list(range(1, 21))
    assert [row.label.zh for row in rows][:4] == ["定位", "企业特点", "政策依据", "梯度培育分类"]
    assert all(row.entries for row in rows)


def test_what_differs_from_the_official_text_names_the_official_condition() -> None:
    for row in load().comparisons.values():
        for entry in row.entries:
            silent = entry.agreement in (Agreement.DESCRIPTIVE, Agreement.NOT_ASKED)
            assert silent or entry.official, entry.id


def test_every_disagreement_of_the_table_is_recorded_with_its_entries() -> None:
    rules = load()
    recorded = {
        iri.removeprefix("comparison/")
        for one in rules.disagreements.values()
        if one.code.startswith("B")
        for iri in one.encoded_as
        if iri.startswith("comparison/")
    }
    entries = {entry.id: entry for row in rules.comparisons.values() for entry in row.entries}
    assert {entries[id].agreement for id in recorded} <= {
        Agreement.DIFFERS,
        Agreement.NOT_OFFICIAL,
        Agreement.PARTLY,
    }
    assert len([one for one in rules.disagreements.values() if one.code.startswith("B")]) == 16
    differing = {id for id, entry in entries.items() if entry.agreement is Agreement.DIFFERS}
    assert not differing - recorded


def test_the_comparison_answers_sparql() -> None:
    store = ox.Store()
    root = ontology_directory()
    for path in rule_files(root):
        if "gzhtea" in str(path):
            store.load(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    found = store.query(
        """PREFIX z: <https://w3id.org/zjtx/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?row ?official WHERE {
          ?entry z:appliesToTier <https://w3id.org/zjtx/tier/little-giant> ; z:agreement z:differs ;
                 z:official ?official ; z:row/rdfs:label ?row . FILTER(langMatches(lang(?row), "zh")) }"""
    )
    assert {"成立时间", "研发平台", "研发投入占比"} <= {str(row["row"].value) for row in found}  # type: ignore[union-attr, index]
