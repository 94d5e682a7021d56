"""Every key is explained, with the words of the loader and an example that loads."""

import pytest
import yaml

from dltrain.config import load
from dltrain.config.catalogue.augmentation import augmenting
from dltrain.config.catalogue.names import kinds
from dltrain.config.schema.examples import SMALLEST
from dltrain.config.showing.explanation import explain
from dltrain.errors import DltrainError

FACTS = {
    "training.epochs": {"type": "a whole number of at least 1", "default": "10"},
    "training.batch_size": {"type": "a whole number of at least 1, or full", "default": "32"},
    "training.class_weight": {
        "type": "balanced, or a map of names, each: a number of at least 0, or null"
    },
    "training.initial_epoch": {"type": "a whole number of at least 0", "default": "0"},
    "training.steps_per_epoch": {"type": "a whole number of at least 1, or null"},
    "training.sample_weight": {"type": "text, or null"},
    "training.precision": {
        "type": "one of float32, mixed_bfloat16, mixed_float16",
        "default": "float32",
    },
    "callbacks.model_checkpoint.save_freq": {
        "type": "a whole number of at least 1, or epoch",
        "default": "epoch",
    },
    "evaluation.threshold": {"default": "0.5"},
    "evaluation.baselines": {"type": "true or false", "default": "true"},
    "evaluation.human": {"type": "a number of at least 0, or null"},
    "evaluation.test": {"type": "one of at_end, never", "default": "at_end"},
    "dataset.csv.path": {"type": "text, or a list, each: text", "required": "yes"},
    "optimizer.learning_rate": {
        "type": "a number above 0, or a schedule",
        "default": "0.001; 0.0025 for schedule_free_adamw; 0.01 for sgd",
        "key of": "adam, adadelta, adafactor, adagrad, adamax, adamw, ftrl, lamb, lion, muon, "
        "nadam, rmsprop, schedule_free_adamw, sgd",
    },
    "optimizer.sgd.momentum": {"type": "a number from 0 to 1", "default": "0.0"},
    "optimizer.SGD.nesterov": {"type": "true or false", "default": "false", "key of": "sgd"},
    "callbacks.early_stopping.patience": {"type": "a whole number of at least 0", "default": "0"},
    "architecture.layers.dense.kernel_initializer": {
        "type": "an initializer",
        "default": "glorot_uniform",
    },
    "layer.dense.units": {"type": "a whole number of at least 1", "required": "yes"},
    "dense.units": {"type": "a whole number of at least 1", "required": "yes"},
    "exponential_decay.staircase": {"type": "true or false", "default": "false"},
    "architecture.layers.0.layers": {"type": "a list, each: a layer", "required": "yes"},
    "dataset.columns.age.encoding": {
        "type": "one of embedding, integer, one_hot; one of bigrams, multi_hot, sequence, tf_idf "
        "for text",
        "default": "one_hot; sequence for text",
        "key of": "category, text",
    },
    "regularization.kernel": {"type": "a regularizer, or null"},
}


@pytest.mark.parametrize(("key", "facts"), FACTS.items(), ids=FACTS.keys())
def test_type_default_and_owner_are_said(key, facts):
    assert dict(explain(key).facts) == facts


UNKNOWN = {
    "optimizr": "got 'optimizr', expected a key of the file, or a name of Keras. "
    "Did you mean 'optimizer'?",
    "training.epoch": "got 'epoch', expected a key of training. Did you mean 'epochs'?",
    "optimizer.sgd.momentun": "got 'momentun', expected a key of optimizer.sgd. "
    "Did you mean 'momentum'?",
    "layer.dens": "got 'dens', expected a key of architecture.layers. Did you mean 'dense'?",
    "dense.unit": "got 'unit', expected a key of architecture.layers.dense. Did you mean 'units'?",
    "training.epochs.more": "got 'more', expected a key of training.epochs.",
    "training.": "got '', expected a key of training.",
    ".": "got '', expected a key of the file, or a name of Keras.",
    "type": "got 'type', expected a key of the file, or a name of Keras.",
    "training.type": "got 'type', expected a key of training.",
}


@pytest.mark.parametrize(("key", "message"), UNKNOWN.items(), ids=UNKNOWN.keys())
def test_an_unknown_key_is_refused_with_the_nearest_one(key, message):
    with pytest.raises(DltrainError) as caught:
        explain(key)

    assert str(caught.value) == message


def test_without_a_key_the_keys_of_the_file_are_listed():
    explanation = explain()

    assert [name for name, _ in explanation.keys][:5] == [
        "version", "name", "seed", "task", "dataset"
    ]  # fmt: skip
    assert (explanation.facts, explanation.example) == ([], "")


def test_a_type_is_explained_by_what_it_can_be():
    explanation = explain("dataset.columns.type")

    assert explanation.types == ["boolean", "category", "date", "number", "text"]
    assert dict(explanation.keys)["number"].startswith("A column of numbers")


def test_where_there_are_many_types_they_are_named_and_their_keys_are_not():
    explanation = explain("optimizer")

    assert {"adam", "sgd"} < set(explanation.types)
    assert explanation.keys == []


def test_a_key_that_a_type_is_called_by_as_well_leads_on_to_the_keys_of_both():
    assert explain("dataset.images.path").facts[-1] == ("required", "yes")
    assert explain("dataset.images.augment").types == list(augmenting())
    assert explain("dataset.images.augment.random_zoom.height_factor").facts


def test_a_name_of_keras_is_explained_by_its_arguments():
    explanation = explain("dense")

    assert explanation.meaning == "Keras's Dense; keras.io describes it."
    assert dict(explanation.keys)["units"] == "Number of neurons."
    assert dict(explanation.keys)["lora_rank"] == "a whole number of at least 1, or null"


NAMES = [(kind, name) for kind in kinds() for name in kinds()[kind] if kind != "activation"]


@pytest.mark.parametrize(("kind", "name"), NAMES, ids=[f"{kind}.{name}" for kind, name in NAMES])
def test_every_name_of_keras_has_an_example_that_loads(kind, name, tmp_path):
    explanation = explain(f"{kind}.{name}")

    (tmp_path / "a.yaml").write_text(
        yaml.safe_dump(SMALLEST | yaml.safe_load(explanation.example)), encoding="utf-8"
    )
    load(tmp_path / "a.yaml")
    assert explanation.meaning
