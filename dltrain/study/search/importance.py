"""Which keys of a space matter: how much of the objective's variance each explains alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dltrain.config.sections.search import Entry, Fixed, place_of
from dltrain.study.search.trial import Result

LEAST_TRIALS = 10
TREES = 200
SAMPLES = 512
PLACES = 32


def importance(space: Mapping[str, Entry], results: Sequence[Result]) -> dict[str, float]:
    """Estimate the share of variance that each key explains by itself.

    A random forest learns the ranks of the objective from the values of the trials; ranks, so that
    a few trials that went astray do not outweigh the others. What counts is how the forest's mean
    over all other keys varies with one key, against how the forest varies at all: the first-order
    terms of functional ANOVA. What is missing to 1 is due to keys together, or is noise.

    Args:
        space: The entries.
        results: Trials that have come to their end.

    Returns:
        Shares from 0 to 1 by key; nothing where there are fewer than 10 trials or two keys.

    Source:
        Hutter, Hoos, Leyton-Brown (2014): An efficient approach for assessing hyperparameter
        importance. Here the integrals are means over 512 random points.
    """
    from scipy.stats import rankdata
    from sklearn.ensemble import RandomForestRegressor

    keys = [key for key, entry in space.items() if not isinstance(entry, Fixed)]
    if len(results) < LEAST_TRIALS or len(keys) < 2:
        return {}
    x = np.array([[_place(space[key], one.trial.values, key) for key in keys] for one in results])
    objectives = np.array([one.objective for one in results], float)
    ranks = rankdata(objectives)
    forest = RandomForestRegressor(TREES, min_samples_leaf=2, random_state=0).fit(x, ranks)
    points = np.random.default_rng(0).uniform(size=(SAMPLES, len(keys)))
    total = float(forest.predict(points).var())
    if total == 0.0:
        return dict.fromkeys(keys, 0.0)
    return {key: _main_effect(forest, points, at) / total for at, key in enumerate(keys)}


def _main_effect(forest: Any, points: np.ndarray, at: int) -> float:
    """Give the variance over one column of the forest's mean over the others."""
    many = np.repeat(points[None], PLACES, axis=0)
    many[:, :, at] = ((np.arange(PLACES) + 0.5) / PLACES)[:, None]
    means = forest.predict(many.reshape(-1, points.shape[1])).reshape(PLACES, -1).mean(axis=1)
    return float(means.var())


def _place(entry: Entry, values: Mapping[str, Any], key: str) -> float:
    """Say where a value lies in its entry; in the middle where it does not count."""
    return place_of(entry, values[key]) if key in values else 0.5
