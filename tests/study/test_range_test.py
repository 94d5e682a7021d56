"""Range tests of whole files: against a closed form, on train rows alone, the same bits again."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain.config import load
from dltrain.errors import RunError
from dltrain.study.range_test import find_rate
from dltrain.terminal import Terminal

pytestmark = pytest.mark.slow
QUIET = Terminal(quiet=True)
QUADRATIC = """\
seed: 3
dataset: {type: csv, path: line.csv, target: {y: {task: regression}}, scaling: none}
split: none
architecture: {layers: []}
loss: mse
optimizer: sgd
training: {batch_size: full}
"""


def test_gradient_descent_on_a_quadratic_diverges_behind_two_over_its_curvature(tmp_path):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(80, 2)) * [1.0, 3.0]
    y = x @ [2.0, -1.0] + 5
    np.savetxt(
        tmp_path / "line.csv", np.column_stack([x, y]), "%.6f", ",", header="a,b,y", comments=""
    )
    (tmp_path / "line.yaml").write_text(QUADRATIC)
    with_bias = np.column_stack([x, np.ones(80)])
    limit = 2 / np.linalg.eigvalsh(2 / 80 * with_bias.T @ with_bias).max()

    found = find_rate(load(tmp_path / "line.yaml"), repeats=1, terminal=QUIET)

    rises = np.flatnonzero(np.diff(found.losses) > 1e-6 * found.losses[0])
    assert limit <= found.rates[rises[0]]
    assert limit < found.diverged_at < 10 * limit
    assert found.reading.suggestion < limit


def test_the_same_seed_gives_the_same_bits_and_another_one_others(fruit):
    first, again, other = (
        find_rate(load(fruit, [f"seed={seed}"]), repeats=2, terminal=QUIET) for seed in (3, 3, 4)
    )

    assert again.losses.tobytes() == first.losses.tobytes()
    assert again.override == first.override
    assert other.losses[0] != first.losses[0]


def test_a_repeat_is_the_test_of_its_seed(fruit):
    both = find_rate(load(fruit, ["seed=3"]), repeats=2, terminal=QUIET)
    first, second = (
        find_rate(load(fruit, [f"seed={seed}"]), repeats=1, terminal=QUIET) for seed in (3, 4)
    )

    count = len(both.losses)
    assert count == min(len(first.losses), len(second.losses))
    mean = (first.losses[:count] + second.losses[:count]) / 2
    assert both.losses.tolist() == mean.tolist()
    assert both.each == [first.reading.suggestion, second.reading.suggestion]


def test_val_and_test_rows_do_not_matter(fruit, tmp_path):
    lines = (tmp_path / "fruit.csv").read_text().splitlines()
    parts = ["train"] * 160 + ["val"] * 40 + ["test"] * 40
    by_column = ["split={type: column, column: part}"]

    def found(name, rows):
        header = f"{lines[0]},part"
        marked = [f"{row},{part}" for row, part in zip(rows, parts, strict=True)]
        (tmp_path / name).write_text("\n".join([header, *marked, ""]))
        config = load(fruit, [*by_column, f"dataset.path={tmp_path / name}"])
        return find_rate(config, repeats=1, terminal=QUIET)

    before = found("before.csv", lines[1:])
    after = found("after.csv", lines[1:161] + lines[1:81])

    assert after.losses.tobytes() == before.losses.tobytes()


WAYS = {
    "batches of one row": ["training.batch_size=1"],
    "all rows at once": ["training.batch_size=full"],
    "batches larger than the rows": ["training.batch_size=9999"],
    "class weights": ["training.class_weight=balanced"],
    "sample weights": ["training.sample_weight=weight", "dataset.features={exclude: [weight]}"],
    "half precision": ["training.precision=mixed_bfloat16"],
    "half precision with a scaled loss": ["training.precision=mixed_float16"],
    "Keras's own engine": ["training.engine=keras"],
    "XLA": ["training.engine=xla"],
    "a table that is streamed": ["dataset.cache=always"],
    "adadelta": ["optimizer=adadelta"],
    "a schedule": [
        "optimizer.learning_rate={type: cosine_decay, initial_learning_rate: 0.1, decay_steps: 9}"
    ],
    "no shuffling": ["training.shuffle=false"],
    "penalties and batch normalization": [
        "regularization.kernel=l2", "architecture.layers.1=batch_normalization"
    ],
    "phases": [
        "architecture.layers.0.name=hidden", "training.epochs=2",
        "training.phases=[{epochs: 1, trainable: {hidden: false}}, {epochs: 1}]",
    ],
}  # fmt: skip


@pytest.mark.parametrize("arguments", WAYS.values(), ids=WAYS.keys())
def test_every_way_to_train_can_be_tested(fruit, arguments):
    found = find_rate(load(fruit, arguments), repeats=2, terminal=QUIET)

    assert np.isfinite(found.losses).all()
    assert found.reading.suggestion is None or 1e-7 <= found.reading.suggestion <= 10


def test_class_weights_count_in_the_loss(fruit):
    plain, weighed = (
        find_rate(
            load(fruit, ["training.batch_size=full", "training.class_weight=" + weight]),
            repeats=1,
            terminal=QUIET,
        )
        for weight in ("null", "{apple: 2, pear: 2}")
    )

    assert weighed.losses[0] == pytest.approx(2 * plain.losses[0], rel=1e-5)


def test_a_loss_that_is_no_number_from_the_start_is_told(fruit):
    config = load(
        fruit,
        ["architecture.layers.0.kernel_initializer={type: constant, value: 1.0e+38}",
         "architecture.layers.0.activation=linear"],
    )  # fmt: skip

    with pytest.raises(RunError) as caught:
        find_rate(config, repeats=1, terminal=QUIET)

    assert str(caught.value) == (
        "got the loss nan before the first update, expected a finite number. "
        "Look at the data with `inspect data`."
    )
