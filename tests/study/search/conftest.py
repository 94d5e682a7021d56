"""Searches that are small enough to be run many times."""

import json

import pytest

from dltrain.config import load
from dltrain.run_folder import RunFolder
from dltrain.study.search import tuning
from dltrain.terminal import Terminal

SEARCH = """\
search:
  max_trials: 4
  space:
    optimizer.learning_rate: {type: float, min: 1e-4, max: 1, sampling: log}
"""


@pytest.fixture
def search(tmp_path, write_config):
    """Run a search."""

    def run(more=SEARCH, **options):
        path = write_config(more, **options)
        return tuning.tune(
            load(path), output=tmp_path / "runs", workers=1, terminal=Terminal(quiet=True)
        )

    return run


def told(folder):
    """Say what came out of a search, without what differs between repetitions."""
    facts = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    trials = [{**one, "seconds": None} for one in facts["trials"]]
    metrics = RunFolder(folder / "best").read_json("metrics.json")
    return trials, facts["best"], facts["importance"], metrics
