"""Folders of studies made by hand from run folders made by hand; nothing is trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dltrain import run_folder
from dltrain.config.text.writing import to_yaml
from dltrain.run_folder import RunFolder
from dltrain.study import cross_validation, sweep
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Member
from tests.report.conftest import BINARY

PLACE = "runs/study/20260101-000000"
CONFIG = {
    "name": "study",
    "dataset": {"type": "csv", "path": "/data/rows.csv", "target": "y"},
    "architecture": {"layers": [{"type": "dense", "units": 4}]},
    "metrics": ["accuracy"],
}
# As `config.resolved.yaml` spells it out.
METRICS = "metrics: [accuracy]\nloss: {type: binary_crossentropy}\n"
FAILURE = "epoch 1: got loss nan, expected a finite number."

MadeStudy = Callable[..., RunFolder]


def losses(epochs: int, level: float) -> np.ndarray:
    """Make a loss that falls to a level."""
    return level + 1 / np.arange(1, epochs + 1)


@pytest.fixture
def write_member(made):
    """Write the run folder of a member."""

    def write(
        name: str,
        *,
        level: float,
        accuracy: float,
        target: Any = BINARY,
        epochs: int = 5,
        seconds: float = 1.5,
    ) -> RunFolder:
        folder = made(
            target, name="study", parts=("train", "val"), more=METRICS,
            place=f"{PLACE}/members/{name}",
        )  # fmt: skip
        constant = {"loss": 0.7, "accuracy": 0.5}
        folder.write_json(run_folder.METRICS, {
            "task": target.to_json().get("task", "several"), "main": ["accuracy", "loss"],
            "rows": {"train": 30, "val": 30},
            "splits": {
                "train": {"loss": level / 2, "accuracy": accuracy + 0.05},
                "val": {"loss": level, "accuracy": accuracy},
            },
            "baselines": {"majority": {"train": constant, "val": constant}},
        })  # fmt: skip
        folder.write_json(run_folder.STATUS, {
            "status": "finished", "started": "2026-01-01T00:00:00+00:00", "epochs": epochs,
            "best_epoch": min(3, epochs), "seconds": {"training": seconds},
        })  # fmt: skip
        folder.write_json(run_folder.ENVIRONMENT, {"versions": {"keras": "3.15.1"}})
        falling = losses(epochs, level)
        pd.DataFrame({
            "epoch": range(1, epochs + 1), "loss": falling / 2, "val_loss": falling,
            "accuracy": accuracy + 0.05 - falling / 20, "val_accuracy": accuracy - falling / 20,
        }).to_csv(folder / run_folder.HISTORY, index=False)  # fmt: skip
        return folder

    return write


def begin(
    folder: RunFolder,
    kind: str,
    members: Sequence[Member],
    *,
    status: str = "finished",
    failures: Mapping[str, str] | None = None,
    **facts: Any,
) -> StudyFolder:
    """Write what a study writes before its members are judged."""
    folder.write_json(run_folder.STATUS, {
        "status": status, "reason": None, "started": "2026-01-01T00:00:00+00:00",
        "ended": "2026-01-01T00:01:00+00:00", "study": kind, "seconds": {"training": 12.5},
    })  # fmt: skip
    folder.write_text(run_folder.CONFIG, to_yaml(CONFIG))
    folder.write_json(run_folder.STUDY, {
        "kind": kind, "name": "study", "path": "/home/somebody/study.yaml", "test": False,
        "smoke": False, "members": [one.to_json() for one in members], "alone": 0,
        "side_by_side": [len(members)], "reasons": [], "failures": dict(failures or {}),
    } | facts)  # fmt: skip
    (folder / run_folder.MEMBER_CONFIGS).mkdir(parents=True, exist_ok=True)
    for one in members:
        name = f"{run_folder.MEMBER_CONFIGS}/{one.name}.yaml"
        folder.write_text(name, to_yaml(CONFIG))
    return StudyFolder(folder)


def make_member(name: str, **facts: Any) -> Member:
    """Make a member without its config, which nobody asks for."""
    return Member(name, {}, None, facts)  # type: ignore[arg-type]


@pytest.fixture
def made_cv(tmp_path, write_member) -> MadeStudy:
    """Make the folder of a cross-validation: fold k has an accuracy of 0.6 + 0.05 k."""

    def make(
        target: Any = BINARY,
        *,
        epochs: Sequence[int] = (5, 5, 5),
        is_judged: bool = True,
        **facts: Any,
    ) -> RunFolder:
        folder = RunFolder(tmp_path / PLACE)
        folder.path.mkdir(parents=True)
        members = []
        for fold, count in enumerate(epochs, 1):
            members.append(make_member(f"fold-{fold}", repeat=1, fold=fold, seed=7))
            write_member(
                f"fold-{fold}", level=0.1 * fold, accuracy=0.6 + 0.05 * fold, target=target,
                epochs=count,
            )  # fmt: skip
        study = begin(folder, "cv", members, **facts)
        if is_judged:
            cross_validation.conclude(study, members, [])
        return folder

    return make


@pytest.fixture
def made_sweep(tmp_path, write_member) -> MadeStudy:
    """Make the folder of a sweep whose combinations have a val loss of 0.1, 0.2, …."""

    def make(
        values: Sequence[Mapping[str, Any]],
        *,
        seeds: int = 2,
        failed: Sequence[int] = (),
        **facts: Any,
    ) -> RunFolder:
        folder = RunFolder(tmp_path / PLACE)
        folder.path.mkdir(parents=True)
        members, lost = [], []
        for number, own in enumerate(values, 1):
            for seed in range(seeds):
                label = sweep.label_of(own)
                one = make_member(
                    f"{number:03d}-seed-{seed}", number=number, label=label, values=own, seed=seed
                )
                (lost if number in failed else members).append(one)
                if number not in failed:
                    write_member(
                        one.name, level=0.1 * number + 0.01 * seed, accuracy=0.9 - 0.02 * number
                    )
        every = sorted([*members, *lost], key=lambda one: one.name)
        failures = {one.name: FAILURE for one in lost}
        facts = {"monitor": "val_loss", "mode": "min"} | facts
        study = begin(folder, "sweep", every, failures=failures, **facts)
        sweep.conclude(study, members, lost)
        return folder

    return make
