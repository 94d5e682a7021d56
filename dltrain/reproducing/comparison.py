"""What two runs have left, compared to the bit; and which recorded facts of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltrain import environment, run_folder
from dltrain.config.showing.comparison import Difference, differences
from dltrain.reevaluation import load_model
from dltrain.reproducing.differing import Differing, Weights, in_facts, in_tables, in_weights
from dltrain.run_folder import RunFolder

# What the first column of a table counts, and which of its differences is told.
TABLES = {
    run_folder.HISTORY: ("epoch", "first"),
    run_folder.PREDICTIONS: ("row", "largest"),
    run_folder.SPLIT: ("row", "first"),
}
FACTS = {run_folder.METRICS: "largest", run_folder.PREPROCESSING: "first"}
FILES: tuple[str | Path, ...] = (*run_folder.MODELS.values(), *TABLES, *FACTS)
# Facts of environment.json that a result may depend on.
RECORDED = ("versions", "code", "machine", "variables", "data", "networks", "git")


@dataclass(frozen=True)
class Compared:
    """One thing that both runs have.

    Attributes:
        name: What it is, such as `history.csv`.
        differing: How the two differ; None where they agree to the bit.
    """

    name: str
    differing: Differing | None

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        differing = self.differing and self.differing.to_json()
        return {"name": self.name, "same": differing is None, "difference": differing}


def compared(run: RunFolder, again: RunFolder) -> Iterator[Compared]:
    """Compare weights, history, figures, predictions, split and preprocessing of two runs.

    Raises:
        FolderError: A file of them is missing or broken.
    """
    for checkpoint, path in run_folder.MODELS.items():
        pair = _weights(run, path), _weights(again, path)
        yield Compared(f"weights of the {checkpoint} model", in_weights(*pair))
    for name, (label, way) in TABLES.items():
        yield Compared(name, in_tables(run.file(name), again.file(name), label, way))
    for name, way in FACTS.items():
        yield Compared(name, in_facts(run.read_json(name), again.read_json(name), way))


def other_facts(run: RunFolder, again: RunFolder) -> list[Difference]:
    """List the recorded facts in which two runs differ: versions, machine, data, git commit.

    A run that was resumed has some of them once more for each time, below `resumed`. The git
    commit is that of the folder of the file from which the first run was started; where that is
    gone, it says nothing.
    """
    was, now = run.read_json(run_folder.ENVIRONMENT), again.read_json(run_folder.ENVIRONMENT)
    original = Path(next(iter(was.get("files", {})), ""))
    recorded = [name for name in RECORDED if name != "git" or original.is_file()]
    now["git"] = environment.git(original.parent)
    found = list(differences(_only(was, recorded), _only(now, recorded)))
    for at, resumed in enumerate(was.get("resumed", [])):
        found += differences(resumed, _only(now, list(resumed)), ("resumed", at))
    return found


def _only(facts: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: facts.get(name) or {} for name in names}


def _weights(folder: RunFolder, path: Path) -> Weights:
    from dltrain.model.digest import named_weights

    return named_weights(load_model(folder.file(path)))
