"""Where tables, facts and weights differ: the first or the largest difference, in words."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain.reproducing.differing import in_facts, in_tables, in_weights

HISTORY = "epoch,loss,val_loss\n1,0.5,0.6\n2,0.25,0.5\n"
TABLES = {
    "equal": (HISTORY, "first", "None"),
    "one cell": (HISTORY.replace("0.25", "0.26"), "first", "epoch 2, loss: 0.25 → 0.26"),
    "the first of three": (
        "epoch,loss,val_loss\n1,0.5,0.61\n2,0.35,0.9\n",
        "first",
        "epoch 1, val_loss: 0.6 → 0.61, the first of 3 differences",
    ),
    "the largest of three": (
        "epoch,loss,val_loss\n1,0.5,0.61\n2,0.35,0.9\n",
        "largest",
        "epoch 2, val_loss: 0.5 → 0.9, the largest of 3 differences",
    ),
    "a word, which is further than any number": (
        "epoch,loss,val_loss\n1,9,0.6\n2,0.25,none\n",
        "largest",
        "epoch 2, val_loss: 0.5 → none, the largest of 2 differences",
    ),
    "an empty cell": (HISTORY.replace("0.25", ""), "first", "epoch 2, loss: 0.25 → "),
    "a column less": (
        "epoch,loss\n1,0.5\n2,0.25\n",
        "first",
        "columns: epoch, loss, val_loss → epoch, loss",
    ),
    "a row less": ("epoch,loss,val_loss\n1,0.5,0.6\n", "first", "epoch 2: 2,0.25,0.5 → nothing"),
    "a row more": (HISTORY + "3,0.1,0.4\n", "first", "epoch 3: nothing → 3,0.1,0.4"),
    "other line ends": (
        HISTORY.replace("\n", "\r\n"),
        "first",
        "line ends or quotes: these bytes → others",
    ),
    "nothing": ("", "first", "columns: epoch, loss, val_loss → "),
    "no text": (b"\xff\xfe", "first", "columns: epoch, loss, val_loss → \N{REPLACEMENT CHARACTER}"
                "\N{REPLACEMENT CHARACTER}"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "way", "said"), TABLES.values(), ids=TABLES.keys())
def test_tables_are_compared_cell_by_cell(tmp_path, text, way, said):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(HISTORY, newline="")
    new.write_bytes(text.encode() if isinstance(text, str) else text)

    assert str(in_tables(old, new, "epoch", way)) == said


METRICS = {"epoch": 3, "splits": {"val": {"loss": 0.5, "auc": None}, "test": {"loss": 0.25}}}
FACTS = {
    "equal": ({**METRICS}, "None"),
    "a bit": (
        METRICS | {"splits": {"val": {"loss": 0.5000000000000001, "auc": None},
                              "test": {"loss": 0.25}}},
        "splits.val.loss: 0.5 → 0.5000000000000001",
    ),
    "the largest": (
        METRICS | {"splits": {"val": {"loss": 0.6, "auc": None}, "test": {"loss": 0.5}}},
        "splits.test.loss: 0.25 → 0.5, the largest of 2 differences",
    ),
    "a figure that is undefined": (
        METRICS | {"splits": {"val": {"loss": 9, "auc": 0.5}, "test": {"loss": 0.25}}},
        "splits.val.auc: nothing → 0.5, the largest of 2 differences",
    ),
    "a part less": (
        METRICS | {"splits": {"val": {"loss": 0.5, "auc": None}}},
        "splits.test: {'loss': 0.25} → nothing",
    ),
}  # fmt: skip


LISTS = {
    "an end of an interval": ([[1, 2.5], [3, 4]], "[0][1]: 2 → 2.5"),
    "the larger of two": ([[1, 2.5], [3, 9]], "[1][1]: 4 → 9, the largest of 2 differences"),
    "a whole number and a fraction": ([[1.0, 2], [3, 4]], "[0][0]: 1 → 1.0"),
    "one entry less": ([[1, 2]], ": [[1, 2], [3, 4]] → [[1, 2]]"),
}


@pytest.mark.parametrize(("new", "said"), LISTS.values(), ids=LISTS.keys())
def test_lists_are_compared_entry_by_entry(new, said):
    assert str(in_facts({"a": [[1, 2], [3, 4]]}, {"a": new}, "largest")) == f"a{said}"


@pytest.mark.parametrize(("facts", "said"), FACTS.values(), ids=FACTS.keys())
def test_facts_are_compared_key_by_key(facts, said):
    assert str(in_facts(METRICS, facts, "largest")) == said


KERNEL, BIAS = np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(3, np.float32)
WEIGHTS = {
    "equal": ([("kernel", KERNEL), ("bias", BIAS)], "None"),
    "another type": (
        [("kernel", KERNEL.astype(np.float64)), ("bias", BIAS)],
        "kernel: float32 (2, 3) → float64 (2, 3)",
    ),
    "an entry": (
        [("kernel", np.array([[0, 1, 2], [3, 4.5, 5]], np.float32)), ("bias", BIAS)],
        "kernel[1][1]: 4.0 → 4.5",
    ),
    "entries of two": (
        [("kernel", np.array([[0, 1, 2], [3, 4.5, 5]], np.float32)), ("bias", BIAS + 2)],
        "bias[0]: 0.0 → 2.0, the largest of 2 differences",
    ),
    "no number": (
        [("kernel", KERNEL), ("bias", np.array([0, np.nan, 1], np.float32))],
        "bias[1]: 0.0 → nan",
    ),
    "a sign of zero": ([("kernel", KERNEL), ("bias", -BIAS)], "bias[0]: 0.0 → -0.0"),
    "another network": ([("kernel", KERNEL)], "names: kernel, bias → kernel"),
}


@pytest.mark.parametrize(("weights", "said"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_weights_are_compared_array_by_array(weights, said):
    assert str(in_weights([("kernel", KERNEL), ("bias", BIAS)], weights)) == said
