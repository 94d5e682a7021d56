"""predictions.csv: what the model says about each row, beside what is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data import Part
from dltrain.data.blocks import below_each_other
from dltrain.data.targets import NamedTargets, Reconstruction, Target, Targets
from dltrain.terms import EXCLUSIVE


def predictions_table(
    parts: Mapping[str, Part], outputs: Mapping[str, Any], target: Targets, threshold: float
) -> pd.DataFrame:
    """Lay out predictions, a row of the dataset in each line.

    Args:
        parts: Rows by part.
        outputs: Probabilities or quantities by part, float32 (n, outputs); a map of them by
            target where there are several.
        target: What was learned about the target.
        threshold: Probability above which a binary prediction is positive.

    Returns:
        row, part, target, prediction and p_<class>…, sorted by row. With several target columns
        or outputs, target_<name>, prediction_<name> and p_<name>… for each. For an autoencoder
        row, part and error, the mean squared error of the row's reconstruction.
    """
    rows = np.concatenate([part.rows for part in parts.values()])
    names = np.repeat(list(parts), [len(part) for part in parts.values()])
    table = pd.DataFrame({"row": rows, "part": names})
    truth = below_each_other([part.y for part in parts.values()])
    given = below_each_other([outputs[name] for name in parts])
    table = pd.concat([table, _judged(truth, given, target, threshold)], axis=1)
    return table.sort_values("row", kind="stable", ignore_index=True)


def _judged(truth: Any, given: Any, target: Targets, threshold: float) -> pd.DataFrame:
    """Lay out what is true beside what is predicted."""
    if isinstance(target, Reconstruction):
        return pd.DataFrame({"error": reconstruction_errors(truth, given)})
    if isinstance(target, NamedTargets):
        columns = [
            _of_target(_judged(truth[name], given[name], one, threshold), name)
            for name, one in target.each.items()
        ]
        return pd.concat(columns, axis=1)
    return pd.concat([_truth(truth, target), _columns(given, target, threshold)], axis=1)


def _of_target(columns: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put a target's name into its columns: p_<name>_<class>, prediction_<name>."""
    return columns.rename(columns=lambda column: with_name(str(column), name))


def with_name(column: str, name: str) -> str:
    """Put a target's name behind the first word of a column.

    Example:
        >>> with_name("p_yes", "sold"), with_name("target", "price")
        ('p_sold_yes', 'target_price')
    """
    word, _, rest = column.partition("_")
    if rest.startswith(f"{name}+"):  # a next value in a time series, which has the name already
        return column
    return "_".join(part for part in (word, name, rest) if part)


def reconstruction_errors(x: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Give the mean squared error of each row.

    Args:
        x: Rows as the network saw them, float32 (n, …).
        given: Their reconstructions, of the same shape.

    Returns:
        float32 (n,).
    """
    axes = tuple(range(1, x.ndim))
    return np.mean(np.square(x.astype(np.float64) - given), axis=axes).astype(np.float32)


def negative_shares(positive: np.ndarray) -> np.ndarray:
    """Give the probability of the first of two classes from that of the second, float32 (n,)."""
    return (1 - positive.astype(np.float64)).astype(np.float32)


def prediction_columns(given: Any, target: Targets, threshold: float) -> pd.DataFrame:
    """Turn probabilities or quantities into the columns of a prediction.

    Args:
        given: float32 (n, outputs); a map of them by target where there are several.
        target: What was learned about the target.
        threshold: Probability above which a binary prediction is positive.
    """
    if isinstance(target, NamedTargets):
        columns = [
            _of_target(_columns(given[name], one, threshold), name)
            for name, one in target.each.items()
        ]
        return pd.concat(columns, axis=1)
    if isinstance(target, Reconstruction):
        flat = given.reshape(len(given), -1)
        return pd.DataFrame(flat, columns=[f"prediction_{at}" for at in range(flat.shape[1])])
    return _columns(given, target, threshold)


def _columns(given: np.ndarray, target: Target, threshold: float) -> pd.DataFrame:
    if target.task == "binary":
        positive = given[:, 0]
        chosen = np.array(target.classes, dtype=object)[(positive > threshold).astype(int)]
        shares = np.stack([negative_shares(positive), positive], axis=1)
        return _classes(chosen, shares, target)
    if target.task == "multiclass":
        return _classes(np.array(target.classes, dtype=object)[given.argmax(axis=1)], given, target)
    if target.task == "multilabel":
        chosen = {
            _name("prediction", name, target): (given[:, i] > threshold).astype(int)
            for i, name in enumerate(target.names)
        }
        return pd.DataFrame(
            chosen | {f"p_{name}": given[:, i] for i, name in enumerate(target.names)}
        )
    return pd.DataFrame(
        {_name("prediction", name, target): given[:, i] for i, name in enumerate(target.names)}
    )


def _classes(chosen: np.ndarray, shares: np.ndarray, target: Target) -> pd.DataFrame:
    table = {"prediction": chosen}
    return pd.DataFrame(
        table | {f"p_{name}": shares[:, i] for i, name in enumerate(target.classes)}
    )


def _truth(truth: np.ndarray, target: Target) -> pd.DataFrame:
    if target.task in EXCLUSIVE:
        codes = truth.reshape(-1).astype(int)
        return pd.DataFrame({"target": np.array(target.classes, dtype=object)[codes]})
    if target.task == "multilabel":
        truth = truth.astype(int)
    return pd.DataFrame(
        {_name("target", name, target): truth[:, i] for i, name in enumerate(target.names)}
    )


def _name(prefix: str, name: str, target: Target) -> str:
    return prefix if len(target.names) == 1 else f"{prefix}_{name}"
