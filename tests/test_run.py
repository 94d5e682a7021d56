"""The Python calls: `dltrain.fit`, and `dltrain.Run` over what it left."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

import dltrain

# predictions.csv keeps what the network gives; `predict` scales inside the model, in float32.
CLOSE = {"check_dtype": False, "rtol": 0, "atol": 1e-6}


@pytest.fixture(scope="module")
def run(finished):
    return dltrain.Run(finished.folder.path)


@pytest.fixture(scope="module")
def fruits(finished):
    return pd.read_csv(finished.data).drop(columns="sort")


@pytest.fixture(scope="module")
def predictions(finished):
    return pd.read_csv(finished.folder / "predictions.csv")[["prediction", "p_apple", "p_pear"]]


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """A run on small pictures."""
    home = tmp_path_factory.mktemp("pictures")
    draw = np.random.default_rng(5)
    y = np.arange(90) % 3
    x = (draw.integers(0, 60, (90, 6, 6)) + 60 * y[:, None, None]).astype(np.uint8)
    np.savez(home / "pictures.npz", x=x, y=y)
    (home / "pictures.yaml").write_text(
        "dataset: {type: npz, path: pictures.npz}\n"
        "architecture: {type: mlp, units: [8]}\n"
        "metrics: [accuracy]\ntraining: {epochs: 3}\n"
    )
    return dltrain.fit(home / "pictures.yaml", output=home / "runs", quiet=True), x


def test_fit_takes_overrides_a_place_and_a_name(fruit, tmp_path, capfd):
    overrides = {"training.epochs": 2, "optimizer": {"type": "sgd", "learning_rate": 1e-3}}

    run = dltrain.fit(fruit, overrides, output=tmp_path / "out", name="two", quiet=True)

    assert run.path.parent == tmp_path / "out" / "two"
    assert run.status == "finished"
    assert len(run.history) == 2
    assert capfd.readouterr() == ("", "")


def test_fit_shows_its_progress_on_stderr(fruit, tmp_path, capfd):
    run = dltrain.fit(fruit, {"training.epochs": 1}, output=tmp_path)

    out, err = capfd.readouterr()
    assert out == ""
    assert err == (run.path / "log.txt").read_text()


def test_fit_raises_what_the_command_prints(fruit, tmp_path):
    with pytest.raises(dltrain.ConfigError) as caught:
        dltrain.fit(fruit, {"training.epochs": 0}, output=tmp_path)

    assert "training.epochs: got 0, expected a whole number of at least 1." in str(caught.value)


def test_a_run_knows_its_folder_and_its_ending(run, finished):
    assert run.path == finished.folder.path
    assert run.status == "finished"
    assert repr(run) == f"Run('{finished.folder.path}')"


def test_the_metrics_are_those_of_metrics_json(run, finished):
    assert run.metrics == finished.folder.read_json("metrics.json")["splits"]


def test_the_history_is_a_frame_with_every_digit(run, finished):
    lines = (finished.folder / "history.csv").read_text().splitlines()

    assert list(run.history) == lines[0].split(",")
    assert [str(value) for value in run.history["val_loss"]] == [
        line.split(",")[lines[0].split(",").index("val_loss")] for line in lines[1:]
    ]


def test_a_frame_gets_the_predictions_of_the_run(run, fruits, predictions):
    pd.testing.assert_frame_equal(run.predict(fruits), predictions, **CLOSE)


def test_the_order_of_columns_and_further_ones_do_not_matter(run, fruits, predictions):
    shuffled = fruits[fruits.columns[::-1]].assign(note="x", sort="pear")

    pd.testing.assert_frame_equal(run.predict(shuffled), predictions, **CLOSE)


def test_predictions_keep_the_index_of_their_rows(run, fruits, predictions):
    some = fruits.iloc[[7, 3, 100]]

    pd.testing.assert_frame_equal(run.predict(some), predictions.iloc[[7, 3, 100]], **CLOSE)


def test_an_array_is_what_the_model_itself_takes(run, fruits, predictions):
    codes = fruits.assign(colour=fruits["colour"].map(["green", "red", "yellow"].index))

    said = run.predict(codes.to_numpy(np.float32))

    pd.testing.assert_frame_equal(said, predictions, **CLOSE)


def test_a_value_that_no_train_row_had_is_taken_as_none_of_them(run, fruits):
    strange = fruits.head(3).assign(colour="blue")

    said = run.predict(strange)

    assert len(said) == 3
    assert said["p_pear"].between(0, 1).all()


WRONG_ROWS = {
    "missing column": (
        lambda fruits: fruits.rename(columns={"colour": "color"}),
        "got no column 'colour' among color, crate, length, weight, "
        "expected the columns of the training. Did you mean 'color'?",
    ),
    "no rows": (lambda fruits: fruits.head(0), "got no rows, expected at least one."),
    "narrow array": (
        lambda fruits: fruits.to_numpy(dtype=object)[:, :3],
        "got rows of shape (240, 3), expected (n, 4).",
    ),
    "array of words": (
        lambda fruits: fruits.to_numpy(dtype=object),
        "got an array of object, expected numbers, or a table with its columns.",
    ),
    "array with NaN": (
        lambda fruits: np.full((2, 4), np.nan),
        "got rows with numbers that are not finite, expected finite numbers.",
    ),
    "flat array": (
        lambda fruits: fruits.to_numpy(dtype=object)[0],
        "got rows of shape (4,), expected (n, 4).",
    ),
}


@pytest.mark.parametrize(("change", "message"), WRONG_ROWS.values(), ids=WRONG_ROWS.keys())
def test_rows_that_do_not_fit_are_refused(run, fruits, change, message):
    with pytest.raises(dltrain.DataError) as caught:
        run.predict(change(fruits))

    assert str(caught.value) == message


WRONG_CELLS = {
    "text among numbers": {"weight": "heavy"},
    "missing number": {"weight": None},
    "infinity": {"length": np.inf},
    "missing name": {"colour": None},
}


@pytest.mark.parametrize("cells", WRONG_CELLS.values(), ids=WRONG_CELLS.keys())
def test_a_cell_that_is_not_what_its_column_says_is_named(run, fruits, cells):
    with pytest.raises(dltrain.DataError) as caught:
        run.predict(fruits.head(2).assign(**cells))

    assert str(caught.value).startswith(f"dataset.columns.{next(iter(cells))}: got ")
    assert "row 0" in str(caught.value)


def test_the_model_is_plain_keras_and_takes_raw_numbers(run, fruits, predictions):
    codes = fruits.assign(colour=fruits["colour"].map(["green", "red", "yellow"].index))

    outputs = run.model.predict(codes.to_numpy(np.float32), verbose=0)

    assert type(run.model).__module__.startswith("keras.")
    assert outputs[:, 0] == pytest.approx(predictions["p_pear"].to_numpy(), abs=1e-6)


def test_pictures_are_predicted(digits):
    run, x = digits

    said = run.predict(x)

    kept = pd.read_csv(run.path / "predictions.csv")
    assert list(said) == ["prediction", "p_0", "p_1", "p_2"]
    assert said["p_1"].to_numpy() == pytest.approx(kept["p_1"].to_numpy(), abs=1e-6)


def test_pictures_of_another_shape_are_refused(digits):
    run, x = digits

    with pytest.raises(dltrain.DataError) as caught:
        run.predict(x[:, :5])

    assert str(caught.value) == "got rows of shape (90, 5, 6), expected (n, 6, 6, 1)."


def test_pixels_that_were_scaled_already_are_refused(digits):
    run, x = digits

    with pytest.raises(dltrain.DataError) as caught:
        run.predict(x / 255)

    assert str(caught.value) == "got float64 rows, expected uint8, as the model takes them."


def test_a_folder_that_moved_predicts_without_its_data(finished, fruits, predictions, tmp_path):
    moved = shutil.copytree(finished.folder.path, tmp_path / "moved")
    resolved = (moved / "config.resolved.yaml").read_text()
    (moved / "config.resolved.yaml").write_text(resolved.replace("fruit.csv", "gone.csv"))

    said = dltrain.Run(moved).predict(fruits)

    pd.testing.assert_frame_equal(said, predictions, **CLOSE)


def test_what_is_no_run_folder_is_refused(tmp_path):
    with pytest.raises(dltrain.RunError) as caught:
        dltrain.Run(tmp_path / "nothing")

    assert str(caught.value) == (
        f"got {tmp_path / 'nothing'}, which does not exist, expected a run folder. "
        "`fit` prints it as its last line."
    )


def test_a_run_says_which_expectations_it_does_not_meet(fruit, tmp_path):
    bounds = {"expect": {"test": {"accuracy": "> 1", "loss": ">= 0"}}, "training.epochs": 1}

    run = dltrain.fit(fruit, bounds, output=tmp_path, quiet=True)

    figure = run.metrics["test"]["accuracy"]
    assert run.unmet == [f"expect.test.accuracy: got {figure!r}, expected > 1."]
