"""What happens to each network while others train beside it."""

import keras
import numpy as np
import pytest

from dltrain.errors import DivergenceError
from dltrain.training import Trained, train
from dltrain.training.side_by_side import obstacles, train_side_by_side
from dltrain.training.side_by_side.rows import Rows
from dltrain.training.stopping import Stop


def linear(rate=0.1, seed=0):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error", jit_compile=False)
    return model


def rows(n_rows=8, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n_rows, 2)).astype(np.float32)
    return x, x[:, :1] - 1


class StopAfter(keras.callbacks.EarlyStopping):
    """Ends a training after an epoch."""

    def __init__(self, epoch):
        super().__init__("loss", mode="min")
        self.last = epoch

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch + 1 == self.last


@pytest.fixture
def stop_after(monkeypatch):
    """Let `StopAfter` be one of the callbacks that do not need the model."""
    monkeypatch.setattr(obstacles, "CALLBACKS", (*obstacles.CALLBACKS, StopAfter))
    return StopAfter


def test_a_network_ends_as_it_does_alone():
    models, parts = [linear(seed=k) for k in range(3)], [rows(8 + k, k) for k in range(3)]

    found = train_side_by_side(models, parts, epochs=3, batch_size=4, seeds=[4, 5, 6])

    for k, model in enumerate(models):
        alone = linear(seed=k)
        expected = train(alone, parts[k], epochs=3, batch_size=4, seed=4 + k)
        assert found[k].history == [pytest.approx(row, rel=1e-5) for row in expected.history]
        assert not found[k].stopped_early
        for ours, theirs in zip(model.get_weights(), alone.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
        for ours, theirs in zip(found[k].last, model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_one_that_diverges_fails_alone():
    models, trained = [linear(0.1), linear(1e30), linear(0.1)], [Trained() for _ in range(3)]

    train_side_by_side(models, [rows()] * 3, epochs=4, batch_size=4, seeds=[0] * 3, trained=trained)

    way_out = "Try a lower `optimizer.learning_rate`, `optimizer.clipnorm=1`, or scaled inputs."
    assert isinstance(trained[1].failure, DivergenceError)
    assert str(trained[1].failure) == f"epoch 1: got loss inf, expected a finite number. {way_out}"
    assert [len(one.history) for one in trained] == [4, 1, 4]
    assert [one.failure for one in trained[::2]] == [None, None]
    assert trained[0].history == trained[2].history
    assert trained[1].last == []


@pytest.mark.slow
def test_those_that_stop_are_frozen_and_dropped(stop_after):
    ends = [1, 4, 2, 2, 6]
    models, parts = [linear(seed=k) for k in range(5)], [rows(8 + k % 2, k) for k in range(5)]

    found = train_side_by_side(
        models, parts, epochs=6, batch_size=4, seeds=range(5),
        callbacks=[[stop_after(end)] for end in ends],
    )  # fmt: skip

    assert [len(one.history) for one in found] == ends
    assert [one.stopped_early for one in found] == [True, True, True, True, False]
    for k, model in enumerate(models):
        alone = linear(seed=k)
        train(alone, parts[k], epochs=ends[k], batch_size=4, seed=k)
        for ours, theirs in zip(model.get_weights(), alone.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_a_wish_to_stop_leaves_the_weights_of_the_last_epoch(stop_after):
    stop, models, trained = Stop(), [linear(), linear()], [Trained(), Trained()]

    class Wishing(stop_after):
        def on_epoch_end(self, epoch, logs=None):
            stop.reason = "enough" if epoch == 1 else ""

    obstacles.CALLBACKS = (*obstacles.CALLBACKS, Wishing)  # the fixture puts it back
    with pytest.raises(KeyboardInterrupt, match="enough"):
        train_side_by_side(
            models, [rows()] * 2, epochs=5, batch_size=4, seeds=[0, 0], trained=trained,
            callbacks=[[], [Wishing(0)]], stop=stop,
        )  # fmt: skip

    alone = linear()
    train(alone, rows(), epochs=2, batch_size=4, seed=0)
    assert [len(one.history) for one in trained] == [2, 2]
    for model in models:
        for ours, theirs in zip(model.get_weights(), alone.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_long_epochs_run_in_pieces_that_change_no_bit(monkeypatch):
    parts = [rows(23, 0), rows(17, 1)]
    whole, cut = ([linear(seed=k) for k in range(2)] for _ in range(2))

    first = train_side_by_side(whole, parts, parts, epochs=2, batch_size=2, seeds=[0, 1])
    monkeypatch.setattr("dltrain.training.pace.FIRST_STEPS", 3)
    second = train_side_by_side(cut, parts, parts, epochs=2, batch_size=2, seeds=[0, 1])

    assert [one.history for one in first] == [one.history for one in second]
    for ours, theirs in zip(whole, cut, strict=True):
        assert [a.tobytes() for a in ours.get_weights()] == [
            a.tobytes() for a in theirs.get_weights()
        ]


def test_arrays_that_networks_share_are_in_memory_once():
    (x, y), (other, own) = rows(8, 0), rows(5, 1)

    shared = Rows([(x, y), (other, own), (x, y), (x, -y)])

    assert shared.counts == [8, 5, 8, 8]
    assert [tensor.shape[0] for tensor in shared.tensors] == [13, 21]
    assert [offset.tolist() for offset in shared.offsets] == [[0, 8, 0, 0], [0, 8, 0, 13]]
