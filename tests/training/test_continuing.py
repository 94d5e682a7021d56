"""A training that is stopped and goes on, in this process: every kind ends in the same bits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest

from dltrain.config.catalogue.names import kinds
from dltrain.config.checks.phases import PlannedPhase
from dltrain.data.blocks import Blocks
from dltrain.errors import FolderError
from dltrain.run_folder import RunFolder
from dltrain.training import Trained, train_in_phases
from dltrain.training.callbacks import BestWeights, build_callbacks
from dltrain.training.keeping import Keeper, newest_state
from dltrain.training.state import KEPT, Position, State, capture, restore
from dltrain.training.stopping import Stop

STOPPING = {"type": "early_stopping", "patience": 4, "restore_best_weights": True}
PLATEAU = {"type": "reduce_lr_on_plateau", "patience": 1, "factor": 0.5, "cooldown": 1}
ONE = [PlannedPhase(9, {"type": "adam"})]
TWO = [
    PlannedPhase(3, {"type": "adam", "use_ema": True}),
    PlannedPhase(4, {"type": "sgd", "learning_rate": 0.1}, trainable={"first": False}),
]


@dataclass(frozen=True)
class Case:
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    phases: list[PlannedPhase] = field(default_factory=lambda: ONE)
    options: dict[str, Any] = field(default_factory=dict)
    block_rows: int = 0
    dtype: str = "float32"


CASES = {
    "early stopping and plateau": Case([STOPPING, PLATEAU]),
    "two phases with averages": Case([STOPPING], TWO),
    "epochs of some steps": Case(options={"steps_per_epoch": 5}),
    "epochs that begin later": Case(options={"first": 2}),
    "not every epoch is validated": Case([PLATEAU], options={"validation_freq": 2}),
    "averages in the model": Case(
        [{"type": "swap_ema_weights", "swap_on_epoch": True}],
        [PlannedPhase(6, {"type": "sgd", "use_ema": True})],
    ),
    "log and checkpoints": Case([
        {"type": "csv_logger", "filename": "log.csv"},
        {"type": "model_checkpoint", "filepath": "{epoch}.keras", "save_best_only": True},
        {"type": "model_checkpoint", "filepath": "{epoch}-{batch}.weights.h5", "save_freq": 5,
         "save_weights_only": True},
    ]),
    "blocks": Case(block_rows=40),
    "xla": Case(options={"engine": "xla"}),
    "keras": Case([STOPPING], options={"engine": "keras"}),
    "bfloat16": Case([STOPPING], dtype="bfloat16"),
    "mixed_float16": Case([STOPPING], dtype="mixed_float16"),
}  # fmt: skip


def rows_of(n_rows, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n_rows, 5)).astype(np.float32)
    return x, (x[:, :1] + x[:, 1:2] > 0).astype(np.float32)


def network(dtype="float32"):
    keras.utils.set_random_seed(3)
    layers = keras.layers
    return keras.Sequential([
        keras.Input((5,)), layers.Dense(6, "relu", name="first", dtype=dtype),
        layers.BatchNormalization(),
        layers.Dropout(0.2), layers.Dense(1, "sigmoid"),
    ])  # fmt: skip


class StopsAt(Stop):
    """Wishes to stop when it has been asked some times."""

    def __init__(self, looks):
        super().__init__()
        self.looks = looks

    @property
    def reason(self):
        self.looks -= 1
        return "enough" if self.looks < 0 else ""

    @reason.setter
    def reason(self, value):
        pass


def run(case, folder, state=None, stop=None):
    """Train a case, from a state on; gives what it leaves."""
    model, x_y, trained = network(case.dtype), rows_of(90, 0), Trained()
    callbacks = build_callbacks(case.callbacks, folder.path, {"val_loss": "min", "loss": "min"})
    best = BestWeights("val_loss", "min")

    def begin(number, phase):
        optimizer = keras.optimizers.get(
            {"class_name": phase.optimizer["type"],
             "config": {name: one for name, one in phase.optimizer.items() if name != "type"}}
        )  # fmt: skip
        if case.dtype == "mixed_float16":
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        model.compile(optimizer, "binary_crossentropy", metrics=["auc"], jit_compile=False)

    if case.block_rows:
        x_y = tuple(Blocks(90, array.__getitem__, case.block_rows) for array in x_y)
    train_in_phases(
        model, x_y, rows_of(40, 1), case.phases, begin=begin, trained=trained, batch_size=8,
        seed=4, callbacks=[best, *callbacks], state=state, stop=stop,
        keeper=Keeper(folder, state=state), **case.options,
    )  # fmt: skip
    files = {path.name: path.read_bytes() for path in folder.path.glob("*.csv")}
    weights = {
        path.name: [one.tobytes() for one in _weights(path, model)]
        for path in sorted(folder.path.glob("*.[kw]e*"))
    }
    return {
        "history": trained.history, "last": [one.tobytes() for one in trained.last],
        "weights": [one.tobytes() for one in model.get_weights()],
        "best": (best.epoch, best.value, [one.tobytes() for one in best.weights]),
        "stopped": trained.stopped_early, "files": files, "checkpoints": weights,
    }  # fmt: skip


def _weights(path, model):
    if path.suffix == ".keras":
        return keras.saving.load_model(path, compile=False).get_weights()
    other = keras.models.clone_model(model)
    other.load_weights(path)
    return other.get_weights()


@pytest.fixture
def folders(tmp_path):
    return [RunFolder.make(tmp_path / name) for name in ("whole", "broken")]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_training_that_is_stopped_again_and_again_ends_in_the_same_bits(
    case, folders, monkeypatch
):
    monkeypatch.setattr("dltrain.training.pace.FIRST_STEPS", 3)
    monkeypatch.setattr("dltrain.training.pace.SECONDS", math.inf)
    whole, broken = folders
    expected, stops = run(case, whole), 0

    while True:
        try:
            # A look takes two or three questions, so this stops within epochs and between them.
            actual = run(case, broken, newest_state(broken), StopsAt(9 + 5 * stops))
            break
        except KeyboardInterrupt:
            stops += 1

    assert stops > 1
    assert actual == expected


def test_pieces_grow_while_they_are_short(monkeypatch):
    from dltrain.training.pace import FIRST_STEPS, Pace

    monkeypatch.setattr("dltrain.training.pace.SECONDS", math.inf)
    pace = Pace()

    for _ in range(3):
        with pace.timing(pace.steps):
            pass

    assert pace.steps == 8 * FIRST_STEPS


def test_every_callback_of_the_language_keeps_what_it_begins_anew():
    stateless = {"terminate_on_nan"}
    known = {kind.__name__.casefold() for kind in KEPT} | {
        one.replace("_", "") for one in stateless
    }

    assert {name.replace("_", "") for name in kinds()["callback"]} <= known


def trained_model(dtype="float32"):
    model = network(dtype)
    model.compile("adam", "binary_crossentropy", metrics=["auc"], jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    model.train_step(rows_of(8, 0))
    return model


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_a_state_survives_the_way_to_disk(dtype):
    model, best = trained_model(dtype), BestWeights("loss", "min")
    best.weights, best.epoch, best.value = model.get_weights(), 2, -0.25
    trained = Trained(history=[{"epoch": 1, "loss": 0.1 + 0.2}], seconds=[1.5])

    state = capture(model, [best], trained, Position(1, 2, 3))
    read = State.from_bytes(state.to_bytes())

    assert read.position == Position(1, 2, 3, stopped=False)
    assert (read.history, read.seconds) == (trained.history, trained.seconds)
    other, fresh = trained_model(dtype), BestWeights("loss", "min")
    other.train_step(rows_of(8, 5))
    restore(read, other, [fresh])
    assert (fresh.epoch, fresh.value) == (2, -0.25)
    assert {one.dtype.name for one in fresh.weights} == {"float32", dtype}
    kept = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    back = [*other.variables, *other.optimizer.variables, *other.metrics_variables]
    assert [one.numpy().tobytes() for one in kept] == [one.numpy().tobytes() for one in back]


def test_the_state_of_another_network_is_refused():
    state = capture(trained_model(), [], Trained(), Position(0, 1))
    other = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
    other.compile("adam", "mean_squared_error")
    other.optimizer.build(other.trainable_variables)

    with pytest.raises(FolderError) as caught:
        restore(state, other, [])

    assert str(caught.value) == "got the state of another network, expected that of this one."


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_torn_state_is_refused(share):
    content = capture(trained_model(), [], Trained(), Position(0, 1)).to_bytes()

    with pytest.raises(FolderError) as caught:
        State.from_bytes(content[: int(share * len(content))])

    assert str(caught.value) == "got a torn state, expected a whole one."


def test_a_flipped_bit_is_noticed():
    content = bytearray(capture(trained_model(), [], Trained(), Position(0, 1)).to_bytes())
    content[len(content) // 2] ^= 1

    with pytest.raises(FolderError):
        State.from_bytes(bytes(content))


@pytest.mark.slow
def test_xla_draws_the_same_numbers_when_it_goes_on_before_a_short_last_batch(folders, monkeypatch):
    whole, broken = folders
    case, steps = CASES["xla"], 11  # whole batches of an epoch of 90 rows by 8; the last has 2 rows
    expected = run(case, whole)
    monkeypatch.setattr("dltrain.training.pace.FIRST_STEPS", steps)

    class StopsBehindWholeBatches(Stop):
        def check(self):
            if newest_state(broken).position == Position(0, 1, steps):
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "is_due", lambda self, *, within: True)
        patch.setattr("dltrain.training.pace.SECONDS", 0.0)
        with pytest.raises(KeyboardInterrupt):
            run(case, broken, stop=StopsBehindWholeBatches())

    assert run(case, broken, newest_state(broken)) == expected
