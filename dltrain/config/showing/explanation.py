"""What a key of the file means: meaning, type, default, allowed values and an example.

Everything comes from the schema, so it says what the loader does. Imports: schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from dltrain.config.catalogue.names import kinds
from dltrain.config.schema import schema
from dltrain.config.schema.examples import example
from dltrain.config.schema.pieces import Schema
from dltrain.config.schema.walking import OWN, Found, Walker, type_of
from dltrain.config.schema.wording import in_words
from dltrain.config.text.writing import to_yaml
from dltrain.errors import DltrainError, did_you_mean, plain_name, sentence, shown

Rows = list[tuple[str, str]]

# Where in a file the names of each kind can stand.
PLACES = {
    "layer": ("architecture", "layers"),
    "optimizer": ("optimizer",),
    "loss": ("loss",),
    "metric": ("metrics",),
    "callback": ("callbacks",),
    "schedule": ("optimizer", "adam", "learning_rate"),
    "initializer": ("architecture", "layers", "dense", "kernel_initializer"),
    "regularizer": ("regularization", "kernel"),
    "constraint": ("architecture", "layers", "dense", "kernel_constraint"),
    "activation": ("architecture", "layers", "dense", "activation"),
}

# Of several types that have a key, the one that is explained first.
USUAL = ("adam", "csv", "random", "dense")

# With more types than this, their names are listed and not their keys.
MOST_TYPES = 6


@dataclass(frozen=True)
class Explanation:
    """What is to be said about a key.

    Attributes:
        key: As it was asked for.
        meaning: One sentence, or nothing.
        facts: Labels with their text, such as type and default.
        types: What its `type` can be.
        keys: The keys below it, each with its meaning.
        example: YAML that loads beside a dataset and layers; nothing for the whole file.
    """

    key: str
    meaning: str
    facts: Rows
    types: list[str]
    keys: Rows
    example: str


def explain(key: str = "") -> Explanation:
    """Explain a key of the file.

    Args:
        key: Dotted, such as `training.epochs`. The name of a type may stand in it, as in
            `optimizer.sgd.momentum`, and may begin it, as in `dense.units`. Nothing: the file.

    Raises:
        DltrainError: There is no such key.

    Example:
        >>> explain("training.epochs").facts
        [('type', 'a whole number of at least 1'), ('default', '10')]
    """
    walker = Walker(schema())
    parts = _located(walker, key.split(".") if key else [])
    of_type = parts[-1:] == ["type"] and any(map(partial(_types, walker), walker.find(parts[:-1])))
    found = sorted(walker.find(parts[:-1] if of_type else parts), key=_unusual)
    if not found:
        raise _unknown(walker, parts)
    first = found[0]
    types = _types(walker, first)
    return Explanation(
        key=key,
        meaning="Which of these types it is." if of_type else _meaning(walker, first),
        facts=_facts(walker, found, key) if key and not of_type else [],
        types=types,
        keys=_typed(walker, first) if of_type else _keys(walker, first, types),
        example=to_yaml(example(walker, first)).rstrip("\n") if first.frames else "",
    )


def _unusual(one: Found) -> int:
    return USUAL.index(one.variant) if one.variant in USUAL else len(USUAL)


def _located(walker: Walker, parts: list[str]) -> list[str]:
    """Put what leads to it before a key that begins with a kind or a name of Keras."""
    if not any(parts[:1]) or any(name == parts[0] for name, _ in walker.keys(walker.top)):
        return parts
    if parts[0] in PLACES:
        return [*PLACES[parts[0]], *parts[1:]]
    for place in PLACES.values():
        if any(_is_named(one, parts[0]) for one in walker.find([*place, parts[0]])):
            return [*place, *parts]
    return parts


def _is_named(one: Found, name: str) -> bool:
    return plain_name(type_of(one.schema)) == plain_name(name)


def _meaning(walker: Walker, one: Found) -> str:
    told = walker.resolved(one.schema)
    name = type_of(told)
    kind = next((kind for kind, names in kinds().items() if name in names), "")
    if kind and "description" not in told:
        return f"Keras's {kinds()[kind][name].get('class', name)}; keras.io describes it."
    return str(told.get("description", ""))


def _facts(walker: Walker, found: list[Found], key: str) -> Rows:
    first = found[0]
    variants = dict.fromkeys(one.variant for one in found if one.variant not in key.split("."))
    alike = [(one.variant, one.schema) for one in found]
    has_keys = any(True for _ in walker.keys(first)) and not _types(walker, first)
    facts = [
        ("type", "" if has_keys else _by_variant((v, _type(walker, one)) for v, one in alike)),
        ("required", "yes" if _is_required(first) else ""),
        ("default", _by_variant((v, _default(walker, one)) for v, one in alike)),
        ("key of", ", ".join(filter(None, variants))),
    ]
    return [(label, text) for label, text in facts if text]


def _type(walker: Walker, schema: Schema) -> str:
    """Say what a value may be; nothing at all may be said only where it means something."""
    words = in_words(walker, schema)
    return words if "default" not in walker.resolved(schema) else words.replace(", or null", "")


def _is_required(one: Found) -> bool:
    frame = one.frames[-1] if one.frames else None
    return (
        frame is not None and frame.map is not None and frame.name in frame.map.get("required", [])
    )


def _default(walker: Walker, schema: Schema) -> str:
    told = walker.resolved(schema)
    return to_yaml(told["default"], one_line=True) if "default" in told else ""


def _by_variant(texts: Iterable[tuple[str, str]]) -> str:
    """Join what is said of each type: the first text, then those that differ, with their types."""
    variants: dict[str, list[str]] = {}
    for variant, text in texts:
        if text and variant not in variants.setdefault(text, []):
            variants[text].append(variant)
    usual, *others = variants or [""]
    return "; ".join([usual, *(f"{text} for {', '.join(variants[text])}" for text in others)])


def _keys(walker: Walker, one: Found, types: list[str]) -> Rows:
    """List the keys of a map, those of several types once; or the types with their meaning."""
    if len(types) > MOST_TYPES:
        return []
    told: dict[str, str] = {}
    for name, child in walker.keys(one):
        told.setdefault(name, _meaning(walker, child) or _type(walker, child.schema))
    return list(told.items())


def _typed(walker: Walker, one: Found) -> Rows:
    """List a few types with their meaning; nothing where there are many."""
    typed = {name: _meaning(walker, child) for name, child in _variants(walker, one)}
    return sorted(typed.items()) if len(typed) <= MOST_TYPES else []


def _types(walker: Walker, one: Found) -> list[str]:
    if type_of(walker.resolved(one.schema)):
        return []
    return sorted({name for name, _ in _variants(walker, one)})


def _variants(walker: Walker, one: Found) -> Iterator[tuple[str, Found]]:
    for around in (one, *walker.inner(one)):
        yield from walker.variants(around)


def _unknown(walker: Walker, parts: list[str]) -> DltrainError:
    """Say where a key leaves what is known, and which name is near."""
    known = 0
    while walker.find(parts[: known + 1]):
        known += 1
    above, wrong = parts[:known], parts[known]
    expected = f"a key of {'.'.join(above)}" if above else "a key of the file, or a name of Keras"
    return DltrainError(
        sentence(shown(wrong), expected, did_you_mean(wrong, _names(walker, above)))
    )


def _names(walker: Walker, above: list[str]) -> list[str]:
    names = [] if above else [name for entries in kinds().values() for name in entries]
    for one in walker.find(above):
        for around in (one, *walker.inner(one)):
            names += [name for name, _ in (*walker.variants(around), *walker.keys(around))]
    return [name for name in names if name != OWN]
