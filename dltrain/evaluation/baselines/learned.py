"""Linear models and boosted trees, trained on the train rows and bounded in what they cost.

The bounds are numbers of rows and steps, never seconds, so that a run has the same baselines
everywhere. Imports: NumPy, and scikit-learn with its threadpoolctl.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data import Part
from dltrain.data.blocks import rows_of
from dltrain.data.inputs import Inputs
from dltrain.data.targets import NamedTargets, Reconstruction, Target, Targets
from dltrain.evaluation.baselines.features import is_table, matrix, width

# Numbers that a model is trained on, at most, and rows.
MOST_NUMBERS = 4_000_000
MOST_ROWS = 20_000
# A table with more columns is nothing for boosting.
MOST_COLUMNS = 1_000
STEPS = 200
PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
TREES = 300
LEAST_ROUNDS, MOST_ROUNDS = 10, 100
# Fewer rounds learn faster: the product is that of scikit-learn's defaults.
ROUNDS_BY_RATE = 10
ROWS_AT_ONCE = 2**14


@dataclass(frozen=True)
class Baseline:
    """What a simple model says.

    Attributes:
        name: "linear" or "boosting".
        rows: Train rows that it has seen.
        outputs: Probabilities or amounts by part, float32 (n, outputs); by target where there
            are several.
    """

    name: str
    rows: int
    outputs: dict[str, Any]


def learned_baselines(
    inputs: Inputs, target: Targets, train: Part, parts: Mapping[str, Part], seed: int
) -> Iterator[Baseline]:
    """Train simple models on the train rows, and let them predict each part.

    Args:
        inputs: What was learned about the inputs.
        target: What was learned about the target; an autoencoder has no such baseline.
        train: The train rows.
        parts: Rows by part.
        seed: Draws the train rows where not all are used.
    """
    from threadpoolctl import threadpool_limits

    if isinstance(target, Reconstruction):
        return
    # Beyond ten classes, each costs a linear model as much again.
    numbers = width(inputs, train.x) * max(1, _classes(target) // 10)
    chosen = _drawn(len(train), min(MOST_ROWS, max(1, MOST_NUMBERS // numbers)), seed)
    seen = matrix(inputs, train.x, chosen)
    for kind in kinds(inputs, train):
        # Threads that wait for each other cost more than they bring where other work runs beside.
        with threadpool_limits(1):
            fitted = _fitted(kind, target, seen, rows_of(train.y, chosen), seed)
            outputs = {
                name: _predicted(fitted, target, inputs, part) for name, part in parts.items()
            }
        yield Baseline(kind, len(chosen), outputs)


def kinds(inputs: Inputs, train: Part) -> list[str]:
    """Name the models that these inputs allow: trees are for tables that are not too wide."""
    boosts = is_table(inputs) and width(inputs, train.x) <= MOST_COLUMNS
    return ["linear", "boosting"] if boosts else ["linear"]


def _classes(target: Targets) -> int:
    """Count the classes, of all targets together."""
    if isinstance(target, NamedTargets):
        return sum(len(one.classes) for one in target.each.values())
    return len(target.classes) if isinstance(target, Target) else 0


def _drawn(n_rows: int, most: int, seed: int) -> np.ndarray:
    """Draw as many rows as are allowed, in their order."""
    if n_rows <= most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng([seed, n_rows]).choice(n_rows, most, replace=False))


def _fitted(kind: str, target: Targets, x: Any, y: Any, seed: int) -> Any:
    """Fit one model for each column of the target, and by target where there are several."""
    if isinstance(target, NamedTargets):
        return {name: _fitted(kind, one, x, y[name], seed) for name, one in target.each.items()}
    assert isinstance(target, Target)
    y = np.asarray(y)
    columns = y[:, None] if y.ndim == 1 else y
    return [_model(kind, target, x, column, seed) for column in columns.T]


def _model(kind: str, target: Target, x: Any, y: np.ndarray, seed: int) -> Any:
    """Fit a model of one column; classes of which there is one alone are a constant."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    is_amount = target.task == "regression"
    if not is_amount and len(np.unique(y)) == 1:
        return int(y[0])
    if kind == "linear":
        model = _ridge(x) if is_amount else LogisticRegression(max_iter=STEPS)
    else:
        trees_a_round = len(target.classes) if target.task == "multiclass" else 1
        rounds = min(MOST_ROUNDS, max(LEAST_ROUNDS, TREES // trees_a_round))
        boosting = HistGradientBoostingRegressor if is_amount else HistGradientBoostingClassifier
        model = boosting(
            max_iter=rounds, learning_rate=ROUNDS_BY_RATE / rounds, random_state=seed,
            early_stopping=False,
        )  # fmt: skip
    with warnings.catch_warnings():
        # The number of steps is bounded on purpose.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y if is_amount else y.astype(int))


def _ridge(x: Any) -> Any:
    """Make a linear regression; how much it shrinks is chosen by leaving out each row."""
    from scipy import sparse
    from sklearn.linear_model import Ridge, RidgeCV

    return Ridge() if sparse.issparse(x) else RidgeCV(PENALTIES)


def _predicted(fitted: Any, target: Targets, inputs: Inputs, part: Part) -> Any:
    if isinstance(target, NamedTargets):
        return {
            name: _predicted(fitted[name], one, inputs, part) for name, one in target.each.items()
        }
    assert isinstance(target, Target)
    blocks = []
    for start in range(0, len(part), ROWS_AT_ONCE):
        x = matrix(inputs, part.x, slice(start, min(start + ROWS_AT_ONCE, len(part))))
        columns = [_of_model(model, target, x) for model in fitted]
        blocks.append(np.concatenate(columns, axis=1))
    return np.concatenate(blocks).astype(np.float32)


def _of_model(model: Any, target: Target, x: Any) -> np.ndarray:
    """Give amounts or the probability of 1, (n, 1); for several classes that of each."""
    if target.task == "regression":
        return np.asarray(model.predict(x)).reshape(-1, 1)
    several = target.task == "multiclass"
    if isinstance(model, int):
        numbers = np.arange(len(target.classes)) == model if several else [float(model)]
        return np.tile(np.asarray(numbers, np.float64), (x.shape[0], 1))
    shares = model.predict_proba(x)
    if not several:
        return np.asarray(shares[:, 1:])
    # A class may be missing among the rows that were drawn.
    every = np.zeros((len(shares), len(target.classes)))
    every[:, model.classes_.astype(int)] = shares
    return every
