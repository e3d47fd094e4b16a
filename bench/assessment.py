"""One assessment, the cold start, and a stream of profiles, beside their budgets."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.companies import companies, lines
from bench.measure import Row, median, row, seconds
from zjtx_kg import Profile, assess, load, statuses
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.reasoning.assessment import environment, program, selections
from zjtx_kg.reasoning.results import encode

DAY = date(2025, 6, 1)
EXAMPLE = Path(__file__).parent.parent / "examples" / "suzhou-precision.yaml"


def rows() -> list[Row]:
    rules = load()
    complete = [Profile.from_dict(data, rules) for data in companies(200)]
    gappy = [Profile.from_dict(data, rules) for data in companies(200, gaps=0.15)]
    programs = [program(rules, selection) for selection in selections(rules, DAY)]
    known = [environment(facts_of(profile, DAY, rules)) for profile in complete]
    tiers = len(programs)

    def whole(profile: Profile) -> object:
        return assess(profile, as_of=DAY, rulebase=rules)

    return [
        row(f"assess, {tiers} tiers, all findings (median)", median(whole, complete), 1e-3),
        row("… the same with 15 % of the facts missing", median(whole, gappy), note="with what is missing"),
        row("… and printed as JSON", median(lambda p: encode(whole(p)), complete)),
        row(
            "statuses only, from facts (median)",
            median(lambda env: [one.status(env) for one in programs], known),
            1e-4,
        ),
        row(
            "statuses only, from a profile (median)",
            median(lambda p: statuses(p, as_of=DAY, rulebase=rules), complete),
            note="derives every indicator first",
        ),
        row("zjtx assess FILE, cold start", _cold(), 1.0),
        row("python -c pass (floor of a cold start)", _spawn("-c", "pass")),
        *_stream(),
    ]


def _spawn(*arguments: str) -> float:
    return seconds(
        lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL), rounds=5
    )


def _cold() -> float:
    return _spawn("-m", "zjtx_kg", "assess", str(EXAMPLE), "--as-of", "2025-06-01")


def _stream() -> list[Row]:
    count = 6000
    profiles = lines(companies(count))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "companies.jsonl"
        path.write_bytes(b"\n".join(profiles) + b"\n")
        for jobs in ("1", "2"):
            command = [sys.executable, "-m", "zjtx_kg", "assess", "--jsonl", str(path)]
            command += ["--as-of", "2025-06-01", "--jobs", jobs]
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            rate = count / (time.perf_counter() - start)
            found.append(
                Row(
                    f"--jsonl stream, {jobs} process(es), all findings",
                    f"{rate:,.0f} profiles/s",
                    "1,000 profiles/s",
                    f"{rate / 1000:.2f}",
                    "higher is better; start-up included",
                )
            )
    return found
