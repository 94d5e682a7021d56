import pytest

from dltrain.data.columns import NumberColumn
from dltrain.data.table import TableInputs
from dltrain.model.description import describe_plan
from dltrain.model.plan import plan_network

NUMBERS = TableInputs((NumberColumn("a", "none", 0.0, 1.0),)).to_json()
NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
DENSE = {"type": "dense", "units": 4, "activation": "relu"}
TWO = {"price": {"task": "regression", "outputs": 1}, "sold": {"task": "binary", "outputs": 1}}
NAMED = DENSE | {"name": "a"}

# Name of the case: layers, task and outputs, description.
CASES = {
    "a stack": ([DENSE, DENSE], ("binary", 1), "dense 4 relu → dense 4 relu → dense 1 sigmoid"),
    "no layer": ([], ("binary", 1), "dense 1 sigmoid"),
    "a stack with two outputs": (
        [DENSE], ("several", TWO), "dense 4 relu → dense 1, dense 1 sigmoid",
    ),
    "a layer used twice": (
        [NAMED, {"use": "a"}], ("binary", 1), "dense 4 relu → dense 4 relu → dense 1 sigmoid",
    ),
    "a graph": (
        [NAMED, {"type": "concatenate", "inputs": ["a", "input"]}], ("regression", 1),
        "graph of 2 layers → dense 1",
    ),
    "a graph of one layer": (
        [{"type": "concatenate", "inputs": ["input", "input"]}], ("several", TWO),
        "graph of 1 layer → dense 1, dense 1 sigmoid",
    ),
    "a long stack": (
        [{"repeat": 20, "layers": [DENSE]}], ("binary", 1),
        "dense 4 relu → dense 4 relu → dense 4 relu → dense 4 relu → … 14 more … → "
        "dense 4 relu → dense 4 relu → dense 1 sigmoid",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "target", "text"), CASES.values(), ids=CASES.keys())
def test_a_network_is_described_in_a_row_or_by_number(layers, target, text):
    task, outputs = target
    architecture = {"layers": layers, "output": "auto"}

    plan = plan_network(architecture, NOTHING, NUMBERS, task=task, outputs=outputs, taken={"input"})

    assert describe_plan(plan) == text
