"""Keras's train step and validation step as functions of values, for many networks at once.

A step reads and writes the variables of the first network in a `StatelessScope`, which maps them to
the values of any network; `tf.vectorized_map` turns the step for one into a step for all. One
compiled function trains the steps of an epoch, looks whether weights are finite, and validates.
It knows neither the number of networks nor that of rows, so it is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from dltrain.model.passes import any_rows, counting_rows
from dltrain.training.side_by_side.factors import Slot, placed
from dltrain.training.side_by_side.rows import Rows
from dltrain.training.side_by_side.scoped import writing_into
from dltrain.training.side_by_side.stack import variables_of

COUNT = tf.TensorSpec([], tf.int32)
NUMBERS = tf.TensorSpec([None], tf.int32)
TABLE = tf.TensorSpec([None, None], tf.int32)


class Passes(NamedTuple):
    """Steps over some rows.

    Attributes:
        rows: Rows of all networks, each (n, …).
        offsets: Where the rows of each network begin, int32 (m,), nested as the rows are.
        orders: Positions among its rows for each network, int32 (m, most rows).
        members: Networks of each segment, int32; see `schedule.tables`.
        segments: int32 (s, 5).
    """

    rows: Any
    offsets: Any
    orders: Any
    members: Any
    segments: Any


class Figures(NamedTuple):
    """What some steps leave, for each network.

    Attributes:
        values: All variables but those of metrics, each (m, …).
        metrics: Variables of metrics, each (m, …).
        train: Loss and metrics, (m,) by name.
        finite: Whether all weights that learn are, bool (m,).
        val: Loss and metrics of the validation, (m,) by name.
    """

    values: list[Any]
    metrics: list[Any]
    train: dict[str, Any]
    finite: Any
    val: dict[str, Any]


class Program:
    """The compiled steps of networks that train side by side.

    Args:
        model: The first network, compiled, all its variables made.
        slots: Numbers in which the networks differ.
        rows: Train rows of all networks.
        val: Validation rows of all networks, if there are any.
        batch_size: Rows of a train step.
        val_batch_size: Rows of a validation step.
    """

    def __init__(
        self,
        model: keras.Model,
        slots: Sequence[Slot],
        rows: Rows,
        val: Rows | None,
        *,
        batch_size: int,
        val_batch_size: int,
    ) -> None:
        self.model, self.slots, self.validates = model, slots, val is not None
        self.variables, self.of_metrics = variables_of(model), model.metrics_variables
        self._learned = len(model.trainable_variables)
        self._train = counting_rows(model, self._train_step)
        self._test = counting_rows(model, model.test_step)
        self.fresh = self._fresh_metrics()
        many = [_many(variable) for variable in self.variables]
        of_metrics = [_many(variable) for variable in self.of_metrics]
        factors = [tf.TensorSpec([None], tf.float64) for _ in slots]
        kinds = _kind(rows), _kind(val or rows)

        @tf.function(
            autograph=False,
            input_signature=[many, of_metrics, of_metrics, factors, *kinds],
        )
        def epoch(
            values: Any, metrics: Any, fresh: Any, factors: Any, train: Passes, val: Passes
        ) -> Figures:
            values, metrics = self._over(self._train, train, values, metrics, factors, batch_size)
            finite, figures = _are_finite(values[: self._learned]), self._results(metrics)
            if not self.validates:
                return Figures(values, metrics, figures, finite, {})
            _, judged = self._over(self._test, val, values, fresh, factors, val_batch_size)
            return Figures(values, metrics, figures, finite, self._results(judged))

        self._epoch = epoch

    def __call__(
        self,
        values: list[Any],
        metrics: list[Any],
        fresh: list[Any],
        factors: list[Any],
        train: Passes,
        val: Passes,
    ) -> Figures:
        """Run some steps, and the validation.

        Args:
            values: All variables but those of metrics, each (m, …).
            metrics: Variables of metrics, each (m, …).
            fresh: Those that have seen nothing.
            factors: The numbers of the slots, float64 (m,) each.
            train: Train steps.
            val: Validation steps; none where nothing is to be validated.
        """
        return self._epoch(values, metrics, fresh, factors, train, val)

    def fresh_for(self, members: int) -> list[Any]:
        """Give the variables of metrics that have seen nothing, each (m, …)."""
        return [tf.repeat(value[None], members, axis=0) for value in self.fresh]

    def _fresh_metrics(self) -> list[Any]:
        self.model.reset_metrics()
        return [tf.identity(variable.value) for variable in self.of_metrics]

    def _train_step(self, batch: Any) -> None:
        """Do what Keras's `train_step` does, in a scope that maps all variables to values."""
        model = self.model
        x, y, weights = keras.utils.unpack_x_y_sample_weight(batch)
        learned = [variable.value for variable in model.trainable_variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(learned)
            given = {"training": True} if model._call_has_training_arg else {}
            outputs = model(x, **given)
            loss = model._compute_loss(
                x=x, y=y, y_pred=outputs, sample_weight=weights, training=True
            )
            n_rows = tf.shape(tf.nest.flatten(x)[0])[0]
            model._loss_tracker.update_state(loss, sample_weight=n_rows)
            scaled = model.optimizer.scale_loss(loss)
        slopes = tape.gradient(scaled, learned)
        with writing_into(self._scope, model.optimizer):
            model.optimizer.apply(slopes, model.trainable_variables)
        model.compute_metrics(x, y, outputs, sample_weight=weights)

    def _for_one(self, step: Callable[[Any], None]) -> Callable[[Any], Any]:
        """Make a step on the variables of one network a function of their values."""

        def stepped(given: Any) -> Any:
            values, metrics, factors, batch = given
            mapped = zip([*self.variables, *self.of_metrics], [*values, *metrics], strict=True)
            with (
                keras.StatelessScope(list(mapped), collect_losses=True) as scope,
                placed(self.slots, factors),
            ):
                self._scope = scope
                step(batch)
            return tuple(
                [scope.get_current_value(variable) for variable in variables]
                for variables in (self.variables, self.of_metrics)
            )

        return stepped

    def _over(
        self,
        step: Callable[[Any], None],
        over: Passes,
        values: Any,
        metrics: Any,
        factors: Any,
        batch_size: int,
    ) -> Any:
        """Put the loop over segments and their steps into the function that is compiled."""
        one = self._for_one(step)
        kinds = tf.nest.map_structure(any_rows, (values, metrics))
        every = tf.shape(values[0])[0]

        def segment(number: Any, state: Any) -> Any:
            begin, end, first, stop, size = tf.unstack(over.segments[number], num=5)
            members = over.members[begin:end]
            is_whole = tf.equal(end - begin, every)
            own = _chosen(is_whole, members, (state, factors, over.offsets, over.orders))
            part, own_factors, offsets, orders = own

            def take(at: Any, part: Any) -> Any:
                chosen = tf.slice(orders, [0, at * batch_size], [-1, size])
                batch = tf.nest.map_structure(
                    lambda rows, offset: tf.gather(rows, chosen + offset[:, None]),
                    over.rows,
                    offsets,
                )
                stepped = _for_each(one, (*part, own_factors, batch))
                return at + 1, tf.nest.map_structure(_shaped, kinds, stepped)

            _, part = tf.while_loop(
                lambda at, _: at < stop, take, [first, part], parallel_iterations=1,
                shape_invariants=[COUNT.shape, _shapes(kinds)],
            )  # fmt: skip
            return number + 1, _put_back(is_whole, members, state, part)

        count = tf.shape(over.segments)[0]
        _, state = tf.while_loop(
            lambda number, _: number < count, segment, [tf.constant(0), (values, metrics)],
            parallel_iterations=1, shape_invariants=[COUNT.shape, _shapes(kinds)],
        )  # fmt: skip
        return state

    def _results(self, metrics: Any) -> dict[str, Any]:
        def result(values: Any) -> dict[str, Any]:
            mapped = list(zip(self.of_metrics, values, strict=True))
            with keras.StatelessScope(state_mapping=mapped):
                return self.model.get_metrics_result()

        return _for_each(result, metrics)


def _many(variable: Any) -> Any:
    return tf.TensorSpec([None, *variable.shape], variable.dtype)


def _kind(rows: Rows) -> Passes:
    """Describe steps over rows of a kind."""
    offsets = tf.nest.map_structure(lambda _: NUMBERS, rows.offsets)
    return Passes(any_rows(rows.tensors), offsets, TABLE, NUMBERS, TABLE)


def _shapes(kinds: Any) -> Any:
    return tf.nest.map_structure(lambda kind: kind.shape, kinds)


def _shaped(kind: Any, tensor: Any) -> Any:
    return tf.ensure_shape(tensor, kind.shape)


def _chosen(is_whole: Any, members: Any, tensors: Any) -> Any:
    """Take the rows of some networks from stacked tensors; all of them cost nothing."""
    return tf.cond(
        is_whole,
        lambda: tf.nest.map_structure(tf.identity, tensors),
        lambda: tf.nest.map_structure(lambda tensor: tf.gather(tensor, members), tensors),
    )


def _put_back(is_whole: Any, members: Any, before: Any, part: Any) -> Any:
    """Put the values of some networks back among those of all."""

    def updated() -> Any:
        return tf.nest.map_structure(
            lambda old, new: tf.tensor_scatter_nd_update(old, members[:, None], new), before, part
        )

    return tf.cond(is_whole, lambda: tf.nest.map_structure(tf.identity, part), updated)


def _are_finite(stacked: Sequence[Any]) -> Any:
    """Tell of each network whether its values are finite."""
    finite = [
        tf.reduce_all(tf.math.is_finite(tf.reshape(value, [tf.shape(value)[0], -1])), axis=1)
        for value in stacked
    ]
    return tf.reduce_all(tf.stack(finite), axis=0)


def _for_each(function: Callable[[Any], Any], stacked: Any) -> Any:
    """Vectorise a function of the tensors of one network over those of all.

    What TensorFlow does not vectorise, such as drawing random numbers, it does for one after
    another; `obstacles` knows the layers for which that is fast enough.
    """
    numbers = tf.range(tf.shape(tf.nest.flatten(stacked)[0])[0])

    def of_one(number: Any) -> Any:
        # Gathered here: `vectorized_map` looks at each tensor whether it is to be broadcast.
        return function(tf.nest.map_structure(lambda tensor: tf.gather(tensor, number), stacked))

    return tf.vectorized_map(of_one, numbers, warn=False)
