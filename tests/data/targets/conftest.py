"""What the tests of targets share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from dltrain.data.raw import Raw
from dltrain.data.targets import Target
from dltrain.data.targets.one import learn_target


@pytest.fixture
def raw_of() -> Callable[..., Raw]:
    """Make rows with the given target columns, as a file with a header would."""

    def made(**columns: Any) -> Raw:
        targets = pd.DataFrame(columns)
        return Raw(pd.DataFrame({"x": range(len(targets))}), "table", targets, "", first_line=2)

    return made


@pytest.fixture
def learned() -> Callable[..., Target]:
    """Learn a target from some rows, by default all."""

    def target(raw: Raw, train: Any = None, **options: Any) -> Target:
        rows = raw.numbers() if train is None else raw.numbers()[train]
        return learn_target(raw, rows, options)

    return target
