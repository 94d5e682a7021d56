"""`dataset:` where the rows come from, which columns matter and how they become numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.catalogue.rules import whole
from dltrain.config.sections.choosing import Typed, Word
from dltrain.config.sections.delimited import Delimited
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.target import Target
from dltrain.config.sections.values import Count, PathText, Text, obeying, or_empty

Scaling = Annotated[Literal["none", "standard", "min_max", "robust"], Word()]
Missing = Annotated[Literal["drop", "error", "impute"], Word()]
MISSING = "As in `dataset.missing`, for this column."
ImageScaling = Annotated[Literal["0_1", "none", "standard"], Word()]

KerasName = Literal[
    "boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb",
    "mnist", "reuters",
]  # fmt: skip
SklearnName = Literal["breast_cancer", "diabetes", "digits", "iris", "wine"]


Vocabulary = Annotated[int, Field(ge=3), obeying(whole(3))]
VOCABULARY = "Tokens that are kept: 0 pads, 1 begins, 2 is any rarer word."
LENGTH = "Tokens of each text, from its end; shorter texts are padded."


class NumberColumn(Section):
    """A column of numbers, shifted and scaled by what the train rows say."""

    type: Literal["number"] = Field("number", description="A column of numbers.")
    scaling: Scaling | None = Field(None, description="As in `dataset.scaling`, for this column.")
    missing: Missing | None = Field(None, description=MISSING)


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
    missing: Missing | None = Field(None, description=MISSING)


class TextColumn(Section):
    """A column of free text, as an input of its own."""

    type: Literal["text"] = Field("text", description="A column of free text.")
    encoding: Annotated[Literal["sequence", "multi_hot"], Word()] = Field(
        "sequence", description="Token numbers for an embedding, or one 0/1 input for each token."
    )
    vocabulary: Vocabulary = Field(10_000, description=VOCABULARY)
    length: Count = Field(200, description=LENGTH)


Column = Annotated[NumberColumn | CategoryColumn | TextColumn, Typed()]


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
    vocabulary: Vocabulary = Field(10_000, description=VOCABULARY)
    length: Count = Field(200, description=LENGTH)


def _inputs(value: Any) -> Any:
    if value is None:
        return value
    if not isinstance(value, dict) or not value:
        raise wrong(value, "a map from the name of an input to a list of columns")
    return each(value.items(), _input_columns)


def _input_columns(columns: Any) -> Any:
    if not isinstance(columns, list) or not columns:
        raise wrong(columns, "a list of columns")
    return list(each(enumerate(columns), _column_name).values())


def _column_name(name: Any) -> Any:
    if not isinstance(name, str) or not name:
        raise wrong(name, "the name of a column", "Quote it.")
    return name


class _Table(Section):
    features: Features = Field(Features(), description="Which columns the model sees.")
    inputs: Annotated[dict[str, list[str]] | None, BeforeValidator(_inputs)] = Field(
        None, description="Several named inputs, each with its columns. Default: one, `input`."
    )
    columns: Annotated[dict[Text, Column], or_empty(dict)] = Field(
        {},
        description="Type and treatment by column. Default: text is category, numbers are number.",
    )
    scaling: Scaling = Field(
        "standard", description="Scaling of every number column that says nothing else."
    )
    missing: Missing = Field(
        "error",
        description="A missing value is an error; drop leaves its row out; impute fills in the "
        "median of the train rows, or a value of its own, and adds an input that says so.",
    )


class Csv(_Table, Delimited):
    """`type: csv` one table in a text file."""

    type: Literal["csv"]
    path: PathText = Field(description="The file.")
    target: Target = Field(
        None,
        description="The column to predict; a list: several columns in one output; a map: "
        "several outputs, each with its options.",
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
