"""Wrong values of every section, in the message grammar and at keys that the file has."""

import pytest

from dltrain.errors import ConfigError

TOP = "one of architecture, callbacks, cross_validation, dataset, evaluation, expect, …"
TRAINING = "one of batch_size, best, class_weight, engine, epochs, initial_epoch, …"
SEED = "a whole number from 0 to 4294967295"
COUNT = "a whole number of at least 1"
CASES = {
    "unknown key": (
        "epochs: 3\n",
        f"a.yaml:3:1: epochs: got an unknown key, expected {TOP}.",
    ),
    "misspelled key": (
        "optimiser: adam\n",
        f"a.yaml:3:1: optimiser: got an unknown key, expected {TOP}. Did you mean 'optimizer'?",
    ),
    "whole number as a key": (
        "3: adam\n",
        f"a.yaml:3:1: 3: got an unknown key, expected {TOP}.",
    ),
    "unknown key one level down": (
        "training: {epoch: 3}\n",
        f"a.yaml:3:12: training.epoch: got an unknown key, expected {TRAINING}. "
        "Did you mean 'epochs'?",
    ),
    "unknown key two levels down": (
        "training:\n  best:\n    monitr: loss\n",
        "a.yaml:5:5: training.best.monitr: got an unknown key, expected one of mode, monitor. "
        "Did you mean 'monitor'?",
    ),
    "argument of fit": (
        "training: {validation_split: 0.2}\n",
        f"a.yaml:3:12: training.validation_split: got an unknown key, expected {TRAINING}. "
        "`split.fractions.val` is the share that validates.",
    ),
    "unknown key of a chosen section": (
        "split: {type: given, fractions: {train: 0.5}}\n",
        "a.yaml:3:34: split.fractions.train: got an unknown key, expected val.",
    ),
    "unknown key that is called like the type": (
        "split: {type: random, random: 1, fractions: {tets: 1}}\n",
        "a.yaml:3:23: split.random: got an unknown key, "
        "expected one of bins, fold, fractions, seed, stratify, type.\n"
        "a.yaml:3:46: split.fractions.tets: got an unknown key, expected one of test, train, val. "
        "Did you mean 'test'?",
    ),
    "version": ("version: 2\n", "a.yaml:3:10: version: got 2, expected 1."),
    "version true": ("version: true\n", "a.yaml:3:10: version: got true, expected 1."),
    "name": (
        "name: a/b\n",
        "a.yaml:3:7: name: got 'a/b', expected text of letters, digits, '.', '_' and '-'. "
        "It becomes the name of a folder.",
    ),
    "name of two lines": (
        'name: "a\\nb"\n',
        "a.yaml:3:7: name: got 'a\\nb', expected text of letters, digits, '.', '_' and '-'. "
        "It becomes the name of a folder.",
    ),
    "seed": ("seed: -1\n", f"a.yaml:3:7: seed: got -1, expected {SEED}."),
    "large seed": (
        "seed: 4294967296\n",
        f"a.yaml:3:7: seed: got 4294967296, expected {SEED}.",
    ),
    "no seed": ("seed:\n", f"a.yaml:3:6: seed: got null, expected {SEED}."),
    "task": (
        "task: binry\n",
        "a.yaml:3:7: task: got 'binry', "
        "expected one of autoencoder, binary, multiclass, multilabel, regression. "
        "Did you mean 'binary'?",
    ),
    "split": (
        "split: randm\n",
        "a.yaml:3:8: split: got 'randm', expected one of column, given, group, none, random, time. "
        "Did you mean 'random'?",
    ),
    "type of a split": (
        "split: {type: date}\n",
        "a.yaml:3:15: split.type: got 'date', expected one of column, given, group, none, random, "
        "time.",
    ),
    "split that is a list": (
        "split: [0.7, 0.3]\n",
        "a.yaml:3:8: split: got [0.7, 0.3], "
        "expected a map with `type`: one of column, given, group, none, random, time.",
    ),
    "sum of the fractions": (
        "split: {fractions: {train: 0.8}}\n",
        "a.yaml:3:20: split.fractions: got 1.1, expected shares whose sum is 1. "
        "Give train, val and test.",
    ),
    "fractions": (
        "split: {fractions: {train: 0, val: -1, test: 1.5}}\n",
        "a.yaml:3:28: split.fractions.train: got 0, expected a number above 0 and of at most 1.\n"
        "a.yaml:3:36: split.fractions.val: got -1, expected a number from 0 to 1.\n"
        "a.yaml:3:46: split.fractions.test: got 1.5, expected a number from 0 to 1.",
    ),
    "fractions that are a list": (
        "split: {fractions: [0.7, 0.3]}\n",
        "a.yaml:3:20: split.fractions: got [0.7, 0.3], expected a map.",
    ),
    "stratify": (
        "split: {stratify: yes}\n",
        "a.yaml:3:19: split.stratify: got 'yes', expected true or false.",
    ),
    "training that is text": (
        "training: fast\n",
        "a.yaml:3:11: training: got 'fast', expected a map.",
    ),
    "epochs": (
        "training: {epochs: 0}\n",
        f"a.yaml:3:20: training.epochs: got 0, expected {COUNT}.",
    ),
    "epochs as text": (
        "training: {epochs: '3'}\n",
        f"a.yaml:3:20: training.epochs: got '3', expected {COUNT}.",
    ),
    "epochs as a fraction": (
        "training: {epochs: 3.0}\n",
        f"a.yaml:3:20: training.epochs: got 3.0, expected {COUNT}.",
    ),
    "epochs as true": (
        "training: {epochs: true}\n",
        f"a.yaml:3:20: training.epochs: got true, expected {COUNT}.",
    ),
    "epochs that are not a number": (
        "training: {epochs: .nan}\n",
        f"a.yaml:3:20: training.epochs: got .nan, expected {COUNT}.",
    ),
    "batch size": (
        "training: {batch_size: half}\n",
        f"a.yaml:3:24: training.batch_size: got 'half', expected {COUNT}, or full.",
    ),
    "class weight": (
        "training: {class_weight: {a: 1, b: -1, c: .inf}}\n",
        "a.yaml:3:36: training.class_weight.b: got -1, expected a number of at least 0.\n"
        "a.yaml:3:43: training.class_weight.c: got .inf, expected a number of at least 0.",
    ),
    "no class weight": (
        "training: {class_weight: {}}\n",
        "a.yaml:3:26: training.class_weight: got {}, "
        "expected balanced, null, or a map from class to weight.",
    ),
    "mode of the best": (
        "training: {best: {mode: best}}\n",
        "a.yaml:3:25: training.best.mode: got 'best', expected one of auto, max, min.",
    ),
    "monitor of the best": (
        "training: {best: {monitor: 3}}\n",
        "a.yaml:3:28: training.best.monitor: got 3, expected text. Quote it.",
    ),
    "engine": (
        "training: {engine: eager}\n",
        "a.yaml:3:20: training.engine: got 'eager', expected one of auto, graph, keras, xla.",
    ),
    "precision": (
        "training: {precision: float16}\n",
        "a.yaml:3:23: training.precision: got 'float16', "
        "expected one of float32, mixed_bfloat16, mixed_float16. Did you mean 'mixed_float16'?",
    ),
    "first epoch": (
        "training: {initial_epoch: -1}\n",
        "a.yaml:3:27: training.initial_epoch: got -1, expected a whole number of at least 0.",
    ),
    "steps": (
        "training: {steps_per_epoch: 0, validation_steps: all}\n",
        f"a.yaml:3:29: training.steps_per_epoch: got 0, expected {COUNT}.\n"
        f"a.yaml:3:50: training.validation_steps: got 'all', expected {COUNT}.",
    ),
    "column of weights": (
        "training: {sample_weight: 3}\n",
        "a.yaml:3:27: training.sample_weight: got 3, expected text. Quote it.",
    ),
    "dropout": (
        "regularization: {dropout: 1}\n",
        "a.yaml:3:27: regularization.dropout: got 1, expected a number from 0 to below 1.",
    ),
    "regularizer": (
        "regularization: {kernel: l3}\n",
        "a.yaml:3:26: regularization.kernel: got 'l3', "
        "expected one of l1, l1_l2, l2, orthogonal_regularizer.",
    ),
    "threshold": (
        "evaluation: {threshold: 2}\n",
        "a.yaml:3:25: evaluation.threshold: got 2, expected a number from 0 to 1, f1, youden, or a "
        "map such as {sensitivity: 0.9}.",
    ),
    "when to test": (
        "evaluation: {test: [never]}\n",
        "a.yaml:3:20: evaluation.test: got ['never'], expected one of at_end, never. "
        "Did you mean 'never'?",
    ),
    "callbacks that are no list": (
        "callbacks: early_stopping\n",
        "a.yaml:3:12: callbacks: got 'early_stopping', expected a list.",
    ),
    "metrics that are no list": (
        "metrics: 3\n",
        "a.yaml:3:10: metrics: got 3, expected a list, or a map from target to a list.",
    ),
    "loss without a type": (
        "loss: {reduction: sum}\n",
        "a.yaml:3:7: loss: got no `type`, expected one of binary_crossentropy, "
        "binary_focal_crossentropy, categorical_crossentropy, categorical_focal_crossentropy, "
        "categorical_generalized_cross_entropy, categorical_hinge, ….",
    ),
    "part of expect": (
        "expect: {tst: 3}\n",
        "a.yaml:3:10: expect.tst: got an unknown key, expected one of epochs, seconds, test, "
        "train, val. "
        "Did you mean 'test'?",
    ),
    "bound": (
        "expect: {test: {loss: 0.8}}\n",
        'a.yaml:3:23: expect.test.loss: got 0.8, expected a bound such as ">= 0.8", or "> linear". '
        'Did you mean ">= 0.8" or "<= 0.8"?',
    ),
    "figure": (
        "expect: {test: {3: '< 1'}}\n",
        "a.yaml:3:17: expect.test.3: got 3, expected text. Quote it.",
    ),
    "expect that is a list": (
        "expect: [a]\n",
        "a.yaml:3:9: expect: got ['a'], expected a map.",
    ),
    "long value": (
        f"task: {'x' * 1000}\n",
        f"a.yaml:3:7: task: got '{'x' * 59}…', "
        "expected one of autoencoder, binary, multiclass, multilabel, regression.",
    ),
    "everything at once, in the order of the file": (
        "task: x\ntraining: {epochs: 0, epoch: 1}\nseed: x\nfoo: 1\n",
        "a.yaml:3:7: task: got 'x', expected one of autoencoder, binary, multiclass, multilabel, "
        "regression.\n"
        f"a.yaml:4:20: training.epochs: got 0, expected {COUNT}.\n"
        f"a.yaml:4:23: training.epoch: got an unknown key, expected {TRAINING}. "
        "Did you mean 'epochs'?\n"
        f"a.yaml:5:7: seed: got 'x', expected {SEED}.\n"
        f"a.yaml:6:1: foo: got an unknown key, expected {TOP}.",
    ),
}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES.keys())
def test_a_wrong_value_names_place_key_and_way_out(refused, text, message):
    assert refused(text) == message


