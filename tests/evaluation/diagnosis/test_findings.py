"""Findings: each from a run made by hand that has it, and none from one that has not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dltrain.evaluation.diagnosis import Layer, diagnose, fitting
from dltrain.evaluation.diagnosis.pairs import sign_test


def warned(facts) -> dict[str, object]:
    return {one.name: one for one in diagnose(facts).findings if one.severity == "warning"}


def test_a_healthy_run_has_a_verdict_and_no_finding(made):
    diagnosis = diagnose(made())

    assert diagnosis.verdict.word == "fine"
    assert diagnosis.findings == ()


def test_a_network_that_is_too_small_is_told_to_grow(made, metrics_of):
    linear = {"linear": dict.fromkeys(("train", "val", "test"), 0.14)}
    metrics = metrics_of({"train": 0.3, "val": 0.32, "test": 0.3}, **linear)

    found = warned(made(metrics=metrics))

    assert found["underfitting"].evidence == (
        "train error 0.300 against 0.144 expected of linear: +0.156, where 0.050 would be high; a "
        "constant prediction has 0.500"
    )
    assert found["underfitting"].next == ("architecture.layers.0.units=32", "training.epochs=120")


def test_a_val_loss_that_rises_while_the_train_loss_falls_is_overfitting(made, history_of, falling):
    train = falling(0.7, 0.02)
    val = [*falling(0.7, 0.35, 15), *np.linspace(0.36, 0.8, 25)]

    found = warned(made(history=history_of(train, val), best_epoch=15))

    assert found.keys() == {"overfitting"}
    assert found["overfitting"].evidence == (
        "val loss rose from 0.381 around epoch 16 to 0.763 at the end while train loss fell from "
        "0.071 to 0.021 (medians of up to 5 epochs)"
    )
    assert found["overfitting"].next == (
        "regularization.dropout=0.3", "regularization.kernel={type: l2, l2: 0.001}",
        "callbacks=[{type: early_stopping, patience: 20}]",
    )  # fmt: skip


def test_overfitting_that_an_early_stop_has_met_is_a_hint(made, history_of, falling):
    train = falling(0.7, 0.02)
    val = [*falling(0.7, 0.35, 15), *np.linspace(0.36, 0.8, 25)]

    diagnosis = diagnose(made(history=history_of(train, val), best_epoch=15, stopped_early=True))

    assert [(one.name, one.severity) for one in diagnosis.findings] == [("overfitting", "hint")]


def test_losses_that_end_far_apart_are_overfitting_though_nothing_rises(made, history_of, falling):
    run = made(history=history_of(falling(0.7, 0.02), falling(0.7, 0.5)))

    assert warned(run)["overfitting"].evidence == (
        "at the end train loss is 0.021 and val loss 0.500 (medians of up to 5 epochs): 71 % of "
        "what it learned since the 0.693 of a constant prediction does not hold for val rows"
    )


def test_a_high_variance_without_curves_is_overfitting(made, metrics_of):
    metrics = metrics_of({"train": 0.0, "val": 0.4, "test": 0.4})

    found = warned(made(metrics=metrics, history=()))

    assert found["overfitting"].evidence == (
        "val error 0.400 is 0.400 above the train error: more than chance, which reaches 0.053 in "
        "95 % of draws"
    )


TOO_HIGH = {
    "uphill": (
        [9.0, 8.0, 3.0, 1.0, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7], "",
        "train loss 8.000 in epoch 2, where the untrained network had 0.710: steps lead uphill",
    ),
    "uphill within the first epoch": (
        [9.0, *[0.69] * 9], "",
        "train loss 9.000 in epoch 1, where the untrained network had 0.710: steps lead uphill",
    ),
    "to and fro": (
        [0.3, 0.7, 0.2, 0.7, 0.3, 0.6, 0.2, 0.7, 0.3, 0.7, 0.2, 0.6], "",
        "train loss jumps by 0.545 from epoch to epoch, 79 % of the loss of a constant prediction",
    ),
    "no number": (
        [0.7, 0.6], "epoch 3: got loss nan, expected a finite number",
        "the training failed after 2 epochs: epoch 3: got loss nan, expected a finite number",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("losses", "failure", "evidence"), TOO_HIGH.values(), ids=TOO_HIGH.keys())
def test_a_learning_rate_is_too_high(made, history_of, losses, failure, evidence):
    changes = {"failure": failure, "metrics": {}} if failure else {}

    found = warned(made(history=history_of(losses), **changes))

    assert found["learning rate too high"].evidence == evidence
    assert found["learning rate too high"].next == (
        "optimizer.learning_rate=0.0001", "optimizer.learning_rate=1e-05", "optimizer.clipnorm=1",
    )  # fmt: skip


def test_targets_that_nothing_scales_begin_high_without_a_learning_rate_that_is_too_high(
    made, history_of, falling
):
    losses = falling(590.0, 10.0)

    found = warned(made(history=history_of(losses, losses), initial_loss=592.0))

    assert "learning rate too high" not in found


NOISY = {
    "noise that is small beside the loss": [40.0 + 0.3 * (-1) ** epoch for epoch in range(40)],
    "dropout makes the train loss alone higher": [0.82] * 40,
}


@pytest.mark.parametrize("losses", NOISY.values(), ids=NOISY.keys())
def test_noise_does_not_make_a_learning_rate_too_high(made, history_of, losses):
    val = [0.75 * loss / 0.82 for loss in losses]
    initial = losses[0] * 0.71 / 0.82

    found = warned(made(history=history_of(losses, val), initial_loss=initial))

    assert "learning rate too high" not in found


def test_a_loss_that_falls_along_a_line_far_above_what_is_possible_is_too_slow(
    made, history_of, metrics_of
):
    linear = {"linear": dict.fromkeys(("train", "val", "test"), 0.1)}
    metrics = metrics_of({"train": 0.49, "val": 0.49, "test": 0.5}, **linear)
    losses = np.linspace(0.71, 0.69, 40).tolist()

    found = warned(made(metrics=metrics, history=history_of(losses, losses), best_epoch=40))

    assert found.keys() == {"learning rate too low", "no better than a baseline"}
    assert found["learning rate too low"].evidence == (
        "train loss fell by 0.010 in the first half of 40 epochs and by 0.009 in the second, to "
        "0.691: it has hardly begun"
    )
    assert found["learning rate too low"].next == (
        "optimizer.learning_rate=0.003", "optimizer.learning_rate=0.01", "training.epochs=160",
    )  # fmt: skip


def slowly_falling(made, history_of, metrics_of, rate):
    linear = {"linear": dict.fromkeys(("train", "val", "test"), 0.0)}
    metrics = metrics_of({"train": 0.125, "val": 0.125, "test": 0.125}, **linear)
    losses = np.linspace(1.2, 0.3, 40).tolist()
    settings = dataclasses.replace(made().settings, learning_rate=rate)
    history = history_of(losses, losses)
    return made(metrics=metrics, history=history, best_epoch=40, settings=settings)


def test_a_fall_that_has_come_far_has_not_hardly_begun(made, history_of, metrics_of):
    found = warned(slowly_falling(made, history_of, metrics_of, 0.02))

    assert found["learning rate too low"].evidence == (
        "train loss fell by 0.438 in the first half of 40 epochs and by 0.415 in the second, to "
        "0.346: its fall hardly slows down"
    )
    assert found["learning rate too low"].next == (
        "optimizer.learning_rate=0.06", "optimizer.learning_rate=0.1", "training.epochs=160",
    )  # fmt: skip


def test_a_rate_that_is_as_high_as_one_may_be_is_not_too_low(made, history_of, metrics_of):
    assert "learning rate too low" not in warned(slowly_falling(made, history_of, metrics_of, 0.2))


def test_dropout_does_not_hide_a_val_loss_that_has_hardly_begun_to_fall(
    made, history_of, metrics_of
):
    linear = {"linear": dict.fromkeys(("train", "val", "test"), 0.1)}
    metrics = metrics_of({"train": 0.49, "val": 0.49, "test": 0.5}, **linear)
    train = np.random.default_rng(0).normal(0.7, 0.02, 40).tolist()
    val = np.linspace(0.7, 0.6999, 40).tolist()

    found = warned(made(metrics=metrics, history=history_of(train, val), best_epoch=40))

    assert found["learning rate too low"].evidence == (
        "val loss fell by 4.9e-05 in the first half of 40 epochs and by 4.6e-05 in the second, to "
        "0.700: it has hardly begun"
    )


def test_a_training_that_ends_while_the_loss_falls_is_too_short(made, history_of, falling):
    run = made(history=history_of(falling(0.7, 0.1, half=20.0)), best_epoch=40)

    found = warned(run)

    assert found.keys() == {"stopped too early"}
    assert found["stopped too early"].evidence == (
        "train loss fell from 0.411 in epoch 20 to 0.255 in epoch 40, and the best epoch is 40: "
        "it still falls"
    )
    assert found["stopped too early"].next == (
        "training.epochs=80", "training.epochs=160", "optimizer.learning_rate=0.003",
    )  # fmt: skip


def test_a_training_that_is_too_short_is_told_with_numbers_of_the_history(made, history_of):
    losses = [0.8, 0.7, 0.62, 0.55, 0.49, 0.44, 0.4, 0.37]

    found = warned(made(history=history_of(losses, losses), best_epoch=8))

    assert found["stopped too early"].evidence == (
        "val loss fell from 0.550 in epoch 4 to 0.370 in epoch 8, and the best epoch is 8: it "
        "still falls"
    )


def test_a_perfect_fit_that_goes_on_falling_is_not_too_short(made, history_of, falling):
    run = made(history=history_of(falling(0.7, 0.0, half=3.0)), best_epoch=40)

    assert warned(run) == {}


def test_a_val_figure_that_jumps_beyond_its_interval_is_unstable(made, history_of, falling):
    history = history_of(falling(0.7, 0.25), falling(0.7, 0.28))
    for row in history:
        row["val_accuracy"] = 0.8 + 0.08 * (-1) ** int(row["epoch"])

    found = warned(made(history=history))

    assert found.keys() == {"unstable"}
    assert found["unstable"].evidence == (
        "val accuracy moves by 0.194 from epoch to epoch, more than half of its 95 % interval, "
        "0.050"
    )


def test_most_units_of_a_layer_that_are_dead_are_found(made):
    few, most = made(dead={"dense": (3, 8)}), made(dead={"dense": (3, 8), "dense_1": (5, 8)})

    assert warned(few) == {}
    assert warned(most)["dead units"].evidence == (
        "5 of 8 units of dense_1 are 0 for every train row that was looked at"
    )
    assert warned(most)["dead units"].next == (
        "optimizer.learning_rate=0.0001", "architecture.layers.0.activation=leaky_relu",
        "architecture.layers.0.kernel_initializer=he_normal",
    )  # fmt: skip


def test_a_gradient_that_does_not_arrive_vanishes(made):
    layer = Layer("dense", "architecture.layers.0", "units", 8, "sigmoid")
    settings = dataclasses.replace(made().settings, layers=(layer,))
    gradients = {0: {"dense": 1e-6, "dense_1": 0.01, "output": 0.5}}

    found = warned(made(settings=settings, gradients=gradients))

    assert found["vanishing gradients"].evidence == (
        "before the first step the gradient of dense has the norm 1.0e-06, that of output 5.0e-01: "
        "a share of 0.001 would be little"
    )
    assert found["vanishing gradients"].next == (
        "architecture.layers.0.activation=relu",
        "architecture.layers.0.kernel_initializer=he_normal",
    )


def test_a_gradient_that_is_small_only_after_learning_does_not_vanish(made):
    gradients = {0: {"dense": 0.2, "output": 0.5}, 40: {"dense": 1e-7, "output": 1e-3}}

    assert warned(made(gradients=gradients)) == {}


def test_a_gradient_that_grows_while_nothing_gets_better_explodes(made, history_of):
    gradients = {0: {"dense": 0.3, "output": 0.4}, 8: {"dense": 3e4, "output": 4e4}}

    found = warned(made(gradients=gradients, history=history_of([0.72] * 8)))

    assert found["exploding gradients"].evidence == (
        "the gradient's norm grew from 5.0e-01 to 5.0e+04 in epoch 8"
    )
    assert found["exploding gradients"].next == (
        "optimizer.clipnorm=1", "optimizer.learning_rate=0.0001",
    )  # fmt: skip
    assert "exploding gradients" not in warned(made(gradients=gradients))


def test_a_network_that_normalizes_is_looked_at_after_its_first_epoch(made):
    settings = dataclasses.replace(made().settings, normalizes=True)
    gradients = {0: {"dense": 1e-9, "output": 1.0}, 1: {"dense": 0.3, "output": 0.5}}

    assert "vanishing gradients" in warned(made(gradients=gradients))
    assert "vanishing gradients" not in warned(made(gradients=gradients, settings=settings))


def test_a_first_layer_that_is_steeper_than_others_is_no_vanishing_one(made):
    gradients = {0: {"dense": 900.0, "dense_1": 0.2, "output": 0.5}}

    assert warned(made(gradients=gradients)) == {}


def test_a_class_that_is_never_predicted_is_named(made, metrics_of):
    metrics = metrics_of({"train": 0.1, "val": 0.12, "test": 0.12})
    confusion = {"classes": ["no", "yes", "maybe"], "counts": [[8, 1, 0], [1, 9, 0], [2, 1, 0]]}
    metrics["details"] = {"train": {"confusion": confusion}}

    [found] = diagnose(made(tasks={"": "multiclass"}, metrics=metrics)).findings

    assert (found.name, found.evidence, found.next) == (
        "a class that is never predicted", "no row is predicted as maybe, though 3 are",
        ("training.class_weight=balanced", "architecture.layers.0.units=32"),
    )  # fmt: skip


def test_val_and_test_that_have_no_error_in_common_disagree(made, metrics_of):
    settings = dataclasses.replace(made().settings, split_seed=0)
    metrics = metrics_of({"train": 0.1, "val": 0.1, "test": 0.3})

    found = warned(made(metrics=metrics, settings=settings))["val and test disagree"]

    assert found.evidence == (
        "val error 0.100 (0.050 to 0.150) and test error 0.300 (0.250 to 0.350): are they alike?"
    )
    assert found.next == ("split.fractions={train: 0.6, val: 0.2, test: 0.2}", "split.seed=1")


def test_a_column_that_tells_the_target_is_left_out(made):
    [found] = diagnose(made(telling={"": ("paid back", "code")})).findings

    assert found.evidence == (
        "paid back, code alone tell the target: was it written after the target was known?"
    )
    assert found.next == ("dataset.features.exclude=[paid back, code]",)


def test_val_rows_that_are_train_rows_are_leakage_where_they_are_many(made):
    found = {
        count: [
            (one.severity, one.evidence)
            for one in diagnose(made(copies={("train", "val"): count})).findings
        ]
        for count in (5, 30, 60)
    }

    assert found == {
        5: [],
        30: [("hint", "30 of 100 val rows are exact copies of train rows")],
        60: [("warning", "60 of 100 val rows are exact copies of train rows")],
    }


def without_signal(metrics_of) -> dict:
    by_heart = {"train": 0.0, "val": 0.51, "test": 0.5}
    errors = {"train": 0.2, "val": 0.49, "test": 0.52}
    return metrics_of(errors, boosting=by_heart)


def test_targets_that_say_nothing_have_no_signal(made, metrics_of, history_of, falling):
    history = history_of(falling(0.7, 0.4), np.linspace(0.7, 0.9, 40).tolist())

    diagnosis = diagnose(made(metrics=without_signal(metrics_of), history=history))

    [found] = [one for one in diagnosis.findings if one.name == "no signal"]
    assert found.evidence == (
        "neither network nor boosting predicts new rows better than a constant (102 % of its error "
        "is left), though the train rows are learned: check that targets belong to their rows"
    )


NOT_BY_THE_NETWORK = {
    "by a baseline": (
        {"boosting": {"train": 0.0, "val": 0.51, "test": 0.5}},
        "neither network nor boosting predicts new rows better than a constant (98 % of its error "
        "is left), though boosting learned the train rows: check that targets belong to their rows",
    ),
    "in part": (
        {},
        "the network does not predict new rows better than a constant (98 % of its error is left), "
        "though train loss fell to 0.400, below the 0.693 of a constant: check that targets belong "
        "to their rows",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("baselines", "evidence"), NOT_BY_THE_NETWORK.values(), ids=NOT_BY_THE_NETWORK.keys()
)
def test_no_signal_says_who_has_learned_the_train_rows(
    made, metrics_of, history_of, falling, baselines, evidence
):
    metrics = metrics_of({"train": 0.443, "val": 0.49, "test": 0.49}, **baselines)

    found = warned(made(metrics=metrics, history=history_of(falling(0.7, 0.4))))

    assert found["no signal"].evidence == evidence


def test_no_signal_is_found_where_trees_alone_learn_some_of_many_rows(made, metrics_of, history_of):
    trees = {"train": 0.3, "val": 0.51, "test": 0.5}
    metrics = metrics_of({"train": 0.49, "val": 0.49, "test": 0.49}, boosting=trees)

    found = warned(made(metrics=metrics, history=history_of([0.69] * 40)))

    assert found["no signal"].evidence == (
        "neither network nor boosting predicts new rows better than a constant (98 % of its error "
        "is left), though boosting learned some of the train rows: check that targets belong to "
        "their rows"
    )


def test_what_a_baseline_predicts_has_a_signal(made, metrics_of, history_of, falling):
    metrics = without_signal(metrics_of)
    metrics["baselines"]["linear"] = {part: {"accuracy": 0.8} for part in ("train", "val", "test")}
    history = history_of(falling(0.7, 0.4), np.linspace(0.7, 0.9, 40).tolist())

    found = warned(made(metrics=metrics, history=history))

    assert "no signal" not in found
    assert found["no better than a baseline"].evidence == (
        "val error 0.490, that of linear 0.200: worse, beyond chance"
    )


def test_warnings_stand_before_hints(made, metrics_of):
    linear = {"linear": dict.fromkeys(("train", "val", "test"), 0.11)}
    metrics = metrics_of({"train": 0.1, "val": 0.12, "test": 0.4}, **linear)

    found = diagnose(made(metrics=metrics, dead={"dense": (8, 8)})).findings

    assert [(one.name, one.severity) for one in found] == [
        ("dead units", "warning"),
        ("val and test disagree", "warning"),
        ("no better than a baseline", "hint"),
    ]


AGAINST_BOOSTING = {
    "3 wrong rows against none may be chance": (
        0.15, 0.0, ("hint", "val error 0.150, that of boosting 0.000: worse, within chance"),
    ),
    "6 wrong rows against none are not": (
        0.3, 0.0, ("warning", "val error 0.300, that of boosting 0.000: worse, beyond chance"),
    ),
    "no difference": (0.15, 0.15, None),
    "none wrong": (0.0, 0.0, None),
    "better": (0.1, 0.15, None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("own", "other", "expected"), AGAINST_BOOSTING.values(), ids=AGAINST_BOOSTING.keys()
)
def test_a_baseline_is_better_beyond_chance_by_the_wrong_rows(
    made, metrics_of, own, other, expected
):
    metrics = metrics_of({"train": 0.0, "val": own}, boosting={"train": 0.0, "val": other})

    found = diagnose(made(metrics=metrics, rows={"train": 80, "val": 20})).findings

    told = [(one.severity, one.evidence) for one in found if one.name == fitting.NO_BETTER]
    assert told == ([expected] if expected else [])


@given(st.integers(1, 60), st.data())
def test_the_sign_test_is_the_largest_p_of_all_pairings(rows, data):
    more = data.draw(st.integers(0, rows))
    fewer = data.draw(st.integers(0, more))
    pairings = range(max(0, more + fewer - rows), fewer + 1)

    largest = max(
        binomtest(more - both, more + fewer - 2 * both).pvalue if more + fewer > 2 * both else 1.0
        for both in pairings
    )

    assert sign_test(more, fewer, rows) == pytest.approx(largest)


def test_the_sign_test_of_many_rows_is_no_overflow():
    assert sign_test(5000, 4000, 100000) < 1e-20
