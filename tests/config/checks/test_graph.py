"""Which layer reads which tensor: names looked up, blocks repeated, layers shared."""

import pytest

from dltrain.config.checks.graph import MOST_STEPS, graph_of
from dltrain.errors import ConfigError

SEVERAL = "{type: csv, path: a.csv, target: y, inputs: {table: [a], note: [b]}}"
ONE = "{type: csv, path: a.csv, target: y}"
JOIN = "Join them with a layer such as concatenate."
READ = "Name it in the `inputs` of a layer or output, or remove it."


def dense(name, **more):
    return {"type": "dense", "units": 2, "name": name} | more


def followed(*layers, inputs=("input",)):
    """Give inputs, sharing and name of each step."""
    items = [(layer, ("architecture", "layers", at)) for at, layer in enumerate(layers)]
    graph = graph_of(items, list(inputs))
    assert graph.problems == []
    return [(step.inputs, step.shares, step.layer.get("name")) for step in graph.steps]


GRAPHS = {
    "a stack": (
        [dense("a"), dense("b")],
        [("input", None, "a"), (0, None, "b")],
    ),
    "a skip connection": (
        [dense("a"), dense("b"), {"type": "add", "inputs": ["a", "b"]}],
        [("input", None, "a"), (0, None, "b"), ([0, 1], None, None)],
    ),
    "a branch from the input": (
        [dense("a"), dense("b", inputs="input"), {"type": "add", "inputs": ["a", "b"]}],
        [("input", None, "a"), ("input", None, "b"), ([0, 1], None, None)],
    ),
    "keywords": (
        [dense("a"), {"type": "multi_head_attention", "inputs": {"query": "a", "value": "input"}}],
        [("input", None, "a"), ({"query": 0, "value": "input"}, None, None)],
    ),
    "a shared layer": (
        [dense("a"), {"use": "a", "name": "b"}, {"use": "b", "inputs": "input"}],
        [("input", None, "a"), (0, 0, "a"), ("input", 0, "a")],
    ),
    "a repeated block, whose second time reads the first": (
        [{"repeat": 2, "layers": [dense("a"), dense("b")]}, dense("c", inputs="a")],
        [("input", None, "a_1"), (0, None, "b_1"), (1, None, "a_2"), (2, None, "b_2"),
         (2, None, "c")],
    ),
    "a residual chain": (
        [dense("s"), {"repeat": 2, "layers": [
            dense("a"), {"type": "add", "inputs": ["s", "a"], "name": "s"}]}],
        [("input", None, "s"), (0, None, "a_1"), ([0, 1], None, "s_1"), (2, None, "a_2"),
         ([2, 3], None, "s_2")],
    ),
    "a block in a block": (
        [{"repeat": 2, "layers": [{"repeat": 2, "layers": [dense("a")]}]}],
        [("input", None, "a_1_1"), (0, None, "a_1_2"), (1, None, "a_2_1"), (2, None, "a_2_2")],
    ),
    "one layer again and again": (
        [dense("a"), {"repeat": 2, "layers": [{"use": "a"}]}],
        [("input", None, "a"), (0, 0, "a"), (1, 0, "a")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "steps"), GRAPHS.values(), ids=GRAPHS.keys())
def test_names_lead_to_the_steps_that_put_them_out(layers, steps):
    assert followed(*layers) == steps


def test_following_does_not_change_the_config():
    block = {"repeat": 2, "layers": [dense("a", inputs="input")]}

    followed(block)

    assert block == {"repeat": 2, "layers": [dense("a", inputs="input")]}


# Name of the case: dataset, layers, message from the key on.
WRONG = {
    "unknown name": (
        ONE, "{type: dense, units: 2, name: hidden}, {type: dense, units: 2, inputs: hiden}",
        "3:83: architecture.layers.1.inputs: got 'hiden', expected one of hidden, input. "
        "Did you mean 'hidden'?",
    ),
    "a name further down": (
        ONE, "{type: dense, units: 2, inputs: next}, {type: dense, units: 2, name: next}",
        "3:44: architecture.layers.0.inputs: got 'next', expected input. A name has to stand "
        "above its use.",
    ),
    "a cycle": (
        ONE, "{type: dense, units: 2, name: a, inputs: a}",
        "3:53: architecture.layers.0.inputs: got 'a', expected input. A name has to stand above "
        "its use.",
    ),
    "two layers of one name": (
        ONE, "{type: dense, units: 2, name: a}, {type: dense, units: 2, name: a}",
        "3:76: architecture.layers.1.name: got 'a', the name of another layer, expected each "
        "name once. Rename it.",
    ),
    "a layer with the name of an input": (
        ONE, "{type: dense, units: 2, name: input}",
        "3:42: architecture.layers.0.name: got 'input', the name of an input, expected each name "
        "once. Rename it.",
    ),
    "a layer that nothing reads": (
        ONE, "{type: dense, units: 2}, {type: dense, units: 2, inputs: input}",
        "3:12: architecture.layers.0: got a layer that nothing reads, expected a use of it. "
        f"{READ}",
    ),
    "a block of which nothing but the last is read": (
        ONE, "{repeat: 3, layers: [{type: dense, units: 2, inputs: input}]}",
        "3:33: architecture.layers.0.layers.0: got a layer that nothing reads, expected a use of "
        f"it. {READ}",
    ),
    "an input that nothing reads": (
        SEVERAL, "{type: dense, units: 2, inputs: table}",
        "1:73: dataset.inputs.note: got the input note, which no layer reads, expected a use of "
        "it. Name it in the `inputs` of a layer, or remove it.",
    ),
    "a first layer that does not say what it reads": (
        SEVERAL, "{type: dense, units: 2}",
        "3:12: architecture.layers.0: got no `inputs` behind several inputs of the dataset, "
        "expected `inputs`: one of note, table.",
    ),
    "no layer behind several inputs": (
        SEVERAL, "",
        "2:1: architecture.output: got no `inputs` behind several inputs of the dataset, "
        "expected `inputs`: one of note, table.",
    ),
    "a keyword that the layer does not take": (
        ONE, "{type: multi_head_attention, num_heads: 1, key_dim: 2, "
        "inputs: {query: input, valeu: input}}",
        "3:75: architecture.layers.0.inputs: got no tensor for value, expected one: "
        "multi_head_attention needs it.\n"
        "3:90: architecture.layers.0.inputs.valeu: got a keyword that multi_head_attention "
        "does not take, expected one of key, query, value. Did you mean 'value'?",
    ),
    "one tensor for a layer of two": (
        ONE, "{type: multi_head_attention, num_heads: 1, key_dim: 2, inputs: input}",
        "3:75: architecture.layers.0.inputs: got one input for multi_head_attention, expected "
        "query, value. Write `inputs: {query: …, value: …}`.",
    ),
    "a list for a layer of one": (
        ONE, "{type: dense, units: 2, name: a}, {type: dense, units: 2, inputs: [a, input]}",
        "3:78: architecture.layers.1.inputs: got a list for dense, expected the name of one "
        f"tensor. {JOIN}",
    ),
    "one tensor to concatenate": (
        ONE, "concatenate",
        "3:12: architecture.layers.0: got one input for concatenate, expected several. Name them: "
        "`inputs: [A, B]`.",
    ),
    "a list of one to add": (
        ONE, "{type: add, inputs: [input]}",
        "3:32: architecture.layers.0.inputs: got one input for add, expected several. Name them: "
        "`inputs: [A, B]`.",
    ),
    "names that are none": (
        ONE, "{type: dense, units: 2, inputs: [3]}",
        "3:44: architecture.layers.0.inputs: got [3], expected the name of a tensor, a list of "
        "names, or a map from keyword to name.",
    ),
    "a use of what is no layer": (
        ONE, "{use: input}",
        "3:18: architecture.layers.0.use: got 'input', expected the name of a layer above. Give "
        "the layer a `name`.",
    ),
    "a misspelled use": (
        ONE, "{type: dense, units: 2, name: coder}, {use: encoder}",
        "3:56: architecture.layers.1.use: got 'encoder', expected coder. Did you mean 'coder'?",
    ),
    "arguments for a shared layer": (
        ONE, "{type: dense, units: 2, name: a}, {use: a, units: 3}",
        "3:55: architecture.layers.1.units: got an unknown key, expected one of inputs, name, use.",
    ),
    "no repetition": (
        ONE, "{repeat: 0, layers: [flatten]}",
        "3:21: architecture.layers.0.repeat: got 0, expected a whole number of at least 1.",
    ),
    "an empty block": (
        ONE, "{repeat: 2, layers: []}",
        "3:32: architecture.layers.0.layers: got [], expected at least one entry.",
    ),
    "more layers than anybody can train": (
        ONE, "{repeat: 99, layers: [{repeat: 99, layers: [{type: dense, units: 2}]}]}",
        "3:43: architecture.layers.0.layers.0.repeat: got 99, expected at most 1000 layers in all.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("dataset", "layers", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_graph_names_place_and_way_out(load_text, dataset, layers, message):
    text = f"dataset: {dataset}\narchitecture:\n  layers: [{layers}]\n"

    with pytest.raises(ConfigError) as caught:
        load_text(text)

    assert str(caught.value) == "\n".join(f"a.yaml:{line}" for line in message.splitlines())


def test_as_many_layers_as_a_repetition_may_give_are_followed():
    assert len(followed({"repeat": MOST_STEPS, "layers": [dense("a")]})) == MOST_STEPS
