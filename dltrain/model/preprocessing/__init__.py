"""What was learned from the data, as plain Keras layers.

Pictures and tokens are scaled and expanded inside the network, so they stay small in memory.
Tables are prepared before the training; the model that is saved joins the same steps with
the trained network, so it takes raw numbers and loads without dltrain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import keras

from dltrain.model.preprocessing import amounts, embeddings, pictures, tables, texts, windows

Facts = dict[str, Any]

# What the saved model is called, and the trained part in it.
JOINED = "model"
TRAINED = ("network", "trained_network")

DTYPES = {
    "array": "float32",
    "images": "uint8",
    "table": "float32",
    "tokens": "int32",
    "windows": "float32",
}


def network_input(
    inputs: Facts, regularization: Facts, augment: Sequence[Facts] = ()
) -> tuple[Any, Any]:
    """Make the input of the trained network.

    Args:
        inputs: What was learned about the inputs, as preprocessing.json holds it.
        regularization: The `regularization` section as plain data, for embedded columns.
        augment: The layers of `dataset.images.augment`, where the one input are pictures.

    Returns:
        The input and what the first layer sees, two KerasTensors; the same one where nothing
        happens in between; two maps by name where there are several inputs.
    """
    if inputs["form"] == "images":
        first = keras.Input(tuple(inputs["shape"]), dtype=DTYPES["images"], name="input")
        return first, pictures.scaled(pictures.augmented(first, augment), inputs)
    if inputs["form"] != "several":
        return _one_input(inputs, "input", "", regularization, {"input"})
    used = set(inputs["inputs"])
    both = {
        name: _one_input(one, name, f"{name}_", regularization, used)
        for name, one in inputs["inputs"].items()
    }
    return {name: one[0] for name, one in both.items()}, {
        name: one[1] for name, one in both.items()
    }


def _one_input(
    inputs: Facts, name: str, prefix: str, regularization: Facts, used: set[str]
) -> tuple[Any, Any]:
    form = inputs["form"]
    shape = (len(inputs["inputs"]),) if form == "table" else tuple(inputs["shape"])
    first = keras.Input(shape, dtype=DTYPES[form], name=name)
    if form == "tokens":
        return first, texts.expanded(first, inputs, prefix)
    if form == "table":
        return first, embeddings.with_vectors(first, inputs, regularization, used)
    return first, first


def joined(
    network: keras.Model, inputs: Facts, scalings: Mapping[str | None, Facts] = MappingProxyType({})
) -> keras.Model:
    """Join preprocessing and network into the model that is saved.

    Args:
        network: The trained network; its weights are shared, not copied.
        inputs: What was learned about the inputs, as preprocessing.json holds it.
        scalings: How the network sees amounts, by target; see `amounts.in_own_unit`.

    Returns:
        A new model, not compiled, that takes raw rows: for tables float32 (n, columns); a map of
        them by name where there are several inputs. It puts out amounts in the column's own unit.
    """
    # A model without the loss and metrics of the training, which would be saved inside this one.
    bare = keras.Model(network.input, network.output, name=TRAINED[0])
    if inputs["form"] == "images":
        bare = pictures.without_augmentation(bare)
    if inputs["form"] != "several":
        first, prepared = _raw_input(inputs, "raw")
        if first is prepared and not scalings:
            return bare
        outputs = amounts.in_own_unit(bare(prepared), scalings)
        return keras.Model(first, outputs, name=JOINED)
    both = {name: _raw_input(one, name) for name, one in inputs["inputs"].items()}
    if all(first is prepared for first, prepared in both.values()) and not scalings:
        return bare
    firsts = {name: first for name, (first, _) in both.items()}
    if TRAINED[0] in firsts:  # an input may have any name, and no two layers the same
        bare = keras.Model(network.input, network.output, name=TRAINED[1])
    outputs = bare({name: one for name, (_, one) in both.items()})
    return keras.Model(firsts, amounts.in_own_unit(outputs, scalings), name=JOINED)


def raw_input(inputs: Facts) -> Any:
    """Make the raw input of a saved model: a KerasTensor, or a map of them by name."""
    if inputs["form"] == "several":
        return {name: _first(one, name) for name, one in inputs["inputs"].items()}
    return _first(inputs, "raw")


def _first(inputs: Facts, name: str) -> Any:
    shape = (len(inputs["raw"]),) if inputs["form"] == "table" else tuple(inputs["shape"])
    return keras.Input(shape, dtype=DTYPES[inputs["form"]], name=name)


def _raw_input(inputs: Facts, name: str) -> tuple[Any, Any]:
    """Make an input of the saved model, and what the network is given of it."""
    columns = inputs.get("columns", [])
    first = _first(inputs, name)
    if inputs["form"] == "windows":
        return first, windows.prepared(first, columns)
    return first, tables.prepared(first, columns) if columns else first
