"""How the targets and predictions of an output look, and how one form becomes another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keras import ops

from dltrain.model.scaling import Scaling


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

    def in_own_unit(self, amounts: Any) -> Any:
        """Undo the scaling of targets or predictions."""
        return amounts if self.scaling is None else self.scaling.undone(amounts)


def other_form(y_true: Any, form: Form) -> Any:
    """Turn class numbers into one-hot targets, or one-hot targets into class numbers."""
    if form.one_hot:
        return ops.argmax(y_true, axis=-1)
    return ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), form.outputs)
