"""How hard the laws are tried: sampled by default, whole with ``make test-all``."""

from __future__ import annotations

import os
import warnings

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

WHOLE = bool(os.environ.get("ZJTX_TEST_ALL"))

settings.register_profile(
    "law",
    max_examples=6000 if WHOLE else 250,
    deadline=None,
    derandomize=not WHOLE,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("law")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Let the table of characters be made before processes share its file: a half-written one is misread."""
    with warnings.catch_warnings(action="ignore"):
        st.text().validate()
