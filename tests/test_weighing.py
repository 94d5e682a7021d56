"""What the loss is weighed by, and which rows validate, against the same computed with NumPy."""

import json

import numpy as np
import pandas as pd
import pytest

import dltrain
from dltrain import backend
from dltrain.assembly import assemble, prepare_data
from dltrain.config import load
from dltrain.data import Part
from dltrain.data.weights import loss_weights
from dltrain.errors import DltrainError

ROWS = 120
NETWORK = "architecture: {layers: [{type: dense, units: 4, activation: relu}]}\n"
TARGETS = {
    "binary": ("target: sort", NETWORK),
    "several classes": ("target: kind", NETWORK),
    "amounts": ("target: price", NETWORK),
    "several targets": ("target: {sort: {}, price: {weight: 0.5}}", NETWORK),
    "an autoencoder": ("features: {include: [a, b]}", f"task: autoencoder\n{NETWORK}"),
}
DATASET = "type: csv, path: a.csv, features: {include: [a, b]}"


@pytest.fixture
def assembled(tmp_path, monkeypatch):
    """Assemble an experiment on a made table."""
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(3)
    table = pd.DataFrame(draw.normal(size=(ROWS, 2)), columns=["a", "b"]).assign(
        sort=draw.choice(["no", "yes"], ROWS), kind=draw.choice(list("xyz"), ROWS),
        price=draw.normal(9, 2, ROWS), w=draw.integers(0, 5, ROWS),
    )  # fmt: skip
    table.to_csv("a.csv", index=False)
    np.savez("pictures.npz", x=draw.integers(0, 256, (40, 4, 4), np.uint8), y=np.arange(40) % 2)

    def make(text, dataset=f"{DATASET}, target: sort", smoke=False):
        (tmp_path / "a.yaml").write_text(f"dataset: {{{dataset}}}\n{text}", encoding="utf-8")
        config = load("a.yaml")
        try:
            data = prepare_data(config, smoke=smoke)
            backend.start()
            return assemble(config, data, smoke=smoke)
        except DltrainError as error:
            raise config.placed(error) from error

    return make


def plain_losses(assembly):
    """Compute the loss of each train row with Keras's own function, one row a call."""
    network, (x, y) = assembly.network, assembly.train[:2]
    return np.array(
        [network.evaluate(*_row(x, y, at), verbose=0, return_dict=True)["loss"]
         for at in range(len(assembly.data.parts["train"]))]
    )  # fmt: skip


def _row(x, y, at):
    one = {name: rows[at : at + 1] for name, rows in y.items()} if isinstance(y, dict) else None
    return x[at : at + 1], one or y[at : at + 1]


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_the_loss_of_each_row_is_weighed(assembled, name):
    dataset, text = TARGETS[name]
    known = dataset if name == "an autoencoder" else f"features: {{include: [a, b]}}, {dataset}"
    assembly = assembled(
        f"training: {{sample_weight: w}}\n{text}", f"type: csv, path: a.csv, {known}"
    )
    x, y, weights = assembly.train

    found = assembly.network.evaluate(
        x, y, sample_weight=weights, batch_size=ROWS, verbose=0, return_dict=True
    )

    own = assembly.data.parts["train"].weights
    assert found["loss"] == pytest.approx((own * plain_losses(assembly)).mean(), rel=1e-5)


def test_the_loss_of_pictures_that_are_rebuilt_is_weighed(assembled):
    assembly = assembled(
        "task: autoencoder\narchitecture: {layers: [flatten, {type: dense, units: 4}]}\n",
        "type: npz, path: pictures.npz",
    )
    x, y = assembly.train
    weights = np.arange(len(x), dtype=np.float32)

    shaped = loss_weights(Part(weights, x, x, y, weights), assembly.data.target, None)
    found = assembly.network.evaluate(
        x, y, sample_weight=shaped, batch_size=ROWS, verbose=0, return_dict=True
    )

    errors = np.square(assembly.network.predict(x, verbose=0) - y).mean(axis=(1, 2, 3))
    assert found["loss"] == pytest.approx((weights * errors).mean(), rel=1e-5)


