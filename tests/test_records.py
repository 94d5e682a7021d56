"""What is written into the run folder beside what the runner's tests see."""

from types import SimpleNamespace

import keras
import pandas as pd
import pytest

from dltrain import records
from dltrain.config.composing.extending import Base
from dltrain.errors import RunError
from dltrain.run_folder import RunFolder

NAMES = {
    "plain": (["base.yaml"], ["base.yaml"]),
    "below a folder": (["../shared/base.yaml"], ["base.yaml"]),
    "two of one name": (["a/base.yaml", "b/base.yaml"], ["base-2.yaml", "base.yaml"]),
    "two that differ in case": (["a/Base.yaml", "b/base.yaml"], ["Base.yaml", "base-2.yaml"]),
    "name that is taken by a number": (
        ["base-2.yaml", "a/base.yaml", "b/base.yaml"],
        ["base-2.yaml", "base-3.yaml", "base.yaml"],
    ),
    "signs": (["my base: (1).yaml"], ["my-base-1-.yaml"]),
    "hidden": ([".base.yaml"], ["base.yaml"]),
    "points alone": (["a/.."], ["base"]),
    "very long": ([f"{'ä' * 200}.yaml"], [f"{'ä' * 40}.yaml"]),
}


@pytest.mark.parametrize(("given", "names"), NAMES.values(), ids=NAMES.keys())
def test_every_base_is_kept_in_the_run_folder(tmp_path, given, names):
    folder = RunFolder.make(tmp_path)

    records.bases(folder, [Base(name, f"# {name}\n") for name in given])

    kept = {path.name: path.read_text(encoding="utf-8") for path in (folder / "config").iterdir()}
    assert sorted(kept) == names
    assert sorted(kept.values()) == sorted(f"# {name}\n" for name in given)


def test_a_file_without_bases_leaves_no_folder_for_them(tmp_path):
    folder = RunFolder.make(tmp_path)

    records.bases(folder, [])

    assert not (folder / "config").exists()


def drawn(error):
    """Give a table, and then what a source raises that is read while the tables are written."""
    yield pd.DataFrame({"row": [0]})
    raise error


SOURCES = {
    "a data file that is gone": FileNotFoundError(2, "No such file or directory", "data.csv"),
    "a data file that may not be read": PermissionError(13, "Permission denied", "data.csv"),
    "an archive that is broken": OSError("truncated file"),
}


@pytest.mark.parametrize("error", SOURCES.values(), ids=SOURCES.keys())
def test_a_source_that_fails_while_predictions_are_written_is_not_the_fault_of_the_disk(
    tmp_path, error
):
    folder = RunFolder.make(tmp_path)

    with pytest.raises(type(error)) as caught:
        records.predictions(folder, drawn(error))

    assert caught.value is error
    assert {one.name for one in folder.path.iterdir()} == {"state"}


def test_a_model_that_cannot_be_saved_leaves_the_network_its_own_weights(tmp_path):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    own, folder = network.get_weights(), RunFolder.make(tmp_path)

    class Broken:
        def save(self, path):
            raise OSError(28, "No space left on device")

    with pytest.raises(RunError):
        records.model(
            folder, SimpleNamespace(network=network), Broken(), "best", [one + 1 for one in own]
        )

    assert [one.tolist() for one in network.get_weights()] == [one.tolist() for one in own]
