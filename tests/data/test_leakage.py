"""The leakage contract: what is learned hangs on the train cells alone, and not on their order.

Every case is a table with one column of some type, or a file of some source. With the split fixed,
each val and test cell becomes each other value that the column accepts, and nothing that is
learned may change by a bit: what preprocessing.json and config.resolved.yaml hold, class weights,
types, the numbers that train, and what the rules of lint are told.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from dltrain import config
from dltrain.assembly import goal_of, prepare_data
from dltrain.data import Data
from dltrain.data.targets.classes import class_weights
from dltrain.facts import facts_of
from dltrain.records import resolved_text

PARTS = ["train"] * 40 + ["val"] * 12 + ["test"] * 12
ROWS, TRAIN = len(PARTS), PARTS.count("train")
SPLIT = {"type": "column", "column": "part"}
DRAW = np.random.default_rng(5)


def drawn(values: list[str]) -> list[str]:
    """Draw a cell for each row; every value stands in a train row."""
    first = (values * TRAIN)[: min(len(values), TRAIN)]
    return [*first, *DRAW.choice(values, ROWS - len(first))]


@dataclass(frozen=True)
class Column:
    """One column, and what it may become.

    Attributes:
        cells: A cell for each row, as text.
        others: Other cells that the column accepts.
        options: What `dataset.columns` says of it.
        dataset: Further keys of `dataset`.
        kinds: Sources that can hold such a column.
    """

    cells: list[str]
    others: list[str]
    options: dict[str, Any] = field(default_factory=dict)
    dataset: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("csv", "parquet", "arff")


FRACTIONS = [f"{number:.3f}" for number in DRAW.normal(5, 2, TRAIN).clip(0.5)]
WHOLE = [str(number) for number in DRAW.integers(0, 90, TRAIN)]
WORDS = ["green", "red", "yellow"]
TEXTS = ["a good day", "the day was bad", "bad bad weather", "good weather all the day"]
NEW_NUMBERS = [
    "3", "-1e30", "1e30", "0.1234567890123456", "12345678901234567890", "1" + "0" * 30, "2.5",
    "1e-300",
]  # fmt: skip
NEW_WORDS = ["blue", "7", "2.5", "True", "2026-01-31", "green ", "x" * 300, "ñ", "red"]
CSV = ("csv",)
SCALINGS = ("none", "standard", "min_max", "robust", "unit_norm", "log1p")
ENCODINGS = ("one_hot", "embedding", "integer")
TEXT_ENCODINGS = ("sequence", "multi_hot", "tf_idf", "bigrams")

COLUMNS = {
    **{
        f"number, {scaling}": Column(
            drawn(FRACTIONS),
            [cell for cell in NEW_NUMBERS if scaling != "log1p" or float(cell) > -1],
            {"type": "number", "scaling": scaling},
        )
        for scaling in SCALINGS
    },
    "number, whole": Column(drawn(WHOLE), NEW_NUMBERS),
    "number, in several spellings": Column(drawn(["1", "2.0", "03", "4e0"]), NEW_NUMBERS,
                                           kinds=CSV),
    "number, large": Column(
        drawn([str(1_600_000_000 + number) for number in range(30)]), NEW_NUMBERS
    ),
    "number, around zero": Column(
        [*[f"{sign}{number:.17f}" for number in DRAW.random(TRAIN // 2) for sign in ("", "-")],
         *drawn(FRACTIONS)[TRAIN:]], NEW_NUMBERS,
    ),
    "number, constant": Column(drawn(["7"]), NEW_NUMBERS),
    "number, imputed": Column(
        drawn([*FRACTIONS, "", ""]), [*NEW_NUMBERS, ""], {"missing": "impute", "type": "number"}
    ),
    "number, imputed where train is whole": Column(
        drawn(FRACTIONS), [*NEW_NUMBERS, "", "NA"], dataset={"missing": "impute"}, kinds=CSV
    ),
    "number, dropped": Column(drawn([*FRACTIONS, ""]), [*NEW_NUMBERS, ""],
                              dataset={"missing": "drop"}),
    **{
        f"category, {encoding}": Column(
            drawn(WORDS), NEW_WORDS, {"type": "category", "encoding": encoding}
        )
        for encoding in ENCODINGS
    },
    "category, inferred": Column(drawn(WORDS), NEW_WORDS),
    "category, of numbers": Column(drawn(["1", "2", "10"]), [*NEW_WORDS, "01", "1.0"],
                                   {"type": "category"}, kinds=("csv", "arff")),
    "category, of numbers in quotes": Column(
        drawn(["1", "2", "10"]), ["2", "7", ""],
        {"type": "category", "values": ["1", "2"], "missing": "impute"},
    ),
    "category, of words like numbers": Column(drawn(["1", "01", "x"]), NEW_WORDS,
                                              {"type": "category"}),
    "category, imputed": Column(
        drawn([*WORDS, ""]), [*NEW_WORDS, ""], {"type": "category", "missing": "impute"}
    ),
    "category, imputed where train is whole": Column(
        drawn(WORDS), [*NEW_WORDS, ""], {"type": "category", "missing": "impute"}
    ),
    "category, with its values": Column(
        drawn(WORDS), NEW_WORDS, {"type": "category", "values": ["red", "green"]}
    ),
    "category, dropped": Column(drawn([*WORDS, ""]), [*NEW_WORDS, ""],
                                dataset={"missing": "drop"}),
    "boolean": Column(drawn(["true", "false"]), ["true", "FALSE"]),
    "boolean, declared": Column(
        drawn(["yes", "no"]), ["y", "N", "true", "1", "off"], {"type": "boolean"}
    ),
    "boolean, imputed": Column(
        drawn(["true", "false", ""]), ["false", ""], {"type": "boolean", "missing": "impute"},
    ),
    "boolean, of 0 and 1": Column(drawn(["0", "1"]), ["1", "yes"], {"type": "boolean"},
                                  kinds=("csv", "arff")),
    "date": Column(
        drawn([f"2026-0{1 + day % 3}-{10 + day}" for day in range(15)]),
        ["1900-01-01", "2100-12-31", "2026-02-28T23:59:59.5", "2024-02-29 07:15"], kinds=CSV,
    ),
    "date, with a format": Column(
        drawn([f"{10 + day}.0{1 + day % 3}.2026" for day in range(15)]),
        ["01.01.1900", "31.12.2100"], {"type": "date", "format": "%d.%m.%Y", "cyclic": False},
        kinds=("csv", "parquet"),
    ),
    "date, imputed": Column(
        [*drawn([f"2026-01-{10 + day}T0{day % 7}:30" for day in range(15)])[:-1], ""],
        ["1900-01-01", ""], {"type": "date", "missing": "impute", "parts": ["day", "hour"]},
        kinds=CSV,
    ),
    **{
        f"text, {encoding}": Column(
            drawn(TEXTS), ["new words alone", "day " * 300, "ñ", "good " * 9 + "day"],
            {"type": "text", "encoding": encoding, "vocabulary": 9},
            {"inputs": {"table": ["other"], "text": ["changed"]}},
        )
        for encoding in TEXT_ENCODINGS
    },
    "text, imputed": Column(
        drawn([*TEXTS, ""]), ["", "new words"], {"type": "text"},
        {"inputs": {"table": ["other"], "text": ["changed"]}, "missing": "impute"},
    ),
    "a column of an input": Column(drawn(FRACTIONS), NEW_NUMBERS,
                                   dataset={"inputs": {"one": ["changed"], "two": ["other"]}}),
}  # fmt: skip
AMOUNTS = ["3", "-1e30", "0.1234567890123456", "12345678901234567890", "2.5", "1e30"]
TARGETS = {
    "binary": Column(drawn(["no", "yes"]), ["no", "yes"]),
    "binary, of numbers": Column(drawn(["0", "1"]), ["1", "1.0", "01"], kinds=CSV),
    "binary, of booleans": Column(drawn(["True", "False"]), ["True"], kinds=CSV),
    "multiclass": Column(drawn(WORDS), WORDS),
    "multiclass, of numbers": Column(drawn(["3", "5", "9"]), ["9", "9.0"], kinds=CSV),
    "ordered classes": Column(
        drawn(["low", "mid", "high"]), ["low", "mid"],
        {"classes": ["low", "mid", "high"], "ordered": True},
    ),
    **{
        f"regression, {scaling}": Column(
            drawn(FRACTIONS), [one for one in AMOUNTS if scaling != "log1p" or float(one) > -1],
            {"task": "regression", "scaling": scaling},
        )
        for scaling in ("none", "standard", "min_max", "robust", "log1p")
    },
    "labels in a column": Column(drawn(["0", "1"]), ["1", "0"], {"task": "multilabel"}),
    "regression, of whole numbers": Column(drawn(WHOLE), AMOUNTS),
    "bins": Column(drawn(FRACTIONS), AMOUNTS, {"bins": 4}),
    "bins by edges": Column(drawn(FRACTIONS), AMOUNTS, {"bins": [3.0, 5.0]}),
    "labels in a cell": Column(
        drawn(["a;b", "b", "c;a", "c"]), ["a;b;c", "c ; a", "b"], {"separator": ";"}
    ),
}  # fmt: skip


def prepare(path: Path) -> Data:
    """Prepare the rows of a config."""
    return prepare_data(config.load(path), smoke=False)


def learned(path: Path) -> dict[str, Any]:
    """Say everything that a run on a config learns from its data."""
    checked, data = config.load(path), prepare(path)
    goal = goal_of(checked.experiment, data.target)
    train = data.parts["train"]
    assembly: Any = SimpleNamespace(
        config=checked, data=data, goal=goal, engine=SimpleNamespace(name="graph")
    )
    target: Any = data.target
    exclusive = getattr(target, "task", "") in ("binary", "multiclass")
    return {
        "inputs": data.inputs.to_json(),
        "target": data.target.to_json(),
        "facts": target.facts,
        "resolved": resolved_text(assembly, "run"),
        "lint": repr(facts_of(data)),
        "weights": class_weights(train.y, target, "balanced").tolist() if exclusive else None,
        "rows": train.rows.tolist(),
        "bits": [*_bits(train.raw), *_bits(train.x), *_bits(train.y)],
    }


def _bits(arrays: Any) -> Iterator[tuple[str, bytes]]:
    for array in arrays.values() if isinstance(arrays, dict) else [arrays]:
        whole = np.ascontiguousarray(array[:])  # blocks give rows only
        yield str(whole.dtype), whole.tobytes()


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Name what two runs have learned otherwise."""
    spelled = [
        {name: json.dumps(facts[name], default=repr) for name in facts} for facts in (one, other)
    ]
    return [name for name in one if spelled[0][name] != spelled[1][name]]


