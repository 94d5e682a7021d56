import keras
import numpy as np
import pytest
import tensorflow as tf

from dltrain.errors import RunError
from dltrain.model.passes import (
    EvaluationPass,
    computing,
    constants,
    evaluation_batch,
    predict,
    prepare_metrics,
)

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(150, 4)).astype(np.float32)
Y = RANDOM.integers(0, 3, 150).astype(np.int32)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, "relu", kernel_regularizer="l2"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(3, "softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    prepare_metrics(model, X, Y)
    return model


BATCHES = {"divides": 50, "ragged": 64, "one": 1, "exact": 150, "larger": 500}


@pytest.mark.parametrize("batch_size", BATCHES.values(), ids=BATCHES.keys())
def test_an_evaluation_gives_what_keras_evaluates(model, batch_size):
    found = EvaluationPass(model, X, Y, batch_size)()

    expected = model.evaluate(X, Y, batch_size, verbose=0, return_dict=True)
    assert list(found) == ["loss", "accuracy"]
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("batch_size", BATCHES.values(), ids=BATCHES.keys())
def test_a_prediction_is_what_keras_predicts(model, batch_size):
    found = predict(model, X, batch_size)

    assert found.dtype == np.float32
    assert np.allclose(found, model.predict(X, verbose=0), rtol=1e-6, atol=1e-7)


def test_an_evaluation_can_be_repeated_while_the_weights_change(model):
    evaluate, before = EvaluationPass(model, X, Y, 64), model.get_weights()

    first, again = evaluate(), evaluate()
    model.set_weights([array * 0 for array in before])
    flat = evaluate()
    model.set_weights(before)

    assert first == again
    assert flat["loss"] == pytest.approx(np.log(3), rel=1e-6)


def test_the_same_pass_evaluates_other_rows(model):
    whole = EvaluationPass(model, X, Y, 64)

    part = whole.over(X[:70], Y[:70])

    expected = model.evaluate(X[:70], Y[:70], verbose=0, return_dict=True)
    assert part() == pytest.approx(expected, rel=1e-6)
    assert whole() == EvaluationPass(model, X, Y, 64)()


def test_an_evaluation_changes_no_weights(model):
    before = [array.tobytes() for array in model.get_weights()]

    EvaluationPass(model, X, Y, 64)()

    assert [array.tobytes() for array in model.get_weights()] == before


def test_preparing_leaves_the_metrics_empty(model):
    prepare_metrics(model, X, Y)

    assert all(float(np.sum(variable)) == 0 for variable in model.metrics_variables)


@pytest.mark.parametrize(("rows", "batch"), [(1, 32), (31, 32), (32, 32), (500, 500)])
def test_small_batches_are_evaluated_in_larger_ones(rows, batch):
    assert evaluation_batch(rows) == batch


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8"])
@pytest.mark.parametrize("rows", [3, 300_000])
def test_arrays_become_tensors_of_their_own(rows, dtype):
    array = np.random.default_rng(0).integers(0, 200, (rows, 7)).astype(dtype)
    kept = array.copy()

    tensor = constants({"x": array[1:]})["x"]
    array[:] = 0

    assert (tensor.dtype.name, tensor.shape) == (dtype, (rows - 1, 7))
    assert np.array_equal(tensor.numpy(), kept[1:])


SMALLER = "Use a smaller `training.batch_size`, or a smaller network."
MEMORY = f"epoch 3: got more numbers than memory holds, expected fewer. {SMALLER}"
NUMBERS = (
    "epoch 3: got numbers that a layer cannot take (no), expected others. "
    "Compare the layers with the data."
)
TOLD = {
    "memory of TensorFlow": (tf.errors.ResourceExhaustedError(None, None, "no"), MEMORY),
    "memory of NumPy": (MemoryError("no"), MEMORY),
    "a copy to a full GPU": (
        tf.errors.InternalError(None, None, "Dst tensor is not initialized."), MEMORY
    ),
    "a number": (tf.errors.InvalidArgumentError(None, None, "no"), NUMBERS),
    "a sequence that is too short": (tf.errors.OutOfRangeError(None, None, "no"), NUMBERS),
    "what is not there on this device": (tf.errors.UnimplementedError(None, None, "no"), NUMBERS),
}  # fmt: skip


@pytest.mark.parametrize(("error", "message"), TOLD.values(), ids=TOLD.keys())
def test_what_tensorflow_cannot_compute_is_told_in_words(error, message):
    with pytest.raises(RunError) as caught, computing("epoch 3"):
        raise error

    assert str(caught.value) == message


@pytest.mark.parametrize("kind", [tf.errors.InternalError, tf.errors.UnknownError])
def test_what_is_no_fault_of_the_numbers_keeps_its_own_words(kind):
    error = kind(None, None, "no")

    with pytest.raises(kind) as caught, computing("epoch 3"):
        raise error

    assert caught.value is error
