"""The JSON Schema says what the loader does: it takes good files, refuses wrong ones, lies not."""

from __future__ import annotations

import itertools
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from dltrain.config import load
from dltrain.config.catalogue.argument_rules import RULES, RULES_BY_CLASS, RULES_BY_KIND
from dltrain.config.catalogue.names import ALIASES, kinds
from dltrain.config.schema import file_schema, schema
from dltrain.config.schema.examples import SMALLEST, example
from dltrain.config.schema.walking import Walker, type_of
from dltrain.config.text.source import read
from dltrain.errors import ConfigError

CONFIGS = sorted((Path(__file__).parents[2] / "configs").rglob("*.yaml"))
GOOD = """\
dataset: {type: csv, path: a.csv, target: y}
architecture: {layers: [{type: dense, units: 4}]}
"""


@pytest.fixture(scope="module")
def validator():
    return Draft7Validator(file_schema())


@pytest.fixture(scope="module")
def walker():
    return Walker(schema())


def accepted(validator, text):
    return validator.is_valid(read(text, "a.yaml").value)


def test_it_is_a_schema_of_draft_7():
    Draft7Validator.check_schema(file_schema())

    assert file_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_shipped_files_are_accepted(validator, path):
    problems = list(validator.iter_errors(read(path.read_text("utf-8"), path.name).value))

    assert [problem.message for problem in problems] == []


