"""What can be refused is refused before a run folder is made."""

from __future__ import annotations

import numpy as np
import pytest

import dltrain

REFUSED = {
    "embedding of scaled numbers": (
        "table",
        "architecture: {layers: [{type: embedding, input_dim: 9, output_dim: 2}, flatten]}\n",
        "2:25: architecture.layers.0: got an embedding of scaled numbers (x0, x1, x2), "
        "expected token numbers. Use `dataset.scaling=none`.",
    ),
}


@pytest.fixture
def fit(tmp_path):
    """Give a function that writes arrays and a config, and trains."""
    draw = np.random.default_rng(3)
    y = np.arange(40) % 2
    np.savez(tmp_path / "pictures.npz", x=draw.integers(0, 255, (40, 4, 4), np.uint8), y=y)
    np.savez(tmp_path / "table.npz", x=draw.integers(0, 9, (40, 3)), y=y)
    np.savez(tmp_path / "array.npz", x=draw.normal(size=(40, 3, 2)), y=y)

    def train(dataset, rest):
        path = tmp_path / "a.yaml"
        path.write_text(f"dataset: {{type: npz, {dataset}}}\n{rest}", encoding="utf-8")
        return dltrain.fit(path, {"training.epochs": 1}, output=tmp_path / "runs", quiet=True)

    return train


@pytest.mark.parametrize(("data", "rest", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_model_that_cannot_be_right_is_refused(fit, tmp_path, data, rest, message):
    with pytest.raises(dltrain.ModelError) as caught:
        fit(f"path: {data}.npz", rest)

    assert str(caught.value) == f"{tmp_path}/a.yaml:{message}"
    assert not (tmp_path / "runs").exists()


def test_an_output_of_logits_is_taken_where_the_loss_says_so(fit):
    run = fit(
        "path: pictures.npz",
        "architecture: {layers: [flatten], output: {type: dense, units: 1}}\n"
        "loss: {type: bce, from_logits: true}\n",
    )

    assert run.predict(np.zeros((2, 4, 4), np.uint8))["p_1"].between(0, 1).all()


UNUSED = {
    "scaling of pictures": (
        "path: pictures.npz, scaling: min_max",
        "1:51: dataset.scaling: got `scaling` for pictures, expected no such key. Remove it.",
    ),
    "pixels of a table": (
        "path: table.npz, images: {scaling: standard}",
        "1:47: dataset.images: got `images` for a table, expected no such key. Remove it.",
    ),
    "scaling of an array": (
        "path: array.npz, scaling: robust",
        "1:48: dataset.scaling: got `scaling` for an array of numbers, which stays as it is, "
        "expected no such key. Remove it.",
    ),
}


@pytest.mark.parametrize(("dataset", "message"), UNUSED.values(), ids=UNUSED.keys())
def test_a_key_that_says_nothing_about_the_data_is_refused(fit, tmp_path, dataset, message):
    with pytest.raises(dltrain.DataError) as caught:
        fit(dataset, "architecture: {layers: [flatten]}\n")

    assert str(caught.value) == f"{tmp_path}/a.yaml:{message}"


@pytest.mark.parametrize("data", ["pictures", "table", "array"])
def test_the_resolved_config_says_nothing_that_the_data_does_not_use(fit, tmp_path, data):
    run = fit(f"path: {data}.npz", "architecture: {layers: [flatten]}\n")

    again = dltrain.fit(run.path / "config.resolved.yaml", output=tmp_path / "again", quiet=True)

    assert again.metrics == run.metrics
