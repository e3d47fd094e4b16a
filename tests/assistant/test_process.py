"""``zjtx mcp`` as a process: how it ends, what it makes of lines that are no messages, its limits."""

from __future__ import annotations

import signal
import time

import pytest

from tests.assistant.support import DAY, raw

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUICK = {"sparql": "ASK { tier:hnte a z:Tier }"}


def test_the_end_of_input_ends_it_cleanly() -> None:
    with raw() as server:
        server.call(1, "query", QUICK)
        assert server.receive()["result"]["structuredContent"] == {"boolean": True}
        assert server.close() == (b"", b"")
        assert server.process.returncode == 0
        assert server.left_alone()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_nobody_behind(number: signal.Signals) -> None:
    """Also in the midst of a query, whose worker has a deadline of its own."""
    with raw("--time-limit", "3") as server:
        server.call(1, "query", QUICK)
        server.receive()
        server.call(2, "query", {"sparql": ENDLESS})
        time.sleep(0.5)
        assert server.others()
        server.process.send_signal(number)
        server.process.wait(5)
        assert server.left_alone()
        assert b"Traceback" not in server.process.stderr.read()  # type: ignore[union-attr]


def test_a_slow_query_is_stopped_while_others_answer() -> None:
    with raw("--time-limit", "3", "--lang", "en") as server:
        server.call(1, "query", {"sparql": ENDLESS})
        server.call(2, "query", QUICK)
        server.call(3, "assess", {"profile": {}, "as_of": DAY, "tiers": ["hnte"]})
        answers = {answer["id"]: answer["result"] for answer in (server.receive() for _ in range(3))}
        assert list(answers)[-1] == 1
        assert answers[1]["isError"]
        assert "stopped" in answers[1]["content"][0]["text"]
        assert not answers[2]["isError"]
        assert not answers[3]["isError"]


def test_the_end_of_input_waits_for_no_slow_query() -> None:
    with raw("--time-limit", "30") as server:
        server.call(1, "query", {"sparql": ENDLESS})
        time.sleep(1)
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 10
        assert server.process.returncode == 0


def test_lines_that_are_no_messages_are_answered_and_the_next_is_read() -> None:
    call = b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"assess","arguments":%s}}'
    deep = b'{"profile":' + b'{"a":' * 60 + b"1" + b"}" * 61
    lines = [
        (b"{", None),
        (b"\xff\xfe", None),
        (b"[" * 100_000, None),
        (b'{"jsonrpc":"2.0","id":7}', 7),
        (call % (8, deep), 8),
        (call % (9, b'{"profile":{"name":"a","name":"b"}}'), 9),
        (call % (10, b'{"profile":{"name":"\\ud800"}}'), 10),
        (b'"' + b"x" * (5 * 1024 * 1024) + b'"', None),
    ]
    with raw("--lang", "en") as server:
        for line, id in lines:
            server.send(line)
            answer = server.receive()
            assert (answer["id"], answer["error"]["code"]) == (id, -32700), line[:80]
            assert "Traceback" not in str(answer)
        server.send(b"")
        server.call(11, "query", QUICK)
        assert server.receive()["id"] == 11
        out, err = server.close()
        assert (out, err) == (b"", b"")


def test_a_reader_that_goes_away_ends_it() -> None:
    with raw() as server:
        server.process.stdout.close()  # type: ignore[union-attr]
        server.call(1, "query", QUICK)
        server.process.stdout = None
        _, err = server.close()
        assert b"Traceback" not in err
        assert server.process.returncode == 0
        assert server.left_alone()