def message_of(load_text, text):
    with pytest.raises(ConfigError) as caught:
        load_text(text)
    return str(caught.value)


TYPES = "one of arff, csv, idx, images, keras, npz, …"
CSV = "{type: csv, path: a.csv, target: y"
DATASETS = {
    "null": ("", f"a.yaml:1:9: dataset: got null, expected a map with `type`: {TYPES}."),
    "list": (
        "[csv]",
        f"a.yaml:1:10: dataset: got ['csv'], expected a map with `type`: {TYPES}.",
    ),
    "bare name": (
        "csv",
        "a.yaml:1:1: dataset.path: got nothing, expected a value: the file; or a list of files, "
        "or a pattern such as rows-*.csv, with the same columns.",
    ),
    "misspelled bare name": (
        "cvs",
        f"a.yaml:1:10: dataset: got 'cvs', expected {TYPES}. Did you mean 'csv'?",
    ),
    "no type": ("{}", f"a.yaml:1:10: dataset: got no `type`, expected {TYPES}."),
    "type in capitals": (
        "{Type: csv}",
        f"a.yaml:1:10: dataset: got no `type`, expected {TYPES}. Did you mean 'type' for 'Type'?",
    ),
    "type that is no text": (
        "{type: [csv]}",
        f"a.yaml:1:17: dataset.type: got ['csv'], expected {TYPES}. Did you mean 'csv'?",
    ),
    "misspelled required key": (
        "{type: csv, pth: a.csv, target: y}",
        "a.yaml:1:22: dataset.pth: got an unknown key, expected one of cache, columns, "
        "comment, decimal, encoding, features, …. Did you mean 'path'?",
    ),
    "name": (
        "{type: sklearn, name: irs}",
        "a.yaml:1:32: dataset.name: got 'irs', "
        "expected one of blobs, breast_cancer, circles, classification, diabetes, digits, …. "
        "Did you mean 'iris'?",
    ),
    "no path": (
        "{type: csv, path: '', target: y}",
        "a.yaml:1:28: dataset.path: got '', expected text that is not empty.",
    ),
    "number as a path": (
        "{type: idx, path: 3}",
        "a.yaml:1:28: dataset.path: got 3, expected text. Quote it.",
    ),
    "number as a target": (
        "{type: csv, path: a, target: 3}",
        "a.yaml:1:39: dataset.target: got 3, expected the name of a column, a list of them, or a "
        "map with options. Quote it.",
    ),
    "map of no targets": (
        "{type: csv, path: a, target: {}}",
        "a.yaml:1:39: dataset.target: got {}, expected a map from column to options.",
    ),
    "number in a map of targets": (
        "{type: csv, path: a, target: {3: null}}",
        "a.yaml:1:39: dataset.target: got {3: null}, expected a map from column to options. "
        "Quote the names.",
    ),
    "unknown options of targets": (
        "{type: csv, path: a, target: {price: {wheight: 2}, sold: {task: autoencoder}}}",
        "a.yaml:1:48: dataset.target.price.wheight: got an unknown key, expected one of bins, "
        "classes, ordered, scaling, separator, task, …. Did you mean 'weight'?\n"
        "a.yaml:1:74: dataset.target.sold.task: got 'autoencoder', expected one of binary, "
        "multiclass, multilabel, regression.",
    ),
    "a target that weighs nothing": (
        "{type: csv, path: a, target: {price: {weight: 0}, sold: {weight: yes}}}",
        "a.yaml:1:56: dataset.target.price.weight: got 0, expected a number above 0.\n"
        "a.yaml:1:75: dataset.target.sold.weight: got 'yes', expected a number above 0.",
    ),
    "no targets": (
        "{type: csv, path: a, target: []}",
        "a.yaml:1:39: dataset.target: got [], expected the name of a column, a list of them, or a "
        "map with options.",
    ),
    "target twice": (
        "{type: csv, path: a, target: [y, y]}",
        "a.yaml:1:39: dataset.target: got ['y', 'y'], expected each column once.",
    ),
    "features that are a list": (
        CSV + ", features: [a]}",
        "a.yaml:1:56: dataset.features: got ['a'], expected a map.",
    ),
    "no features": (
        CSV + ", features: {include: []}}",
        "a.yaml:1:66: dataset.features.include: got [], expected at least one entry.",
    ),
    "misspelled key of features": (
        CSV + ", features: {exclud: [a]}}",
        "a.yaml:1:57: dataset.features.exclud: got an unknown key, "
        "expected one of exclude, include. Did you mean 'exclude'?",
    ),
    "column without a type": (
        CSV + ", columns: {a: {scaling: none}}}",
        "a.yaml:1:59: dataset.columns.a: got no `type`, expected one of boolean, category, "
        "date, number, text.",
    ),
    "misspelled type of a column": (
        CSV + ", columns: {a: numbr}}",
        "a.yaml:1:59: dataset.columns.a: got 'numbr', expected one of boolean, category, "
        "date, number, text. Did you mean 'number'?",
    ),
    "key of the other type of column": (
        CSV + ", columns: {a: {type: number, values: [1]}}}",
        "a.yaml:1:74: dataset.columns.a.values: got an unknown key, expected one of missing, "
        "scaling, type.",
    ),
    "number as a column": (
        CSV + ", columns: {3: number}}",
        "a.yaml:1:56: dataset.columns.3: got 3, expected text. Quote it.",
    ),
    "values that repeat": (
        CSV + ", columns: {a: {type: category, values: [b, b]}}}",
        "a.yaml:1:84: dataset.columns.a.values: got ['b', 'b'], "
        "expected a list of different words or whole numbers.",
    ),
    "scaling": (
        CSV + ", scaling: minmx}",
        "a.yaml:1:55: dataset.scaling: got 'minmx', "
        "expected one of log1p, min_max, none, robust, standard, unit_norm. Did you mean "
        "'min_max'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), DATASETS.values(), ids=DATASETS.keys())
def test_a_wrong_dataset_names_place_key_and_way_out(load_text, text, message):
    assert message_of(load_text, f"dataset: {text}\narchitecture: {{layers: []}}\n") == message


def test_a_null_character_in_a_path_is_refused(load_text, tmp_path):
    text = 'dataset: {type: idx, path: "a\\0"}\narchitecture: {layers: []}\n'

    message = message_of(load_text, text)

    assert message.startswith("a.yaml:1:28: dataset.path: got '")
    assert message.endswith("expected a path. No path holds the null character.")


ARCHITECTURES = {
    "null": ("", "a.yaml:2:14: architecture: got null, expected a map."),
    "list": ("[dense]", "a.yaml:2:15: architecture: got ['dense'], expected a map."),
    "nothing": (
        "{}",
        "a.yaml:2:1: architecture.layers: got nothing, "
        "expected a value: from the first behind the input to the last hidden one.",
    ),
    "unknown form": (
        "{type: cnn}",
        "a.yaml:2:22: architecture.type: got 'cnn', expected mlp, or no `type`.",
    ),
    "bare name": (
        "mlp",
        "a.yaml:2:1: architecture.units: got nothing, "
        "expected a value: neurons of each hidden layer.",
    ),
    "misspelled layers": (
        "{layrs: [dense]}",
        "a.yaml:2:16: architecture.layrs: got an unknown key, expected one of layers, output. "
        "Did you mean 'layers'?",
    ),
    "layers that are no list": (
        "{layers: dense}",
        "a.yaml:2:24: architecture.layers: got 'dense', expected a list.",
    ),
    "units": (
        "{type: mlp, units: [3, 0]}",
        "a.yaml:2:38: architecture.units.1: got 0, expected a whole number of at least 1.",
    ),
    "activation": (
        "{type: mlp, units: 3, activation: rely}",
        "a.yaml:2:49: architecture.activation: got 'rely', "
        "expected one of celu, elu, exponential, gelu, hard_shrink, hard_sigmoid, …. "
        "Did you mean 'relu'?",
    ),
    "key of the other form": (
        "{type: mlp, units: 3, layers: []}",
        "a.yaml:2:37: architecture.layers: got an unknown key, "
        "expected one of activation, output, type, units.",
    ),
    "output": (
        "{layers: [], output: {type: dense, units: 0}}",
        "a.yaml:2:57: architecture.output.units: got 0, expected a whole number of at least 1.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), ARCHITECTURES.values(), ids=ARCHITECTURES.keys())
def test_a_wrong_architecture_names_place_key_and_way_out(load_text, text, message):
    text = f"dataset: {{type: idx, path: a}}\narchitecture: {text}\n"

    assert message_of(load_text, text) == message


def test_missing_sections_stand_at_the_first_key_of_the_file(load_text):
    assert message_of(load_text, "# A comment.\nseed: 1\n") == (
        "a.yaml:2:1: architecture: got nothing, "
        "expected a value: the layers between data and loss.\n"
        "a.yaml:2:1: dataset: got nothing, expected a value: where the rows come from."
    )


def test_a_wrong_argument_of_the_command_line_is_named_as_it_was_typed(refused):
    assert refused("training: {epochs: 3}\n", ["training.epochs=0"]) == (
        "argument 'training.epochs=0': training.epochs: got 0, "
        "expected a whole number of at least 1."
    )


def test_what_a_new_type_lacks_stands_at_the_argument(refused):
    assert refused("", ["dataset.type=sklearn"]) == (
        "argument 'dataset.type=sklearn': dataset.name: got nothing, "
        "expected a value: as in sklearn.datasets, without load_ or make_."
    )


def test_what_was_removed_is_missing_where_it_was(refused):
    assert refused("", without=["dataset.path"]) == (
        "a.yaml:1:1: dataset.path: got nothing, expected a value: the file; or a list of files, "
        "or a pattern such as rows-*.csv, with the same columns."
    )
