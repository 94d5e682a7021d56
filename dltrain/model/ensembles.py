"""Several models as one plain Keras model that takes their common raw input.

Each member keeps its preprocessing inside. What it puts out becomes probabilities where it puts out
logits; then probabilities or amounts are averaged, weighed, or counted as votes. There are nothing
but Keras layers and operations in it, so `keras.saving.load_model` needs no dltrain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dltrain.model.objectives import Goal, NamedObjectives
from dltrain.model.preprocessing import raw_input
from dltrain.model.preprocessing.recoding import recoded

Facts = dict[str, Any]
NAME = "ensemble"


@dataclass(frozen=True)
class Voice:
    """A member of an ensemble.

    Attributes:
        model: Its saved model.
        goal: Its loss, which says what the model puts out.
        recoding: How its raw input follows from the common one, see `preprocessing.recoding`.
        threshold: Probability above which it votes for a class or label.
    """

    model: keras.Model
    goal: Goal
    recoding: Facts
    threshold: float = 0.5


def member_model(voice: Voice, inputs: Facts) -> keras.Model:
    """Put a member behind the common raw input.

    Args:
        voice: The member.
        inputs: The common input, as preprocessing.json holds it.

    Returns:
        A model that puts out probabilities or amounts, float32 (n, outputs), or a map of them.
    """
    first = raw_input(inputs)
    return keras.Model(first, _said(voice, first, NAME))


def ensemble_model(
    voices: Sequence[Voice], inputs: Facts, method: str, weights: Sequence[float]
) -> keras.Model:
    """Join members; those that weigh nothing are left out.

    Args:
        voices: The members.
        inputs: The common input, as preprocessing.json holds it.
        method: "average", "vote" or "weighted".
        weights: Weight of each member; they sum to 1.

    Returns:
        A new model, not compiled, with the members' own weights, frozen: so what their layers add
        to the loss in training is no part of its loss.
    """
    first = raw_input(inputs)
    kept = [(voice, weight) for voice, weight in zip(voices, weights, strict=True) if weight]
    said = [
        _said(voice, first, f"member_{number}") for number, (voice, _) in enumerate(kept, start=1)
    ]
    if method == "vote":
        said = [_votes(one, voice) for one, (voice, _) in zip(said, kept, strict=True)]
    shares = [weight for _, weight in kept]
    model = keras.Model(first, _mixed(said, method, shares), name=NAME)
    model.trainable = False
    return model


def _said(voice: Voice, first: Any, name: str) -> Any:
    """Give the probabilities or amounts of a member."""
    own = keras.Model(voice.model.input, voice.model.output, name=name)
    for layer in own._flatten_layers():
        layer.activity_regularizer = None  # of training alone
    outputs = own(recoded(first, voice.recoding))
    if isinstance(voice.goal, NamedObjectives):
        return {
            target: _share(one.form, outputs[target]) for target, one in voice.goal.each.items()
        }
    return _share(voice.goal.form, outputs)


def _share(form: Any, output: Any) -> Any:
    share = form.probabilities(output)
    return share if share.dtype == "float32" else keras.ops.cast(share, "float32")


def _votes(said: Any, voice: Voice) -> Any:
    """Turn probabilities into 0 and 1, by output."""
    if isinstance(voice.goal, NamedObjectives):
        return {
            target: _vote(said[target], one.form.task, voice.threshold)
            for target, one in voice.goal.each.items()
        }
    return _vote(said, voice.goal.form.task, voice.threshold)


def _vote(share: Any, task: str, threshold: float) -> Any:
    if task == "multiclass":
        classes = share.shape[-1]
        return keras.ops.one_hot(keras.ops.argmax(share, axis=-1), classes, dtype="float32")
    return keras.ops.cast(keras.ops.greater(share, np.float32(threshold)), "float32")


def _mixed(said: Sequence[Any], method: str, shares: Sequence[float]) -> Any:
    """Average what members say; by output where there are several."""
    if isinstance(said[0], Mapping):
        return {
            target: _mean([one[target] for one in said], f"{method}_{number}", shares)
            for number, target in enumerate(said[0], start=1)
        }
    return _mean(said, method, shares)


def _mean(said: Sequence[Any], name: str, shares: Sequence[float]) -> Any:
    if len(said) == 1:
        return keras.layers.Identity(name=name)(said[0])
    if len(set(shares)) == 1:
        return keras.layers.Average(name=name)(said)
    parts = [one * np.float32(share) for one, share in zip(said, shares, strict=True)]
    return keras.layers.Add(name=name)(parts)
