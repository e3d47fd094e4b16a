"""What other programs import."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import zipfile
from pathlib import Path

import zjtx_kg
from tests.support import ROOT


def test_the_public_names_are_these() -> None:
    assert set(zjtx_kg.__all__) >= {
        "Profile",
        "assess",
        "load",
        "statuses",
        "Kind",
        "Rulebase",
        "Assessment",
        "Finding",
    }
    for name in zjtx_kg.__all__:
        assert getattr(zjtx_kg, name).__doc__, name


def test_every_module_says_what_it_is_for_and_every_name_it_offers_exists() -> None:
    for info in pkgutil.walk_packages(zjtx_kg.__path__, "zjtx_kg."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        assert module.__doc__, info.name
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{info.name}.{name}"


def test_importing_costs_no_network_and_no_heavy_library() -> None:
    """A cold start takes a second: SHACL, RDF frameworks and YAML are loaded where they are needed."""
    heavy = {"rdflib", "pyshacl", "yaml", "stdnum"}
    code = f"import sys, zjtx_kg.cli.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_carries_its_data_and_works_anywhere(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
        names = archive.namelist()
    assert "zjtx_kg/ontology/zjtx.ttl" in names
    assert not [name for name in names if name.startswith(("tests", "bench", "shared"))]
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import zjtx_kg, datetime; "
        "assert zjtx_kg.__file__.startswith(sys.argv[1]); "
        "print(zjtx_kg.assess(zjtx_kg.Profile(), as_of=datetime.date(2025, 6, 1)).tiers[0].status)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(place)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("undetermined", "")


def test_the_readme_counts_what_there_is() -> None:
    """Figures of the README are those of the rule files."""
    from zjtx_kg.graph import library
    from zjtx_kg.rulebase import load, walk
    from zjtx_kg.rulebase.ledger import ledger

    rules, book = load(), ledger()
    mapped = sum(entry.clause.unmapped is None for entry in book.entries)
    conditions = sum(1 for criteria in rules.criteria.values() for _ in walk(criteria))
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8").replace("\n", "")
    for figure in (
        f"| tiers | {len(rules.tiers)}:",
        f"{len(rules.criteria)} sets, {conditions} conditions",
        f"| indicators | {len(rules.indicators)},",
        f"{len(rules.subsidies)} rewards",
        f"{len(book.entries)} clauses, {mapped} mapped, {len(book.entries) - mapped} declared",
        f"{len(rules.ambiguities)} ambiguities, {len(rules.disagreements)} disagreements",
        f"| code lists | {len(rules.schemes)}:",
        f"One of {len(library())} questions",
    ):
        assert figure in english, figure
    for figure in (
        f"{len(rules.tiers)} 个梯度，{len(rules.criteria)} 套认定标准、{conditions} 个条件",
        f"{len(rules.indicators)} 个指标，{len(rules.subsidies)} 项奖补",
        f"{len(book.entries)} 个条款中 {mapped} 个已映射",
        f"{len(rules.ambiguities)} 处歧义、{len(rules.disagreements)} 处文本分歧",
        f"{len(library())} 个现成问题",
    ):
        assert figure in chinese, figure
