"""`architecture:` the layers between the data and the loss."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, ValidationError
from pydantic_core import InitErrorDetails

from dltrain.config.catalogue.choices import Choice, checked, checked_activation
from dltrain.config.sections.choosing import Typed, Word, is_by_target, spelled
from dltrain.config.sections.section import Section, collecting, each, wrong
from dltrain.config.sections.values import Count, Flag, PathText, Text

# Networks that keras.applications offers.
ApplicationName = Literal[
    "convnext_base", "convnext_large", "convnext_small", "convnext_tiny", "convnext_xlarge",
    "densenet121", "densenet169", "densenet201", "efficientnet_b0", "efficientnet_b1",
    "efficientnet_b2", "efficientnet_b3", "efficientnet_b4", "efficientnet_b5", "efficientnet_b6",
    "efficientnet_b7", "efficientnet_v2b0", "efficientnet_v2b1", "efficientnet_v2b2",
    "efficientnet_v2b3", "efficientnet_v2l", "efficientnet_v2m", "efficientnet_v2s",
    "inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2", "mobilenet_v3_large",
    "mobilenet_v3_small", "nasnet_large", "nasnet_mobile", "resnet101", "resnet101_v2",
    "resnet152", "resnet152_v2", "resnet50", "resnet50_v2", "vgg16", "vgg19", "xception",
]  # fmt: skip


def _wiring(value: Any) -> Any:
    """Check what a layer reads: a name, a list of names, or a map from keyword to name."""
    names = list(value.values()) if isinstance(value, dict) else value
    names = names if isinstance(names, list) else [names]
    named = bool(names) and all(isinstance(name, str) and name for name in names)
    if not named or not all(isinstance(keyword, str) for keyword in value if value is not names):
        raise wrong(value, "the name of a tensor, a list of names, or a map from keyword to name")
    return value


Inputs = Annotated[str | list[str] | dict[str, str] | None, BeforeValidator(_wiring)]


def _one_tensor(value: Any) -> Any:
    if isinstance(value, list | dict):
        expected = "the name of one tensor"
        raise wrong(value, expected, "Join them with a layer such as concatenate.")
    return _wiring(value)


OneInput = Annotated[str | None, BeforeValidator(_one_tensor)]
INPUTS = "What it reads: a name, a list, or a map from keyword to name. Default: the layer above."


class Use(Section):
    """`use:` the weights of a layer above, once more."""

    use: Text = Field(description="Name of the layer.")
    inputs: Inputs = Field(None, description=INPUTS)
    name: Text | None = Field(None, description="Name of what it puts out.")


class Repeat(Section):
    """`repeat:` a block of layers, several times with weights of their own."""

    repeat: Count = Field(description="How often.")
    layers: list[Layer] = Field(min_length=1, description="The block.")


class Saved(Section):
    """`type: saved` a network, or its first layers, from a `.keras` file."""

    type: Literal["saved"]
    path: PathText = Field(description="The .keras file, such as a run's model/best.keras.")
    until: Text | None = Field(
        None, description="The last of its layers that is used. Default: the last but the output."
    )
    trainable: Flag = Field(True, description="Whether its weights learn.")
    inputs: Inputs = Field(None, description=INPUTS)
    name: Text | None = Field(None, description="Name of what it puts out.")


def _weights(value: Any) -> Any:
    return "none" if value is None else spelled(value, ("imagenet", "none"))


class Application(Section):
    """`type: application` a network of keras.applications without its own output layers."""

    type: Literal["application"]
    name: Annotated[ApplicationName, Word()] = Field(
        description="Which; also the name of what it puts out."
    )
    weights: Annotated[PathText, BeforeValidator(_weights)] = Field(
        "imagenet", description="imagenet (Keras downloads them), none, or a weights file."
    )
    pooling: Annotated[Literal["avg", "max"] | None, Word()] = Field(
        None, description="Global pooling at its end; null leaves (height, width, channels)."
    )
    trainable: Flag = Field(True, description="Whether its weights learn.")
    inputs: Inputs = Field(None, description=INPUTS)


# Layers that Keras lacks, by their `type`.
SECTIONS: dict[str, type[Section]] = {"application": Application, "saved": Saved}


def _layer(value: Any) -> Choice:
    """Check one entry of `layers`; what comes out is plain data without the defaults."""
    whole = {"type": value} if isinstance(value, str) else value
    if not isinstance(whole, dict):
        return checked("layer", value)
    section = SECTIONS.get(str(spelled(whole.get("type"), SECTIONS)))
    if "type" not in whole:
        section = Use if "use" in whole else Repeat if "repeat" in whole else None
    elif section is not None:
        whole = whole | {"type": spelled(whole["type"], SECTIONS)}
    if section is not None:
        return section.model_validate(whole).model_dump(exclude_unset=True)
    return checked("layer", value) if isinstance(value, str) else _wired(whole)


def _wired(value: Choice) -> Choice:
    """Check a Keras layer, and what it reads, telling the mistakes of both."""
    found: list[InitErrorDetails] = []
    inputs: Choice = {}
    choice: Choice = {}
    with collecting(found):
        choice = checked("layer", {name: value[name] for name in value if name != "inputs"})
    if value.get("inputs") is not None:
        with collecting(found, "inputs"):
            inputs = {"inputs": _wiring(value["inputs"])}
    if found:
        raise ValidationError.from_exception_data("layer", found)
    return choice | inputs


Layer = Annotated[Choice, BeforeValidator(_layer)]
Repeat.model_rebuild()


class AutoOutput(Section):
    """`type: auto` units and activation from the task, on a tensor of your choice."""

    type: Literal["auto"] = "auto"
    inputs: OneInput = Field(None, description="The tensor. Default: that of the last layer.")


def _output(value: Any) -> Any:
    """Check `output`: auto or a layer, or a map from target to one of these."""
    if is_by_target("layer", value) and "inputs" not in value:
        return each(value.items(), _one_output)
    return _one_output(value)


def _one_output(value: Any) -> Any:
    if spelled(value, ("auto",)) in ("auto", None):
        return "auto"
    if not isinstance(value, dict):
        return checked("layer", value)
    if spelled(value.get("type", "auto"), ("auto",)) == "auto":
        return AutoOutput.model_validate(value | {"type": "auto"}).model_dump(exclude_none=True)
    return _wired(value)


Output = Annotated[Literal["auto"] | Choice, PlainValidator(_output)]


def _units(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


OUTPUT = "auto: units and activation from the task; or a layer; or a map from target to these."


class Layers(Section):
    """Keras layers, with Keras's arguments: a stack, or a graph by `name` and `inputs`."""

    layers: list[Layer] = Field(
        description="From the first behind the input to the last hidden one."
    )
    output: Output = Field("auto", description=OUTPUT)


class Mlp(Section):
    """`type: mlp` flatten, then one dense layer for each number of units."""

    type: Literal["mlp"]
    units: Annotated[list[Count], BeforeValidator(_units)] = Field(
        description="Neurons of each hidden layer."
    )
    activation: Annotated[str, BeforeValidator(checked_activation)] = Field(
        "relu", description="Activation of the hidden layers."
    )
    output: Output = Field("auto", description=OUTPUT)


Architecture = Annotated[Layers | Mlp, Typed()]
