"""What a layer reads: names in the file, looked up among the tensors above it.

A tensor is the position of the step that puts it out, or the name of an input. Nothing is
built. Imports: the config alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dltrain.config.catalogue.choices import Choice
from dltrain.config.catalogue.names import kinds, tensors_of
from dltrain.config.checks.translation import Problem
from dltrain.errors import Key, did_you_mean, listed, one_of, shown

# A step's position, or an input's name.
Tensor = int | str
# One tensor, several, or several by keyword.
Wiring = Tensor | list[Tensor] | dict[str, Tensor]

# Layers that join the tensors of a list.
MERGING = ("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract")
# Layers that take a list, though not only that: [query, value], or columns to be crossed.
TAKING_LISTS = (*MERGING, "additive_attention", "attention", "hashed_crossing")


@dataclass
class Names:
    """What each name means so far, and what is wrong with the names that were looked up.

    Attributes:
        inputs: Names of the network's inputs.
        names: The tensor that each name means.
        last: What a layer reads that says nothing else.
        problems: Everything that is wrong.
    """

    inputs: list[str]
    names: dict[str, Tensor] = field(default_factory=dict)
    last: Tensor | None = None
    problems: list[Problem] = field(default_factory=list)

    def wiring(self, given: Any, key: Key, layer: Choice) -> Wiring:
        """Look up what a layer reads.

        Args:
            given: Its `inputs`: None, a name, a list of names, or a map from keyword to name.
            key: Path of the layer.
            layer: The layer as plain data.

        Returns:
            Tensors in the form of `given`; without those that are not found.
        """
        here = (*key, "inputs")
        self.problems += _wrong_form(given, layer, key)
        if isinstance(given, dict):
            found = {word: self.tensor(name, (*here, word)) for word, name in given.items()}
            return {word: tensor for word, tensor in found.items() if tensor is not None}
        if isinstance(given, list):
            several = [self.tensor(name, (*here, at)) for at, name in enumerate(given)]
            return [tensor for tensor in several if tensor is not None]
        one = self.last_one(key) if given is None else self.tensor(given, here)
        return self.inputs[0] if one is None else one

    def last_one(self, key: Key) -> Tensor | None:
        """Give what is read where nothing is said; a problem behind several inputs."""
        if self.last is None:
            got = "no `inputs` behind several inputs of the dataset"
            self.problems.append(Problem(key, got, f"`inputs`: {one_of(self.inputs)}"))
        return self.last

    def tensor(self, name: str, key: Key) -> Tensor | None:
        """Look up a name; a problem where nothing above has it."""
        if name in self.names:
            return self.names[name]
        way_out = did_you_mean(name, self.names) or "A name has to stand above its use."
        self.problems.append(Problem(key, shown(name), one_of(self.names), way_out))
        return None

    def step(self, name: str, key: Key) -> int | None:
        """Look up the layer that a name stands for, to share it; a problem where it is none."""
        found = self.names.get(name)
        if isinstance(found, int):
            return found
        layers = [one for one, tensor in self.names.items() if isinstance(tensor, int)]
        expected = one_of(layers) if layers else "the name of a layer above"
        way_out = did_you_mean(name, layers) or "Give the layer a `name`."
        self.problems.append(Problem((*key, "use"), shown(name), expected, way_out))
        return None


def tensors(wiring: Wiring) -> Iterator[Tensor]:
    """List the tensors that a step reads.

    Example:
        >>> list(tensors([0, "table"])), list(tensors({"query": 1, "value": 1}))
        ([0, 'table'], [1, 1])
    """
    if isinstance(wiring, dict):
        yield from wiring.values()
    elif isinstance(wiring, list):
        yield from wiring
    else:
        yield wiring


def moved(wiring: Wiring, places: dict[int, int]) -> Wiring:
    """Give the same wiring after steps have other positions.

    Example:
        >>> moved({"query": 0, "value": "note"}, {0: 3})
        {'query': 3, 'value': 'note'}
    """
    if isinstance(wiring, dict):
        return {keyword: moved_tensor(one, places) for keyword, one in wiring.items()}
    if isinstance(wiring, list):
        return [moved_tensor(one, places) for one in wiring]
    return moved_tensor(wiring, places)


def moved_tensor(tensor: Tensor, places: dict[int, int]) -> Tensor:
    """Give the same tensor after steps have other positions; inputs keep their names."""
    return places[tensor] if isinstance(tensor, int) else tensor


def simplest_inputs(layer: str, tensor: str) -> Any:
    """Give the `inputs` of a layer that stands alone on one tensor; None where it needs none.

    Example:
        >>> simplest_inputs("add", "input"), simplest_inputs("dense", "input")
        (['input', 'input'], None)
        >>> simplest_inputs("multi_head_attention", "input")
        {'query': 'input', 'value': 'input'}
    """
    if layer in MERGING:
        return [tensor, tensor]
    needed = _needed_keywords(layer)
    return dict.fromkeys(needed, tensor) if len(needed) > 1 else None


def _needed_keywords(layer: str) -> list[str]:
    """List the tensors that a layer cannot do without; a cell is no layer, which the model says."""
    if "_cell" in layer:
        return []
    return [keyword for keyword, fact in tensors_of(layer).items() if fact.get("required")]


def _wrong_form(given: Any, layer: Choice, key: Key) -> Iterator[Problem]:
    """Compare the form of `inputs` with what a layer of Keras takes: one, a list, or a map."""
    name, here = layer["type"], (*key, "inputs")
    if name not in kinds()["layer"]:
        return
    if isinstance(given, dict):
        yield from _wrong_keywords(given, name, here)
        return
    needed = _needed_keywords(name)
    if len(needed) > 1:
        way_out = f"Write `inputs: {{{', '.join(f'{keyword}: …' for keyword in needed)}}}`."
        yield Problem(_place(given, key), f"one input for {name}", listed(needed), way_out)
    elif isinstance(given, list) and name not in TAKING_LISTS:
        way_out = "Join them with a layer such as concatenate."
        yield Problem(here, f"a list for {name}", "the name of one tensor", way_out)
    elif name in MERGING and (not isinstance(given, list) or len(given) < 2):
        way_out = "Name them: `inputs: [A, B]`."
        yield Problem(_place(given, key), f"one input for {name}", "several", way_out)


def _place(given: Any, key: Key) -> Key:
    return key if given is None else (*key, "inputs")


def _wrong_keywords(given: dict[str, str], name: str, key: Key) -> Iterator[Problem]:
    """Compare the keywords of a map with the tensors that a layer takes."""
    known = tensors_of(name)
    for keyword in given:
        if keyword not in known:
            got, way_out = f"a keyword that {name} does not take", did_you_mean(keyword, known)
            yield Problem((*key, keyword), got, one_of(known), way_out, at_key=True)
    for keyword, fact in known.items():
        if fact.get("required") and keyword not in given:
            yield Problem(key, f"no tensor for {keyword}", f"one: {name} needs it")
