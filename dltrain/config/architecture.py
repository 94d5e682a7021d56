"""`architecture:` the layers between the data and the loss."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from dltrain.config.catalogue import Choice, checked, checked_activation
from dltrain.config.section import Count, Layer, Section, Typed, spelled


def _output(value: Any) -> Any:
    return "auto" if spelled(value, ("auto",)) == "auto" else checked("layer", value)


Output = Annotated[Literal["auto"] | Choice, PlainValidator(_output)]


def _units(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Layers(Section):
    """A stack of Keras layers, each with Keras's arguments."""

    layers: list[Layer] = Field(
        description="From the first behind the input to the last hidden one."
    )
    output: Output = Field(
        "auto", description="auto: units and activation from the task; or a layer."
    )


class Mlp(Section):
    """`type: mlp` flatten, then one dense layer for each number of units."""

    type: Literal["mlp"]
    units: Annotated[list[Count], BeforeValidator(_units)] = Field(
        description="Neurons of each hidden layer."
    )
    activation: Annotated[str, BeforeValidator(checked_activation)] = Field(
        "relu", description="Activation of the hidden layers."
    )
    output: Output = Field(
        "auto", description="auto: units and activation from the task; or a layer."
    )


Architecture = Annotated[Layers | Mlp, Typed()]
