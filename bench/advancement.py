"""The least change, proved, beside DiCE's sampling on the same ten conditions.

DiCE (random method) is given the ten conditions of :mod:`bench.peers` as its model and every feature to vary.
It proves nothing and knows no couplings; what is compared is time, and how many features its answer changes.
It is measured where ``dice-ml`` is installed; it pulls in many other learners, so no extra asks for it.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import date
from typing import Any

from bench.companies import companies
from bench.measure import Row, row
from zjtx_kg import Profile, advance, load

DAY = date(2025, 6, 1)
_COUNT = 40
_BUDGET = 10e-3
#: The ten conditions as numbers: name, bound, whether more helps, range to sample.
_TEN: list[tuple[str, float, bool, tuple[float, float]]] = [
    ("registered_in_china", 0.5, True, (0, 1)),
    ("on_abnormal_list", 0.5, False, (0, 1)),
    ("market_years", 3, True, (0, 30)),
    ("main_revenue_share", 70, True, (0, 100)),
    ("main_revenue_growth_avg2", 5, True, (-50, 100)),
    ("debt_ratio", 70, False, (0, 150)),
    ("market_share_national", 10, True, (0, 100)),
    ("own_brand", 0.5, True, (0, 1)),
    ("rd_ratio", 3, True, (0, 30)),
    ("ip_class1_applied", 2, True, (0, 20)),
]


def rows() -> list[Row]:
    rules = load()
    found = []
    for tier in ("little-giant", "srdi-sme"):
        times, proved = [], 0
        for data in companies(_COUNT):
            profile = Profile.from_dict(data, rules)
            start = time.perf_counter()
            answer = advance(profile, tier, as_of=DAY, alternatives=1, rulebase=rules)
            times.append(time.perf_counter() - start)
            proved += answer.optimal
        note = f"{proved} of {_COUNT} proved; 95 %: {1e3 * sorted(times)[int(_COUNT * 0.95)]:.0f} ms"
        found.append(row(f"advance to {tier}, fewest (median)", statistics.median(times), _BUDGET, note=note))
    return [*found, _dice()]


def _dice() -> Row:
    try:
        import dice_ml
        import numpy as np
        import pandas as pd
    except ImportError:
        return Row("DiCE, ten conditions, one answer", "–", note="dice-ml is not installed")
    draw = random.Random(1)
    names = [name for name, *_ in _TEN]
    frame = pd.DataFrame({name: [draw.uniform(*span) for _ in range(500)] for name, _, _, span in _TEN})

    class Rule:
        def predict_proba(self, data: Any) -> Any:
            values = np.asarray(data[names] if hasattr(data, "columns") else data, dtype=float)
            holds = [
                values[:, n] >= b if more else values[:, n] <= b for n, (_, b, more, _) in enumerate(_TEN)
            ]
            share = np.mean(holds, axis=0)
            inside = np.where(share == 1, 1.0, share / 2.01)
            return np.column_stack([1 - inside, inside])

        def predict(self, data: Any) -> Any:
            return self.predict_proba(data)[:, 1].round().astype(int)

    frame["in"] = Rule().predict(frame)
    frame.loc[0, "in"] = 1
    explainer = dice_ml.Dice(
        dice_ml.Data(dataframe=frame, continuous_features=names, outcome_name="in"),
        dice_ml.Model(model=Rule(), backend="sklearn"),
        method="random",
    )
    start = {name: bound - 1 if more else bound + 1 for name, bound, more, _ in _TEN[2:6]}
    one = {
        name: float(start.get(name, round(bound + (0.1 if more else -0.1)))) for name, bound, more, _ in _TEN
    }
    times, changed = [], []
    for seed in range(5):
        began = time.perf_counter()
        try:
            answer = (
                explainer.generate_counterfactuals(
                    pd.DataFrame([one]), total_CFs=1, desired_class=1, random_seed=seed, verbose=False
                )
                .cf_examples_list[0]
                .final_cfs_df
            )
        except Exception as error:  # noqa: BLE001 - its ways to say that it found nothing are many
            return Row("DiCE, ten conditions, one answer", "–", note=f"found nothing: {type(error).__name__}")
        times.append(time.perf_counter() - began)
        if answer is not None and len(answer):
            changed.append(sum(abs(float(answer.iloc[0][name]) - one[name]) > 1e-6 for name in names))
    note = f"least is 4 features; it changed {statistics.median(changed) if changed else 'none found'}"
    return row("DiCE random, ten conditions (median)", statistics.median(times), note=note)
