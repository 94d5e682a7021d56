"""`dataset.images:` how pictures are read, and how their pixels become numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import InitErrorDetails

from dltrain.config.catalogue.augmentation import augmenting
from dltrain.config.catalogue.choices import Choice, checked, problem
from dltrain.config.catalogue.names import canonical
from dltrain.config.catalogue.rules import Rule, is_whole
from dltrain.config.catalogue.unavailable import REFUSED
from dltrain.config.sections.choosing import Word, spelled
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import obeying, or_empty
from dltrain.errors import Key, did_you_mean, one_of, shown

CHANNELS = Rule("1 or 3", lambda value: is_whole(value) and value in (1, 3))
ImageScaling = Annotated[Literal["0_1", "none", "standard"], Word()]
# The pixels that augmentation layers see; it is their default.
PIXELS = [0, 255]


def _augmentation(value: Any) -> Choice:
    """Check a layer of `augment`: one that augments, and pixels as they are stored."""
    name = value.get("type") if isinstance(value, dict) else value
    loc: Key = ("type",) if isinstance(value, dict) else ()
    if isinstance(name, str) and canonical("layer", name) not in augmenting():
        raise _refused(problem(loc, shown(name), one_of(augmenting()), _way_out(name)))
    choice = checked("layer", value)
    if choice.get("name") is not None:
        way_out = "The saved model has no such layer: remove it."
        raise _refused(problem(("name",), shown(choice["name"]), "none", way_out))
    given = choice.get("value_range", PIXELS)
    if given != PIXELS:
        way_out = "Pixels are augmented before they are scaled: remove it."
        raise _refused(problem(("value_range",), shown(given), shown(PIXELS), way_out))
    return choice


def _refused(detail: InitErrorDetails) -> ValidationError:
    return ValidationError.from_exception_data("layer", [detail])


def _way_out(name: str) -> str:
    """Say where a layer belongs that does not augment, or which one was meant."""
    if canonical("layer", name) is not None:
        return "It does not augment: it belongs into `architecture.layers`."
    refused = spelled(name, tuple(REFUSED["layer"]))
    return REFUSED["layer"].get(refused) or did_you_mean(name, augmenting())


Augmentation = Annotated[Choice, BeforeValidator(_augmentation)]


def _size(value: Any) -> Any:
    if value is None:
        return value
    sides = [value, value] if is_whole(value) else value
    fitting = isinstance(sides, list) and len(sides) == 2 and all(map(is_whole, sides))
    if not fitting or not all(0 < side <= 4096 for side in sides):
        raise wrong(value, "[height, width] in pixels, each 1 to 4096")
    return sides


class Images(Section):
    """`images:` how pixels become numbers, inside the step."""

    scaling: ImageScaling = Field(
        "0_1", description="0_1 divides by 255; standard uses mean and deviation of the train rows."
    )
    augment: Annotated[list[Augmentation], or_empty(list)] = Field(
        [],
        description="Keras's augmentation layers, one after the other on pixels from 0 to 255; "
        "active in training only, and no part of the saved model.",
    )


class ImageFiles(Images):
    """`images:` how picture files are read, and how their pixels become numbers."""

    size: Annotated[list[int] | None, BeforeValidator(_size)] = Field(
        None, description="[height, width] in pixels. Default: that of the files, if all agree."
    )
    channels: Annotated[Literal[1, 3], obeying(CHANNELS)] = Field(
        3,
        description="1 is grey, 3 is red, green and blue. Transparent pixels become white.",
    )
    resize: Annotated[Literal["stretch", "crop", "pad"], Word()] = Field(
        "stretch",
        description="How another shape becomes `size`: stretch changes the proportions, crop cuts "
        "off what is too much around the middle, pad adds black.",
    )
