"""Looks at the data of configs that a test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dltrain.config import load
from dltrain.inspection.data.looking import Look, document, look

DENSE = "{type: dense, units: 4}"


@pytest.fixture
def looked(tmp_path: Path) -> Callable[..., Look]:
    """Look at the data of a file whose `dataset` section and other keys are given."""

    def at(dataset: str, others: str = "", layers: str = DENSE) -> Look:
        path = tmp_path / "given.yaml"
        layers = f"architecture: {{layers: [{layers}]}}"
        path.write_text(f"dataset: {dataset}\n{layers}\n{others}", encoding="utf-8")
        return look(load(str(path)))

    return at


@pytest.fixture
def described(looked: Callable[..., Look]) -> Callable[..., dict[str, Any]]:
    """Give the document about such a file."""

    def about(dataset: str, others: str = "", rows: int = 5, **more: str) -> dict[str, Any]:
        return document(looked(dataset, others, **more), rows)

    return about
