"""Run folders made by hand, quick and as awkward as a test wants; and one that `fit` has made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dltrain import leavings, run_folder
from dltrain.data import Part
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.evaluation.predictions import predictions_table
from dltrain.run_folder import RunFolder

CONFIG = """\
version: 1
name: {name}
dataset: {{type: csv, path: /data/rows.csv, target: y}}
architecture:
  layers:
    - {{type: dense, units: 4, activation: relu}}
{more}"""
ROWS = 60

Made = Callable[..., RunFolder]


class Parsed(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        """Give the attributes of all tags of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(" ".join(self.words).split())


def answers_of(target: Any, rows: int = ROWS, seed: int = 0, sure: float = 2.0) -> tuple[Any, Any]:
    """Draw what is true and what a fair model says about a target."""
    draw = np.random.default_rng(seed)
    if isinstance(target, NamedTargets):
        pairs = {name: answers_of(one, rows, seed + at) for at, (name, one) in
                 enumerate(target.each.items())}  # fmt: skip
        return {name: one[0] for name, one in pairs.items()}, {
            name: one[1] for name, one in pairs.items()
        }
    if isinstance(target, Reconstruction):
        x = draw.normal(size=(rows, *target.shape)).astype(np.float32)
        return x, x + draw.normal(0, 0.1, x.shape).astype(np.float32)
    if target.task == "regression":
        y = draw.normal(5, 2, (rows, target.outputs)).astype(np.float32)
        return y, (y + draw.normal(0, 0.5, y.shape)).astype(np.float32)
    if target.task == "multiclass":
        y = (np.arange(rows) % target.outputs).astype(np.int32)
        logits = draw.normal(size=(rows, target.outputs))
        logits[np.arange(rows), y] += sure
        shares = np.exp(logits)
        return y, (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    y = (draw.random((rows, target.outputs)) < 0.4).astype(np.float32)
    shares = 1 / (1 + np.exp(-(sure * (2 * y - 1) + draw.normal(0, 2, y.shape))))
    return y, shares.astype(np.float32)


def some_parts(y: Any, names: tuple[str, ...], rows: int) -> dict[str, Part]:
    """Deal rows out to parts in turn."""
    dealt = np.array_split(np.arange(rows), len(names))

    def take(one, places):
        return {k: v[places] for k, v in one.items()} if isinstance(one, dict) else one[places]

    return {
        name: Part(places, None, None, take(y, places))
        for name, places in zip(names, dealt, strict=True)
    }


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make a run folder for a target."""

    def make(
        target: Any,
        *,
        name: str = "made",
        parts: tuple[str, ...] = ("train", "val", "test"),
        epochs: int = 5,
        rows: int = ROWS,
        more: str = "",
        place: str = "runs/made/20260101-000000",
        status: str = "finished",
        **figures: Any,
    ) -> RunFolder:
        folder = RunFolder(tmp_path / place)
        folder.path.mkdir(parents=True)
        y, given = answers_of(target, rows)
        dealt = some_parts(y, parts, rows)
        outputs = {
            part: {k: v[one.rows] for k, v in given.items()}
            if isinstance(given, dict)
            else given[one.rows]
            for part, one in dealt.items()
        }
        folder.write_json(run_folder.STATUS, {
            "status": status, "reason": None, "started": "2026-01-01T00:00:00+00:00",
            "best_epoch": min(3, epochs), "seconds": {"training": 1.5},
        })  # fmt: skip
        folder.write_text(run_folder.RESOLVED, CONFIG.format(name=json.dumps(name), more=more))
        facts = {"inputs": {"form": "array", "shape": [3]}, "target": target.to_json()}
        folder.write_json(run_folder.PREPROCESSING, facts)
        falling = [1 / epoch for epoch in range(1, epochs + 1)]
        columns = {"epoch": range(1, epochs + 1), "loss": falling}
        if "val" in parts:
            columns["val_loss"] = [one + 0.1 for one in falling]
        pd.DataFrame(columns).to_csv(folder / run_folder.HISTORY, index=False)
        pd.DataFrame({
            "row": np.arange(rows), "part": np.repeat(parts, [len(one) for one in dealt.values()]),
        }).to_csv(folder / run_folder.SPLIT, index=False)  # fmt: skip
        table = predictions_table(dealt, outputs, target, 0.5)
        table.to_csv(folder / run_folder.PREDICTIONS, index=False)
        folder.write_json(run_folder.METRICS, {
            "checkpoint": "best", "epoch": min(3, epochs), "main": ["loss"],
            "splits": {part: {"loss": 0.5} for part in parts},
        } | figures)  # fmt: skip
        return folder

    return make


CLASSES = Target("multiclass", ("y",), ("ape", "bee", "cat"))
BINARY = Target("binary", ("y",), ("no", "yes"))
LABELS = Target("multilabel", ("calm", "sad", "glad"), (0, 1))
AMOUNT = Target("regression", ("price",))
AMOUNTS = Target("regression", ("x+1", "x+2", "x+3"))
SEVERAL = NamedTargets({"price": AMOUNT, "kind": CLASSES, "moods": LABELS})
AGAIN = Reconstruction((6,))
TARGETS = {
    "binary": BINARY,
    "multiclass": CLASSES,
    "multilabel": LABELS,
    "regression": AMOUNT,
    "several steps": AMOUNTS,
    "several targets": SEVERAL,
    "autoencoder": AGAIN,
}


@pytest.fixture(scope="session")
def fitted(tmp_path_factory, command, write_fruit, finished, no_reports) -> RunFolder:
    """The finished run once more, this time with its report."""
    home = tmp_path_factory.mktemp("fitted")
    write_fruit(home / "fruit.csv")
    shutil.copy(finished.config, home / "fruit.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leavings, "is_wanted", no_reports)
        ended = command("fit", home / "fruit.yaml", "-o", home / "runs")
    assert ended.exit_code == 0, ended.stderr
    assert "warning" not in ended.stderr
    return RunFolder(ended.folder)
