"""The whole file: one field for each key at its top."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from dltrain.config.catalogue.choices import Choice, checked
from dltrain.config.catalogue.rules import Rule, is_whole
from dltrain.config.sections.architecture import Architecture
from dltrain.config.sections.choosing import Word, is_by_target, spelled
from dltrain.config.sections.dataset import Dataset
from dltrain.config.sections.evaluation import Evaluation
from dltrain.config.sections.expect import Expect
from dltrain.config.sections.search import Search
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.split import RandomSplit, Split
from dltrain.config.sections.studies import CrossValidation, Sweep
from dltrain.config.sections.target import OTHER_WORDS
from dltrain.config.sections.training import Regularization, Training, adam_by_default
from dltrain.config.sections.values import Callback, Optimizer, Seed, metric, obeying, or_empty
from dltrain.errors import plain_name

# What the name of a run may be.
NAME = re.compile(r"\w[\w.-]{0,99}")

Task = Literal["autoencoder", "binary", "multiclass", "multilabel", "regression"]


def _name(value: Any) -> Any:
    if value is None or (isinstance(value, str) and NAME.fullmatch(value)):
        return value
    expected = "text of letters, digits, '.', '_' and '-'"
    raise wrong(value, expected, "It becomes the name of a folder.")


def _loss(value: Any) -> Any:
    if is_by_target("loss", value):
        return each(value.items(), _one_loss)
    return _one_loss(value)


def _one_loss(value: Any) -> Any:
    return "auto" if spelled(value, ("auto",)) in ("auto", None) else checked("loss", value)


def _metrics(value: Any) -> Any:
    if isinstance(value, dict):
        return each(value.items(), _one_list)
    return _one_list(value)


def _one_list(value: Any) -> Any:
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong(value, "a list, or a map from target to a list")
    return list(each(enumerate(value), metric).values())


def _optimizer(value: Any) -> Any:
    return adam_by_default({} if value is None else value)


_VERSION = Rule("1", lambda value: is_whole(value) and value == 1)


class Experiment(Section):
    """One experiment: data, split, model, training and evaluation."""

    version: Annotated[Literal[1], obeying(_VERSION)] = Field(
        1, description="Version of the file format."
    )
    name: Annotated[str | None, BeforeValidator(_name)] = Field(
        None, description="The run folder's parent. Default: the file's name."
    )
    seed: Seed = Field(0, description="Draws initial weights, dropout and the order of rows.")
    task: Annotated[Task | None, Word(OTHER_WORDS)] = Field(
        None, description="What is predicted. Default: told by the target."
    )
    dataset: Dataset = Field(description="Where the rows come from.")
    split: Split = Field(
        RandomSplit(),
        description="Which rows train, validate and test. For windows over a series: by time.",
    )
    architecture: Architecture = Field(description="The layers between data and loss.")
    loss: Annotated[Literal["auto"] | Choice, PlainValidator(_loss)] = Field(
        "auto", description="auto: from the task; or a Keras loss; or a map from target to these."
    )
    metrics: Annotated[list[Choice] | dict[str, list[Choice]], PlainValidator(_metrics)] = Field(
        [], description="Figures beside the loss: a list, or a map from target to a list."
    )
    optimizer: Annotated[Optimizer, BeforeValidator(_optimizer)] = Field(
        {"type": "adam"}, description="Keras's optimizers, with Keras's arguments."
    )
    regularization: Regularization = Field(Regularization(), description="For every hidden layer.")
    callbacks: Annotated[list[Callback], or_empty(list)] = Field(
        [], description="Keras's callbacks, with Keras's arguments."
    )
    training: Training = Field(Training(), description="Epochs, batches and what is kept.")
    evaluation: Evaluation = Field(Evaluation(), description="How the finished model is judged.")
    expect: Expect = Field(Expect(), description="Bounds that the run has to meet.")
    cross_validation: CrossValidation | None = Field(
        None, description="How `dltrain cv` divides the train and val rows into folds."
    )
    sweep: Sweep = Field(
        None,
        description="What `dltrain sweep` tries: a list of values for each key, such as "
        "`optimizer.learning_rate`; `mode: grid` (all combinations) or one_at_a_time; `seeds`, "
        "the trainings of each.",
    )
    search: Search | None = Field(None, description="What `dltrain tune` tries, by KerasTuner.")

    @model_validator(mode="before")
    @classmethod
    def _windows_by_time(cls, value: Any) -> Any:
        """Split windows over a series by time, where the file names no other type."""
        dataset = value.get("dataset") if isinstance(value, dict) else None
        kind = dataset.get("type") if isinstance(dataset, dict) else None
        split = value.get("split") or {} if isinstance(value, dict) else None
        if plain_name(str(kind)) != "windows" or not isinstance(split, dict) or "type" in split:
            return value
        return value | {"split": {"type": "time"} | split}
