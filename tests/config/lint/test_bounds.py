"""Where each rule begins to speak, on both sides of its bound."""

from __future__ import annotations

import pytest

from dltrain.config.lint import Facts, InputFacts, TargetFacts

LAYERS = "architecture:\n  layers:\n"
DENSE = "{type: dense, units: 16, activation: relu}"


def layers(*lines: str, output: str = "") -> str:
    """Write an `architecture` section, a line a layer."""
    written = "".join(f"    - {line}\n" for line in lines)
    return LAYERS + written + (f"  output: {output}\n" if output else "")


def stopping(arguments: str, training: str = "epochs: 20") -> str:
    return (
        f"training: {{{training}}}\n"
        f"callbacks: [{{type: early_stopping, restore_best_weights: true, {arguments}}}]\n"
    )


def phases(written: str) -> str:
    return f"training: {{phases: [{written}]}}\n"


def scheduled(schedule: str) -> str:
    return f"optimizer: {{type: adam, learning_rate: {{{schedule}}}}}\n"


COSINE = "type: cosine_decay, initial_learning_rate: 0.1, decay_steps: "
POLYNOMIAL = "type: polynomial_decay, initial_learning_rate: 0.1, decay_steps: "
STAIRS = "type: exponential_decay, initial_learning_rate: 0.1, decay_rate: 0.5, decay_steps: "
PIECEWISE = "type: piecewise_constant_decay, values: [0.1, 0.01], boundaries: "

