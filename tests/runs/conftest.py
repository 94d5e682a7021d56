"""Run folders made by hand, with predictions whose figures are known; nothing is trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dltrain.config.text.writing import to_yaml

CONFIG = {
    "version": 1,
    "name": "heart",
    "seed": 7,
    "task": "binary",
    "dataset": {"type": "csv", "path": "/data/heart.csv"},
    "architecture": {
        "layers": [
            {"type": "dense", "units": 16, "activation": "relu"},
            {"type": "dense", "name": "last one", "units": 8, "activation": "relu"},
        ],
        "output": "auto",
    },
    "optimizer": {"type": "adam", "learning_rate": 0.001},
    "evaluation": {"threshold": 0.5},
}
BINARY = {"task": "binary", "names": ["target"], "classes": [0, 1]}
ROWS = 40


def binary(seed: int = 0, noise: float = 1.0, rows: int = ROWS) -> pd.DataFrame:
    """Draw predictions of two classes; the truth and the rows are the same for every seed."""
    truth = np.random.default_rng(1).integers(0, 2, rows)
    logit = (2 * truth - 1) + np.random.default_rng(seed + 10).normal(0, noise, rows)
    p_1 = (1 / (1 + np.exp(-logit))).astype(np.float32)
    part = np.where(np.arange(rows) % 4 == 0, "val", "test")
    table = {"row": np.arange(rows), "part": part, "target": truth}
    return pd.DataFrame(
        table | {"prediction": (p_1 > 0.5).astype(int), "p_0": (1 - p_1), "p_1": p_1}
    )


def accuracy(table: pd.DataFrame, part: str) -> float:
    """Compute the accuracy of a part."""
    rows = table[table["part"] == part]
    return float((rows["target"] == rows["prediction"]).mean())


def make_run(
    parent: Path,
    time: str = "20261120-120000",
    *,
    config: dict[str, Any] | None = None,
    status: dict[str, Any] | None = None,
    metrics: dict[str, Any] | None = None,
    predictions: pd.DataFrame | None = None,
    target: dict[str, Any] | None = None,
    inputs: dict[str, Any] | None = None,
    data: str = "a" * 64,
    seed: int = 0,
    noise: float = 1.0,
    smoke: bool = False,
) -> Path:
    """Make a finished run folder at parent/time; `None` stands for what is usual."""
    folder = parent / time
    (folder / "state").mkdir(parents=True)
    table = binary(seed, noise) if predictions is None else predictions
    stamp = f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[9:11]}:{time[11:13]}:{time[13:15]}+00:00"
    facts = {
        "status": "finished", "reason": None, "started": stamp, "ended": stamp,
        "best_epoch": 3, "epochs": 5, "stopped_early": False,
        "seconds": {"data": 0.5, "training": 2.0},
    }  # fmt: skip
    if metrics is None:
        metrics = {
            "checkpoint": "best",
            "epoch": 3,
            "main": ["accuracy", "loss"],
            "splits": {
                part: {"loss": 0.25 + noise / 4, "accuracy": accuracy(table, part)}
                for part in ("val", "test")
            },
            "baselines": {"majority": {"test": {"loss": 0.7, "accuracy": 0.5}}},
            "threshold": 0.5,
        }
    write_json(folder / "status.json", facts | (status or {}))
    write_json(folder / "metrics.json", metrics)
    write_json(
        folder / "environment.json",
        {"argv": ["dltrain", "fit", "heart.yaml"], "data": {"sha256": data}, "git": None,
         "smoke": smoke, "files": {"/home/somebody/heart.yaml": "b" * 64}},
    )  # fmt: skip
    facts = {"inputs": inputs or {"form": "table"}, "target": target or BINARY}
    write_json(folder / "preprocessing.json", facts)
    text = to_yaml(CONFIG | {"name": parent.name} | (config or {}))
    (folder / "config.resolved.yaml").write_text(text, encoding="utf-8")
    table.to_csv(folder / "predictions.csv", index=False, lineterminator="\n")
    return folder


def write_json(path: Path, facts: Any) -> None:
    """Write JSON; NaN is written as Python does, which a run never would."""
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Maker:
    """Makes run folders, and what stands in them."""

    __call__ = staticmethod(make_run)
    accuracy = staticmethod(accuracy)
    binary = staticmethod(binary)
    target = BINARY


@pytest.fixture(name="make_run", scope="session")
def run_maker() -> Maker:
    """Make run folders."""
    return Maker()


@pytest.fixture
def three(home: Path) -> Path:
    """Three runs below `runs`: two with adam, one with sgd that is worse."""
    make_run(home / "runs" / "heart", "20261120-120000", seed=1)
    make_run(
        home / "runs" / "heart", "20261121-120000", seed=2, status={"epochs": 30},
        config={"optimizer": {"type": "adam", "learning_rate": 0.01}},
    )  # fmt: skip
    make_run(
        home / "runs" / "wide", "20261119-120000", seed=3, noise=4.0, status={"epochs": 200},
        config={"optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}},
    )  # fmt: skip
    return home / "runs"
