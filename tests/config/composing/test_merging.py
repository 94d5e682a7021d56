"""One source over another: what merges, what is replaced, and where each part stands."""

import pytest

from dltrain.config.composing.merging import merged
from dltrain.config.text.source import read


def laid_over(below, above):
    return merged(read(below, "base.yaml"), read(above, "a.yaml"))


MERGED = {
    "other keys": ("a: 1", "b: 2", {"a": 1, "b": 2}),
    "the same key": ("a: 1", "a: 2", {"a": 2}),
    "maps at every depth": (
        "a: {b: {c: 1, d: 2}}",
        "a: {b: {c: 3, e: 4}}",
        {"a": {"b": {"c": 3, "d": 2, "e": 4}}},
    ),
    "lists": ("a: [1, 2]", "a: [3]", {"a": [3]}),
    "nothing over a map": ("split: {seed: 1}", "split:", {"split": None}),
    "map over nothing": ("split:", "split: {seed: 1}", {"split": {"seed": 1}}),
    "value over a map": ("a: {b: 1}", "a: 2", {"a": 2}),
    "map over a value": ("a: 2", "a: {b: 1}", {"a": {"b": 1}}),
    "numbers as keys": ("a: {0: 1, 1: 1}", "a: {1: 2}", {"a": {0: 1, 1: 2}}),
    "same type": (
        "optimizer: {type: sgd, momentum: 0.9}",
        "optimizer: {type: SGD, nesterov: true}",
        {"optimizer": {"type": "SGD", "momentum": 0.9, "nesterov": True}},
    ),
    "no type": (
        "optimizer: {type: sgd, momentum: 0.9}",
        "optimizer: {momentum: 0.5}",
        {"optimizer": {"type": "sgd", "momentum": 0.5}},
    ),
    "new type": (
        "optimizer: {type: sgd, momentum: 0.9}",
        "optimizer: {type: adam, beta_1: 0.8}",
        {"optimizer": {"type": "adam", "beta_1": 0.8}},
    ),
    "new type as a bare name": (
        "optimizer: {type: sgd, momentum: 0.9}",
        "optimizer: adam",
        {"optimizer": "adam"},
    ),
    "same type as a bare name": (
        "optimizer: {type: sgd, momentum: 0.9}",
        "optimizer: Sgd",
        {"optimizer": {"type": "Sgd", "momentum": 0.9}},
    ),
    "arguments over a bare name": (
        "optimizer: sgd",
        "optimizer: {momentum: 0.9}",
        {"optimizer": {"type": "sgd", "momentum": 0.9}},
    ),
    "bare name over a bare name": ("optimizer: sgd", "optimizer: adam", {"optimizer": "adam"}),
    "new type inside": (
        "optimizer: {type: sgd, learning_rate: {type: cosine_decay, decay_steps: 9}}",
        "optimizer: {learning_rate: {type: exponential_decay, decay_rate: 0.9}}",
        {"optimizer": {"type": "sgd",
                       "learning_rate": {"type": "exponential_decay", "decay_rate": 0.9}}},
    ),
    "type other than the default one": (
        "split: {fractions: {train: 0.6}}",
        "split: {type: none}",
        {"split": {"type": "none"}},
    ),
    "the default type": (
        "split: {stratify: false}",
        "split: {type: random}",
        {"split": {"stratify": False, "type": "random"}},
    ),
    "mlp over layers": (
        "architecture: {layers: [relu]}",
        "architecture: {type: mlp, units: [4]}",
        {"architecture": {"type": "mlp", "units": [4]}},
    ),
    "layers over mlp": (
        "architecture: {type: mlp, units: [4]}",
        "architecture: {layers: [relu]}",
        {"architecture": {"layers": ["relu"]}},
    ),
    "units over mlp": (
        "architecture: {type: mlp, units: [4]}",
        "architecture: {units: [8]}",
        {"architecture": {"type": "mlp", "units": [8]}},
    ),
    "weights over balanced": (
        "training: {class_weight: balanced}",
        "training: {class_weight: {0: 1}}",
        {"training": {"class_weight": {0: 1}}},
    ),
    "targets over a target": (
        "dataset: {target: price}",
        "dataset: {target: {price: {weight: 2}}}",
        {"dataset": {"target": {"price": {"weight": 2}}}},
    ),
    "losses by target over a loss": ("loss: mse", "loss: {a: mae}", {"loss": {"a": "mae"}}),
    "losses by target over one with arguments": (
        "loss: {type: huber, delta: 2}",
        "loss: {a: mae}",
        {"loss": {"a": "mae"}},
    ),
    "loss over losses by target": (
        "loss: {a: mae}",
        "loss: {type: huber, delta: 2}",
        {"loss": {"type": "huber", "delta": 2}},
    ),
    "losses by target": ("loss: {a: mae}", "loss: {b: mse}", {"loss": {"a": "mae", "b": "mse"}}),
    "loss with arguments": (
        "loss: {type: huber, delta: 2}",
        "loss: {delta: 3}",
        {"loss": {"type": "huber", "delta": 3}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("below", "above", "value"), MERGED.values(), ids=MERGED.keys())
def test_a_file_is_laid_over_its_base(below, above, value):
    assert laid_over(below, above).value == value


def test_every_part_keeps_its_place():
    below = "optimizer: sgd\na: {b: 1,\n c: [{d: 2}]}"

    source = laid_over(below, "\n\na: {b: 3}\noptimizer: {momentum: 0.9}")

    assert str(source.place(("a", "b"))) == "a.yaml:3:8"
    assert str(source.place(("a", "c", 0, "d"))) == "base.yaml:3:10"
    assert str(source.place(("a", "c", 0, "d"), of_key=True)) == "base.yaml:3:7"
    assert str(source.place(("a",))) == "a.yaml:3:4"
    assert str(source.given(("optimizer", "type"))) == "base.yaml:1:12"
    assert str(source.place(("missing",))) == "a.yaml:3:1"


def test_what_a_new_type_replaced_has_no_place():
    source = laid_over("a: {type: b, c: 1}", "a: {type: d}")

    assert source.given(("a", "c")) is None


def test_a_large_base_is_merged_in_linear_time():
    many = "".join(f"k{n}: {{a: 1}}\n" for n in range(20_000))

    assert len(laid_over(many, many.replace("a:", "b:")).value) == 20_000
