"""What was meant by a name or an argument that does not exist."""

import pytest

from dltrain.config.catalogue.names import canonical, kinds
from dltrain.config.catalogue.unavailable import FOREIGN, NO_ARGUMENTS, REFUSED, SYNONYMS
from dltrain.config.catalogue.ways_out import way_to_argument, way_to_name
from dltrain.errors import plain_name

NAMES = {
    "misspelled": ("layer", "densee", "Did you mean 'dense'?"),
    "British": ("layer", "batch_normalisation", "Did you mean 'batch_normalization'?"),
    "of another library": ("layer", "Linear", "Keras calls it 'dense'."),
    "short": ("layer", "batchnorm", "Keras calls it 'batch_normalization'."),
    "short with a dimension": ("layer", "BatchNorm2d", "Keras calls it 'batch_normalization'."),
    "without a dimension": ("layer", "avgpool", "Keras calls it 'average_pooling2d'."),
    "activation as a layer": (
        "layer", "ReLU6", "It is an activation: `{type: activation, activation: relu6}`.",
    ),
    "regularizer as a layer": (
        "layer", "l2", "It is a regularizer: use it as `kernel_regularizer`.",
    ),
    "layer as a regularizer": (
        "regularizer", "dropout", "It is a layer: use it in `architecture.layers`.",
    ),
    "loss with another name": ("loss", "BCELoss", "Keras calls it 'binary_crossentropy'."),
    "loss by its norm": ("loss", "l1_loss", "Keras calls it 'mean_absolute_error'."),
    "metric as a loss": ("loss", "accuracy", "It is a metric: use it in `metrics`."),
    "metric with another name": ("metric", "roc_auc", "Keras calls it 'auc'."),
    "schedule as an optimizer": (
        "optimizer", "cosine_decay", "It is a schedule: use it as `optimizer.learning_rate`.",
    ),
    "initializer with another name": (
        "initializer", "xavier_uniform", "Keras calls it 'glorot_uniform'.",
    ),
    "callback as a schedule": ("schedule", "reduce_lr_on_plateau", "It is a callback."),
    "nothing near": ("optimizer", "qqq", ""),
    "a number": ("layer", 7, ""),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "way_out"), NAMES.values(), ids=NAMES.keys())
def test_a_name_that_does_not_exist_leads_to_one_that_does(kind, name, way_out):
    assert way_to_name(kind, name) == way_out


ARGUMENTS = {
    "misspelled": ("layer", "dense", "unit", "Did you mean 'units'?"),
    "other capitals": ("layer", "dense", "Units", "Did you mean 'units'?"),
    "of another layer": ("layer", "conv2d", "units", "Keras calls it 'filters'."),
    "of another library": ("layer", "dropout", "p", "Keras calls it 'rate'."),
    "short": ("optimizer", "adam", "lr", "Keras calls it 'learning_rate'."),
    "of another optimizer": ("optimizer", "adam", "momentum", "It belongs to muon, rmsprop, sgd."),
    "of no layer here": (
        "layer", "dense", "input_shape",
        "The shape of the input follows from the data; remove it.",
    ),
    "of old Keras": (
        "optimizer", "sgd", "decay",
        "Use a schedule: `learning_rate: {type: inverse_time_decay, …}`.",
    ),
    "of many others": ("loss", "rmse", "name", ""),
    "nothing near": ("layer", "dense", "qqq", ""),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "owner", "argument", "way_out"), ARGUMENTS.values(), ids=ARGUMENTS.keys()
)
def test_an_argument_that_does_not_exist_leads_to_one_that_does(kind, owner, argument, way_out):
    assert way_to_argument(kind, owner, argument) == way_out


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_words_stand_for_names_and_are_none_themselves(kind):
    assert set(FOREIGN[kind].values()) <= set(kinds()[kind])
    assert [word for word in FOREIGN[kind] if canonical(kind, word)] == []


def test_a_refused_name_is_no_foreign_word():
    for kind, names in REFUSED.items():
        refused, foreign = map(plain_name, names), map(plain_name, FOREIGN.get(kind, {}))
        assert set(refused) & set(foreign) == set()


def test_synonyms_hold_an_argument_of_keras_first():
    known = {
        argument
        for names in kinds().values()
        for entry in names.values()
        for argument in entry["arguments"]
    }

    assert [words[0] for words in SYNONYMS if words[0] not in known] == []
    assert known & NO_ARGUMENTS.keys() == set()
