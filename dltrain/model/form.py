"""How the targets and predictions of an output look, and how one form becomes another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from dltrain.model.scaling import Scaling

# The probability that logits are told apart from 0 by.
LEAST_SHARE = 1e-7


@dataclass(frozen=True)
class Form:
    """How targets and predictions look.

    Attributes:
        task: The task.
        outputs: Numbers that a prediction has.
        one_hot: Whether the targets of a multi-class task are one-hot.
        from_logits: Whether the model puts out logits instead of probabilities.
        threshold: Probability above which a binary prediction is positive.
        scaling: How targets and predictions are scaled; None in the column's own unit.
    """

    task: str
    outputs: int
    one_hot: bool = False
    from_logits: bool = False
    threshold: float = 0.5
    scaling: Scaling | None = None

    def probabilities(self, y_pred: Any) -> Any:
        """Turn what the model puts out into probabilities, where the task has any."""
        if not self.from_logits:
            return y_pred
        return ops.softmax(y_pred) if self.task == "multiclass" else ops.sigmoid(y_pred)

    def outputs_of(self, shares: np.ndarray) -> np.ndarray:
        """Give what a model puts out for such probabilities: logits, where the loss wants them."""
        if not self.from_logits:
            return shares
        shares = np.clip(shares, LEAST_SHARE, 1 - LEAST_SHARE)
        odds = shares if self.task == "multiclass" else shares / (1 - shares)
        return np.log(odds).astype(np.float32)

    def in_own_unit(self, amounts: Any) -> Any:
        """Undo the scaling of targets or predictions."""
        return amounts if self.scaling is None else self.scaling.undone(amounts)


def other_form(y_true: Any, form: Form) -> Any:
    """Turn class numbers into one-hot targets, or one-hot targets into class numbers."""
    if form.one_hot:
        return ops.argmax(y_true, axis=-1)
    return ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), form.outputs)