def write_config(folder: Path, dataset: dict[str, Any], split: Any = None) -> Path:
    """Write a config without any layer of its own."""
    path = folder / "a.yaml"
    names = list(dataset.get("inputs") or ())
    layers = [{"type": "concatenate", "inputs": names}] if names else []
    architecture = {"layers": layers}
    values = {"dataset": dataset, "split": split or SPLIT, "architecture": architecture}
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return path


def write_table(folder: Path, kind: str, table: dict[str, list[str]]) -> str:
    """Write a table of words as a file of some kind; an empty cell is missing."""
    path = folder / f"a.{kind}"
    rows = list(zip(*table.values(), strict=True))
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(table), *rows])
    elif kind == "parquet":
        pytest.importorskip("pyarrow")
        pd.DataFrame({name: _typed(cells) for name, cells in table.items()}).to_parquet(path)
    else:
        path.write_text("\n".join(_arff(table, rows)), encoding="utf-8")
    return path.name


def _typed(cells: list[str]) -> pd.Series:
    """Give a column the type that a Parquet file has for it."""
    present = pd.Series([cell or None for cell in cells], dtype=object)
    numbers = pd.to_numeric(present, errors="coerce")
    return numbers if (numbers.isna() == present.isna()).all() else present


def _arff(table: dict[str, list[str]], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield "@relation a"
    for name, cells in table.items():
        numbers = _typed(cells).dtype.kind in "iuf"
        yield f"@attribute {name} {'numeric' if numbers else 'string'}"
    yield "@data"
    for row in rows:
        yield ",".join(f"'{cell}'" if cell else "?" for cell in row)


def with_column(folder: Path, kind: str, column: Column, cells: list[str]) -> Path:
    """Write a file whose column `changed` is a feature of some type, and its config."""
    table = {"changed": cells, "other": OTHER, "part": PARTS, "y": CLASSES}
    dataset = {"type": kind, "path": write_table(folder, kind, table), "target": "y"}
    if column.options:
        dataset["columns"] = {"changed": column.options}
    return write_config(folder, dataset | column.dataset)


def with_target(folder: Path, kind: str, column: Column, cells: list[str]) -> Path:
    """Write a file whose column `changed` is a target of some kind, and its config."""
    table = {"other": OTHER, "part": PARTS, "changed": cells}
    dataset = {"type": kind, "path": write_table(folder, kind, table)}
    return write_config(folder, dataset | {"target": {"changed": column.options}})


OTHER = drawn([f"{number:.2f}" for number in DRAW.normal(0, 1, TRAIN)])
CLASSES = drawn(["no", "yes"])


def changes(column: Column) -> Iterator[list[str]]:
    """Change the val and test cells: all of them alike, the first alone, each in another way."""
    cells, others = column.cells, column.others
    for other in others:
        if other or column.dataset.get("missing") != "drop":  # which would leave no val row
            yield cells[:TRAIN] + [other] * (ROWS - TRAIN)
        yield [*cells[:TRAIN], other, *cells[TRAIN + 1 :]]
    mixed = random.Random(0).choices(others, k=ROWS - TRAIN)
    yield cells[:TRAIN] + mixed


CASES = [
    pytest.param(
        kind, write, column, id=f"{role} in {kind}: {name}",
        marks=() if kind == "csv" else pytest.mark.slow,
    )
    for role, write, columns in (
        ("feature", with_column, COLUMNS), ("target", with_target, TARGETS),
    )
    for name, column in columns.items()
    for kind in column.kinds
]  # fmt: skip

Write = Callable[[Path, str, Column, list[str]], Path]


@pytest.mark.parametrize(("kind", "write", "column"), CASES)
def test_cells_of_val_and_test_rows_teach_nothing(
    tmp_path: Path, kind: str, write: Write, column: Column
):
    before = learned(write(tmp_path, kind, column, column.cells))

    for cells in changes(column):
        after = learned(write(tmp_path, kind, column, cells))
        assert differing(before, after) == [], set(cells[TRAIN:])


@pytest.mark.parametrize(("kind", "write", "column"), CASES)
def test_another_order_of_the_rows_teaches_the_same(
    tmp_path: Path, kind: str, write: Write, column: Column, monkeypatch: pytest.MonkeyPatch
):
    before = learned(write(tmp_path, kind, column, column.cells))

    for seed in range(3):
        order = np.random.default_rng(seed).permutation(ROWS)
        for name in ("OTHER", "PARTS", "CLASSES"):
            monkeypatch.setitem(globals(), name, [globals()[name][row] for row in order])
        after = learned(write(tmp_path, kind, column, [column.cells[row] for row in order]))
        monkeypatch.undo()
        for name in ("inputs", "target", "facts", "weights"):
            assert_same(before[name], after[name])


RANDOM = {"type": "random", "stratify": False, "seed": 3}
TIME = {"type": "time", "fractions": {"train": 0.6, "val": 0.2, "test": 0.2}}
NEW_TEXTS = ["new words alone", "7", "day " * 300]

# Given the rows to change and how, 0 for not at all; each writes files and gives its config.
Change = Callable[[Path, np.ndarray, int], Path]


def npz(shape: tuple[int, ...], dtype: str, **options: Any) -> Change:
    """Arrays of numbers; the classes change, too."""

    def write(folder: Path, rows: np.ndarray, change: int) -> Path:
        draw = np.random.default_rng(0)
        x = draw.integers(0, 200, (ROWS, *shape)).astype(dtype)
        y = np.arange(ROWS) % 3
        x[rows] = [x[rows], 0, 255, np.full((), 3e4).astype(dtype)][change]
        y[rows] = [y[rows], 0, 1, y[rows][::-1]][change]
        np.savez(folder / "a.npz", x=x, y=y)
        return write_config(folder, {"type": "npz", "path": "a.npz"} | options, RANDOM)

    return write


def pictures(folder: Path, rows: np.ndarray, change: int) -> Path:
    """One file a picture; others have another size, too."""
    from PIL import Image

    draw = np.random.default_rng(0)
    for row in range(ROWS):
        pixels = draw.integers(0, 255, (6, 5, 3)).astype(np.uint8)
        if row in rows and change:
            pixels = np.full((4 + change, 7, 3), 80 * change, np.uint8)
        path = folder / "pictures" / f"{row // (ROWS // 2)}" / f"{row:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    images = {"scaling": "standard", "size": [6, 5]}
    return write_config(folder, {"type": "images", "path": "pictures", "images": images}, RANDOM)


def texts(encoding: str) -> Change:
    """One file a text."""

    def write(folder: Path, rows: np.ndarray, change: int) -> Path:
        for row in range(ROWS):
            path = folder / "texts" / f"{row // (ROWS // 2)}" / f"{row:03}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            other = row in rows and change
            path.write_text(NEW_TEXTS[change - 1] if other else TEXTS[row % 4], encoding="utf-8")
        text = {"encoding": encoding, "vocabulary": 9}
        return write_config(folder, {"type": "text", "path": "texts", "text": text}, RANDOM)

    return write


def windows(scaling: str) -> Change:
    """A series; the rows are windows, and those behind all that train sees or predicts change."""

    def write(folder: Path, rows: np.ndarray, change: int) -> Path:
        draw = np.random.default_rng(0)
        series = draw.normal(5, 1, (ROWS, 2)).clip(0.1)
        if change:
            # A train window ends with row `w + 3` and predicts two more.
            series[rows.min() + 3 + 2 :] = [1e6, 0.0, 3.25][change - 1]
        lines = ["a,b", *(f"{one!r},{two!r}" for one, two in series.tolist())]
        (folder / "a.csv").write_text("\n".join(lines), encoding="utf-8")
        dataset = {
            "type": "windows", "path": "a.csv", "window": 4, "horizon": 2,
            "target": {"b": {"task": "regression", "scaling": scaling}}, "scaling": scaling,
        }  # fmt: skip
        return write_config(folder, dataset, TIME)

    return write


def cached(folder: Path, rows: np.ndarray, change: int) -> Path:
    """A table that is read through the cache."""
    table = {"a": list(OTHER), "b": (WORDS * ROWS)[:ROWS], "part": PARTS, "y": list(CLASSES)}
    for row in rows if change else ():
        table["a"][row] = ["1e30", "7", "-0.5"][change - 1]
        table["b"][row] = ["blue", "7", "red"][change - 1]
        table["y"][row] = CLASSES[change]
    dataset = {"type": "csv", "path": write_table(folder, "csv", table), "target": "y"}
    return write_config(folder, dataset | {"cache": "always"})


FILES = {
    "npz, a table": npz((4,), "float64"),
    "npz, whole numbers": npz((4,), "int64"),
    "npz, pictures": npz((4, 3, 3), "uint8", images={"scaling": "standard"}),
    "npz, an array": npz((4, 3, 2), "float32"),
    "pictures in files": pictures,
    **{f"texts in files, {encoding}": texts(encoding) for encoding in TEXT_ENCODINGS},
    **{f"windows, {scaling}": windows(scaling) for scaling in ("standard", "min_max", "log1p")},
    "a table in the cache": cached,
}


@pytest.mark.parametrize("write", FILES.values(), ids=FILES.keys())
def test_files_of_val_and_test_rows_teach_nothing(
    tmp_path: Path, write: Change, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    path = write(tmp_path, np.array([], int), 0)
    before = learned(path)
    others = [part.rows for name, part in prepare(path).parts.items() if name != "train"]
    rows = np.sort(np.concatenate(others))

    for change in (1, 2, 3):
        after = learned(write(tmp_path, rows, change))
        assert differing(before, after) == [], change


def assert_same(one: Any, other: Any) -> None:
    """Compare floats within 1e-12, relatively, and the rest exactly."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        one, other = list(one.values()), list(other.values())
    if isinstance(one, list | tuple):
        for pair in zip(one, other, strict=True):
            assert_same(*pair)
    elif isinstance(one, float):
        assert other == pytest.approx(one, rel=1e-12, abs=0)
    else:
        assert one == other
