"""Architectures that do not fit: each is reported at its layer's place, before the training."""

import pytest

from dltrain.errors import ModelError

FLATTEN = "Put `flatten` or a global pooling layer before it."
SHRINK = "or fewer layers before it that shrink their input."
KERAS = "expected arguments as keras.io describes them."

# Name of the case: inputs, the text from line 2 on, message.
CASES = {
    "dense on an unflattened image": (
        "image",
        "architecture:\n  layers:\n    - {type: dense, units: 64}\n    - {type: dense, units: 8}\n",
        "4:7: architecture.layers.0: got an output of shape (28, 28, 8) before the output layer, "
        f"expected (features,). {FLATTEN}",
    ),
    "no layer on an image": (
        "image",
        "architecture:\n  layers: []\n",
        "2:1: architecture.output: got an output of shape (28, 28, 1) before the output layer, "
        f"expected (features,). {FLATTEN}",
    ),
    "embedding, then dense without pooling": (
        "tokens",
        "architecture:\n  layers:\n    - {type: embedding, input_dim: 1000, output_dim: 8}\n"
        "    - {type: dense, units: 4}\n",
        "5:7: architecture.layers.1: got an output of shape (200, 4) before the output layer, "
        f"expected (features,). {FLATTEN}",
    ),
    "lstm that returns sequences at the end": (
        "series",
        "architecture:\n  layers:\n    - {type: lstm, units: 4, return_sequences: true}\n",
        "4:7: architecture.layers.0: got an output of shape (50, 4) before the output layer, "
        f"expected (features,). {FLATTEN}",
    ),
    "kernel larger than its input": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 4, kernel_size: 30}\n"
        "    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected one at least as "
        f"large as kernel_size 30. Use a smaller kernel_size, {SHRINK}",
    ),
    "dilated kernel larger than its input": (
        "image",
        "architecture:\n  layers:\n"
        "    - {type: conv2d, filters: 4, kernel_size: 15, dilation_rate: 3}\n    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected one at least as "
        f"large as kernel_size 15 with dilation_rate 3. Use a smaller kernel_size, {SHRINK}",
    ),
    "pooling larger than its input": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 4, kernel_size: 20}\n"
        "    - {type: max_pooling2d, pool_size: 10}\n    - flatten\n",
        "5:7: architecture.layers.1: got an input of shape (9, 9, 4), expected one at least as "
        f"large as pool_size 10. Use a smaller pool_size, {SHRINK}",
    ),
    "pooling of a series larger than it": (
        "series",
        "architecture:\n  layers: [{type: max_pooling1d, pool_size: 100}, flatten]\n",
        "3:12: architecture.layers.0: got an input of shape (50, 3), expected one at least as "
        f"large as pool_size 100. Use a smaller pool_size, {SHRINK}",
    ),
    "cropping larger than the input": (
        "image",
        "architecture:\n  layers:\n    - {type: cropping2d, cropping: [[20, 20], [1, 1]]}\n"
        "    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected one larger than "
        f"cropping [[20, 20], [1, 1]]. Use a smaller cropping, {SHRINK}",
    ),
    "cropping of all there is": (
        "image",
        "architecture:\n  layers:\n    - {type: cropping2d, cropping: 14}\n    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected one larger than "
        f"cropping 14. Use a smaller cropping, {SHRINK}",
    ),
    "conv2d on a table": (
        "table",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 4, kernel_size: 3}\n",
        "4:7: architecture.layers.0: got an input of shape (13,), expected (height, width, "
        "channels) for conv2d. Put `reshape` before it, or use dense layers.",
    ),
    "lstm on a table": (
        "table",
        "architecture:\n  layers:\n    - {type: lstm, units: 8}\n",
        "4:7: architecture.layers.0: got an input of shape (13,), expected (steps, features) for "
        "lstm. Put `embedding` or `reshape` before it, or use dense layers.",
    ),
    "lstm behind an lstm that returns no sequences": (
        "series",
        "architecture:\n  layers:\n    - {type: lstm, units: 4}\n    - {type: lstm, units: 4}\n",
        "5:7: architecture.layers.1: got an input of shape (4,), expected (steps, features) for "
        "lstm. Put `embedding` or `reshape` before it, or use dense layers.",
    ),
    "up-sampling on a table": (
        "table",
        "architecture:\n  layers:\n    - {type: up_sampling2d, size: 2}\n",
        "4:7: architecture.layers.0: got an input of shape (13,), expected (height, width, "
        "channels) for up_sampling2d. Put `reshape` before it, or use dense layers.",
    ),
    "adaptive pooling on a table": (
        "table",
        "architecture:\n  layers: [{type: adaptive_max_pooling2d, output_size: 4}, flatten]\n",
        "3:12: architecture.layers.0: got an input of shape (13,), expected (height, width, "
        "channels) for adaptive_max_pooling2d. Put `reshape` before it, or use dense layers.",
    ),
    "random brightness of a table": (
        "table",
        "architecture:\n  layers:\n    - {type: random_brightness, factor: 0.2}\n",
        "4:7: architecture.layers.0: got an input of shape (13,), expected (height, width, "
        "channels) for random_brightness. Put `reshape` before it, or use dense layers.",
    ),
    "conv1d on an image": (
        "image",
        "architecture:\n  layers:\n    - {type: conv1d, filters: 4, kernel_size: 3}\n"
        "    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected (steps, "
        "features) for conv1d. Use `conv2d`, or put `reshape` before it.",
    ),
    "lstm on an image": (
        "image",
        "architecture:\n  layers:\n    - {type: lstm, units: 4}\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected (steps, "
        "features) for lstm. Put `reshape` before it.",
    ),
    "repeat_vector on a series": (
        "series",
        "architecture:\n  layers:\n    - {type: repeat_vector, n: 3}\n    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (50, 3), expected (features,) for "
        f"repeat_vector. {FLATTEN}",
    ),
    "time_distributed around a layer that does not fit": (
        "series",
        "architecture:\n  layers:\n"
        "    - {type: time_distributed, layer: {type: conv2d, filters: 2, kernel_size: 3}}\n",
        "4:7: architecture.layers.0: got an input of shape (3,), expected (height, width, "
        "channels) for conv2d. Put `reshape` before it, or use dense layers.",
    ),
    "bidirectional around dense": (
        "series",
        "architecture:\n  layers:\n    - {type: bidirectional, layer: {type: dense, units: 3}}\n",
        "4:36: architecture.layers.0.layer: got dense inside bidirectional, expected one of gru, "
        "lstm, rnn, simple_rnn.",
    ),
    "rnn around dense": (
        "series",
        "architecture:\n  layers:\n    - {type: rnn, cell: {type: dense, units: 3}}\n",
        "4:25: architecture.layers.0.cell: got dense inside rnn, expected one of gru_cell, "
        "lstm_cell, simple_rnn_cell, stacked_rnn_cells.",
    ),
    "cell alone": (
        "series",
        "architecture:\n  layers:\n    - {type: lstm_cell, units: 3}\n",
        "4:7: architecture.layers.0: got lstm_cell alone, expected a layer. Use lstm or rnn.",
    ),
    "lstm with its state": (
        "series",
        "architecture:\n  layers:\n    - {type: lstm, units: 4, return_state: true}\n",
        "4:7: architecture.layers.0: got lstm with several outputs, expected one output.",
    ),
    "reshape to a wrong size": (
        "image",
        "architecture:\n  layers:\n    - {type: reshape, target_shape: [10, 10]}\n",
        "4:7: architecture.layers.0: got 784 numbers, of shape (28, 28, 1), for target_shape [10, "
        "10], expected 100. Use sizes whose product is 784; one may be -1.",
    ),
    "reshape to a size that does not divide": (
        "image",
        "architecture:\n  layers:\n    - {type: reshape, target_shape: [-1, 10]}\n",
        "4:7: architecture.layers.0: got 784 numbers, of shape (28, 28, 1), for target_shape [-1, "
        "10], expected a multiple of 10. Use sizes whose product is 784; one may be -1.",
    ),
    "permute of too few dimensions": (
        "image",
        "architecture:\n  layers:\n    - {type: permute, dims: [2, 1]}\n    - flatten\n",
        "4:7: architecture.layers.0: got dims [2, 1], expected each of the 3 dimensions of (28, "
        "28, 1) once. Dimensions count from 1.",
    ),
    "permute with a dimension left out": (
        "image",
        "architecture:\n  layers:\n    - {type: permute, dims: [2, 3, 4]}\n    - flatten\n",
        "4:7: architecture.layers.0: got arguments of permute that Keras refuses (Invalid "
        f"permutation argument `dims` for Permute Layer), {KERAS}",
    ),
    "batch normalisation of an axis that is not there": (
        "table",
        "architecture:\n  layers:\n    - {type: dense, units: 4}\n"
        "    - {type: batch_normalization, axis: 3}\n",
        "5:7: architecture.layers.1: got axis 3, expected an axis of the input of shape (4,). Use "
        "axis -1 or 1 to 1.",
    ),
    "groups that do not divide the channels": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 4, kernel_size: 3, groups: 2}\n"
        "    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected a number of "
        "channels that 2 groups divide. Give conv2d other `groups`.",
    ),
    "groups that do not divide the filters": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 3, kernel_size: 3, groups: 2}\n"
        "    - flatten\n",
        "4:7: architecture.layers.0: got arguments of conv2d that Keras refuses (The number of "
        f"filters must be evenly divisible by the number of groups), {KERAS}",
    ),
    "group normalisation with its 32 groups": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 8, kernel_size: 3}\n"
        "    - group_normalization\n    - flatten\n",
        "5:7: architecture.layers.1: got an input of shape (26, 26, 8), expected a number of "
        "channels that 32 groups divide. Give group_normalization other `groups`.",
    ),
    "channels first": (
        "image",
        "architecture:\n  layers:\n"
        "    - {type: conv2d, filters: 4, kernel_size: 3, data_format: channels_first}\n",
        "4:7: architecture.layers.0: got channels_first, expected channels_last, as in the data. "
        "Remove `data_format`.",
    ),
    "kernel size for another number of dimensions": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 2, kernel_size: [3, 3, 3]}\n",
        "4:7: architecture.layers.0: got arguments of conv2d that Keras refuses (The "
        f"`kernel_size` argument must be a tuple of 2 integers), {KERAS}",
    ),
    "dropout with a noise of another shape": (
        "image",
        "architecture:\n  layers:\n    - {type: dropout, rate: 0.5, noise_shape: [1, 28, 28, 2]}\n"
        "    - flatten\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected one that dropout "
        "takes (",
    ),
    "regularizer of a matrix on a convolution": (
        "image",
        "architecture:\n  layers:\n    - {type: conv2d, filters: 2, kernel_size: 3}\n"
        "    - flatten\nregularization: {kernel: orthogonal_regularizer}\n",
        "4:7: architecture.layers.0: got an input of shape (28, 28, 1), expected one that conv2d "
        "takes (Inputs to OrthogonalRegularizer must have rank 2). keras.io describes conv2d.",
    ),
    "embedding smaller than the vocabulary": (
        "tokens",
        "architecture:\n  layers:\n    - {type: embedding, input_dim: 500, output_dim: 8}\n"
        "    - global_average_pooling1d\n",
        "4:36: architecture.layers.0.input_dim: got 500, expected at least 1000, the `vocabulary` "
        "of the dataset.",
    ),
    "own output with wrong units": (
        "table",
        "architecture:\n  layers:\n    - {type: dense, units: 4}\n"
        "  output: {type: dense, units: 3, activation: softmax}\n",
        "5:11: architecture.output: got an output of shape (3,), expected (10,) for a multiclass "
        "target, one unit for each class. Use `output: auto`.",
    ),
    "own output without units": (
        "table",
        "architecture:\n  layers:\n    - {type: dense, units: 4}\n  output: softmax\n",
        "5:11: architecture.output: got an output of shape (4,), expected (10,) for a multiclass "
        "target, one unit for each class. Use `output: auto`.",
    ),
    "mlp whose own output has wrong units": (
        "image",
        "architecture: {type: mlp, units: [8], output: {type: dense, units: 1}}\n",
        "2:47: architecture.output: got an output of shape (1,), expected (10,) for a multiclass "
        "target, one unit for each class. Use `output: auto`.",
    ),
}


@pytest.mark.parametrize(("inputs", "text", "message"), CASES.values(), ids=CASES.keys())
def test_a_wrong_shape_is_reported_at_its_place(build, tmp_path, inputs, text, message):
    with pytest.raises(ModelError) as caught:
        build(text, inputs)

    told = str(caught.value).removeprefix(f"{tmp_path / 'a.yaml'}:")
    if message.endswith("("):  # what follows are TensorFlow's words
        told = told[: len(message)]
    assert told == message
