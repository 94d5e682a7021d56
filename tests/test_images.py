"""Picture files from the folder to the run: trained, evaluated, predicted, taken over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import dltrain
from dltrain import config
from dltrain.assembly import prepare_data
from dltrain.errors import ConfigError, DataError
from dltrain.reevaluation import evaluate

CONFIG = """\
seed: 3
dataset:
  type: images
  path: shapes
  images:
    channels: 1
    augment:
      - {type: random_flip, mode: horizontal}
      - {type: random_translation, height_factor: 0.1, width_factor: 0.1}
architecture:
  layers:
    - {type: conv2d, filters: 8, kernel_size: 3, activation: relu, kernel_initializer: he_normal}
    - max_pooling2d
    - {type: flatten, name: features}
metrics: [accuracy]
optimizer: {type: adam, learning_rate: 0.01}
training: {epochs: 40, batch_size: 16}
"""
CLASSES = ("column", "row", "square")


def draw(folder: Path, each: int = 40, seed: int = 0) -> Path:
    """Draw light shapes on dark paper, 16×16, in a folder for each class."""
    random = np.random.default_rng(seed)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number in range(each):
            pixels = random.integers(0, 80, (16, 16), dtype=np.uint8)
            top, left = random.integers(3, 9, 2)
            height, width = {"column": (9, 2), "row": (2, 9), "square": (5, 5)}[name]
            pixels[top : top + height, left : left + width] += 150
            Image.fromarray(pixels).save(folder / name / f"{number:02}.png")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    draw(folder / "shapes")
    (folder / "shapes.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(home):
    return dltrain.fit(home / "shapes.yaml", output=home / "runs", quiet=True)


def weights(run):
    return [weight.tobytes() for weight in run.model.get_weights()]


@pytest.mark.slow
def test_shapes_are_learned(run):
    assert run.status == "finished"
    assert run.metrics["test"]["accuracy"] > 0.9


@pytest.mark.slow
def test_the_terminal_says_what_the_pictures_are_and_how_they_change(run):
    log = (run.path / "log.txt").read_text(encoding="utf-8")
    assert "data    120 rows of 16×16×1 pixels · multiclass target, 3 classes" in log
    assert "augmented in training alone: random_flip, random_translation" in log


@pytest.mark.slow
def test_two_runs_are_the_same_to_the_bit_and_one_without_augmentation_is_another(home, run):
    again = dltrain.fit(home / "shapes.yaml", output=home / "runs", quiet=True)
    without = dltrain.fit(
        home / "shapes.yaml", {"dataset.images.augment": []}, output=home / "runs", quiet=True
    )

    assert weights(again) == weights(run)
    assert again.history.equals(run.history)
    assert weights(without) != weights(run)


@pytest.mark.slow
def test_the_resolved_config_spells_out_size_and_layers_and_loads(run):
    resolved = config.load(run.path / "config.resolved.yaml").experiment.dataset.images

    assert resolved.size == [16, 16]
    flip, translation = resolved.augment
    assert flip == {"type": "random_flip", "mode": "horizontal", "trainable": True}
    assert translation["fill_mode"] == "reflect"


@pytest.mark.slow
def test_the_saved_model_takes_bytes_and_holds_no_augmentation(run):
    names = [layer.name for layer in run.model.layers]

    assert run.model.input.dtype == "uint8"
    assert names == ["input", "scaling", "conv2d", "max_pooling2d", "features", "output"]


@pytest.mark.slow
def test_arrays_of_pictures_are_predicted(run, tmp_path):
    folder = draw(tmp_path / "new", each=5, seed=1)
    pictures = [Image.open(path) for name in CLASSES for path in sorted((folder / name).iterdir())]
    rows = np.stack([np.asarray(picture) for picture in pictures])

    predicted = run.predict(rows)

    assert list(predicted.columns) == ["prediction", *(f"p_{name}" for name in CLASSES)]
    assert (predicted["prediction"] == np.repeat(CLASSES, 5)).mean() > 0.8


@pytest.mark.slow
def test_another_folder_is_evaluated_at_the_size_of_the_training(run, tmp_path):
    folder = draw(tmp_path / "new", each=5, seed=1)
    plain = evaluate(run.path, data=folder)["splits"]["data"]
    for path in folder.rglob("*.png"):
        Image.open(path).resize((64, 64), Image.Resampling.NEAREST).save(path)

    larger = evaluate(run.path, data=folder)["splits"]["data"]

    assert plain["accuracy"] > 0.8
    assert larger["accuracy"] > 0.8


@pytest.mark.slow
def test_the_runs_own_pictures_are_evaluated_again_to_the_same_figures(run):
    assert evaluate(run.path)["splits"] == run.metrics


@pytest.mark.slow
def test_pictures_that_have_changed_since_the_run_are_noticed(home, run, tmp_path):
    path = home / "shapes" / "row" / "00.png"
    content = path.read_bytes()
    Image.open(path).rotate(90).save(path)

    with pytest.raises(DataError, match="got data with the sha256"):
        evaluate(run.path)

    path.write_bytes(content)


@pytest.mark.slow
def test_layers_of_an_augmented_run_are_taken_over(home, run):
    layer = {"type": "saved", "path": str(run.path / "model/best.keras"), "trainable": False}

    taken = dltrain.fit(
        home / "shapes.yaml",
        {"architecture.layers": [layer], "training.epochs": 10},
        output=home / "runs", name="taken", quiet=True,
    )  # fmt: skip

    assert taken.metrics["test"]["accuracy"] > 0.8


@pytest.mark.slow
def test_an_autoencoder_reconstructs_picture_files(home):
    run = dltrain.fit(
        home / "shapes.yaml",
        {
            "task": "autoencoder",
            "dataset.images.augment": [],
            "architecture": {"type": "mlp", "units": [32]},
            "metrics": ["mae"],
        },
        output=home / "runs", name="autoencoder", quiet=True,
    )  # fmt: skip

    assert run.metrics["test"]["loss"] < 0.15
    assert run.model.output.shape == (None, 16, 16, 1)


def test_an_autoencoder_of_augmented_pictures_is_refused(home):
    with pytest.raises(ConfigError) as caught:
        config.load(home / "shapes.yaml", {"task": "autoencoder"})

    assert str(caught.value).endswith(
        "dataset.images.augment: got augmented pictures for an autoencoder, expected pictures as "
        "they are, its target. To remove noise, put `gaussian_noise` first in "
        "`architecture.layers`."
    )


def learned(home, overrides):
    checked = config.load(home / "shapes.yaml", overrides)
    data = prepare_data(checked, smoke=False)
    return json.dumps([data.inputs.to_json(), data.target.to_json()]), data


def test_what_is_learned_follows_the_train_pictures_alone(tmp_path):
    folder = draw(tmp_path / "shapes", each=12)
    (tmp_path / "shapes.yaml").write_text(CONFIG, encoding="utf-8")
    standard = {"dataset.images.scaling": "standard"}
    before, data = learned(tmp_path, standard)
    files = sorted(folder.rglob("*.png"))
    for part in ("val", "test"):
        for row in data.parts[part].rows:
            Image.new("L", (16, 16), 255).save(files[row])

    after, changed = learned(tmp_path, standard)

    assert before == after
    train = data.parts["train"].x / 1.0
    assert data.inputs.mean == pytest.approx(train.mean(axis=(0, 1, 2)))
    assert data.inputs.variance == pytest.approx(train.var(axis=(0, 1, 2)))
    assert (changed.parts["test"].x == 255).all()


NPZ = """\
dataset: {type: npz, path: rows.npz, images: {augment: [random_flip]}}
architecture: {type: mlp, units: 4}
training: {epochs: 1}
"""


@pytest.mark.slow
def test_pictures_in_arrays_are_augmented_too(tmp_path):
    draw_ = np.random.default_rng(0)
    rows = draw_.integers(0, 256, (60, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "rows.npz", x=rows, y=draw_.integers(0, 2, 60))
    (tmp_path / "a.yaml").write_text(NPZ, encoding="utf-8")

    run = dltrain.fit(tmp_path / "a.yaml", output=tmp_path / "runs", quiet=True)

    assert [layer.name for layer in run.model.layers][:2] == ["input", "scaling"]


def test_augmentation_of_a_table_is_refused(tmp_path):
    np.savez(tmp_path / "rows.npz", x=np.ones((60, 8)), y=np.arange(60) % 2)
    (tmp_path / "a.yaml").write_text(NPZ, encoding="utf-8")

    with pytest.raises(DataError) as caught:
        prepare_data(config.load(tmp_path / "a.yaml"), smoke=False)

    assert str(caught.value) == (
        "dataset.images: got `images` for a table, expected no such key. Remove it."
    )
