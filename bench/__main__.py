"""Measure everything and print one table; ``--json`` for programs, names to choose."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from bench import advancement, assessment, graph, owl, peers, questions, service
from bench.measure import Row

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "advancement": advancement.rows,
    "assessment": assessment.rows,
    "graph": graph.rows,
    "owl": owl.rows,
    "peers": peers.rows,
    "service": service.rows,
    "questions": questions.rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which to run (default: all)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = [row for name in arguments.names or BENCHES for row in BENCHES[name]()]
    if arguments.json:
        print(json.dumps([row.to_dict() for row in rows], ensure_ascii=False, indent=2))
        return
    table = Table(title="Benchmarks", title_justify="left")
    for column in ("work", "measured", "budget", "ratio", "note"):
        table.add_column(column, justify="right" if column in ("measured", "budget", "ratio") else "left")
    for row in rows:
        table.add_row(row.work, row.measured, row.budget, row.ratio, row.note)
    Console().print(table)


if __name__ == "__main__":
    main()
