"""How hard the laws are tried: sampled by default, whole with ``make test-all``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

WHOLE = bool(os.environ.get("ZJTX_TEST_ALL"))

settings.register_profile(
    "law",
    max_examples=6000 if WHOLE else 250,
    deadline=None,
    derandomize=not WHOLE,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("law")
