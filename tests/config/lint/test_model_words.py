"""Rules and model mean the same: what a rule says of a loss or metric, the model does."""

from __future__ import annotations

from dltrain.config.lint import figures, output, subject
from dltrain.model import building, losses, metrics, plan


def test_auto_is_the_same_loss_and_activation():
    assert losses.AUTO == subject.LOSSES
    assert plan.OUTPUT_ACTIVATIONS == subject.ACTIVATIONS


def test_losses_and_activations_are_of_the_same_kinds():
    assert set(losses.CLASS_LOSSES) == subject.CLASS_LOSSES
    assert set(building.LIKELIHOODS) == output.LIKELIHOODS
    assert building.PROBABILITIES == output.PROBABILITIES


def test_metrics_of_classes_are_those_that_the_model_refuses_for_quantities():
    assert set(metrics.CLASSES_ONLY) == figures.CLASS_METRICS