ACCEPTED = {
    "other spellings of Keras's names": "loss: mse\nmetrics: [acc, AUC]\noptimizer: RMSprop\n",
    "a schedule": "optimizer: {type: sgd, learning_rate: {type: cosine_decay, "
    "initial_learning_rate: 0.1, decay_steps: 10}}\n",
    "an optimizer without its type": "optimizer: {learning_rate: 0.1}\n",
    "a key with nothing after it": "training:\nmetrics:\nregularization:\n",
    "a split by its name": "split: none\n",
    "a name for a callback": "callbacks: [tensorboard]\n",
    "losses by target": "loss: {price: mse, sold: auto}\n",
    "metrics by target": "metrics: {price: [mae], sold: [accuracy]}\n",
    "references": "seed: 3\nsplit: {seed: '${seed}'}\ntraining: {shuffle: '${x}'}\n",
    "bases": "extends: [a.yaml, b.yaml]\n",
    "weights of classes": "training: {class_weight: {0: 1, 1: 2.5}}\n",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_forms_that_the_loader_takes_are_accepted(validator, text):
    assert accepted(validator, GOOD + text)


def test_a_file_over_a_base_may_lack_what_the_base_has(validator):
    assert accepted(validator, "extends: base.yaml\nseed: 3\n")
    assert not accepted(validator, "seed: 3\n")


LAYERS = {
    "shared": "{use: a}",
    "repeated": "{repeat: 2, layers: [{type: dense, units: 4}]}",
    "saved": "{type: saved, path: a.keras, until: b, trainable: false}",
    "application": "{type: application, name: mobilenet_v2, weights: null}",
    "wired by a name": "{type: dense, units: 4, inputs: a}",
    "wired by names": "{type: add, inputs: [a, b]}",
    "wired by keywords": "{type: attention, inputs: {query: a, value: b}}",
    "around a layer": "{type: bidirectional, layer: {type: lstm, units: 2}}",
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_entries_of_graphs_are_accepted(validator, layer):
    dataset = GOOD.splitlines()[0]

    assert accepted(validator, f"{dataset}\narchitecture: {{layers: [{layer}]}}\n")


OUTPUTS = ("auto", "{type: auto, inputs: a}", "{type: dense, units: 1, inputs: a}",
           "{price: auto, sold: {inputs: b}, kind: {type: dense, units: 3}}")  # fmt: skip


@pytest.mark.parametrize("output", OUTPUTS)
def test_outputs_are_accepted(validator, output):
    layers = "layers: [{type: dense, units: 4}]"

    assert accepted(
        validator, f"{GOOD.splitlines()[0]}\narchitecture: {{{layers}, output: {output}}}\n"
    )


REFUSED = {
    "an unknown key": "epochs: 3\n",
    "an unknown key below": "training: {epoch: 3}\n",
    "an unknown key far below": "training: {best: {monitr: loss}}\n",
    "text for a number": "training: {epochs: many}\n",
    "a number for text": "name: 3\n",
    "a map for a list": "callbacks: {type: tensorboard}\n",
    "a list for a map": "training: [1]\n",
    "true for a number": "seed: true\n",
    "a number out of range": "evaluation: {threshold: 1.5}\n",
    "no epochs at all": "training: {epochs: 0}\n",
    "an unknown word": "task: guess\n",
    "an unknown optimizer": "optimizer: adamm\n",
    "an unknown type of split": "split: {type: randomly}\n",
    "an unknown argument": "optimizer: {type: sgd, momentun: 0.9}\n",
    "an argument of another name": "optimizer: {type: adam, momentum: 0.9}\n",
    "a wrong argument": "optimizer: {type: sgd, nesterov: 1}\n",
    "a missing argument": "optimizer: {learning_rate: {type: exponential_decay}}\n",
    "a name that needs arguments": "callbacks: [csv_logger]\n",
    "an unknown initializer": "regularization: {kernel: l3}\n",
    "a key of another type": "split: {type: none, seed: 3}\n",
    "a callback that is not there": "callbacks: [lambda_callback]\n",
    "another version": "version: 2\n",
    "an unknown part": "expect: {valid: {loss: '< 1'}}\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_mistakes_of_structure_are_refused_as_the_loader_does(validator, load_good, text):
    with pytest.raises(ConfigError):
        load_good(text)

    assert not accepted(validator, GOOD + text)


WRONG_LAYERS = {
    "an unknown layer": "{type: densee, units: 4}",
    "a missing argument": "{type: dense}",
    "a bare name that needs one": "dense",
    "no units": "{type: dense, units: 0}",
    "an unknown argument": "{type: dense, units: 4, unit: 4}",
    "a wrong layer in a layer": "{type: bidirectional, layer: {type: lstm}}",
    "inputs of a layer in a layer": "{type: bidirectional, layer: {type: lstm, units: 2, inputs: a}}",  # noqa: E501
    "an empty block": "{repeat: 2, layers: []}",
    "an initializer of another kind": "{type: dense, units: 4, kernel_initializer: relu}",
    "a network that is not there": "{type: application, name: alexnet}",
}  # fmt: skip


@pytest.mark.parametrize("layer", WRONG_LAYERS.values(), ids=WRONG_LAYERS.keys())
def test_wrong_layers_are_refused_as_the_loader_does(validator, load_text, layer):
    text = f"{GOOD.splitlines()[0]}\narchitecture: {{layers: [{layer}]}}\n"

    with pytest.raises(ConfigError):
        load_text(text)

    assert not accepted(validator, text)


def every_key(walker):
    """List each key of the language once for each type that has it."""
    seen, found, waiting = set(), [], [walker.top]
    while waiting:
        one = waiting.pop(0)
        waiting.extend(walker.inner(one))
        for name, child in walker.keys(one):
            key = (name, child.variant, repr(child.schema))
            if key not in seen:
                seen.add(key)
                found.append(child)
                waiting.append(child)
    return found


@pytest.mark.slow
def test_every_key_of_the_schema_is_taken_by_the_loader(walker, validator, tmp_path):
    found = every_key(walker)
    refused = []

    for one in found:
        values = SMALLEST | example(walker, one)
        (tmp_path / "a.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
        try:
            load(tmp_path / "a.yaml")
        except ConfigError as error:
            refused.append(f"{values}: {error}")
        if not validator.is_valid(values):
            refused.append(f"{values}: {next(validator.iter_errors(values)).message}")

    assert refused == []
    assert len(found) > 2000


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_name_of_keras_and_every_argument_is_in_it(walker, kind):
    definitions = schema()["definitions"]
    names = kinds()[kind]

    if kind == "activation":
        assert list(names) == definitions[kind]["anyOf"][0]["enum"]
        return
    for name, entry in names.items():
        there = set(definitions[f"{kind}.{name}"]["properties"])
        assert there - {"inputs"} == {"type", *entry["arguments"]} - {"inputs"}


@pytest.mark.parametrize(
    ("kind", "alias"), [(kind, alias) for kind in sorted(ALIASES) for alias in ALIASES[kind]]
)
def test_every_short_name_is_accepted(kind, alias):
    validator = Draft7Validator(schema() | {"$ref": f"#/definitions/{kind}"})

    assert validator.is_valid({"type": alias})


VALUES = (None, True, False, 0, 1, 2, -1, 0.0, 0.5, 1.0, 1.5, -0.5, 1e9, "", "same", "auto",
          "max", "text", [], [1], [1, 2], [0.5], ["a"], [[1, 2], [3, 4]], {}, {"a": 1})  # fmt: skip
EVERY_RULE = {
    " ".join(key) if isinstance(key, tuple) else key: rule
    for key, rule in itertools.chain(RULES.items(), RULES_BY_CLASS.items(), RULES_BY_KIND.items())
}


@pytest.mark.parametrize(
    ("augment", "fine"),
    [("[random_flip, {type: RandomZoom, height_factor: 0.2}]", True),
     ("[dense]", False), ("[{type: dense, units: 3}]", False), ("[random_zoom]", False),
     ("[{type: random_flip, inputs: a}]", False), ("random_flip", False)],
)  # fmt: skip
def test_only_layers_that_augment_are_accepted_to_augment(validator, tmp_path, augment, fine):
    text = f"""\
dataset: {{type: images, path: a, images: {{augment: {augment}}}}}
architecture: {{layers: []}}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")

    assert accepted(validator, text) is fine
    with nullcontext() if fine else pytest.raises(ConfigError):
        load(tmp_path / "a.yaml")


@pytest.mark.parametrize("rule", EVERY_RULE.values(), ids=EVERY_RULE.keys())
def test_the_schema_of_a_rule_accepts_what_the_rule_accepts(rule):
    validator = Draft7Validator(rule.schema)

    refused = [value for value in VALUES if rule.accepts(value) and not validator.is_valid(value)]

    assert refused == []


def test_every_field_of_a_section_says_what_it_accepts(walker):
    silent = []

    for one in every_key(walker):
        names = [frame.name for frame in one.frames]
        told = set(walker.resolved(one.schema)) - {"description", "default"}
        is_argument_of_keras = type_of(one.frames[-1].map) in {
            name for entries in kinds().values() for name in entries
        }
        if not told and not is_argument_of_keras:
            silent.append(names)

    assert silent == []
