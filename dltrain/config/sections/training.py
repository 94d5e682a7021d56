"""`training:` and `regularization:` how the model learns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, ValidationError, model_validator

from dltrain.config.catalogue.choices import Choice, checked, problem
from dltrain.config.catalogue.names import kinds
from dltrain.config.catalogue.rules import BOOLEAN, NOT_NEGATIVE, POSITIVE, whole
from dltrain.config.sections.choosing import Word, spelled
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.values import (
    Count,
    Flag,
    FromZero,
    Optimizer,
    Rate,
    Regularizer,
    Text,
    or_empty,
)
from dltrain.errors import one_of, shown


def _batch_size(value: Any) -> Any:
    value = spelled(value, ("full",))
    rule = whole(1)
    if value != "full" and not rule.accepts(value):
        raise wrong(value, f"{rule.expected}, or full")
    return value


def _class_weight(value: Any) -> Any:
    value = spelled(value, ("balanced",))
    if value is None or value == "balanced":
        return value
    if not isinstance(value, dict) or not value:
        raise wrong(value, "balanced, null, or a map from class to weight")
    found = [
        problem((name,), shown(weight), NOT_NEGATIVE.expected)
        for name, weight in value.items()
        if not NOT_NEGATIVE.accepts(weight)
    ]
    if found:
        raise ValidationError.from_exception_data("class_weight", found)
    return value


def _rate(value: Any) -> Any:
    if value is None or POSITIVE.accepts(value):
        return value
    if isinstance(value, dict):
        return checked("schedule", value)
    raise wrong(value, f"{POSITIVE.expected}, or a schedule: {one_of(kinds()['schedule'])}")


def _trainable(value: Any) -> Any:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise wrong(value, "a map from the name of a layer to true or false")
    return each(value.items(), _flag)


def _flag(value: Any) -> Any:
    if not isinstance(value, bool):
        raise wrong(value, BOOLEAN.expected)
    return value


def adam_by_default(value: Any) -> Any:
    """Give an optimizer without a `type` that of Keras's own default."""
    return {"type": "adam", **value} if isinstance(value, dict) and "type" not in value else value


class Phase(Section):
    """`phases:` a part of the training, with weights that learn and an optimizer of its own."""

    epochs: Count = Field(description="Passes over the train rows, at most.")
    trainable: Annotated[dict[str, bool], PlainValidator(_trainable)] = Field(
        {}, description="Whether the weights of named layers learn. Default: as the layers say."
    )
    learning_rate: Annotated[float | Choice | None, PlainValidator(_rate)] = Field(
        None, description="In place of the optimizer's own: a number or a schedule."
    )
    optimizer: Annotated[Optimizer | None, BeforeValidator(adam_by_default)] = Field(
        None, description="In place of the file's optimizer."
    )


class Best(Section):
    """`best:` what `model/best.keras` is chosen by."""

    monitor: Text | None = Field(
        None, description="A column of history.csv. Default: val_loss; without val: loss."
    )
    mode: Annotated[Literal["auto", "max", "min"], Word()] = Field(
        "auto", description="Whether larger or smaller is better; auto knows it by the name."
    )


# Arguments of Keras's `fit` that have their place elsewhere in the file.
ELSEWHERE = {
    "callbacks": "Callbacks stand at the top of the file, under `callbacks`.",
    "validation_data": "`split` says which rows validate.",
    "validation_split": "`split.fractions.val` is the share that validates.",
    "verbose": "The terminal decides; log.txt has every line.",
    "x": "`dataset` says where the rows come from.",
    "y": "`dataset.target` names what to predict.",
}


class Training(Section):
    """`training:` epochs, batches and what is kept."""

    elsewhere = ELSEWHERE

    epochs: Count = Field(
        10, description="Passes over the train rows, at most; the sum of the phases."
    )
    initial_epoch: FromZero = Field(
        0, description="Number of the epoch, from 0, at which the training begins."
    )
    steps_per_epoch: Count | None = Field(
        None, description="Steps of one epoch. Default: one pass over the train rows."
    )
    phases: Annotated[list[Phase], or_empty(list)] = Field(
        [], description="Parts of the training, one after the other, each with a new optimizer."
    )
    batch_size: Annotated[int | Literal["full"], PlainValidator(_batch_size)] = Field(
        32, description="Rows a step; 1 is stochastic, full is batch gradient descent."
    )
    shuffle: Flag = Field(True, description="Draw a new order of the rows for each epoch.")
    best: Best = Field(Best(), description="What model/best.keras is chosen by.")
    class_weight: Annotated[
        Literal["balanced"] | dict[Any, Any] | None, PlainValidator(_class_weight)
    ] = Field(None, description="Weight of each class in the loss; balanced: inverse to its rows.")
    sample_weight: Text | None = Field(
        None, description="The column that says what each train row weighs in the loss."
    )
    validation_freq: Count = Field(1, description="Epochs from one validation to the next.")
    validation_steps: Count | None = Field(
        None, description="Batches of the val rows that validate, from the first on. Default: all."
    )
    validation_batch_size: Count | None = Field(
        None, description="Rows of a validation batch. Default: those of training, at least 32."
    )
    precision: Annotated[Literal["float32", "mixed_bfloat16", "mixed_float16"], Word()] = Field(
        "float32", description="Keras's dtype policy of the hidden layers; weights stay float32."
    )
    engine: Annotated[Literal["auto", "graph", "keras", "xla"], Word()] = Field(
        "auto",
        description="How an epoch runs; auto chooses xla or graph by a fixed rule of network, rows "
        "and epochs; keras is Keras's own `fit`.",
    )

    @model_validator(mode="before")
    @classmethod
    def _epochs_of_phases(cls, value: Any) -> Any:
        """Add the epochs of the phases up, where the file has not; wrong ones are told later."""
        phases = value.get("phases") if isinstance(value, dict) else None
        if not isinstance(phases, list) or not phases or "epochs" in value:
            return value
        epochs: list[Any] = [one.get("epochs") if isinstance(one, dict) else 0 for one in phases]
        counted = all(whole(1).accepts(number) for number in epochs)
        return value | {"epochs": sum(epochs)} if counted else value


class Regularization(Section):
    """`regularization:` for every layer that does not say otherwise; never for the output."""

    kernel: Regularizer | None = Field(
        None, description="Of dense, convolution, recurrent and embedding weights."
    )
    bias: Regularizer | None = Field(None, description="Of their biases.")
    activity: Regularizer | None = Field(None, description="Of what these layers put out.")
    dropout: Rate = Field(0.0, description="Share of units dropped after every hidden layer.")
    label_smoothing: Rate = Field(0.0, description="Share by which the loss evens out the classes.")
