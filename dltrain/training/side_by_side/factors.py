"""Numbers that Keras's code takes for plain floats, and that differ from network to network."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class Slot:
    """A number that is another one in each network.

    Attributes:
        owner: The layer, regularizer, optimizer or schedule of the first network that has it.
        name: Its attribute.
        values: The number of each network.
    """

    owner: Any
    name: str
    values: tuple[float, ...]


class Factor(float):
    """A float to Python's eyes, the number of one network to TensorFlow's.

    Comparisons see one network's number, so they must come out alike for all. What is computed
    from it and plain numbers stays as exact as Python's own floats are.

    Args:
        value: What comparisons see.
        tensor: The number, float64 ().
    """

    dtype = float  # how Keras finds out that it has no precision of its own

    def __new__(cls, value: float, tensor: Any) -> Factor:
        """Make a float, and remember the tensor."""
        made = super().__new__(cls, value)
        made.tensor = tensor
        return made

    tensor: Any

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        """Become a tensor; where no precision is asked for, that of TensorFlow's floats."""
        return tf.cast(self.tensor, dtype or tf.float32, name=name)


def _forward(compute: Callable[..., Any]) -> Any:
    def method(self: Factor, *others: Any) -> Any:
        if not all(isinstance(other, int | float) for other in others):
            return NotImplemented
        plain = compute(float(self), *map(float, others))
        return Factor(plain, compute(self.tensor, *map(_exact, others)))

    return method


def _reflected(compute: Callable[..., Any]) -> Any:
    return _forward(lambda right, left: compute(left, right))


def _exact(number: float) -> Any:
    return number.tensor if isinstance(number, Factor) else tf.constant(number, tf.float64)


for _name, _compute in {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul,
    "truediv": operator.truediv, "pow": operator.pow,
}.items():  # fmt: skip
    setattr(Factor, f"__{_name}__", _forward(_compute))
    setattr(Factor, f"__r{_name}__", _reflected(_compute))
Factor.__neg__ = _forward(operator.neg)  # type: ignore[method-assign]


@contextmanager
def placed(slots: Sequence[Slot], tensors: Sequence[Any]) -> Iterator[None]:
    """Let the first network's objects have the numbers of the network that is being traced.

    Args:
        slots: Where they belong.
        tensors: The numbers, float64 () each.
    """
    before = [getattr(slot.owner, slot.name) for slot in slots]
    try:
        for slot, number, tensor in zip(slots, before, tensors, strict=True):
            object.__setattr__(slot.owner, slot.name, _in_place_of(number, slot, tensor))
        yield
    finally:
        for slot, number in zip(slots, before, strict=True):
            object.__setattr__(slot.owner, slot.name, number)


def _in_place_of(number: Any, slot: Slot, tensor: Any) -> Any:
    if tf.is_tensor(number):  # Keras has rounded it already
        return tf.cast(tensor, number.dtype)
    # The largest: a penalty of 0 is none to Keras, one of 0.1 is.
    return Factor(max(slot.values), tensor)
