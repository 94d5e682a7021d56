"""What simple models of scikit-learn are worth on the same rows: linear ones, boosted trees."""

from __future__ import annotations

from dltrain.evaluation.baselines.learned import Baseline, kinds, learned_baselines

__all__ = ["Baseline", "kinds", "learned_baselines"]
