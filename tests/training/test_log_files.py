"""Logs of `csv_logger` that go on, against what Keras writes itself."""

import keras
import pytest

from dltrain.errors import RunError
from dltrain.training.log_files import go_on_writing

ROWS = [
    {"epoch": 1, "loss": 0.1 + 0.2, "val_loss": 1e-7},
    {"epoch": 2, "loss": 0.25},  # not validated
    {"epoch": 3, "loss": 1.0, "val_loss": 2.0},
]
KEYS = ["loss", "val_loss"]


def logged(path, rows, separator=","):
    """Let Keras's own callback log some epochs; give what it has written."""
    logger = keras.callbacks.CSVLogger(path, separator)
    logger.on_train_begin()
    for row in rows:
        logger.on_epoch_end(row["epoch"] - 1, {k: v for k, v in row.items() if k != "epoch"})
    logger.on_train_end()
    return path.read_bytes()


LEFT = {
    "all of it": lambda whole: whole,
    "more epochs": lambda whole: whole + b"3,4.0,5.0\r\n",
    "rows that are missing": lambda whole: b"".join(whole.splitlines(keepends=True)[:2]),
    "a torn row": lambda whole: whole[:-4],
    "zeros": lambda whole: whole[:-9] + bytes(9),
    "an empty file": lambda whole: b"",
    "half of the header": lambda whole: whole[:7],
    "nothing": lambda whole: None,
}


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT.keys())
def test_a_log_that_goes_on_has_a_row_for_each_epoch_that_counts(tmp_path, left, separator):
    path = tmp_path / "log.csv"
    whole = logged(path, ROWS, separator)
    remains = left(whole)
    path.unlink() if remains is None else path.write_bytes(remains)
    logger = keras.callbacks.CSVLogger(path, separator)

    go_on_writing([logger], ROWS, {logger: {"keys": KEYS}}.get)

    assert path.read_bytes() == whole
    assert logger.append
    assert [one.name for one in tmp_path.iterdir()] == ["log.csv"]


def test_a_log_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "log.csv"
    whole = logged(path, ROWS)
    logger = keras.callbacks.CSVLogger(path)

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunError):
        go_on_writing([logger], ROWS[:2], {logger: {"keys": KEYS}}.get)

    assert path.read_bytes() == whole


def test_a_log_that_begins_is_left_to_keras(tmp_path):
    logger = keras.callbacks.CSVLogger(tmp_path / "log.csv")

    go_on_writing([logger], [], {}.get)

    assert not logger.append
    assert list(tmp_path.iterdir()) == []
