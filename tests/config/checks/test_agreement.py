"""Sections that are each right and do not fit together."""

from pathlib import Path

import pytest

from dltrain import run_folder
from dltrain.config.checks.agreement import OWN_NAMES

STOP = "callbacks: [{type: early_stopping"
NO_VAL = "There are no val rows: monitor a figure of the train rows, or give val a share."
INSIDE = "expected a path inside the run folder. Give a relative path without '..'."
CASES = {
    "monitor of no metric": (
        STOP + ", monitor: val_acc}]\nmetrics: [accuracy]\n",
        "a.yaml:3:45: callbacks.0.monitor: got 'val_acc', "
        "expected one of accuracy, loss, val_accuracy, val_loss. Did you mean 'val_accuracy'?",
    ),
    "default monitor without val": (
        STOP + "}]\nsplit: none\n",
        f"a.yaml:3:13: callbacks.0.monitor: got 'val_loss', expected loss. {NO_VAL}",
    ),
    "monitor without val": (
        STOP + ", monitor: val.loss}]\nsplit: {fractions: {train: 0.8, val: 0, test: 0.2}}\n",
        f"a.yaml:3:45: callbacks.0.monitor: got 'val.loss', expected loss. {NO_VAL}",
    ),
    "monitor of the best model": (
        "training: {best: {monitor: val_auc}}\n",
        "a.yaml:3:28: training.best.monitor: got 'val_auc', expected one of loss, val_loss.",
    ),
    "misspelled monitor of a checkpoint of every epoch": (
        "callbacks: [{type: model_checkpoint, filepath: a, monitor: val_los}]\n",
        "a.yaml:3:60: callbacks.0.monitor: got 'val_los', expected one of loss, val_loss. "
        "Did you mean 'val_loss'?",
    ),
    "checkpoint of the best without val": (
        "callbacks: [{type: model_checkpoint, filepath: a, save_best_only: true}]\nsplit: none\n",
        f"a.yaml:3:13: callbacks.0.monitor: got 'val_loss', expected loss. {NO_VAL}",
    ),
    "absolute path": (
        "callbacks: [{type: csv_logger, filename: /tmp/a.csv}]\n",
        f"a.yaml:3:42: callbacks.0.filename: got '/tmp/a.csv', {INSIDE}",
    ),
    "path that goes up": (
        "callbacks: [{type: tensorboard, log_dir: a/../../b}]\n",
        f"a.yaml:3:42: callbacks.0.log_dir: got 'a/../../b', {INSIDE}",
    ),
    "save now and then": (
        "callbacks: [{type: model_checkpoint, filepath: a.keras, save_freq: 0.5}]\n",
        "a.yaml:3:68: callbacks.0.save_freq: got 0.5, "
        "expected a whole number of at least 1, or epoch.",
    ),
    "best by val between batches": (
        "callbacks: [{type: model_checkpoint, filepath: a.keras, save_freq: 10, "
        "save_best_only: true}]\n",
        "a.yaml:3:68: callbacks.0.save_freq: got 10 for the best model by val_loss, which only "
        "ends of epochs have, expected epoch. "
        "Let it be epoch, or monitor a figure of the train rows.",
    ),
    "figure of val in a name where some epochs are not validated": (
        "callbacks: [{type: model_checkpoint, filepath: 'a{val_loss:.2f}.keras'}]\n"
        "training: {epochs: 10, validation_freq: 2}\n",
        "a.yaml:3:48: callbacks.0.filepath: got {val_loss} in the name of a model that is saved "
        "each epoch, with validation_freq 2, expected figures of the train rows. "
        "Or let every epoch be validated: `training.validation_freq=1`.",
    ),
    "figure of val in a name between batches": (
        "callbacks: [{type: model_checkpoint, filepath: 'a{val_loss:.2f}.keras', save_freq: 10}]\n",
        "a.yaml:3:48: callbacks.0.filepath: got {val_loss} in the name of a model that is saved "
        "between batches, expected figures of the train rows. "
        "Only ends of epochs have it: let `save_freq` be epoch.",
    ),
    "number of the batch in a name of each epoch": (
        "callbacks: [{type: model_checkpoint, filepath: 'a{batch}.keras'}]\n",
        "a.yaml:3:48: callbacks.0.filepath: got {batch} in the name of a model that is saved each "
        "epoch, expected {epoch}. "
        "Let `save_freq` be a number of batches, or leave the field out.",
    ),
    "update now and then": (
        "callbacks: [{type: tensorboard, update_freq: bach}]\n",
        "a.yaml:3:46: callbacks.0.update_freq: got 'bach', "
        "expected a whole number of at least 1, or one of batch, epoch. Did you mean 'batch'?",
    ),
    "profile between batches": (
        "callbacks: [{type: tensorboard, profile_batch: 2}]\n",
        "a.yaml:3:48: callbacks.0.profile_batch: got 2, expected 0. "
        "Many steps are one compiled function, which it cannot take apart.",
    ),
    "file of the run folder": (
        "callbacks: [{type: csv_logger, filename: history.csv}]\n",
        "a.yaml:3:42: callbacks.0.filename: got 'history.csv', "
        "expected a name that the run folder does not use itself.",
    ),
    "folder of the run folder": (
        "callbacks: [{type: model_checkpoint, filepath: model/best.keras}]\n",
        "a.yaml:3:48: callbacks.0.filepath: got 'model/best.keras', "
        "expected a name that the run folder does not use itself.",
    ),
    "averages that nobody makes": (
        "callbacks: [swap_ema_weights]\n",
        "a.yaml:3:13: callbacks.0: got swap_ema_weights without averages, "
        "expected `use_ema: true` in the optimizer.",
    ),
    "averages that nobody evaluates": (
        "optimizer: {use_ema: true}\ncallbacks: [terminate_on_nan]\n",
        "a.yaml:3:22: optimizer.use_ema: got averages that are never evaluated, "
        "expected the callback swap_ema_weights. Add `swap_ema_weights` to `callbacks`.",
    ),
    "schedule beside plateau": (
        "callbacks: [reduce_lr_on_plateau]\noptimizer: {learning_rate: "
        "{type: exponential_decay, initial_learning_rate: 0.1, decay_steps: 9, decay_rate: 0.9}}\n",
        "a.yaml:3:13: callbacks.0: got reduce_lr_on_plateau beside a learning-rate schedule, "
        "expected one of the two. Remove one of them.",
    ),
    "two metrics of one name": (
        "metrics: [mse, auc, MSE]\n",
        "a.yaml:3:21: metrics.2: got a second 'mse', expected each name once. Give it a `name`.",
    ),
    "metric called loss": (
        "metrics: [{type: auc, name: loss}]\n",
        "a.yaml:3:29: metrics.0.name: got 'loss', "
        "expected a name that no other column of history.csv has.",
    ),
    "metric called like a val figure": (
        "metrics: [{type: auc, name: val_auc}]\n",
        "a.yaml:3:29: metrics.0.name: got 'val_auc', "
        "expected a name that no other column of history.csv has.",
    ),
    "label smoothing with a loss that has none": (
        "regularization: {label_smoothing: 0.1}\nloss: mse\n",
        "a.yaml:3:35: regularization.label_smoothing: got label smoothing with the loss "
        "mean_squared_error, expected a loss that smooths. "
        "Use `loss: auto`, or categorical_crossentropy.",
    ),
    "label smoothing twice": (
        "regularization: {label_smoothing: 0.1}\n"
        "loss: {type: binary_crossentropy, label_smoothing: 0.2}\n",
        "a.yaml:3:35: regularization.label_smoothing: got label smoothing here and in `loss`, "
        "expected it once. Remove one of them.",
    ),
    "bound for no figure": (
        "metrics: [accuracy]\nexpect: {test: {acuracy: '> 0.8'}}\n",
        "a.yaml:4:17: expect.test.acuracy: got an unknown figure, expected one of accuracy, "
        "balanced_accuracy, brier, calibration_error, f1, f1_macro, …. Did you mean 'accuracy'?",
    ),
    "bound for a figure of another task": (
        "task: regression\nexpect: {test: {roc_auc: '> 0.8'}}\n",
        "a.yaml:4:17: expect.test.roc_auc: got an unknown figure, expected one of loss, mae, "
        "mape, median_absolute_error, mse, r2, ….",
    ),
    "bound for a baseline of another task": (
        "task: multilabel\nexpect: {test: {f1_micro: '> majority'}}\n",
        "a.yaml:4:27: expect.test.f1_micro: got '> majority', "
        "expected a baseline of this run: one of boosting, linear, prior.",
    ),
    "bounds without val and test": (
        "split: none\nexpect: {val: {loss: < 1}, test: {loss: < 1}}\n",
        "a.yaml:4:10: expect.val: got a bound for val, which is not evaluated, expected train.\n"
        "a.yaml:4:28: expect.test: got a bound for test, which is not evaluated, expected train.",
    ),
    "bound for a test that never comes": (
        "evaluation: {test: never}\nexpect: {test: {loss: < 1}}\n",
        "a.yaml:4:10: expect.test: got a bound for test, which is not evaluated, "
        "expected one of train, val.",
    ),
    "several at once, in the order of the file": (
        "expect: {test: {x: < 1}}\n" + STOP + ", monitor: y}]\n",
        "a.yaml:3:17: expect.test.x: got an unknown figure, expected one of accuracy, "
        "balanced_accuracy, brier, calibration_error, f1, f1_macro, ….\n"
        "a.yaml:4:45: callbacks.0.monitor: got 'y', expected one of loss, val_loss.",
    ),
}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES.keys())
def test_sections_that_disagree_are_named(refused, text, message):
    assert refused(text) == message


