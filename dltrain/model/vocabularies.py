"""Do token numbers mean to a saved network what they meant in its training?

Nothing would fail where they do not: a network of texts that takes other words for its own
learns from noise. Words are counted in the train rows, so they are the same only where the
texts are; what a run counted stands in its folder, beside the model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras

from dltrain.config.checks.wiring import tensors
from dltrain.errors import Key, ModelError, sentence
from dltrain.model.keras_files import PREPROCESSING
from dltrain.model.plan import Plan, by_input


def check_vocabularies(network: keras.Model, plan: Plan, inputs: dict[str, Any]) -> None:
    """Check the saved networks that read texts.

    Args:
        network: The network that holds them.
        plan: What it was built of.
        inputs: What was learned about the inputs, as preprocessing.json holds it.

    Raises:
        ModelError: One knows fewer tokens than the texts have, or other words.
    """
    known = by_input(inputs)
    for step in plan.steps:
        if step.layer["type"] != "saved" or step.shares is not None:
            continue
        texts = [known[name] for name in tensors(step.inputs) if isinstance(name, str)]
        for text in texts:
            _check_tokens(network.get_layer(step.layer["name"]), text, step.key)
            _check_words(Path(step.layer["path"]), text, step.key)


def _check_tokens(base: keras.Model, text: dict[str, Any], key: Key) -> None:
    """Check that an embedding right behind an input has a row for every token."""
    vocabulary = text.get("vocabulary", 0)
    for layer in base.layers:
        if not isinstance(layer, keras.layers.Embedding):
            continue
        before = layer.input._keras_history.operation
        if isinstance(before, keras.layers.InputLayer) and layer.input_dim < vocabulary:
            got = f"texts of {vocabulary} different tokens"
            expected = f"at most {layer.input_dim}, as many as the network knows"
            raise ModelError(sentence(got, expected, "Use a smaller `vocabulary`."), key=key)


def _check_words(path: Path, text: dict[str, Any], key: Key) -> None:
    """Compare the words with those of the run whose model it is, where that can be told."""
    facts = path.parent.parent / PREPROCESSING
    if "words" not in text or not facts.is_file():
        return
    try:
        inputs = json.loads(facts.read_text(encoding="utf-8"))["inputs"]
        learned = [one["words"] for one in by_input(inputs).values() if "words" in one]
    except (KeyError, TypeError, ValueError):
        return  # a file of that name, but not of a run
    if learned and list(text["words"]) not in learned:
        got, expected = "texts with other words", f"those that {facts} holds"
        way_out = "Token numbers mean words: only equal train rows have equal ones."
        raise ModelError(sentence(got, expected, way_out), key=key)
