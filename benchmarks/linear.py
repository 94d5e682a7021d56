"""What is a network worth beside a linear model on the same rows?

    python benchmarks/linear.py FOLDER [--seeds 5] [--only titanic sonar]

FOLDER holds the data sets that the configs name in their headers (`# data: …`). Every config
below runs once for each split seed. A logistic regression, or a least-squares line for amounts,
learns from the same prepared train rows, and both are judged by scikit-learn on the same test
rows: the network's answers stand in predictions.csv. One line a config: the mean test score over
the seeds and its standard deviation.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, mean_absolute_error, roc_auc_score
from sklearn.multiclass import OneVsRestClassifier
from spread import spread

import dltrain
from dltrain.assembly import prepare_data
from dltrain.config import load

CONFIGS = Path(__file__).parents[1] / "configs"
# Every config on a data set that is not in the repository, with the figure that it is judged by.
FIGURES = {
    "abalone": "mae",
    "airline_passengers": "mae",
    "auto_mpg": "mae",
    "banknote": "accuracy",
    "boston_housing": "mae",
    "daily_min_temperatures": "mae",
    "emotions": "accuracy",
    "heart": "accuracy",
    "imdb_lstm": "accuracy",
    "imdb_multi_hot": "accuracy",
    "ionosphere": "accuracy",
    "iris_file": "accuracy",
    "mammography": "auc",
    "pima": "accuracy",
    "sign_language_digits": "accuracy",
    "sonar": "accuracy",
    "titanic": "accuracy",
    "wine_cultivars": "accuracy",
    "wine_quality_red": "mae",
    "wine_quality_white": "accuracy",
}


def main() -> None:
    """Run, and print one line a config."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=sorted(FIGURES), default=sorted(FIGURES))
    arguments = parser.parse_args()
    print(f"{'config':24} {'figure':10} {'network':>18} {'linear':>18}", flush=True)
    for name in arguments.only:
        scores = np.array([both(name, arguments.folder, seed) for seed in range(arguments.seeds)])
        told = (f"{column.mean():8.4f} ± {spread(column):.4f}" for column in scores.T)
        print(f"{name:24} {FIGURES[name]:10} {' '.join(f'{one:>18}' for one in told)}", flush=True)


def both(name: str, folder: Path, seed: int) -> tuple[float, float]:
    """Score network and linear model on the test rows of one split."""
    path = CONFIGS / f"{name}.yaml"
    file = re.search(r"^# data: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert file is not None, f"{path} names no data"
    changes: dict[str, Any] = {"dataset.path": str(folder / file[1])}
    experiment = load(path, changes).experiment
    if hasattr(experiment.split, "seed"):
        changes |= {"split.seed": seed}
    changes |= {"seed": seed}
    with tempfile.TemporaryDirectory() as output:
        run = dltrain.fit(path, changes, output=output, quiet=True)
        answers = pd.read_csv(run.path / "predictions.csv").set_index("row")
    data = prepare_data(load(path, changes), smoke=False)
    train, test = (data.parts[part] for part in ("train", "test"))
    logarithm = is_amount(name) and scaling_of(experiment.dataset.target) == "log1p"
    linear = fitted(FIGURES[name], features(train.x), truth(answers, train.rows), logarithm)
    x, y = features(test.x), truth(answers, test.rows)
    return network_score(FIGURES[name], answers.loc[test.rows], y), score(
        FIGURES[name], linear, x, y
    )


def features(x: np.ndarray) -> Any:
    """Lay out prepared rows for a linear model: flat, pixels from 0 to 1, words as 0 and 1."""
    if x.dtype.kind == "i":
        rows = np.repeat(np.arange(len(x)), x.shape[1])
        counts = sparse.csr_matrix((np.ones(x.size), (rows, x.ravel())), dtype=np.float32)
        counts = counts[:, 1:]
        counts.data[:] = 1
        return counts
    return x.reshape(len(x), -1) * np.float32(1 / 255 if x.dtype == np.uint8 else 1)


def truth(answers: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Give the targets in their own unit: one column, or one for each label or step."""
    columns = [name for name in answers if name == "target" or name.startswith("target_")]
    return np.squeeze(answers.loc[rows, columns].to_numpy(), axis=1 if len(columns) == 1 else ())


def is_amount(name: str) -> bool:
    """Tell whether a config predicts an amount."""
    return FIGURES[name] == "mae"


def scaling_of(target: Any) -> str:
    """Find the scaling of a file's one target."""
    return next(iter(target.values())).scaling if isinstance(target, dict) else "none"


def fitted(figure: str, x: Any, y: np.ndarray, logarithm: bool) -> Any:
    """Fit the linear model, to the logarithm of an amount where the network is trained on it."""
    if figure == "mae" and logarithm:
        line = LinearRegression()
        return TransformedTargetRegressor(line, func=np.log1p, inverse_func=np.expm1).fit(x, y)
    if figure == "mae":
        return LinearRegression().fit(x, y)
    model: Any = LogisticRegression(max_iter=1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return (OneVsRestClassifier(model) if y.ndim == 2 else model).fit(x, y)


def score(figure: str, model: Any, x: Any, y: np.ndarray) -> float:
    """Judge the linear model."""
    if figure == "mae":
        return float(mean_absolute_error(y, model.predict(x)))
    if figure == "auc":
        return float(roc_auc_score(y == model.classes_[1], model.predict_proba(x)[:, 1]))
    return float(accuracy_score(y.ravel(), model.predict(x).ravel()))


def network_score(figure: str, answers: pd.DataFrame, y: np.ndarray) -> float:
    """Judge the answers of the network."""
    if figure == "auc":
        positive = [name for name in answers if name.startswith("p_")][1]
        label = positive.removeprefix("p_")
        return float(roc_auc_score(y.astype(str) == label, answers[positive]))
    names = [one for one in answers if one == "prediction" or one.startswith("prediction_")]
    given = answers[names].to_numpy()
    if figure == "mae":
        return float(mean_absolute_error(y.ravel(), given.ravel()))
    return float(accuracy_score(y.ravel(), given.ravel()))


if __name__ == "__main__":
    main()
