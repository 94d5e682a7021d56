"""`dataset:` where the rows come from: one class for each `type`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.sections.choosing import Typed, Word
from dltrain.config.sections.columns import (
    LENGTH,
    TEXT_ENCODING,
    VOCABULARY,
    TextEncoding,
    Vocabulary,
)
from dltrain.config.sections.delimited import Delimited
from dltrain.config.sections.images import ImageFiles, Images
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.sklearn_sets import Sklearn
from dltrain.config.sections.tables import Columns, Table, TargetTable
from dltrain.config.sections.target import Target
from dltrain.config.sections.values import Count, PathText, Text, or_empty, path

KerasName = Literal[
    "boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb",
    "mnist", "reuters",
]  # fmt: skip
# What names a function: its module, perhaps in packages, and its own name.
FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
ARCHIVE = "a .tar.gz or .zip of it, which is unpacked once"


def _paths(value: Any) -> Any:
    """Check one path, or a list of them."""
    if isinstance(value, list) and value:
        return list(each(enumerate(value), path).values())
    return path(value)


Paths = Annotated[str | list[str], BeforeValidator(_paths)]


class Tokens(Section):
    """`text:` how texts become token numbers, and these inputs, inside the step."""

    encoding: TextEncoding = Field("sequence", description=TEXT_ENCODING)
    vocabulary: Vocabulary = Field(10_000, description=VOCABULARY)
    length: Count | None = Field(None, description=LENGTH)


CACHE = (
    "Whether the table is put into columns on disk once and read from there by blocks, in an "
    "order drawn once: auto, if it is large (above 256 MB of text, or of numbers as float32); "
    "always; never."
)
Cache = Annotated[Literal["auto", "always", "never"], Word()]


class Csv(TargetTable, Delimited):
    """`type: csv` tables in text files, one below the other."""

    type: Literal["csv"]
    path: Paths = Field(
        description="The file; or a list of files, or a pattern such as rows-*.csv, with the same "
        "columns."
    )
    cache: Cache = Field("auto", description=CACHE)


class Parquet(TargetTable):
    """`type: parquet` a table in one Parquet file or a folder of them."""

    type: Literal["parquet"]
    path: Paths = Field(
        description="The file, or a folder; or a list of files, or a pattern such as "
        "rows-*.parquet, with the same columns."
    )
    cache: Cache = Field("auto", description=CACHE)


class Arff(TargetTable):
    """`type: arff` a table as Weka writes it."""

    type: Literal["arff"]
    path: PathText = Field(description="The file.")


class Npz(Table):
    """`type: npz` arrays of numbers: x and y, or x_train, y_train, x_test and y_test."""

    type: Literal["npz"]
    path: PathText = Field(description="The file, as numpy.savez writes it.")
    images: Images = Field(Images(), description="For arrays of uint8 pictures.")


class Idx(Section):
    """`type: idx` the four files of MNIST and Fashion-MNIST."""

    type: Literal["idx"]
    path: PathText = Field(description="The folder that holds them.")
    images: Images = Field(Images(), description="How pixels become numbers.")


class KerasDataset(Table):
    """`type: keras` a set of keras.datasets, which downloads it."""

    type: Literal["keras"]
    name: Annotated[KerasName, Word()] = Field(description="As in keras.datasets.")
    images: Images = Field(Images(), description="For sets of pictures.")
    text: Tokens = Field(Tokens(), description="For sets of texts.")


class ImageFolder(Section):
    """`type: images` a folder of pictures for each class, or a csv of paths and labels."""

    type: Literal["images"]
    path: PathText = Field(
        description=f"A folder with one folder for each class, or {ARCHIVE}; or a csv file."
    )
    file: Text = Field("path", description="For a csv: the column of paths, relative to the csv.")
    target: Text = Field("label", description="For a csv: the column of labels.")
    images: ImageFiles = Field(ImageFiles(), description="Size, and how pixels become numbers.")


class TextFolder(Section):
    """`type: text` a folder of text files for each class, or a csv with a column of texts."""

    type: Literal["text"]
    path: PathText = Field(
        description=f"A folder with one folder for each class, or with `train` and `test` above "
        f"them, or {ARCHIVE}; or a csv file."
    )
    column: Text = Field("text", description="For a csv: the column of texts.")
    target: Text = Field("label", description="For a csv: the column of labels.")
    text: Tokens = Field(Tokens(), description="How texts become numbers.")


class Windows(Columns, Delimited):
    """`type: windows` a time series in a csv file: past rows predict the next ones."""

    type: Literal["windows"]
    path: PathText = Field(description="The file, its rows in the order of time.")
    target: Target = Field(description="The column to predict, or several, also an input.")
    time: Text | None = Field(
        None, description="The column of times, which have to ascend; it is no input."
    )
    window: Count = Field(description="Rows of the past that the model sees.")
    horizon: Count = Field(1, description="Rows of the future that it predicts, all at once.")
    stride: Count = Field(1, description="Rows from the start of one window to the next.")


def _function(value: Any) -> Any:
    if isinstance(value, str) and FUNCTION.fullmatch(value):
        return value
    raise wrong(value, "MODULE:NAME, such as shapes:load for the function `load` of shapes.py")


class PythonFunction(Table):
    """`type: python` a function of your own, run with `--trust` only."""

    type: Literal["python"]
    function: Annotated[str, BeforeValidator(_function)] = Field(
        description="MODULE:NAME; the module is looked for beside the config file, then where "
        "Python looks. It returns (x, y), or (x_train, y_train, x_test, y_test), or a "
        "tf.data.Dataset of pairs."
    )
    folder: PathText | None = Field(
        None, description="Where the module is looked for first. Default: that of the config file."
    )
    arguments: Annotated[dict[Text, Any], or_empty(dict)] = Field(
        {}, description="Keyword arguments of the function, plain data."
    )
    rows: Count | None = Field(
        None,
        description="Rows to take of a tf.data.Dataset, the first ones; one that does not "
        "end needs it. Default: all.",
    )
    images: Images = Field(Images(), description="For arrays of uint8 pictures.")


Dataset = Annotated[
    Csv | Parquet | Arff | Npz | Idx | KerasDataset | Sklearn | ImageFolder | TextFolder | Windows
    | PythonFunction,
    Typed(),
]  # fmt: skip
