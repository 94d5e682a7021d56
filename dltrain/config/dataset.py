"""`dataset:` where the rows come from, which columns matter and how they become numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.arguments import whole
from dltrain.config.section import (
    Count,
    PathText,
    Section,
    Text,
    Typed,
    Word,
    obeying,
    or_empty,
    wrong,
)

Scaling = Annotated[Literal["none", "standard", "min_max", "robust"], Word()]
ImageScaling = Annotated[Literal["0_1", "none", "standard"], Word()]

KerasName = Literal[
    "boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb",
    "mnist", "reuters",
]  # fmt: skip
SklearnName = Literal["breast_cancer", "diabetes", "digits", "iris", "wine"]


class NumberColumn(Section):
    """A column of numbers, shifted and scaled by what the train rows say."""

    type: Literal["number"] = Field("number", description="A column of numbers.")
    scaling: Scaling | None = Field(None, description="As in `dataset.scaling`, for this column.")


def _values(value: Any) -> Any:
    if value is None:
        return value
    accepted = isinstance(value, list) and all(
        isinstance(item, str | int) and not isinstance(item, bool) for item in value
    )
    if not accepted or len({str(item) for item in value}) < len(value) or not value:
        raise wrong(value, "a list of different words or whole numbers")
    return value


class CategoryColumn(Section):
    """A column of names or codes without order."""

    type: Literal["category"] = Field("category", description="A column of names or codes.")
    encoding: Annotated[Literal["one_hot"], Word()] = Field(
        "one_hot", description="One input of 0 or 1 for each value."
    )
    values: Annotated[list[Any] | None, BeforeValidator(_values)] = Field(
        None, description="The values, in order. Default: those of the train rows, sorted."
    )
    unknown: Annotated[Literal["zeros", "error"], Word()] = Field(
        "zeros", description="What another value becomes: all zeros, or an error."
    )


Column = Annotated[NumberColumn | CategoryColumn, Typed()]


class Features(Section):
    """`features:` which columns the model sees."""

    include: Annotated[list[Text], Field(min_length=1)] | None = Field(
        None, description="These columns alone."
    )
    exclude: Annotated[list[Text], or_empty(list)] = Field(
        [], description="Every column but these and the target."
    )


class Images(Section):
    """`images:` how pixels become numbers, inside the step."""

    scaling: ImageScaling = Field(
        "0_1", description="0_1 divides by 255; standard uses mean and deviation of the train rows."
    )


class Tokens(Section):
    """`text:` how token numbers become inputs, inside the step."""

    encoding: Annotated[Literal["sequence", "multi_hot"], Word()] = Field(
        "sequence", description="Token numbers for an embedding, or one 0/1 input for each token."
    )
    vocabulary: Annotated[int, Field(ge=3), obeying(whole(3))] = Field(
        10_000, description="Tokens that are kept: 0 pads, 1 begins, 2 is any rarer word."
    )
    length: Count = Field(
        200, description="Tokens of each text, from its end; shorter texts are padded."
    )


def _target(value: Any) -> Any:
    columns = value if isinstance(value, list) else [value]
    if not columns or not all(isinstance(column, str) and column for column in columns):
        way_out = "Quote it." if isinstance(value, int | float) else ""
        raise wrong(value, "the name of a column, or a list of them", way_out)
    if len(set(columns)) < len(columns):
        raise wrong(value, "each column once")
    return value


class _Table(Section):
    features: Features = Field(Features(), description="Which columns the model sees.")
    columns: Annotated[dict[Text, Column], or_empty(dict)] = Field(
        {},
        description="Type and treatment by column. Default: text is category, numbers are number.",
    )
    scaling: Scaling = Field(
        "standard", description="Scaling of every number column that says nothing else."
    )
    missing: Annotated[Literal["error"], Word()] = Field(
        "error", description="What a missing value is."
    )


class Csv(_Table):
    """`type: csv` one table with a header line."""

    type: Literal["csv"]
    path: PathText = Field(description="The file.")
    target: Annotated[str | list[str], BeforeValidator(_target)] = Field(
        description="The column to predict, or a list of them."
    )


class Npz(_Table):
    """`type: npz` arrays of numbers: x and y, or x_train, y_train, x_test and y_test."""

    type: Literal["npz"]
    path: PathText = Field(description="The file, as numpy.savez writes it.")
    images: Images = Field(Images(), description="For arrays of uint8 pictures.")


class Idx(Section):
    """`type: idx` the four files of MNIST and Fashion-MNIST."""

    type: Literal["idx"]
    path: PathText = Field(description="The folder that holds them.")
    images: Images = Field(Images(), description="How pixels become numbers.")


class KerasDataset(_Table):
    """`type: keras` a set of keras.datasets, which downloads it."""

    type: Literal["keras"]
    name: Annotated[KerasName, Word()] = Field(description="As in keras.datasets.")
    images: Images = Field(Images(), description="For sets of pictures.")
    text: Tokens = Field(Tokens(), description="For sets of texts.")


class Sklearn(_Table):
    """`type: sklearn` a set that scikit-learn carries."""

    type: Literal["sklearn"]
    name: Annotated[SklearnName, Word()] = Field(description="As in sklearn.datasets.")


Dataset = Annotated[Csv | Npz | Idx | KerasDataset | Sklearn, Typed()]
