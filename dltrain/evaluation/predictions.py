"""predictions.csv: what the model says about each row, beside what is true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dltrain.data import Part
from dltrain.data.target import Target


def predictions_table(
    parts: Mapping[str, Part],
    outputs: Mapping[str, np.ndarray],
    target: Target,
    threshold: float,
) -> pd.DataFrame:
    """Lay out predictions, a row of the dataset in each line.

    Args:
        parts: Rows by part.
        outputs: Probabilities or quantities by part, float32 (n, outputs).
        target: What was learned about the target.
        threshold: Probability above which a binary prediction is positive.

    Returns:
        row, part, target, prediction and p_<class>…, sorted by row. With several target
        columns, target_<name>, prediction_<name> and p_<name> for each.
    """
    rows = np.concatenate([part.rows for part in parts.values()])
    names = np.repeat(list(parts), [len(part) for part in parts.values()])
    truth = np.concatenate([part.y for part in parts.values()])
    given = np.concatenate([outputs[name] for name in parts])
    table = pd.DataFrame({"row": rows, "part": names})
    columns = prediction_columns(given, target, threshold)
    table = pd.concat([table, _truth(truth, target), columns], axis=1)
    return table.sort_values("row", kind="stable", ignore_index=True)


def prediction_columns(given: np.ndarray, target: Target, threshold: float) -> pd.DataFrame:
    """Turn probabilities or quantities into the columns of a prediction.

    Args:
        given: float32 (n, outputs).
        target: What was learned about the target.
        threshold: Probability above which a binary prediction is positive.
    """
    if target.task == "binary":
        positive = given[:, 0]
        chosen = np.array(target.classes, dtype=object)[(positive > threshold).astype(int)]
        negative = (1 - positive.astype(np.float64)).astype(np.float32)
        return _classes(chosen, np.stack([negative, positive], axis=1), target)
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
    if target.task in ("binary", "multiclass"):
        codes = truth.reshape(-1).astype(int)
        return pd.DataFrame({"target": np.array(target.classes, dtype=object)[codes]})
    if target.task == "multilabel":
        truth = truth.astype(int)
    return pd.DataFrame(
        {_name("target", name, target): truth[:, i] for i, name in enumerate(target.names)}
    )


def _name(prefix: str, name: str, target: Target) -> str:
    return prefix if len(target.names) == 1 else f"{prefix}_{name}"
