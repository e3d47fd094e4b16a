"""``zjtx query``, ``zjtx store`` and ``zjtx assess --rdf`` as their users meet them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

SUZHOU = str(ROOT / "examples" / "suzhou-precision.yaml")
DAY = ("--as-of", "2025-06-01")
UNMET = """SELECT ?c { GRAPH ?g { ?f z:status z:unmet ; z:condition ?c ; z:tierAssessment ?t .
    ?t z:tier tier:little-giant } } ORDER BY ?c"""


def zjtx(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zjtx_kg", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, cwd=ROOT)


def test_a_profile_and_a_store_with_it_answer_the_same(tmp_path: Path) -> None:
    store = str(tmp_path / "s")
    added = zjtx("store", "add", SUZHOU, "--store", store, *DAY, "--json")
    assert (added.returncode, json.loads(added.stdout)["new"]) == (0, 1)
    there = zjtx("query", "-", "--store", store, "--format", "csv", stdin=UNMET)
    here = zjtx("query", "-", "--profile", SUZHOU, *DAY, "--format", "csv", stdin=UNMET)
    assert there.returncode == here.returncode == 0
    assert here.stdout == there.stdout
    assert here.stdout.count("\n") > 3
    (entry,) = json.loads(zjtx("store", "list", "--store", store, "--json").stdout)
    absent = zjtx("store", "remove", "none", entry["graph"], "--store", store)
    assert absent.returncode == 2
    assert zjtx("store", "remove", entry["graph"], "--store", store).returncode == 0
    assert json.loads(zjtx("store", "list", "--store", store, "--json").stdout) == []


def test_what_is_refused_ends_with_2_and_names_the_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT * {\n  ?s a z:Tier FILTR(?s) }", encoding="utf-8")
    done = zjtx("query", str(file), "--lang", "en")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "line 2, column 15" in done.stderr
    assert zjtx("query", "-", stdin="DROP ALL").returncode == 2


def test_rdf_formats() -> None:
    assert json.loads(zjtx("assess", SUZHOU, *DAY, "--rdf", "jsonld").stdout)
    assert "a z:Assessment" in zjtx("assess", SUZHOU, *DAY, "--rdf", "turtle").stdout