BY_THE_FILE = {
    "patience that is just reached": (stopping("patience: 19"), []),
    "patience that is not": (stopping("patience: 20"), ["DL033"]),
    "patience that starts late": (stopping("patience: 15, start_from_epoch: 5"), ["DL033"]),
    "patience with few validations": (
        stopping("patience: 4", "epochs: 20, validation_freq: 5"), ["DL033", "DL036"],
    ),
    "patience with just enough validations": (
        stopping("patience: 3", "epochs: 20, validation_freq: 5"), ["DL036"],
    ),
    "patience in the epochs that are left": (
        stopping("patience: 4", "epochs: 20, initial_epoch: 15"), [],
    ),
    "patience beyond the epochs that are left": (
        stopping("patience: 5", "epochs: 20, initial_epoch: 15"), ["DL033"],
    ),
    "patience with the validations that are left": (
        stopping("patience: 2", "epochs: 20, initial_epoch: 9, validation_freq: 5"), ["DL036"],
    ),
    "steps that the file counts": (
        "training: {steps_per_epoch: 10}\n" + scheduled(COSINE + "90"), [],
    ),
    "more steps than the schedule has": (
        "training: {steps_per_epoch: 10}\n" + scheduled(COSINE + "89"), ["DL062"],
    ),
    "fewer steps behind the first epoch": (
        "training: {steps_per_epoch: 10, initial_epoch: 5}\n" + scheduled(COSINE + "90"),
        ["DL063"],
    ),
    "Keras's own patience in ten epochs": ("callbacks: [reduce_lr_on_plateau]\n", ["DL033"]),
    "the largest rate": ("optimizer: {learning_rate: 1}\n", []),
    "a larger rate": ("optimizer: {learning_rate: 1.01}\n", ["DL060"]),
    "the smallest rate": ("optimizer: {learning_rate: 1e-6}\n", []),
    "a smaller rate": ("optimizer: {learning_rate: 9e-7}\n", ["DL060"]),
    "a large rate inside a schedule": (scheduled(COSINE.replace("0.1", "5") + "9"), ["DL060"]),
    "one large rate of several": (
        scheduled(PIECEWISE.replace("0.01", "3") + "[9]"), ["DL060"],
    ),
    "much dropout": (layers(DENSE, "{type: dropout, rate: 0.7}"), []),
    "more dropout": (layers(DENSE, "{type: dropout, rate: 0.71}"), ["DL043"]),
    "dropout of a recurrent layer": (
        layers("{type: reshape, target_shape: [4, 1]}", "{type: gru, units: 8, dropout: 0.8}"),
        ["DL043"],
    ),
    "dropout everywhere": ("regularization: {dropout: 0.8}\n", ["DL043"]),
    "batch normalisation that does not learn": (
        "training: {batch_size: 1}\n"
        + layers(DENSE, "{type: batch_normalization, trainable: false}"), [],
    ),
    "a regularized bias inside a layer": (
        layers(
            "{type: reshape, target_shape: [4, 1]}",
            "{type: bidirectional, layer: {type: lstm, units: 8, bias_regularizer: l2}}",
        ),
        ["DL080"],
    ),
    "a regularized output": (
        layers(DENSE, output="{type: dense, units: 1, activation: sigmoid, "
               "bias_regularizer: l2}"), ["DL080"],
    ),
    "the last pixels of a sequence": (
        layers("{type: reshape, target_shape: [4, 1]}", "{type: gru, units: 8}"), [],
    ),
    "a sequence that reaches the output": (
        layers("{type: reshape, target_shape: [4, 1]}",
               "{type: gru, units: 8, return_sequences: true}"), ["DL046"],
    ),
    "a pooled sequence": (
        layers("{type: reshape, target_shape: [4, 1]}",
               "{type: conv1d, filters: 8, kernel_size: 2, activation: relu}",
               "global_max_pooling1d"), [],
    ),
    "a bias before normalisation behind an activation": (
        layers("{type: dense, units: 8, activation: relu}", "batch_normalization"), [],
    ),
    "a bias before normalisation without a shift": (
        layers("{type: dense, units: 8}", "{type: batch_normalization, center: false}",
               "{type: activation, activation: relu}"), [],
    ),
    "dropout behind logits": (
        layers("{type: dense, units: 3}", "{type: dropout, rate: 0.1}",
               output="{type: activation, activation: softmax}"), ["DL041"],
    ),
    "dropout as the output": (
        layers("{type: dense, units: 3}", output="{type: dropout, rate: 0.1}"), ["DL041"],
    ),
    "constant kernels of one unit": (
        layers("{type: dense, units: 1, activation: tanh, kernel_initializer: ones}"), [],
    ),
    "constant kernels of several": (
        layers("{type: dense, units: 2, activation: tanh, kernel_initializer: "
               "{type: constant, value: 0.5}}"), ["DL040"],
    ),
    "logits of two targets": (
        "dataset: {type: csv, path: a.csv, target: {a: {task: binary}, b: {task: binary}}}\n"
        + layers("{type: dense, units: 4, activation: relu}",
                 output="{a: {type: dense, units: 1}, b: auto}"), ["DL014"],
    ),
    "a wrong direction for a second target": (
        "dataset: {type: csv, path: a.csv, target: {a: {task: binary}, b: {task: binary}}}\n"
        "metrics: {b: [auc]}\ntraining: {best: {monitor: val_b_auc, mode: min}}\n", ["DL030"],
    ),
    "a wrong direction of what is watched by default": (
        stopping("patience: 3, mode: max"), ["DL030"],
    ),
    "the direction of a checkpoint of every epoch": (
        "callbacks: [{type: model_checkpoint, filepath: a.keras, mode: max}]\n", [],
    ),
    "a rate of one phase": (phases("{epochs: 1}, {epochs: 1, learning_rate: 2}"), ["DL060"]),
    "an optimizer that every phase replaces": (
        "optimizer: {type: sgd, learning_rate: 7}\n"
        + phases("{epochs: 1, optimizer: adam}, {epochs: 1, optimizer: adam}"), [],
    ),
    "sgd in one phase": (phases("{epochs: 1}, {epochs: 1, optimizer: sgd}"), ["DL061"]),
    "sgd whose rate goes from phase to phase": (
        "optimizer: {type: sgd, learning_rate: 0.1}\n"
        + phases("{epochs: 1}, {epochs: 1, learning_rate: 0.01}"), [],
    ),
    "the last weights of one phase": (
        phases("{epochs: 9}") + "callbacks: [{type: early_stopping, patience: 3}]\n", [],
    ),
    "the last weights between phases": (
        phases("{epochs: 9}, {epochs: 9}")
        + "callbacks: [{type: early_stopping, patience: 3}]\n", ["DL034"],
    ),
    "sgd whose rate is lowered": (
        "training: {epochs: 40}\noptimizer: {type: sgd, learning_rate: 0.1}\n"
        "callbacks: [{type: reduce_lr_on_plateau, patience: 5}]\n", [],
    ),
    "activities without a layer": (
        "regularization: {activity: l2}\n" + layers("flatten"), ["DL081"],
    ),
    "an embedding takes regularization, no dropout": (
        "regularization: {kernel: l2, dropout: 0.1}\n"
        + layers("{type: embedding, input_dim: 9, output_dim: 2}", "flatten"), ["DL081"],
    ),
}  # fmt: skip

