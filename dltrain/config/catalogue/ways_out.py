"""What was probably meant by a name or an argument that does not exist.

First the words of other libraries, then what exists elsewhere under exactly this name, then the
nearest spelling. Imports: none.
"""

from __future__ import annotations

from typing import Any

from dltrain.config.catalogue.names import ALIASES, canonical, kinds
from dltrain.config.catalogue.unavailable import FOREIGN, NO_ARGUMENTS, SYNONYMS
from dltrain.errors import SHOWN, did_you_mean, listed, plain_name

# Where a name belongs that was written as one of another kind.
PLACES: dict[str, str] = {
    "activation": "It is an activation: `{{type: activation, activation: {name}}}`.",
    "callback": "It is a callback.",
    "constraint": "It is a constraint: use it as `kernel_constraint`.",
    "initializer": "It is an initializer: use it as `kernel_initializer`.",
    "layer": "It is a layer: use it in `architecture.layers`.",
    "loss": "It is a loss.",
    "metric": "It is a metric: use it in `metrics`.",
    "optimizer": "It is an optimizer.",
    "regularizer": "It is a regularizer: use it as `kernel_regularizer`.",
    "schedule": "It is a schedule: use it as `optimizer.learning_rate`.",
}


def way_to_name(kind: str, name: Any) -> str:
    """Say what a name of a kind that does not exist was probably meant to be.

    Example:
        >>> way_to_name("layer", "densee"), way_to_name("layer", "BatchNorm")
        ("Did you mean 'dense'?", "Keras calls it 'batch_normalization'.")
        >>> way_to_name("optimizer", "cosine_decay")
        'It is a schedule: use it as `optimizer.learning_rate`.'
    """
    word = str(name)
    for foreign, meant in FOREIGN.get(kind, {}).items():
        if plain_name(foreign) == plain_name(word):
            return f"Keras calls it '{meant}'."
    for other, place in PLACES.items():
        if found := canonical(other, word):
            return place.format(name=found)
    return did_you_mean(word, [*kinds()[kind], *ALIASES.get(kind, {})])


def way_to_argument(kind: str, owner: str, argument: Any) -> str:
    """Say what an argument that a name does not take was probably meant to be.

    Example:
        >>> way_to_argument("layer", "dense", "unit"), way_to_argument("layer", "dense", "filters")
        ("Did you mean 'units'?", "Keras calls it 'units'.")
        >>> way_to_argument("optimizer", "adam", "momentum")
        'It belongs to muon, rmsprop, sgd.'
    """
    known, word = kinds()[kind][owner]["arguments"], str(argument)
    if same := [name for name in known if plain_name(name) == plain_name(word)]:
        return did_you_mean(word, same)
    if word in NO_ARGUMENTS:
        return NO_ARGUMENTS[word]
    for words in SYNONYMS:
        meant = next((one for one in words if one in known), None)
        if word in words and meant:
            return f"Keras calls it '{meant}'."
    others = [name for name, entry in kinds()[kind].items() if word in entry["arguments"]]
    if 0 < len(others) <= SHOWN:
        return f"It belongs to {listed(others)}."
    return did_you_mean(word, known)
