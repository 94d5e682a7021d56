"""Files of models are judged by their archive, before TensorFlow starts."""

import shutil
import zipfile

import keras
import pytest

from dltrain.config.checks.graph import Step
from dltrain.errors import ModelError
from dltrain.model.keras_files import check_files, check_model

KEY = ("architecture", "layers", 0, "path")


@keras.saving.register_keras_serializable("mine")
class Mine(keras.layers.Layer):
    """A layer that Keras does not have."""

    def call(self, x):
        """Change nothing."""
        return x


@keras.saving.register_keras_serializable("mine")
def half(x):
    return x / 2


@keras.saving.register_keras_serializable("mine")
def loss(y, predicted):
    return keras.ops.mean(keras.ops.abs(y - predicted))


def save(path, *layers):
    keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)]).save(path)


def cut_off(path):
    save(path)
    path.write_bytes(path.read_bytes()[:5000])


def changed(path):
    save(path)
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("model.weights.h5").header_offset
    whole[start + 1000] ^= 1
    path.write_bytes(whole)


def archive_of_others(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def no_json(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{")
        archive.writestr("model.weights.h5", "")


A_MODEL = "expected a Keras model, a .keras file."
FOREIGN = "which needs code that is not Keras's"
OWN = "expected a model of Keras's own layers."
WRONG = {
    "missing": (lambda path: None, f"a.keras, which does not exist, {A_MODEL}"),
    "a folder": (lambda path: path.mkdir(), f"a.keras, which is a folder, {A_MODEL}"),
    "no archive": (lambda path: path.write_text("a"), f"a.keras, which is broken, {A_MODEL}"),
    "cut off": (cut_off, f"a.keras, which is broken, {A_MODEL}"),
    "a byte changed": (changed, f"a.keras, which is broken, {A_MODEL}"),
    "an archive of other things": (archive_of_others, f"a.keras, which is broken, {A_MODEL}"),
    "no JSON": (no_json, f"a.keras, which is broken, {A_MODEL}"),
    "a layer of one's own": (lambda path: save(path, Mine()), f"a.keras, {FOREIGN}: Mine, {OWN}"),
    "an activation of one's own": (
        lambda path: save(path, keras.layers.Dense(2, activation=half)),
        f"a.keras, {FOREIGN}: mine>half, {OWN}",
    ),
    "a lambda": (
        lambda path: save(path, keras.layers.Lambda(lambda x: x)),
        f"a.keras, {FOREIGN}: Lambda, {OWN}",
    ),
}


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_no_model_of_keras_is_refused(tmp_path, make, message):
    path = tmp_path / "a.keras"
    make(path)

    with pytest.raises(ModelError) as caught:
        check_model(path, KEY)

    assert str(caught.value) == f"architecture.layers.0.path: got {tmp_path}/{message}"


def test_another_ending_is_refused(tmp_path):
    save(tmp_path / "a.keras")
    shutil.copy(tmp_path / "a.keras", tmp_path / "a.h5")

    with pytest.raises(ModelError) as caught:
        check_model(tmp_path / "a.h5", KEY)

    assert caught.value.message == (
        f"got {tmp_path / 'a.h5'}, {A_MODEL} `model.save('NAME.keras')` writes one."
    )


def test_a_run_folder_is_told_which_of_its_files_is_meant(tmp_path):
    (tmp_path / "model").mkdir()
    save(tmp_path / "model" / "best.keras")

    with pytest.raises(ModelError) as caught:
        check_model(tmp_path, KEY)

    assert caught.value.message == (
        f"got {tmp_path}, which is a folder, {A_MODEL} Use {tmp_path / 'model' / 'best.keras'}."
    )


def test_a_loss_of_ones_own_does_no_harm(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(loss=loss)
    model.save(tmp_path / "a.keras")

    check_model(tmp_path / "a.keras", KEY)


LAYERS = {
    "no network": {"type": "dense", "units": 1},
    "weights that Keras downloads": {"type": "application", "name": "vgg16"},
    "no weights": {"type": "application", "name": "vgg16", "weights": "none"},
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_layers_without_a_file_have_nothing_to_check(layer):
    check_files([Step(layer, KEY[:3], "input")])


def test_a_missing_file_of_weights_is_found_too(tmp_path):
    layer = {"type": "application", "name": "vgg16", "weights": str(tmp_path / "a.h5")}

    with pytest.raises(ModelError) as caught:
        check_files([Step(layer, KEY[:3], "input")])

    assert str(caught.value) == (
        f"architecture.layers.0.weights: got {tmp_path / 'a.h5'}, which does not exist, "
        "expected the weights of a network."
    )
