"""Good files of many kinds: no rule has anything to say about them."""

from __future__ import annotations

import pytest

from dltrain.config.lint import Facts, InputFacts, TargetFacts

PICTURES = "dataset: {type: keras, name: cifar10}\nsplit: given\n"
TEXTS = "dataset: {type: keras, name: imdb}\nsplit: given\n"
GOOD = {
    "a residual network whose last kernel begins at zero": PICTURES
    + """\
architecture:
  layers:
    - {type: random_flip, mode: horizontal}
    - {type: conv2d, filters: 32, kernel_size: 3, padding: same, use_bias: false}
    - batch_normalization
    - {type: activation, activation: relu, name: start}
    - {type: conv2d, filters: 32, kernel_size: 3, padding: same, use_bias: false}
    - batch_normalization
    - {type: activation, activation: relu}
    - type: conv2d
      filters: 32
      kernel_size: 3
      padding: same
      use_bias: false
      kernel_initializer: zeros
    - {type: batch_normalization, name: path}
    - {type: add, inputs: [path, start]}
    - {type: activation, activation: relu}
    - global_average_pooling2d
optimizer:
  type: sgd
  momentum: 0.9
  weight_decay: 5e-4
  learning_rate:
    type: cosine_decay
    initial_learning_rate: 0
    warmup_target: 0.1
    warmup_steps: 1000
    decay_steps: 14000
metrics: [accuracy]
""",
    "lenet": PICTURES
    + """\
architecture:
  layers:
    - {type: conv2d, filters: 6, kernel_size: 5, activation: tanh}
    - {type: average_pooling2d, pool_size: 2}
    - {type: conv2d, filters: 16, kernel_size: 5, activation: tanh}
    - {type: average_pooling2d, pool_size: 2}
    - flatten
    - {type: dense, units: 120, activation: tanh}
    - {type: dense, units: 84, activation: tanh}
""",
    "a depthwise convolution before a narrow one": PICTURES
    + """\
architecture:
  layers:
    - {type: depthwise_conv2d, kernel_size: 3}
    - {type: conv2d, filters: 32, kernel_size: 1, activation: relu}
    - flatten
""",
    "recurrent layers over texts": TEXTS
    + """\
architecture:
  layers:
    - {type: embedding, input_dim: 10000, output_dim: 64, mask_zero: true}
    - {type: bidirectional, layer: {type: lstm, units: 32, return_sequences: true}}
    - {type: lstm, units: 32, dropout: 0.2}
metrics: [accuracy, auc]
callbacks:
  - {type: early_stopping, patience: 3, restore_best_weights: true}
  - {type: reduce_lr_on_plateau, patience: 1}
""",
    "attention": TEXTS
    + """\
architecture:
  layers:
    - {type: embedding, input_dim: 10000, output_dim: 32, name: tokens}
    - {type: dense, units: 32, name: query}
    - {type: dense, units: 32, inputs: tokens, name: key}
    - {type: attention, inputs: [query, key], name: read}
    - {type: add, inputs: [read, tokens]}
    - layer_normalization
    - {type: time_distributed, layer: {type: dense, units: 32, activation: gelu}}
    - global_average_pooling1d
""",
    "several targets": """\
dataset: {type: csv, path: a.csv, target: {price: null, sold: {task: binary, weight: 0.2}}}
architecture:
  layers:
    - {type: dense, units: 32, activation: relu, name: shared}
    - {type: dense, units: 16, activation: relu, name: for_price}
    - {type: dense, units: 16, activation: relu, inputs: shared, name: for_sold}
  output:
    price: {type: dense, units: 1, inputs: for_price}
    sold: {type: auto, inputs: for_sold}
loss: {price: huber}
metrics: {price: [mae], sold: [accuracy, auc]}
callbacks:
  - {type: early_stopping, monitor: val_sold_auc, patience: 3, restore_best_weights: true}
""",
    "shared layers": """\
dataset: {type: csv, path: a.csv, target: y, inputs: {one: [p], two: [q]}}
architecture:
  layers:
    - {type: dense, units: 8, activation: relu, inputs: one, name: encoder}
    - {use: encoder, inputs: two, name: again}
    - {type: concatenate, inputs: [encoder, again]}
""",
    "an autoencoder with a linear code": """\
task: autoencoder
dataset: {type: csv, path: a.csv}
architecture:
  layers:
    - {type: dense, units: 64, activation: relu}
    - {type: dense, units: 2, name: code}
    - {type: dense, units: 64, activation: relu}
""",
    "principal components": "task: autoencoder\ndataset: {type: csv, path: a.csv}\n"
    "architecture: {layers: [{type: dense, units: 2}]}\n",
    "an autoencoder of bits whose loss takes logits": "task: autoencoder\n"
    "dataset: {type: csv, path: a.csv}\nloss: {type: binary_crossentropy, from_logits: true}\n"
    "architecture: {type: mlp, units: [8, 2, 8], activation: tanh, output: auto}\n",
    "logits of a target that only the data tells": "loss: {type: binary_crossentropy, "
    "from_logits: true}\n",
    "logistic regression by gradient descent": "task: binary\narchitecture: {layers: []}\n"
    "optimizer: {type: sgd, learning_rate: 0.5}\nmetrics: [accuracy]\n",
    "a hinge loss": "task: binary\nloss: hinge\n"
    "architecture: {type: mlp, units: 8, output: {type: dense, units: 1, activation: tanh}}\n",
    "the Brier score": "task: binary\nmetrics: [accuracy, mse]\n",
    "one question for each class": "task: multiclass\nloss: binary_crossentropy\n"
    "architecture: {type: mlp, units: 8, output: {type: dense, units: 3, activation: sigmoid}}\n",
    "pixels that a layer scales": """\
dataset: {type: keras, name: mnist, images: {scaling: none}}
split: given
architecture:
  layers:
    - {type: random_rotation, factor: 0.1}
    - {type: rescaling, scale: 0.00392}
    - {type: conv2d, filters: 8, kernel_size: 3, activation: relu}
    - flatten
""",
    "a deep stack that normalises": """\
architecture:
  layers:
    - repeat: 8
      layers:
        - {type: dense, units: 64, use_bias: false}
        - batch_normalization
        - {type: activation, activation: relu}
        - {type: dropout, rate: 0.3}
""",
    "a schedule that goes on and on": """\
optimizer:
  type: adam
  learning_rate:
    type: exponential_decay
    initial_learning_rate: 0.01
    decay_steps: 100000
    decay_rate: 0.96
""",
}
FACTS = Facts(
    inputs={"input": InputFacts("table", (3,), {"age": 9.0})}, train_rows=50_000, parameters=10_000
)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_a_good_file_is_met_with_silence(messages, text):
    assert messages(text) == []


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_a_good_file_is_met_with_silence_when_the_data_is_known(messages, text):
    pictures = text.startswith("dataset: {type: keras")
    facts = Facts(train_rows=50_000, parameters=10_000) if pictures else FACTS

    assert messages(text, facts) == []


