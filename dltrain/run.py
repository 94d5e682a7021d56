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

    from dltrain.data.inputs import Inputs
    from dltrain.data.raw import Raw


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
                being left out; else an array of shape (n, …) as the model takes it.

        Returns:
            prediction, and p_<class> for each class; with several targets one of each a target.
            One row for each row given.

        Raises:
            DataError: A column is missing, or a cell is not what its column says.
        """
        from dltrain.config import load
        from dltrain.evaluation.figures import probabilities
        from dltrain.evaluation.predictions import prediction_columns
        from dltrain.model.building import objective
        from dltrain.model.passes import evaluation_batch, predict
        from dltrain.reevaluation import read_preprocessing

        model = self.model
        values = load(self._folder.file(run_folder.RESOLVED)).experiment
        inputs, target = read_preprocessing(self._folder)
        goal = objective(
            values.loss,
            [],
            **target.facts,
            label_smoothing=values.regularization.label_smoothing,
            threshold=values.evaluation.threshold,
        )
        raw = _raw(rows, inputs)
        x = inputs.raw(raw, raw.numbers())
        outputs = probabilities(goal, predict(model, x, evaluation_batch(1)))
        return prediction_columns(outputs, target, goal.form.threshold)


def _raw(rows: Any, inputs: Inputs) -> Raw:
    """Bring rows into the form of a dataset, and check their columns or shape."""
    import numpy as np
    import pandas as pd

    from dltrain.data.raw import Raw
    from dltrain.data.table import TableInputs
    from dltrain.model.preprocessing import DTYPES

    nothing = pd.DataFrame()
    if not isinstance(inputs, TableInputs):
        array = np.asarray(rows)
        if (*array.shape[1:], 1) == inputs.shape:  # grey pictures without their one channel
            array = array[..., np.newaxis]
        _check_shape(array, inputs.shape)
        whole = array.astype(DTYPES[inputs.form])
        if not np.array_equal(whole, array) and inputs.form != "array":
            got, expected = f"{array.dtype} rows", f"{whole.dtype}, as the model takes them"
            raise DataError(sentence(got, expected))
        return Raw(whole, inputs.form, nothing, "")
    names = [column.name for column in inputs.columns]
    if not isinstance(rows, pd.DataFrame):
        array = np.asarray(rows)
        _check_shape(array, (len(names),))
        rows = pd.DataFrame(array, columns=names)
    for name in names:
        if name not in rows.columns:
            got = f"no column {shown(name)} among {listed(rows.columns)}"
            way_out = did_you_mean(name, rows.columns)
            raise DataError(sentence(got, "the columns of the training", way_out))
    if rows.empty:
        raise DataError(sentence("no rows", "at least one"))
    return Raw(rows[names], "table", nothing, "")


def _check_shape(rows: np.ndarray, shape: tuple[int, ...]) -> None:
    if rows.shape[1:] != shape or not len(rows):
        expected = f"({', '.join(map(str, ('n', *shape)))})"
        raise DataError(sentence(f"rows of shape {rows.shape}", expected))
