"""A run folder from Python: what notebooks and lectures look at after `fit`."""

from __future__ import annotations

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import run_folder
from dltrain.run_folder import RunFolder

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from dltrain.config import Experiment
    from dltrain.data.inputs import Inputs
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
        from dltrain.expectations import judged_run

        return [str(one) for one in judged_run(self._folder, self._experiment) if not one.met]

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
                being left out; or an array of shape (n, …) as the model itself takes it, a dict
                of arrays where it has several inputs. For windows over a time series the
                rows of the series, in the order of time.

        Returns:
            prediction, and p_<class> for each class; with several targets one of each a target.
            One row for each row given, with the index of a DataFrame; or one for each window,
            with the label of the last row that it sees.

        Raises:
            DataError: A column is missing, or a cell is not what its column says.
        """
        model = self.model  # first, as it starts TensorFlow quietly

        import pandas as pd

        from dltrain.evaluation.predictions import prediction_columns
        from dltrain.model.passes import predict
        from dltrain.new_rows import from_arrays, from_table, index_of
        from dltrain.reevaluation import threshold_of

        inputs, target, goal = self._learned
        index = rows.index if isinstance(rows, pd.DataFrame) else None
        if inputs.columns_read and isinstance(rows, pd.DataFrame):
            form = "texts" if self._experiment.dataset.type == "text" else "table"
            raw = from_table(rows, inputs, form)
            x, index = inputs.raw(raw, raw.numbers()), index_of(rows, raw)
        else:
            x = from_arrays(rows, inputs)
        outputs = goal.probabilities(predict(model, x, ROWS_AT_ONCE))
        table = prediction_columns(outputs, target, threshold_of(self._folder, self._experiment))
        return table if index is None else table.set_axis(index)

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
