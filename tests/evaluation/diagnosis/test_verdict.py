"""The verdict: the table of bias and variance, with what is low and high told by other numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltrain.evaluation.diagnosis import Facts, Settings, diagnose

ROWS = {"train": 700, "val": 100, "test": 200}
LINEAR = {"train": 0.14, "val": 0.15, "test": 0.15}
GOOD = {"train": 0.0, "val": 0.02, "test": 0.02}

# Errors of the network, of the baselines, half the width of the intervals, and the verdict.
TABLE = {
    "low and low": (0.1, 0.12, {"linear": LINEAR}, 0.05, "fine"),
    "a gap that is no more than chance": (0.1, 0.2, {"linear": LINEAR}, 0.11, "fine"),
    "noisy rows, of which nobody makes more": (0.30, 0.33, {"linear": {
        "train": 0.31, "val": 0.33, "test": 0.3}}, 0.05, "fine"),
    "a certain gap, and yet better than all others": (0.02, 0.13, {"linear": LINEAR}, 0.05, "fine"),
    "high and high": (0.3, 0.32, {"linear": LINEAR}, 0.05, "high bias"),
    "high and high against boosting": (0.14, 0.15, {"boosting": GOOD}, 0.05, "high bias"),
    "nothing learned, without other baselines": (0.48, 0.49, {}, 0.05, "high bias"),
    "noise, without other baselines": (0.3, 0.32, {}, 0.05, "fine"),
    "low and high": (0.0, 0.3, {}, 0.05, "high variance"),
    "low and high against linear": (0.1, 0.25, {"linear": LINEAR}, 0.05, "high variance"),
    "high and higher": (0.3, 0.48, {"linear": LINEAR}, 0.05, "high bias and high variance"),
    "high and low": (0.3, 0.1, {}, 0.05, "what did you do?"),
    "high and low by chance": (0.3, 0.1, {"linear": LINEAR}, 0.25, "high bias"),
}  # fmt: skip


@pytest.fixture(scope="session", name="facts")
def facts_maker(metrics_of):
    def facts(train, val, baselines, width, **settings) -> Facts:
        metrics = metrics_of({"train": train, "val": val, "test": val}, width=width, **baselines)
        return Facts({"": "binary"}, ROWS, 10, Settings(**settings), metrics)

    return facts


@pytest.mark.parametrize(
    ("train", "val", "baselines", "width", "verdict"), TABLE.values(), ids=TABLE.keys()
)
def test_errors_have_a_place_in_the_table(facts, train, val, baselines, width, verdict):
    assert diagnose(facts(train, val, baselines, width)).verdict.word == verdict


def test_an_error_that_humans_have_is_the_reference(facts):
    by_human = {human: diagnose(facts(0.15, 0.16, {}, 0.02, human=human)) for human in (0.0, 0.14)}

    assert {human: one.verdict.word for human, one in by_human.items()} == {
        0.0: "high bias",
        0.14: "fine",
    }
    assert by_human[0.0].to_json()["reference"] == {"name": "human", "error": 0.0}


def test_the_verdict_is_told_with_its_numbers(facts):
    told = diagnose(facts(0.1, 0.25, {"linear": LINEAR}, 0.05)).to_json()

    assert (
        told["sentence"] == "high variance: train error 0.100, val 0.250; 0.144 expected of linear"
    )
    assert told["figure"] == "accuracy"
    assert told["errors"] == pytest.approx({"train": 0.1, "val": 0.25, "test": 0.25})
    assert told["evidence"] == [
        "train error 0.100 against 0.144 expected of linear: -0.044, where 0.050 would be high; a "
        "constant prediction has 0.500",
        "val error 0.250 is 0.150 above the train error (+0.006 as a linear model finds its rows): "
        "more than chance, which reaches 0.053 in 95 % of draws",
        "the train error is 0.400 below the 0.500 of a constant prediction; 36 % of that is lost "
        "on val rows, where 50 % is much",
        "val error against linear 0.150: +0.100, where 0.097 matters",
    ]


def test_val_rows_that_a_linear_model_finds_hard_as_well_are_no_variance(facts):
    alike = {"linear": {"train": 0.1, "val": 0.1, "test": 0.1}}
    harder = {"linear": {"train": 0.1, "val": 0.4, "test": 0.1}}

    words = [diagnose(facts(0.05, 0.35, one, 0.05)).verdict.word for one in (alike, harder)]

    assert words == ["high variance", "fine"]


def test_val_rows_that_a_linear_model_finds_easy_as_well_are_no_paradox(facts):
    easier = {"linear": {"train": 0.4, "val": 0.15, "test": 0.4}}

    words = [diagnose(facts(0.3, 0.1, one, 0.05)).verdict.word for one in ({}, easier)]

    assert words == ["what did you do?", "fine"]


WITHOUT_OTHERS = {
    "all rows train": (
        {"train": 4}, 0.0, "fine: train error 0.000; no other rows tell of its variance",
    ),
    "all rows train, to no avail": (
        {"train": 4}, 0.5, "high bias: train error 0.500, of a constant 0.500",
    ),
    "all rows train, a constant alone to compare with": (
        {"train": 4}, 0.3,
        "unknown: train error 0.300, and nothing but the 0.500 of a constant prediction to compare "
        "with",
    ),
    "test rows are not opened": (
        {"train": 4, "test": 2}, 0.0,
        "unknown: train error 0.000, and no val rows to compare with",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "error", "sentence"), WITHOUT_OTHERS.values(), ids=WITHOUT_OTHERS.keys()
)
def test_train_rows_alone_tell_nothing_about_variance(metrics_of, rows, error, sentence):
    metrics = metrics_of({"train": error})

    assert diagnose(Facts({"": "binary"}, rows, metrics=metrics)).verdict.sentence == sentence


def one_val_row(figures: dict, undefined: dict) -> Facts:
    """Give a run on amounts with these figures and reasons by part."""
    return Facts({"": "regression"}, {"train": 8, "val": 1}, metrics={
        "splits": {part: {"r2": r2} for part, r2 in figures.items()},
        "undefined": {part: {"r2": reason} for part, reason in undefined.items()},
        "baselines": {"mean": {"train": {"r2": 0.0}}},
    })  # fmt: skip


EQUAL = "all targets are equal"
UNDEFINED = {
    "one val row": (
        {"train": 0.9, "val": None}, {"val": EQUAL},
        "unknown: train error 0.100 as a share of the constant prediction's, and r2 of val is "
        "undefined: all targets are equal",
    ),
    "nor on test": (
        {"train": 0.9, "val": None, "test": None}, {"val": EQUAL, "test": EQUAL},
        "unknown: train error 0.100 as a share of the constant prediction's, and r2 of val is "
        "undefined: all targets are equal, r2 of test is undefined: all targets are equal",
    ),
    "without a reason": (
        {"train": 0.9, "val": None}, {},
        "unknown: train error 0.100 as a share of the constant prediction's, and r2 of val is "
        "undefined",
    ),
    "high bias all the same": (
        {"train": 0.01, "val": None}, {"val": EQUAL},
        "high bias: train error 0.990 as a share of the constant prediction's, of a constant 1.000",
    ),
    "train rows": (
        {"train": None, "val": 0.9}, {"train": EQUAL},
        "unknown: r2 of train is undefined: all targets are equal",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "undefined", "sentence"), UNDEFINED.values(), ids=UNDEFINED.keys()
)
def test_a_figure_that_is_undefined_is_not_taken_for_no_rows(figures, undefined, sentence):
    assert diagnose(one_val_row(figures, undefined)).verdict.sentence == sentence


@pytest.mark.parametrize("val", [0.0, 0.3])
def test_train_rows_of_which_a_constant_is_right_say_nothing(made, metrics_of, val):
    metrics = metrics_of({"train": 0.0, "val": val, "test": val}, constant=0.0)

    told = diagnose(made(metrics=metrics))

    assert told.verdict.sentence == (
        "unknown: a constant prediction is right for all train rows as well"
    )
    assert told.evidence == ("a constant prediction is right for all train rows as well",)
    assert "underfitting" not in [one.name for one in told.findings]


def test_a_network_that_is_worse_than_a_constant_has_high_bias(metrics_of):
    metrics = metrics_of({"train": 0.1, "val": 0.1}, constant=0.0)

    told = diagnose(Facts({"": "binary"}, ROWS, metrics=metrics)).to_json()

    assert told["verdict"] == "high bias"
    assert told["evidence"][0] == (
        "train error 0.100, not below the 0.000 of a constant prediction: it has learned nothing"
    )


def test_a_failed_training_has_no_verdict():
    told = diagnose(Facts({"": "binary"}, ROWS, failure="epoch 2: got loss nan")).to_json()

    assert told["sentence"] == "unknown: the training failed"
    assert (told["figure"], told["errors"], told["reference"]) == (None, {}, None)


def test_skewed_classes_are_judged_by_balanced_accuracy(metrics_of):
    metrics = metrics_of({"train": 0.04, "val": 0.05, "test": 0.05}, constant=0.05)
    for part, figures in metrics["splits"].items():
        figures["balanced_accuracy"] = 0.5
        metrics["baselines"]["majority"][part]["balanced_accuracy"] = 0.5

    told = diagnose(Facts({"": "binary"}, ROWS, metrics=metrics)).to_json()

    assert (told["figure"], told["verdict"]) == ("balanced_accuracy", "high bias")


@pytest.mark.parametrize("classes", [2, 100, 101])
def test_a_linear_model_has_weights_for_each_class_that_the_target_has(metrics_of, classes):
    linear = {"linear": {"train": 0.14, "val": 0.3, "test": 0.3}}
    metrics = metrics_of({"train": 0.2, "val": 0.2, "test": 0.2}, constant=0.9, **linear)
    rows = {"train": 20000, "val": 1000, "test": 1000}
    weights = 11 * (classes - 1)  # 10 inputs and a bias

    run = Facts({"": "multiclass"}, rows, 10, metrics=metrics, classes={"": classes})

    assert diagnose(run).to_json()["reference"] == {
        "name": "linear",
        "error": pytest.approx(0.14 * (20000 + weights) / (20000 - weights), abs=1e-6),
    }


def test_guessing_among_the_classes_of_the_target_is_the_constant(metrics_of):
    metrics = metrics_of({"train": 0.5, "val": 0.5})
    metrics["baselines"] = {}

    run = Facts({"": "multiclass"}, ROWS, metrics=metrics, classes={"": 200})

    assert diagnose(run).to_json()["reference"] == {"name": "constant", "error": 0.995}


def test_the_worst_of_several_targets_is_told():
    metrics = {
        "splits": {
            "train": {"price_r2": 0.9, "sold_accuracy": 0.99},
            "val": {"price_r2": 0.88, "sold_accuracy": 0.5},
        },
        "intervals": {"val": {"price_r2": [0.8, 0.93], "sold_accuracy": [0.4, 0.6]}},
        "baselines": {"constant": {
            part: {"price_r2": 0.0, "sold_accuracy": 0.5} for part in ("train", "val")
        }},
    }  # fmt: skip

    told = diagnose(Facts({"price": "regression", "sold": "binary"}, ROWS, metrics=metrics))

    assert told.verdict.word == "high variance"
    assert told.to_json()["figure"] == "sold_accuracy"
    assert len(told.evidence) == 8


ERRORS = st.floats(0, 0.6)
WIDTHS = st.floats(0, 0.4)
ORDER = ("what did you do?", "fine", "high bias", "high variance", "high bias and high variance")
OF_VARIANCE = ("high variance", "high bias and high variance")


@settings(deadline=None)
@given(ERRORS, ERRORS, ERRORS, ERRORS, WIDTHS)
def test_a_larger_gap_never_turns_variance_into_fine(facts, train, val, more, linear, width):
    baselines = {"linear": dict.fromkeys(ROWS, linear)}
    before = diagnose(facts(train, val, baselines, width)).verdict.word

    after = diagnose(facts(train, val + more, baselines, width)).verdict.word

    assert before not in OF_VARIANCE or after in OF_VARIANCE


@settings(deadline=None)
@given(ERRORS, ERRORS, ERRORS, WIDTHS, WIDTHS)
def test_wider_intervals_never_make_a_warning(facts, train, val, linear, width, more):
    run = facts(train, val, {"linear": dict.fromkeys(ROWS, linear)}, width)
    wider = facts(train, val, {"linear": dict.fromkeys(ROWS, linear)}, width + more)

    def warnings(one):
        return {found.name for found in diagnose(one).findings if found.severity == "warning"}

    assert warnings(wider) <= warnings(run)
    if diagnose(run).verdict.word == "fine":
        assert diagnose(wider).verdict.word == "fine"


@settings(deadline=None)
@given(ERRORS, ERRORS, ERRORS, WIDTHS)
def test_a_better_baseline_never_makes_bias_fine(facts, train, val, linear, width):
    worse = facts(train, val, {"linear": dict.fromkeys(ROWS, linear)}, width)
    better = facts(train, val, {"linear": dict.fromkeys(ROWS, linear / 2)}, width)

    biased = "high bias" in diagnose(worse).verdict.word

    assert not biased or "high bias" in diagnose(better).verdict.word


def test_regression_is_judged_by_what_is_left_of_the_variance():
    metrics = {
        "splits": {"train": {"r2": 0.95}, "val": {"r2": 0.2}},
        "intervals": {"val": {"r2": [-0.1, 0.4]}},
        "baselines": {"mean": {part: {"r2": 0.0} for part in ("train", "val")}},
    }

    told = diagnose(Facts({"": "regression"}, ROWS, metrics=metrics)).to_json()

    assert told["sentence"] == (
        "high variance: train error 0.050, val 0.800; mean 1.000, errors as shares of the constant "
        "prediction's"
    )


def test_an_autoencoder_is_judged_against_the_mean():
    metrics = {
        "splits": {"train": {"mse": 0.02}, "val": {"mse": 0.021}},
        "intervals": {"val": {"mse": [0.018, 0.024]}},
        "baselines": {"mean": {part: {"mse": 0.1} for part in ("train", "val")}},
    }
    run = Facts({"": "autoencoder"}, ROWS, metrics=metrics)

    assert diagnose(run).to_json()["errors"] == pytest.approx({"train": 0.2, "val": 0.21})
    assert diagnose(run).verdict.word == "fine"


def test_figures_that_are_undefined_are_left_out(metrics_of, facts):
    metrics = metrics_of({"train": 0.1, "val": 0.12, "test": 0.12})
    metrics["splits"]["test"]["accuracy"] = None
    metrics["intervals"]["test"]["accuracy"] = [None, None]
    run = replace(facts(0.1, 0.12, {}, 0.05), metrics=metrics)

    assert diagnose(run).to_json()["errors"] == pytest.approx({"train": 0.1, "val": 0.12})


@pytest.mark.parametrize(
    ("changes", "linear"), [({"human": 0.3}, {}), ({}, {"linear": {"train": 0.3}})]
)
def test_train_rows_alone_are_fine_beside_an_error_that_is_possible(metrics_of, changes, linear):
    metrics = metrics_of({"train": 0.3}, **linear)

    told = diagnose(Facts({"": "binary"}, {"train": 700}, 10, Settings(**changes), metrics))

    assert told.verdict.sentence == "fine: train error 0.300; no other rows tell of its variance"


@pytest.mark.parametrize("has_intervals", [True, False])
def test_test_rows_without_r2_are_compared_by_mae(has_intervals):
    metrics = {
        "splits": {
            "train": {"r2": 0.95, "mae": 0.5}, "val": {"r2": 0.94, "mae": 0.533},
            "test": {"r2": None, "mae": 4.12},
        },
        "undefined": {"test": {"r2": EQUAL}},
        "intervals": {"val": {"r2": [0.9, 0.97]}},
        "baselines": {"mean": {
            "train": {"r2": 0.0, "mae": 2.0}, "val": {"r2": 0.0, "mae": 2.0},
            "test": {"r2": None, "mae": 4.0},
        }},
    }  # fmt: skip
    if has_intervals:
        metrics["intervals"] = {
            "val": {"r2": [0.9, 0.97], "mae": [0.4, 0.7]}, "test": {"mae": [3.9, 4.4]},
        }  # fmt: skip

    told = diagnose(Facts({"": "regression"}, ROWS, metrics=metrics))

    assert told.evidence[-1] == (
        "val and test errors cannot be compared: r2 of test is undefined: all targets are equal"
    )
    assert [(one.name, one.evidence) for one in told.findings] == [
        (
            "val and test disagree",
            "val mae 0.267 (0.200 to 0.350) and test mae 2.060 (1.950 to 2.200), as shares of the "
            "constant prediction's mae on val: are they alike?",
        ),
    ][: 1 if has_intervals else 0]


@pytest.mark.parametrize(("wrong", "word"), {2: "fine", 6: "high variance"}.items())
def test_a_baseline_that_is_right_for_few_rows_by_luck_proves_no_variance(metrics_of, wrong, word):
    errors = {"train": 0.0, "val": wrong / 21}
    metrics = metrics_of(errors, boosting={"train": 0.0, "val": 0.0})
    metrics["intervals"]["val"]["accuracy"] = {2: [0.711, 0.973], 6: [0.500, 0.862]}[wrong]

    told = diagnose(Facts({"": "binary"}, {"train": 145, "val": 21}, metrics=metrics))

    assert told.verdict.word == word


def test_what_a_baseline_is_expected_to_reach_is_told_from_what_it_has(metrics_of):
    metrics = metrics_of(
        {"train": 0.0, "val": 0.15}, width=0.14, boosting={"train": 0.074, "val": 0.0}
    )

    told = diagnose(Facts({"": "binary"}, {"train": 80, "val": 20}, metrics=metrics))

    assert told.evidence[-1] == (
        "val error against 0.074 expected of boosting: +0.076, where 0.214 matters"
    )
    assert told.findings[-1].evidence == (
        "val error 0.150, that of boosting 0.000: worse, within chance"
    )


@pytest.mark.parametrize(
    ("train", "said"),
    [
        (0.1, "the train error is 0.400 below the 0.500 of a constant prediction; nothing of that "
         "is lost on val rows, where 50 % is much"),
        (0.5, "the train error is not below the 0.500 of a constant prediction: there is nothing "
         "to lose"),
    ],
)  # fmt: skip
def test_what_is_lost_on_val_rows_is_told_with_what_was_learned(facts, train, said):
    assert diagnose(facts(train, train, {}, 0.05)).evidence[2] == said
