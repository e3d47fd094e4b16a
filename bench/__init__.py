"""Benchmarks: ``python -m bench`` or ``make bench``. Ratios in one run, beside budgets, floors and peers."""
