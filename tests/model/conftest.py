"""Targets, and a configuration that is built the way the runner builds it."""

import pytest

from dltrain.config import load
from dltrain.data.columns import NumberColumn
from dltrain.data.inputs import ArrayInputs, ImageInputs
from dltrain.data.table import TableInputs
from dltrain.data.targets import Target
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import DltrainError
from dltrain.model import building
from dltrain.model.objective import objective

INPUTS = {
    "table": TableInputs(tuple(NumberColumn(f"c{at}", "none", 0.0, 1.0) for at in range(13))),
    "image": ImageInputs((28, 28, 1), "0_1"),
    "series": ArrayInputs((50, 3)),
    "tokens": TokenInputs((200,), "sequence", 1000),
}
TARGETS = {
    "binary": Target("binary", ("y",), ("no", "yes")),
    "multiclass": Target("multiclass", ("y",), tuple(range(10))),
    "multilabel": Target("multilabel", ("a", "b", "c"), (0, 1)),
    "regression": Target("regression", ("y",)),
}


class Built:
    """An experiment, built as `dltrain/runner.py` does before the run folder is made."""

    def __init__(self, config, inputs, target):
        values = config.experiment
        self.config = config
        self.goal = objective(
            values.loss,
            values.metrics,
            **target.facts,
            label_smoothing=values.regularization.label_smoothing,
            threshold=values.evaluation.threshold,
        )
        self.network, self.plan = building.build_network(
            values.architecture.model_dump(),
            values.regularization.model_dump(),
            inputs.to_json(),
            **target.facts,
            precision=values.training.precision,
        )
        building.compile_model(self.network, self.goal, values.optimizer)


@pytest.fixture
def build(tmp_path):
    """Give a function that writes YAML to a file, loads it and builds its model."""

    def make(text, inputs="table", target="multiclass", dataset="{type: sklearn, name: wine}"):
        path = tmp_path / "a.yaml"
        path.write_text(f"dataset: {dataset}\n{text}", encoding="utf-8")
        config = load(path)
        try:
            return Built(config, INPUTS.get(inputs, inputs), TARGETS[target])
        except DltrainError as error:
            config.placed(error)
            raise

    return make