ROWS = Facts(train_rows=1000)  # 32 steps an epoch, 320 in all
BY_THE_DATA = {
    "a schedule that stops at zero just in time": (scheduled(COSINE + "288"), ROWS, []),
    "a schedule that stops at zero too early": (scheduled(COSINE + "287"), ROWS, ["DL062"]),
    "a schedule that stops at a rate": (scheduled(COSINE + "160, alpha: 0.1"), ROWS, []),
    "a schedule that stops at a rate too early": (
        scheduled(COSINE + "159, alpha: 0.1"), ROWS, ["DL062"],
    ),
    "a warmup counts": (scheduled(COSINE + "260, warmup_steps: 60"), ROWS, []),
    "a polynomial that goes round": (scheduled(POLYNOMIAL + "40, cycle: true"), ROWS, []),
    "a polynomial that does not": (scheduled(POLYNOMIAL + "40"), ROWS, ["DL062"]),
    "a schedule of which two thirds take place": (scheduled(COSINE + "480"), ROWS, []),
    "a schedule of which less do": (scheduled(COSINE + "481"), ROWS, ["DL063"]),
    "the last boundary in time": (scheduled(PIECEWISE + "[300]"), ROWS, []),
    "the last boundary too late": (scheduled(PIECEWISE + "[321]"), ROWS, ["DL063"]),
    "a schedule as long as its phase": (
        phases(f"{{epochs: 9}}, {{epochs: 10, learning_rate: {{{COSINE}320}}}}"), ROWS, [],
    ),
    "a schedule too long for its phase": (
        phases(f"{{epochs: 99}}, {{epochs: 10, learning_rate: {{{COSINE}481}}}}"), ROWS, ["DL063"],
    ),
    "a schedule too short for its phase": (
        phases(f"{{epochs: 1}}, {{epochs: 10, optimizer: {{learning_rate: {{{COSINE}287}}}}}}"),
        ROWS, ["DL062"],
    ),
    "a stair that is never taken": (scheduled(STAIRS + "500, staircase: true"), ROWS, ["DL063"]),
    "a slope without stairs": (scheduled(STAIRS + "500"), ROWS, []),
    "full batches make one step an epoch": (
        "training: {batch_size: full}\n" + scheduled(COSINE + "10"), Facts(), [],
    ),
    "a share of just below": (
        "metrics: [accuracy]\n", Facts({"": TargetFacts("binary", 1, (799, 201))}), [],
    ),
    "a share of just enough": (
        "metrics: [accuracy]\n", Facts({"": TargetFacts("binary", 1, (200, 800))}), ["DL024"],
    ),
    "accuracy that nobody asked for": (
        "seed: 3\n", Facts({"": TargetFacts("binary", 1, (200, 800))}), [],
    ),
    "parameters up to the bound": ("seed: 3\n", Facts(train_rows=10, parameters=1000), []),
    "one more": ("seed: 3\n", Facts(train_rows=10, parameters=1001), ["DL083"]),
    "one more in a smoke run": ("seed: 3\n", Facts(parameters=1001), []),
    "columns up to the bound": (
        "seed: 3\n", Facts(inputs={"input": InputFacts("table", (1,), {"a": 10.0})}), [],
    ),
    "an array of larger numbers": (
        "dataset: {type: npz, path: a.npz}\n",
        Facts(inputs={"input": InputFacts("array", (3,), {"": 10.1})}), ["DL090"],
    ),
    "units for other classes": (
        layers("{type: dense, units: 4, activation: relu}",
               output="{type: dense, units: 3, activation: softmax}"),
        Facts({"": TargetFacts("multiclass", 4, (1, 1, 1, 1))}), ["DL015"],
    ),
    "softmax of the one number that a row has": (
        layers("{type: dense, units: 1}", output="{type: activation, activation: softmax}"),
        Facts({"": TargetFacts("binary", 1, (1, 1))}), ["DL011"],
    ),
    "linear numbers for classes": (
        layers("{type: dense, units: 4, activation: relu}", output="{type: dense, units: 1}"),
        Facts({"": TargetFacts("binary", 1, (1, 1))}), ["DL014"],
    ),
    "a target just outside": (
        layers("{type: dense, units: 4, activation: relu}",
               output="{type: dense, units: 1, activation: relu}"),
        Facts({"": TargetFacts("regression", 1, least=-0.1, largest=9.0)}), ["DL018"],
    ),
    "a large target": (
        "seed: 3\n", Facts({"": TargetFacts("regression", 1, least=2.0, largest=1000.0)}),
        ["DL096"],
    ),
    "a target far below 0": (
        "seed: 3\n", Facts({"": TargetFacts("regression", 1, least=-1000.0, largest=9.0)}),
        ["DL096"],
    ),
    "a target that is just not large": (
        "seed: 3\n", Facts({"": TargetFacts("regression", 1, least=-999.0, largest=999.0)}), [],
    ),
    "one of two large targets, which is scaled": (
        "dataset: {type: csv, path: a.csv, target: {p: {scaling: log1p}, q: }}\n",
        Facts({"p": TargetFacts("regression", 1, least=-4e3, largest=9.0),
               "q": TargetFacts("regression", 1, least=-4e3, largest=9.0)}), ["DL096"],
    ),
    "a large target of a set that names none": (
        "dataset: {type: keras, name: california_housing}\n",
        Facts({"": TargetFacts("regression", 1, least=1e4, largest=5e5)}), [],
    ),
    "pictures of unknown size": (
        "dataset: {type: npz, path: a.npz}\n" + layers("{type: dense, units: 4, activation: relu}"),
        Facts(inputs={"input": InputFacts("images", (8, 8, 1))}), ["DL046"],
    ),
    "one of two inputs": (
        "dataset: {type: csv, path: a.csv, target: y, scaling: none, inputs: {a: [p], b: [q]}}\n"
        + layers("{type: concatenate, inputs: [a, b]}"),
        Facts(inputs={"a": InputFacts("table", (1,), {"p": 99.0}),
                      "b": InputFacts("table", (1,), {"q": 1.0})}), ["DL090"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BY_THE_FILE.values(), ids=BY_THE_FILE.keys())
def test_a_rule_speaks_by_the_file(rules, text, expected):
    assert sorted(rules(text)) == expected


@pytest.mark.parametrize(
    ("text", "facts", "expected"), BY_THE_DATA.values(), ids=BY_THE_DATA.keys()
)
def test_a_rule_speaks_by_the_data(rules, text, facts, expected):
    assert sorted(rules(text, facts)) == expected


def test_a_boundary_is_told_as_the_file_has_it(messages):
    assert messages(scheduled(PIECEWISE + "[1000]"), ROWS) == [
        "a.yaml:5:106: warning DL063 schedule_ends_late: optimizer.learning_rate.boundaries: got a "
        "schedule of 1000 steps for a training of 320, expected about as many. The training would "
        "end first: use fewer, or raise `training.epochs`."
    ]


def test_a_schedule_of_a_phase_is_told_with_its_key(messages):
    late = phases(f"{{epochs: 9}}, {{epochs: 2, learning_rate: {{{COSINE}500}}}}")

    assert messages(late, ROWS) == [
        "a.yaml:5:123: warning DL063 schedule_ends_late: "
        "training.phases.1.learning_rate.decay_steps: got a schedule of 500 steps for a phase of "
        "64, expected about as many. The phase would end first: use fewer, or raise `epochs` of "
        "the phase."
    ]


def test_an_epoch_behind_the_first_is_told_by_its_number(messages):
    training = "training: {steps_per_epoch: 10, initial_epoch: 5}\n"

    assert messages(training + scheduled(COSINE + "20")) == [
        "a.yaml:6:102: warning DL062 schedule_ends_early: optimizer.learning_rate.decay_steps: got "
        "a schedule of 20 steps for a training of 50, expected about as many. The rate would be 0 "
        "from epoch 8 on."
    ]


def test_steps_that_are_passes_each_are_told_as_such(messages):
    assert messages("training: {steps_per_epoch: 10, batch_size: 4096}\n", ROWS) == [
        "a.yaml:5:45: hint DL071 batch_larger_than_train: training.batch_size: got 4096, expected "
        "at most 1000, the rows. Each step is a pass over all: use less, or `full` if that is "
        "meant."
    ]
