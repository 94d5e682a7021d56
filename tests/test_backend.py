"""TensorFlow and Keras start quietly, quickly, and as dltrain needs them."""

from __future__ import annotations

import subprocess
import sys

import keras
import pytest

from dltrain import backend
from dltrain.errors import RunError


def run(code: str, *arguments: str) -> subprocess.CompletedProcess:
    words = [sys.executable, "-c", code, *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")

    with pytest.raises(RunError) as caught:
        backend.start()

    assert str(caught.value) == (
        "got Keras with the backend jax, expected tensorflow. "
        "Start Python anew and import dltrain first."
    )


@pytest.mark.slow
def test_a_start_is_silent_and_leaves_stderr_and_the_collector_as_they_were():
    code = """
import gc, os, sys
from dltrain import backend
backend.start()
backend.start()
import tensorflow as tf
tf.constant(1) + 1
os.write(2, b"open")
print(gc.isenabled(), gc.get_freeze_count() > 100_000)
"""

    done = run(code)

    assert (done.stdout, done.stderr) == ("True True\n", "open")


@pytest.mark.slow
@pytest.mark.parametrize("helpers", [True, False])
def test_a_command_leaves_out_what_only_helpers_of_keras_need(helpers):
    code = f"""
import sys
from dltrain import backend
backend.options = backend.Options(helpers={helpers})
backend.start()
print("sklearn" in sys.modules)
import sklearn
"""

    done = run(code)

    assert done.stdout == f"{helpers}\n"


@pytest.mark.slow
def test_a_start_works_without_any_stderr():
    code = "import os; os.close(2); from dltrain import backend; backend.start(); print('started')"

    assert run(code).stdout == "started\n"
