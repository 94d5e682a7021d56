"""Does the diagnosis of a run name what was made wrong with it?

    python benchmarks/diagnosis.py [--seeds 10] [--cases "too small" …] [-o diagnosis.csv]

Six faults are made, each on three datasets, and each is trained with several seeds of split and
training. A run counts as right where its `diagnosis.json` holds a verdict or a finding that names
the fault. The same datasets are trained without a fault as well: there the verdict has to be
fine. Boston and heart come from the folder `DLTRAIN_DATA`, the other sets with scikit-learn.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn.datasets
import yaml

import dltrain

FEATURES = [
    "crim",
    "zn",
    "indus",
    "chas",
    "nox",
    "rm",
    "age",
    "dis",
    "rad",
    "tax",
    "ptratio",
    "b",
    "lstat",
    "target",
]
UNDERFITS = ("high bias", "high bias and high variance", "underfitting")
OVERFITS = ("high variance", "high bias and high variance", "overfitting")


def digits() -> pd.DataFrame:
    """1797 pictures of 64 pixels, 10 classes."""
    return sklearn.datasets.load_digits(as_frame=True).frame


def heart() -> pd.DataFrame:
    """303 patients, two classes."""
    return pd.read_csv(Path(os.environ["DLTRAIN_DATA"], "heart", "heart.csv"))


def boston() -> pd.DataFrame:
    """506 districts, an amount."""
    path = Path(os.environ["DLTRAIN_DATA"], "boston", "housing.data")
    return pd.read_csv(path, sep=r"\s+", names=FEATURES)


def diabetes() -> pd.DataFrame:
    """442 patients, an amount."""
    return sklearn.datasets.load_diabetes(as_frame=True).frame


def pima() -> pd.DataFrame:
    """768 women, two classes."""
    path = Path(os.environ["DLTRAIN_DATA"], "small", "pima-indians-diabetes.csv")
    return pd.read_csv(path, names=[*"abcdefgh", "target"])


def moons() -> pd.DataFrame:
    """600 points of two half circles, two classes."""
    x, y = sklearn.datasets.make_moons(600, noise=0.15, random_state=0)
    return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "target": y})


DATASETS = {one.__name__: one for one in (boston, diabetes, digits, heart, moons, pima)}
REGRESSION = ("boston", "diabetes")


@dataclass(frozen=True)
class Case:
    """A fault, and what the diagnosis has to say about it.

    Attributes:
        datasets: Names of the sets.
        right: Verdicts and findings that name the fault.
        changes: What makes it, by dotted key.
        shuffled: Whether the targets lose what they say.
        leaked: Whether a column holds the target.
    """

    datasets: tuple[str, ...]
    right: tuple[str, ...]
    changes: dict[str, Any] = field(default_factory=dict)
    shuffled: bool = False
    leaked: bool = False


def layers(*units: int) -> list[dict[str, Any]]:
    """Give dense layers."""
    return [{"type": "dense", "units": one, "activation": "relu"} for one in units]


CASES = {
    "no fault": Case(("boston", "digits", "heart"), ("fine",)),
    "too small": Case(
        ("boston", "digits", "moons"), UNDERFITS, {"architecture.layers": layers(1)}
    ),
    "too large": Case(
        ("diabetes", "heart", "pima"), OVERFITS,
        {"architecture.layers": layers(256, 256), "callbacks": [], "training.epochs": 150},
    ),
    "rate too high": Case(
        ("boston", "digits", "heart"), ("learning rate too high",), {"optimizer.learning_rate": 1.0}
    ),
    "rate too low": Case(
        ("boston", "digits", "heart"), ("learning rate too low",), {"optimizer.learning_rate": 1e-6}
    ),
    "labels shuffled": Case(("boston", "digits", "heart"), ("no signal",), shuffled=True),
    "leaked column": Case(("boston", "digits", "heart"), ("leakage",), leaked=True),
}  # fmt: skip


def frame_of(dataset: str, case: Case, seed: int) -> pd.DataFrame:
    """Make the rows of a case."""
    frame, draw = DATASETS[dataset](), np.random.default_rng(seed)
    if case.shuffled:
        frame["target"] = draw.permutation(frame["target"].to_numpy())
    if case.leaked:
        spread = frame["target"].std()
        frame["code"] = frame["target"] + draw.normal(0, 0.01 * spread, len(frame))
    return frame


def config_of(dataset: str, path: Path) -> dict[str, Any]:
    """Write a file as somebody would who makes no mistake."""
    amounts = dataset in REGRESSION
    target = {"target": {"task": "regression", "scaling": "standard"}} if amounts else "target"
    return {
        "name": dataset,
        "dataset": {"type": "csv", "path": str(path), "target": target},
        "architecture": {"layers": layers(32)},
        "metrics": ["mae", "r2_score"] if amounts else ["accuracy"],
        "optimizer": {"type": "adam", "learning_rate": 0.003},
        "regularization": {"kernel": {"type": "l2", "l2": 0.001}},
        "callbacks": [{"type": "early_stopping", "monitor": "val_loss", "patience": 15}],
        "training": {"epochs": 60 if dataset != "moons" else 150},
    }


def diagnosed(dataset: str, case: Case, seed: int, folder: Path) -> dict[str, Any]:
    """Train once and read the diagnosis, also of a run that failed."""
    path, file = folder / f"{dataset}.csv", folder / "config.yaml"
    frame_of(dataset, case, seed).to_csv(path, index=False)
    text = yaml.safe_dump(config_of(dataset, path))
    file.write_text(text, encoding="utf-8")
    changes = case.changes | {"seed": seed, "split.seed": seed}
    before = set(folder.glob("runs/*/*"))
    try:
        dltrain.fit(file, changes, output=folder / "runs", quiet=True)
    except dltrain.RunError as error:
        print(error, file=sys.stderr)
    [run] = set(folder.glob("runs/*/*")) - before
    diagnosis: dict[str, Any] = json.loads((run / "diagnosis.json").read_text(encoding="utf-8"))
    return diagnosis


def said_of(diagnosis: dict[str, Any]) -> list[str]:
    """List the verdict and the names of the findings."""
    return [diagnosis["verdict"], *(one["name"] for one in diagnosis["findings"])]


def runs(names: list[str], seeds: range) -> Iterator[dict[str, Any]]:
    """Train all cases, and say of each whether the diagnosis is right."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            for dataset in CASES[name].datasets:
                for seed in seeds:
                    said = said_of(diagnosed(dataset, CASES[name], seed, Path(folder)))
                    right = any(word in said for word in CASES[name].right)
                    row = {"case": name, "dataset": dataset, "seed": seed, "right": right}
                    yield row | {"said": "; ".join(said)}


def main() -> None:
    """Run, and print one line a case and dataset, and what was said wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("-o", "--output", type=Path, help="CSV file, one line a run; grows")
    arguments = parser.parse_args()
    done: list[dict[str, Any]] = []
    for row in runs(arguments.cases, range(arguments.seeds)):
        done.append(row)
        print(*row.values(), sep=" · ", file=sys.stderr, flush=True)
        if arguments.output:
            is_new = not arguments.output.exists()
            with arguments.output.open("a", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, row)
                writer.writerows([dict(zip(row, row, strict=True)), row] if is_new else [row])
    table = pd.DataFrame(done)
    print(table.groupby(["case", "dataset"], sort=False)["right"].agg(["sum", "count"]))
    print(table[~table["right"]].to_string(index=False))


if __name__ == "__main__":
    main()
