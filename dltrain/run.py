"""A run folder from Python: what notebooks and lectures look at after `fit`."""

from __future__ import annotations

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import run_folder
from dltrain.errors import DataError, did_you_mean, listed, sentence, shown
from dltrain.run_folder import RunFolder

if TYPE_CHECKING:
    import keras
    import numpy as np
    import pandas as pd

    from dltrain.config import Experiment
    from dltrain.data.inputs import Inputs
    from dltrain.data.raw import Raw
    from dltrain.data.targets import Targets
    from dltrain.model.objectives import Goal

ROWS_AT_ONCE = 1024


class Run:
    """What a run has left, read when it is asked for.

    Args:
        path: The run folder.

    Raises:
        FolderError: The folder is no run folder.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._folder = RunFolder.open(path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def path(self) -> Path:
        """The folder."""
        return self._folder.path

    @property
    def status(self) -> str:
        """How the run ended: running, finished, failed or interrupted."""
        return self._folder.status()

    @property
    def metrics(self) -> dict[str, dict[str, float | None]]:
        """Figures of the best model, by part and name."""
        splits: dict[str, dict[str, float | None]] = self._folder.read_json(
            run_folder.METRICS, "splits"
        )
        return splits

    @property
    def unmet(self) -> list[str]:
        """Expectations of the file that the figures do not meet, in words."""
        from dltrain.config import expect

        return [str(one) for one in expect.unmet(self._experiment.expect, self.metrics)]

    @property
    def history(self) -> pd.DataFrame:
        """One row an epoch: epoch, loss, metrics and their val_ twins."""
        import pandas as pd

        # Through text: how many digits pandas reads by itself depends on its version.
        cells = pd.read_csv(self._folder.file(run_folder.HISTORY), dtype=str)
        return cells.astype(float).astype({"epoch": int})

    @cached_property
    def model(self) -> keras.Model:
        """The best model, a plain Keras model that takes raw numbers."""
        from dltrain import backend
        from dltrain.reevaluation import load_model

        backend.start()
        return load_model(self._folder.file(run_folder.MODELS["best"]))

    def predict(self, rows: Any) -> pd.DataFrame:
        """Predict rows that have no answers.

        Args:
            rows: For tables a DataFrame with the columns of the training, in any order, others
                being left out; or an array of shape (n, …) as the model itself takes it.

        Returns:
            prediction, and p_<class> for each class; with several targets one of each a target.
            One row for each row given.

        Raises:
            DataError: A column is missing, or a cell is not what its column says.
        """
        import pandas as pd

        from dltrain.evaluation.predictions import prediction_columns
        from dltrain.model.passes import predict

        model = self.model
        inputs, target, goal = self._learned
        if inputs.columns_read and isinstance(rows, pd.DataFrame):
            raw = _table(rows, inputs)
            x = inputs.raw(raw, raw.numbers())
        else:
            x = _arrays(rows, inputs)
        outputs = goal.probabilities(predict(model, x, ROWS_AT_ONCE))
        return prediction_columns(outputs, target, self._experiment.evaluation.threshold)

    @cached_property
    def _experiment(self) -> Experiment:
        from dltrain.config import load

        return load(self._folder.file(run_folder.RESOLVED)).experiment

    @cached_property
    def _learned(self) -> tuple[Inputs, Targets, Goal]:
        """What the run learned about inputs and target, and what its figures mean."""
        from dltrain.assembly import goal_of
        from dltrain.reevaluation import read_preprocessing

        inputs, target = read_preprocessing(self._folder)
        return inputs, target, goal_of(self._experiment, target)


def _table(rows: pd.DataFrame, inputs: Inputs) -> Raw:
    """Check the columns of a table, and put them into the order of the training."""
    import pandas as pd

    from dltrain.data.raw import Raw

    names = inputs.columns_read
    for name in names:
        if name not in rows.columns:
            got = f"no column {shown(name)} among {listed(rows.columns)}"
            way_out = did_you_mean(name, rows.columns)
            raise DataError(sentence(got, "the columns of the training", way_out))
    if rows.empty:
        raise DataError(sentence("no rows", "at least one"))
    return Raw(rows[names], "table", pd.DataFrame(), "")


def _arrays(rows: Any, inputs: Inputs) -> Any:
    """Check rows that go straight into the model: an array, or one for each input by name."""
    from dltrain.data.inputs import NamedInputs

    if not isinstance(inputs, NamedInputs):
        return _array(rows, inputs)
    if not isinstance(rows, dict) or set(rows) != set(inputs.each):
        got = f"the inputs {listed(rows)}" if isinstance(rows, dict) else f"a {type(rows).__name__}"
        expected = f"a table, or a dict of arrays: {listed(inputs.each)}"
        raise DataError(sentence(got, expected))
    arrays = {name: _array(rows[name], one) for name, one in inputs.each.items()}
    if len({len(array) for array in arrays.values()}) > 1:
        sizes = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise DataError(sentence(f"inputs with different numbers of rows ({sizes})", "one number"))
    return arrays


def _array(rows: Any, inputs: Inputs) -> np.ndarray:
    """Check shape and type of rows that go straight into the model."""
    import numpy as np

    from dltrain.model.preprocessing import DTYPES

    array = np.asarray(rows)
    facts = inputs.to_json()
    shape = (len(facts["columns"]),) if inputs.form == "table" else inputs.shape
    if (*array.shape[1:], 1) == shape:  # grey pictures without their one channel
        array = array[..., np.newaxis]
    if array.shape[1:] != shape or not len(array):
        expected = f"({', '.join(map(str, ('n', *shape)))})"
        raise DataError(sentence(f"rows of shape {array.shape}", expected))
    if array.dtype.kind not in "biuf":
        message = sentence(f"an array of {array.dtype}", "numbers, or a table with its columns")
        raise DataError(message)
    whole = array.astype(DTYPES[inputs.form])
    if not np.array_equal(whole, array) and whole.dtype.kind in "iu":
        got, expected = f"{array.dtype} rows", f"{whole.dtype}, as the model takes them"
        raise DataError(sentence(got, expected))
    if whole.dtype.kind == "f":
        imputed = [column["missing"] == "impute" for column in facts.get("columns", [])]
        gaps = np.isnan(whole) & (imputed or False)
        if not (np.isfinite(whole) | gaps).all():
            raise DataError(sentence("rows with numbers that are not finite", "finite numbers"))
    return whole