KNOWN = {
    "a bounded output for targets within its range": (
        "task: regression\narchitecture:\n  layers: [{type: dense, units: 8, activation: relu}]\n"
        "  output: {type: dense, units: 1, activation: sigmoid}\n",
        Facts({"": TargetFacts("regression", 1, least=0.0, largest=1.0)}),
    ),
    "accuracy of balanced classes": (
        "metrics: [accuracy]\n",
        Facts({"": TargetFacts("multiclass", 3, counts=(50, 30, 20))}),
    ),
    "many parameters that early stopping holds back": (
        "callbacks: [{type: early_stopping, patience: 3, restore_best_weights: true}]\n",
        Facts(train_rows=10, parameters=100_000),
    ),
    "numbers of any size before a layer that looks them up": (
        "dataset: {type: csv, path: a.csv, target: y, scaling: none}\n"
        "architecture:\n  layers: [{type: embedding, input_dim: 999, output_dim: 4}, flatten]\n",
        Facts(inputs={"input": InputFacts("table", (3,), {"user": 500.0})}),
    ),
    "a full batch": ("training: {batch_size: full, shuffle: false}\n", Facts(train_rows=10)),
}


@pytest.mark.parametrize(("text", "facts"), KNOWN.values(), ids=KNOWN.keys())
def test_what_the_data_excuses_is_met_with_silence(messages, text, facts):
    assert messages(text, facts) == []