FINE = {
    "val.loss": STOP + ", monitor: val.loss}]\n",
    "figure of a named metric": STOP + ", monitor: val_a}]\nmetrics: [{type: auc, name: a}]\n",
    "short name": STOP + ", monitor: val_acc}]\nmetrics: [acc]\n",
    "checkpoint of every epoch without val": (
        "callbacks: [{type: model_checkpoint, filepath: a.keras}]\nsplit: none\n"
    ),
    "default monitor, spelled out, of a checkpoint of every epoch without val": (
        "callbacks: [{type: model_checkpoint, filepath: a, monitor: val_loss}]\nsplit: none\n"
    ),
    "smoothing beside a loss that spells its default out": (
        "regularization: {label_smoothing: 0.1}\n"
        "loss: {type: categorical_crossentropy, label_smoothing: 0.0}\n"
    ),
    "averages": "callbacks: [swap_ema_weights]\noptimizer: {use_ema: true}\n",
    "default path": "callbacks: [tensorboard]\n",
    "save every epoch": "callbacks: [{type: model_checkpoint, filepath: a, save_freq: epoch}]\n",
    "figure of val in a name where the one epoch is validated": (
        "callbacks: [{type: model_checkpoint, filepath: 'a{val_loss:.2f}.keras'}]\n"
        "training: {initial_epoch: 1, epochs: 2, validation_freq: 2}\n"
    ),
    "save every ten batches": (
        "callbacks: [{type: model_checkpoint, filepath: '{epoch}-{batch}-{loss}', save_freq: 10}]\n"
    ),
    "the best of the train rows between batches": (
        "callbacks: [{type: model_checkpoint, filepath: a, save_freq: 10, save_best_only: true, "
        "monitor: loss}]\n"
    ),
    "a name that is no format, which is refused later": (
        "callbacks: [{type: model_checkpoint, filepath: 'a{.keras', save_freq: 10}]\n"
    ),
    "figures of each batch": "callbacks: [{type: tensorboard, update_freq: batch}]\n",
    "figures of every tenth batch": "callbacks: [{type: tensorboard, update_freq: 10}]\n",
    "plateau with a number": "callbacks: [reduce_lr_on_plateau]\noptimizer: {learning_rate: 0.1}\n",
    "smoothing in the loss": "loss: {type: categorical_crossentropy, label_smoothing: 0.1}\n",
    "smoothing of auto": "regularization: {label_smoothing: 0.1}\n",
    "two names of one metric": "metrics: [accuracy, acc, {type: accuracy, name: third}]\n",
    "a score that some task has": "expect: {test: {mape: < 9, f1_micro: '> mean'}}\n",
    "test rows of a given split": "split: given\nexpect: {test: {loss: < 1}}\n",
    "no bounds without val": "split: none\nexpect: {val: , train: {loss: < 1}}\n",
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE.keys())
def test_sections_that_agree_are_read(load_good, text):
    load_good(text)


def test_a_callback_cannot_write_where_the_run_folder_does():
    constants = [value for name, value in vars(run_folder).items() if name.isupper()]
    single = [value for value in constants if isinstance(value, str | Path)]

    paths = [*single, *run_folder.MODELS.values()]

    assert {Path(path).parts[0] for path in paths} <= OWN_NAMES


LATER = ["config", "diagnosis.json", "plots", "report.html", "model_card.md"]


@pytest.mark.parametrize("name", LATER)
def test_what_other_commands_add_to_the_run_folder_is_taken_too(refused, name):
    assert refused(f"callbacks: [{{type: csv_logger, filename: {name}}}]\n") == (
        f"a.yaml:3:42: callbacks.0.filename: got '{name}', "
        "expected a name that the run folder does not use itself."
    )
