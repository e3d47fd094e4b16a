"""Files that cannot be profiles: refused with what is wrong, never a traceback, never slow."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zjtx_kg import Profile
from zjtx_kg.errors import ProfileError
from zjtx_kg.facts import reading
from zjtx_kg.facts.reading import Number, read_json, read_yaml

_BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.yaml", b"", "not_a_profile"),
        ("list.yaml", b"- 1\n- 2\n", "not_a_profile"),
        ("bomb.yaml", _BOMB.encode(), "yaml_reference"),
        ("anchor.yaml", b"a: &x 1\n", "yaml_reference"),
        ("tag.yaml", b"a: !!python/object/apply:os.system ['true']\n", "yaml_tag"),
        ("twice.yaml", b"name: a\nfacts:\n  listed: true\n  listed: false\n", "repeated_key"),
        ("two.yaml", b"name: a\n---\nname: b\n", "two_documents"),
        ("tab.yaml", b"years:\n\t2024: 1\n", "yaml_syntax"),
        ("open.yaml", b"name: [a\n", "yaml_syntax"),
        ("deep.yaml", b"[" * 5000, "too_deep"),
        ("complex.yaml", b"? [a, b]\n: 1\n", "yaml_key"),
        ("gbk.yaml", "name: 苏州".encode("gbk"), "not_utf8"),
        ("utf16.yaml", "name: 苏州".encode("utf-16"), "not_utf8"),
        ("control.yaml", b"name: a\x00b\n", "yaml_syntax"),
        ("nan.json", b'{"years": {"2024": {"revenue": NaN}}}', "not_finite"),
        ("infinity.json", b'{"years": {"2024": {"revenue": -Infinity}}}', "not_finite"),
        ("twice.json", b'{"name": "a", "name": "b"}', "repeated_key"),
        ("cut.json", b'{"name": "a"', "json_syntax"),
        ("deep.json", b"[" * 100_000, "too_deep"),
        ("nested.json", b'{"facts": {"fields": ' + b"[" * 600 + b"]" * 600 + b"}}", "too_deep"),
        ("half.json", b'{"name": "\\ud800"}', "not_unicode"),
        ("half-key.json", b'{"na\\udc00me": 1}', "not_unicode"),
        ("twice-spaced.json", b'{"name" : "a", "name": "b", "x": "\\":"}', "repeated_key"),
        ("long.json", b'{"years": {"2024": {"revenue": ' + b"9" * 6000 + b"}}}", "number_too_long"),
    ],
)
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(ProfileError) as caught:
        Profile.from_file(path)
    assert time.monotonic() - started < 5
    assert code in {problem.code for problem in caught.value.problems}
    for lang in ("zh", "en"):
        for problem in caught.value.problems:
            assert problem.expected(lang)
            assert problem.remedy(lang)


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    started = time.monotonic()
    with pytest.raises(ProfileError) as caught:
        Profile.from_file(path)
    assert time.monotonic() - started < 1
    assert caught.value.problems[0].code == "too_large"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        Profile.from_file(tmp_path / "nowhere.yaml")
    assert caught.value.problems[0].code == "unreadable_file"
    with pytest.raises(ProfileError):
        Profile.from_file(os.devnull + "/x")


def test_problems_of_a_yaml_file_carry_their_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "profile: 1\nyears:\n  2024:\n    revenue: 100\n    main_revenue: 200\n", encoding="utf-8"
    )
    with pytest.raises(ProfileError) as caught:
        Profile.from_file(path)
    problem = caught.value.problems[0]
    assert (problem.code, problem.path, problem.line) == ("part_above_whole", "years.2024.main_revenue", 5)


def test_literals_are_kept_to_the_letter() -> None:
    data, lines = read_yaml('a: 0.1000000000000000055\nb: "0111"\nc: 0111\nd: {e: 1e999}\n')
    assert data == {"a": "0.1000000000000000055", "b": "0111", "c": "0111", "d": {"e": "1e999"}}
    assert isinstance(data["a"], Number)
    assert not isinstance(data["b"], Number)
    assert lines == {"a": 1, "b": 2, "c": 3, "d": 4, "d.e": 4}
    assert read_json('{"a": 0.1000000000000000055}') == {"a": "0.1000000000000000055"}


def test_yaml_means_what_yaml_1_2_means() -> None:
    """Norway is a country, a clock time is a text, an octal number is a decimal one."""
    data, _ = read_yaml("a: no\nb: 12:30\nc: ~\nd:\ne: True\nf: true\ng: [1, {h: 2}]\n")
    assert data == {
        "a": "no",
        "b": "12:30",
        "c": None,
        "d": None,
        "e": "True",
        "f": True,
        "g": ["1", {"h": "2"}],
    }


_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(data=_VALUES, spaced=st.booleans(), escaped=st.booleans())
def test_the_quick_way_reads_what_the_careful_way_reads(data: object, spaced: bool, escaped: bool) -> None:
    separators = (" ,\n", "\t:\r\n ") if spaced else (",", ":")
    text = json.dumps(data, separators=separators, ensure_ascii=escaped)
    assert read_json(text) == reading._carefully(text, "")


@given(
    keys=st.lists(st.text(max_size=3), min_size=1, max_size=4),
    spaces=st.lists(st.sampled_from(["", " ", "\n\t"]), min_size=2, max_size=2),
    escaped=st.booleans(),
)
def test_a_repeated_key_is_found_however_it_is_written(
    keys: list[str], spaces: list[str], escaped: bool
) -> None:
    before, after = spaces
    members = [f"{json.dumps(key, ensure_ascii=escaped)}{before}:{after}{{}}" for key in [*keys, keys[0]]]
    with pytest.raises(ProfileError) as caught:
        read_json("{" + ",".join(members) + "}")
    assert caught.value.problems[0].code == "repeated_key"
