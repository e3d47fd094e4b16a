"""What would let a company in, provably the least: plans, sensitivity, and the path over the tiers."""

from __future__ import annotations
