"""`dataset.images:` how pictures are read, and how their pixels become numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.catalogue.rules import is_whole
from dltrain.config.sections.choosing import Word
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Layer, or_empty

ImageScaling = Annotated[Literal["0_1", "none", "standard"], Word()]


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
    augment: Annotated[list[Layer], or_empty(list)] = Field(
        [], description="Keras's augmentation layers, active in training only."
    )


class ImageFiles(Images):
    """`images:` how picture files are read, and how their pixels become numbers."""

    size: Annotated[list[int] | None, BeforeValidator(_size)] = Field(
        None, description="[height, width] in pixels. Default: that of the files, if all agree."
    )
    channels: Literal[1, 3] = Field(3, description="1 is grey, 3 is red, green and blue.")
    resize: Annotated[Literal["stretch", "crop", "pad"], Word()] = Field(
        "stretch",
        description="How another shape becomes `size`: stretch changes the proportions, crop cuts "
        "off what is too much around the middle, pad adds black.",
    )
