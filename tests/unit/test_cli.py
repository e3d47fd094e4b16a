"""The command line as its users meet it: output, exit status, nothing written where something is wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT, SHARED
from zjtx_kg.cli import main

EXAMPLES = ROOT / "examples"
SUZHOU = str(EXAMPLES / "suzhou-precision.yaml")


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def zjtx(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "argv", ["zjtx", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfdbinary.readouterr()
        return Result(code, out.decode(), err.decode())

    return run


def test_assess_shows_the_ladder_in_80_columns(zjtx: Any) -> None:
    for example in sorted(EXAMPLES.glob("*.yaml")):
        for day in ("2025-06-01", "2026-06-01"):
            for lang in ("zh", "en"):
                result = zjtx("assess", str(example), "--as-of", day, "--lang", lang)
                assert (result.code, result.err) == (0, "")
                from rich.cells import cell_len

                assert max(map(cell_len, result.out.splitlines())) <= 80
    assert "创新型中小企业" in zjtx("assess", SUZHOU, "--as-of", "2025-06-01").out
    assert "innovative SME" in zjtx("assess", SUZHOU, "--as-of", "2025-06-01", "--lang", "en").out


@pytest.mark.parametrize(
    ("example", "day", "statuses"),
    [
        ("suzhou-precision", "2025-06-01", ["eligible", "eligible", "conditional"]),
        ("suzhou-precision", "2026-06-01", ["eligible", "undetermined", "not_eligible"]),
        ("hangzhou-photonics", "2025-06-01", ["eligible", "eligible", "eligible"]),
        ("hangzhou-photonics", "2026-06-01", ["eligible", "eligible", "not_eligible"]),
        ("foshan-coatings", "2025-06-01", ["undetermined", "undetermined", "not_eligible"]),
        ("foshan-coatings", "2026-06-01", ["conditional", "undetermined", "not_eligible"]),
    ],
)
def test_the_three_companies_get_their_answers(
    zjtx: Any, example: str, day: str, statuses: list[str]
) -> None:
    """Checked by hand against the fact files; see the comments of the examples."""
    result = zjtx("assess", str(EXAMPLES / f"{example}.yaml"), "--as-of", day, "--json")
    ladder = [
        t for t in result.json()["tiers"] if t["tier"] in ("innovative-sme", "srdi-sme", "little-giant")
    ]
    assert [tier["status"] for tier in ladder] == statuses


def test_options_choose_tier_policy_and_kind(zjtx: Any) -> None:
    result = zjtx(
        "assess",
        SUZHOU,
        "--tier",
        "little-giant",
        "--policy",
        "miit-2026-2",
        "--kind",
        "review",
        "--as-of",
        "2026-06-01",
        "--json",
    ).json()
    assert result["kind"] == "review"
    assert [(t["tier"], t["policy"]) for t in result["tiers"]] == [("little-giant", "miit-2026-2")]


def test_a_profile_may_come_from_standard_input(zjtx: Any) -> None:
    text = Path(SUZHOU).read_bytes()
    from_file = zjtx("assess", SUZHOU, "--as-of", "2025-06-01", "--json").out
    assert zjtx("assess", "-", "--as-of", "2025-06-01", "--json", stdin=text).out == from_file
    assert zjtx("assess", "-", "--json", stdin=b'{"name": "a"}').code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assess"], "--jsonl"),
        (["assess", "nowhere.yaml"], "nowhere.yaml"),
        (["assess", SUZHOU, "--as-of", "2025-02-30"], "2025-02-30"),
        (["assess", SUZHOU, "--tier", "giant"], "giant"),
        (["assess", SUZHOU, "--policy", "none"], "none"),
        (["assess", SUZHOU, "--tier", "little-giant", "--as-of", "2020-01-01"], "2022-08-01"),
        (["assess", SUZHOU, "--kind", "old"], "old"),
        (["assess", SUZHOU, "--ontology", "/nowhere"], "/nowhere"),
        (["assess", SUZHOU, "--jsonl", "x"], "--jsonl"),
        (["explain", SUZHOU, "giant"], "giant"),
        (["indicators", "nowhere.yaml"], "nowhere.yaml"),
        (["new", "--tier", "giant"], "giant"),
        (["nonsense"], "nonsense"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bad_usage_is_exit_status_2_with_a_message_and_no_output(
    zjtx: Any, arguments: list[str], said: str, lang: str
) -> None:
    extra = [] if arguments == ["nonsense"] else ["--lang", lang]
    result = zjtx(*arguments, *extra)
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_every_problem_of_a_profile_is_listed_with_its_line(zjtx: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "nme: x\nyears:\n  2024: {revenue: NaN, emploees: 3}\nfacts: {digital_level: 9}\n", encoding="utf-8"
    )
    result = zjtx("assess", str(path), "--lang", "en")
    assert result.code == 2
    assert result.out == ""
    for part in ("nme (line 1)", "years.2024.revenue (line 3)", "employees", "facts.digital_level (line 4)"):
        assert part in result.err


def test_explain_prints_the_proof_and_json(zjtx: Any) -> None:
    asked = ["explain", SUZHOU, "little-giant", "--as-of", "2026-06-01"]
    shown = zjtx(*asked).out
    assert "✗ 近2年研发费用合计不低于1,200万元：1,011至1,051万元，不符合 [2号附件2(三)]" in shown
    found = zjtx(*asked, "--json").json()
    assert found["status"] == "not_eligible"
    assert {"condition", "status", "depth", "text", "citation"} <= set(found["lines"][0])
    one = zjtx(
        "explain", SUZHOU, "miit-2026-2/little-giant/rd-investment", "--as-of", "2026-06-01", "--json"
    ).json()
    assert [line["depth"] for line in one["lines"]] == [0, 1, 1, 1]


def test_indicators_list_values_units_years_and_sources(zjtx: Any) -> None:
    found = zjtx("indicators", SUZHOU, "--as-of", "2026-06-01", "--json").json()["indicators"]
    by_id = {entry["id"]: entry for entry in found}
    assert by_id["rd_expense_sum2"] | {"label": "", "text": ""} == {
        "id": "rd_expense_sum2",
        "min": 1011,
        "max": 1051,
        "value": None,
        "unit": "万元",
        "from": ["years.2025.rd_expense", "years.2024.rd_expense"],
        "label": "",
        "year": 2025,
        "text": "",
    }
    assert by_id["company_size"]["value"] == "small"
    assert by_id["company_size"]["from"] == [
        "industry",
        "years.2025.employees",
        "years.2025.revenue",
        "years.2025.total_assets",
    ]
    assert by_id["market_rank_national"]["from"] == []
    assert "研发费用总额" in zjtx("indicators", SUZHOU, "--as-of", "2026-06-01").out


def test_new_writes_a_profile_that_assess_reads(zjtx: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    assert zjtx("new", str(path), "--as-of", "2026-06-01").code == 0
    assert zjtx("assess", str(path), "--as-of", "2026-06-01").code == 0
    before = path.read_bytes()
    again = zjtx("new", str(path))
    assert again.code == 2
    assert "--force" in again.err
    assert path.read_bytes() == before
    assert zjtx("new", str(path), "--tier", "srdi-sme", "--force").code == 0
    assert path.read_bytes() != before
    assert zjtx("new", str(tmp_path / "no" / "where.yaml")).code == 2


# --- streams ------------------------------------------------------------------------------------------

GOOD = b'{"name": "a", "facts": {"market_years": 2.5}}'


def test_a_stream_answers_line_by_line_and_goes_on_after_bad_ones(zjtx: Any) -> None:
    lines = [GOOD, b"garbage", b'{"facts": {"market_years": NaN}}', b"", b'{"oops": 1}', b"\xff", GOOD]
    result = zjtx("assess", "--jsonl", "-", "--as-of", "2025-06-01", stdin=b"\n".join(lines))
    found = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 3
    assert [entry.get("line") for entry in found] == [None, 2, 3, 5, 6, None]
    assert found[0] == found[-1]
    assert found[3]["error"]["problems"][0]["path"] == "oops"


def test_a_stream_is_in_order_whatever_the_number_of_processes(zjtx: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(b"".join(b'{"name": "%d"}\n' % n for n in range(700)))
    alone = zjtx("assess", "--jsonl", str(path), "--as-of", "2025-06-01", "--jobs", "1")
    shared = zjtx("assess", "--jsonl", str(path), "--as-of", "2025-06-01", "--jobs", "2")
    assert alone.out == shared.out
    assert [json.loads(line)["profile"]["name"] for line in shared.out.splitlines()] == [
        str(n) for n in range(700)
    ]
    assert (shared.code, shared.err) == (0, "")


def test_a_stream_equals_single_assessments(zjtx: Any) -> None:
    stream = zjtx("assess", "--jsonl", "-", "--as-of", "2025-06-01", stdin=GOOD)
    single = zjtx("assess", "-", "--as-of", "2025-06-01", "--json", stdin=GOOD)
    assert json.loads(stream.out) == single.json()


def test_an_endless_line_is_reported_and_skipped(zjtx: Any) -> None:
    result = zjtx("assess", "--jsonl", "-", stdin=b'{"name": "' + b"a" * 5_000_000 + b'"}\n' + GOOD + b"\n")
    found = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 3
    assert found[0]["error"]["problems"][0]["code"] == "too_large"
    assert found[1]["profile"]["name"] == "a"


def test_an_empty_stream_is_no_error(zjtx: Any) -> None:
    result = zjtx("assess", "--jsonl", "-", stdin=b"")
    assert (result.code, result.out) == (0, "")


# --- the program itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [[], ["assess"], ["explain"], ["indicators"], ["new"], ["ontology"], ["ontology", "check"]]
)
def test_every_command_has_help(zjtx: Any, command: list[str]) -> None:
    result = zjtx(*command, "--help")
    assert result.code == 0
    assert "Usage" in result.out


@pytest.mark.parametrize("options", ["--json", ""], ids=["json", "text"])
def test_a_reader_that_goes_away_is_no_error(options: str) -> None:
    """Also where nothing of the environment is set, and where the output is longer than a pipe holds."""
    program = f"{sys.executable} -m zjtx_kg assess {SUZHOU} {options} --as-of 2025-06-01"
    for environment in (None, {"PATH": "/usr/bin:/bin"}):
        done = subprocess.run(
            f"{program} | head -c 1; echo ${{PIPESTATUS[0]}}",
            shell=True,
            capture_output=True,
            executable="/bin/bash",
            check=False,
            env=environment,
        )
        assert done.stdout.endswith(b"0\n")
        assert done.stderr == b""


@pytest.mark.skipif(
    not (SHARED / "contract").is_dir(), reason="UNTESTED: the folder of the contract is not here"
)
def test_every_input_of_the_contract_is_an_indicator_of_the_ontology() -> None:
    import yaml

    from zjtx_kg import load

    wanted = yaml.safe_load((SHARED / "contract" / "indicators.yaml").read_text(encoding="utf-8"))
    known = load().indicators
    for section, place in (("year", "year"), ("fact", "fact"), ("derived", "derived")):
        for entry in wanted[section]:
            indicator = known[entry["id"]]
            assert str(indicator.place) == place
            if "type" in entry:
                assert str(indicator.type) == entry["type"]
            if "unit" in entry:
                assert indicator.unit is not None
                assert indicator.unit.symbol == entry["unit"]
            if "knowledge" in entry:
                assert str(indicator.knowledge) == entry["knowledge"]
            if "at_most" in entry:
                assert entry["at_most"] in indicator.at_most
            if "range" in entry:
                assert [indicator.lowest, indicator.highest] == entry["range"]
            if isinstance(entry.get("codes"), list):
                assert set(entry["codes"]) == {c for s in indicator.schemes for c in load().schemes[s].codes}
            assert load().evidence_of(indicator.id)


# --- the group standard and the ledger --------------------------------------------------------------


def test_diagnose_prints_level_dimensions_shortcomings_and_measures(zjtx: Any) -> None:
    from rich.cells import cell_len

    for example in sorted(EXAMPLES.glob("*.yaml")):
        for lang in ("zh", "en"):
            result = zjtx("diagnose", str(example), "--as-of", "2026-06-01", "--lang", lang)
            assert (result.code, result.err) == (0, "")
            assert max(map(cell_len, result.out.splitlines())) <= 80
    out = zjtx("diagnose", SUZHOU, "--as-of", "2026-06-01").out
    for expected in ("L4", "专 专业化", "品 主导产品所属领域", "举措（附录C）", "附录B", "不低于4项：3项"):
        assert expected in out
    found = zjtx("diagnose", SUZHOU, "--as-of", "2026-06-01", "--json").json()
    assert (found["level"]["level"], found["target"], found["standard"]) == (
        "L4",
        "little-giant",
        "gzhtea-003-2024",
    )
    assert zjtx("diagnose", SUZHOU, "--tier", "nothing").code == 2
    assert zjtx("diagnose", SUZHOU, "--reading", "nothing").code == 2


def test_diagnose_says_that_the_standard_defines_no_level(zjtx: Any, tmp_path: Path) -> None:
    profile = tmp_path / "gap.yaml"
    profile.write_text("years: {2024: {revenue: 5000}}\nfacts: {fields: []}\n", encoding="utf-8")
    assert "文件未规定" in zjtx("diagnose", str(profile), "--as-of", "2025-06-01").out
    found = zjtx("diagnose", str(profile), "--as-of", "2025-06-01", "--json").json()["level"]
    assert (found["level"], found["gap"]) == (None, "met")


def test_a_form_is_written_once_and_read_as_a_profile(zjtx: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    assert zjtx("form", "--xlsx", str(path), "--as-of", "2025-06-01").code == 0
    before = path.read_bytes()
    again = zjtx("form", "--xlsx", str(path))
    assert again.code == 2
    assert path.read_bytes() == before
    for command in (["assess"], ["diagnose"], ["indicators"]):
        assert zjtx(*command, str(path), "--as-of", "2025-06-01").code == 0
    assert zjtx("assess", "-", "--as-of", "2025-06-01", stdin=before).code == 0
    assert zjtx("form", "--xlsx", str(tmp_path / "none" / "form.xlsx")).code == 2


def test_a_form_with_faults_names_every_cell_and_exits_with_2(zjtx: Any, tmp_path: Path) -> None:
    from tests.unit.test_form import filled

    path = tmp_path / "form.xlsx"
    values = {"2/revenue": [5100, "约六千", -3], "5/own-brand": "大概"}
    path.write_bytes(filled(values, lambda book: book.worksheets[0].merge_cells("C8:E8")))
    for lang in ("zh", "en"):
        result = zjtx("assess", str(path), "--lang", lang)
        assert (result.code, result.out) == (2, "")
        for cell in ("C8:E8", "D20", "E20", "C70"):
            assert f"数据采集表!{cell}" in result.err
    assert zjtx("assess", str(tmp_path / "absent.xlsx")).code == 2


def test_the_ledger_is_written_and_checked(zjtx: Any, tmp_path: Path) -> None:
    assert zjtx("ontology", "ledger", "--out", str(tmp_path)).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"coverage.md", "ambiguities.md"}
    assert zjtx("ontology", "ledger", "--check", str(tmp_path)).code == 0
    (tmp_path / "coverage.md").write_text("old", encoding="utf-8")
    stale = zjtx("ontology", "ledger", "--check", str(tmp_path))
    assert stale.code == 1
    assert "coverage.md" in stale.err
    rows = zjtx("ontology", "ledger", "--json").json()
    assert all(row["carried_by"] or row["parts"] or row["unmapped"] for row in rows)