def test_rows_and_classes_are_weighed_together(assembled):
    assembly = assembled(f"training: {{sample_weight: w, class_weight: {{'yes': 3}}}}\n{NETWORK}")
    part = assembly.data.parts["train"]

    assert assembly.train[2].tolist() == (part.weights * np.where(part.y[:, 0], 3, 1)).tolist()
    assert len(assembly.val) == 2


VALIDATED = {
    "all": ("", 24, 32),
    "some batches": ("validation_steps: 2, validation_batch_size: 5", 10, 5),
    "as many as there are": ("validation_steps: 3, validation_batch_size: 9", 24, 9),
    "a batch as large as those of training": (
        "validation_batch_size: null, batch_size: 64",
        24,
        64,
    ),
    "batches of half of 32": ("validation_batch_size: 16", 24, 16),
}


@pytest.mark.parametrize(("training", "rows", "size"), VALIDATED.values(), ids=VALIDATED.keys())
def test_the_first_batches_validate(assembled, training, rows, size):
    split = "split: {fractions: {train: 0.6, val: 0.2, test: 0.2}}\n"
    assembly = assembled(f"training: {{{training}}}\n{split}{NETWORK}")

    x, y = assembly.val

    whole = assembly.data.parts["val"]
    assert np.array_equal(x, whole.x[:rows])
    assert np.array_equal(y, whole.y[:rows])
    assert assembly.validation_batch_size == size


def test_more_batches_than_there_are_are_refused(assembled):
    text = (
        "training: {validation_steps: 4, validation_batch_size: 9}\n"
        f"split: {{fractions: {{train: 0.6, val: 0.2, test: 0.2}}}}\n{NETWORK}"
    )

    with pytest.raises(DltrainError) as caught:
        assembled(text)

    assert str(caught.value) == (
        "a.yaml:2:30: training.validation_steps: got 4, "
        "expected at most 3, the batches of 24 val rows. Leave it out for all of them."
    )
    assert len(assembled(text, smoke=True).val[0]) == 24


def test_the_file_says_the_precision_of_the_network(assembled):
    assembly = assembled(f"training: {{precision: mixed_bfloat16}}\n{NETWORK}")

    assert assembly.network.get_layer("dense").compute_dtype == "bfloat16"
    assert assembly.network.output.dtype == "float32"


FRUIT = ["colour", "crate", "length", "sort"]


@pytest.mark.slow
@pytest.mark.parametrize("cache", ["never", "always"])
def test_a_run_with_weights_is_evaluated_and_predicts_rows_that_have_none(
    fruit, command, tmp_path, cache, monkeypatch
):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    # The weight of a fruit decides its sort, so without the column as a feature little is known.
    options = ["training.sample_weight=weight", "training.epochs=2", f"dataset.cache={cache}"]
    ended = command("fit", fruit, *options)
    frame = pd.read_csv("fruit.csv")
    frame[FRUIT].to_csv("other.csv", index=False)

    again = command("evaluate", ended.folder, "--json")
    other = command("evaluate", ended.folder, "--data", "other.csv", "--json")

    assert (ended.exit_code, again.exit_code, other.exit_code) == (0, 0, 0), ended.stderr
    run = dltrain.Run(ended.folder)
    assert json.loads(again.stdout)["splits"]["val"] == pytest.approx(run.metrics["val"])
    columns = json.loads((ended.folder / "preprocessing.json").read_text())["inputs"]["columns"]
    assert [column["name"] for column in columns] == ["colour", "crate", "length"]
    predicted = run.predict(frame[["colour", "crate", "length"]])
    assert predicted.equals(run.predict(frame))
    resolved = command("fit", ended.folder / "config.resolved.yaml", "-o", tmp_path / "again")
    assert dltrain.Run(resolved.folder).metrics == run.metrics


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_a_run_in_half_precision_leaves_a_model_that_plain_keras_loads(fruit, command, precision):
    ended = command("fit", fruit, f"training.precision={precision}", "training.epochs=3")

    assert ended.exit_code == 0, ended.stderr
    run = dltrain.Run(ended.folder)
    assert np.isfinite(run.history["loss"]).all()
    written = pd.read_csv(ended.folder / "predictions.csv")
    predicted = run.predict(pd.read_csv("fruit.csv").iloc[written["row"]])
    assert predicted["p_pear"].to_numpy() == pytest.approx(written["p_pear"], abs=1e-4)
