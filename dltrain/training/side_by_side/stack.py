"""The variables of several networks, stacked: one tensor for what is one variable in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def variables_of(model: keras.Model) -> list[Any]:
    """List what a training changes, but for metrics: weights, random states, the optimizer."""
    return [*of_network(model), *model.optimizer.variables]


def of_network(model: keras.Model) -> list[Any]:
    """List the variables of the network itself, those that learn first."""
    return [*model.trainable_variables, *model.non_trainable_variables]


class Stack:
    """The values of several networks.

    Args:
        models: The networks; the optimizer of the first is built, others need not be.

    Attributes:
        members: Numbers of the networks whose values are there, in order.
        values: A tensor (m, …) for each variable.
    """

    def __init__(self, models: Sequence[keras.Model]) -> None:
        self.models = models
        first = models[0]
        self.members = list(range(len(models)))
        self._places = {id(variable): at for at, variable in enumerate(variables_of(first))}
        each = [_values_of(model, first) for model in models]
        self.values = [tf.constant(np.stack(one)) for one in zip(*each, strict=True)]
        self._copies: dict[int, np.ndarray] = {}
        self._weights = [self._places[id(weight)] for weight in first.weights]

    def set_values(self, values: list[Any]) -> None:
        """Take the values after some steps."""
        self.values = values
        self._copies.clear()

    def keep(self, members: Sequence[int]) -> None:
        """Drop all networks but some."""
        chosen = [self.members.index(member) for member in members]
        self.members = list(members)
        self.set_values([tf.gather(value, chosen) for value in self.values])

    def weights_of(self, member: int) -> list[np.ndarray]:
        """Copy the weights of a network, in its own order."""
        row = self.members.index(member)
        return [self._on_host(place)[row].copy() for place in self._weights]

    def scalar_of(self, member: int, variable: Any) -> Any:
        """Give the value of one of the first network's variables that is a number."""
        return self._on_host(self._places[id(variable)])[self.members.index(member)]

    def set_scalar(self, member: int, variable: Any, number: float) -> None:
        """Set the value of a variable that is a number, for one network."""
        place = self._places[id(variable)]
        column = self._on_host(place).copy()
        column[self.members.index(member)] = number
        self.values[place], self._copies[place] = tf.constant(column), column

    def put_back(self, member: int) -> None:
        """Give a network its values; its optimizer gets none."""
        row, model = self.members.index(member), self.models[member]
        for place, variable in enumerate(of_network(model)):
            variable.assign(self._on_host(place)[row])

    def put_averages_back(self, member: int) -> None:
        """Overwrite the weights of a network with their averages, where its optimizer has any."""
        optimizer, row = self.models[0].optimizer, self.members.index(member)
        if not optimizer.use_ema:
            return
        averages = optimizer._model_variables_moving_average
        weights = self.models[member].trainable_variables
        for weight, average in zip(weights, averages, strict=True):
            if average is not None:
                weight.assign(self._on_host(self._places[id(average)])[row])

    def _on_host(self, place: int) -> np.ndarray:
        """Copy the values of a variable once, until there are others."""
        if place not in self._copies:
            self._copies[place] = self.values[place].numpy()
        return self._copies[place]


def _values_of(model: keras.Model, first: keras.Model) -> list[np.ndarray]:
    """Copy the values of a network; those of an optimizer that is not built are the first's.

    Counters and rates are there from the start, so they are its own.
    """
    own = [variable.numpy() for variable in model.optimizer.variables]
    built = [variable.numpy() for variable in first.optimizer.variables[len(own) :]]
    return [*(variable.numpy() for variable in of_network(model)), *own, *built]
