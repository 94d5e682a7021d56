"""Start TensorFlow and Keras the way a command-line tool wants them: quietly and quickly.

Measured on 2 cores: `import keras` takes 4.0 s and the process 1.4 s more to end; without what
no command uses, and without the garbage collector walking over what stays until the end, it is
1.7 s and 0.1 s. Imports: TensorFlow and Keras, when `start` is called.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from dltrain.errors import RunError, sentence

FATAL_ONLY = "3"

# Keras imports them when they are there, though it does not require them: for wrappers of
# scikit-learn and for galleries of pictures.
HELPERS = ("matplotlib", "sklearn")


@dataclass
class Options:
    """How TensorFlow and Keras start, when they do.

    Attributes:
        verbose: Let their messages through.
        helpers: Import what only helpers of Keras need. A command leaves it out; in a notebook
            somebody may want them.
    """

    verbose: bool = False
    helpers: bool = True


options = Options()


def start() -> None:
    """Import TensorFlow and Keras, once.

    Raises:
        RunError: Keras has been started with another backend.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    # A study has processes beside it on the same GPU, which TensorFlow would take as a whole.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    if "keras" not in sys.modules:
        _first_import()
    import keras

    if keras.backend.backend() != "tensorflow":
        got = f"Keras with the backend {keras.backend.backend()}"
        raise RunError(sentence(got, "tensorflow", "Start Python anew and import dltrain first."))
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")


def has_gpu() -> bool:
    """Tell whether TensorFlow, which has been started, sees a GPU."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def start_anew() -> None:
    """Start, and let the next network have the names that it would have in a process of its own."""
    start()
    import keras

    keras.utils.clear_session(free_memory=False)


def _first_import() -> None:
    with ExitStack() as stack:
        stack.enter_context(_no_collection())
        if not options.helpers:
            stack.enter_context(_left_out(HELPERS))
        if not options.verbose:
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", FATAL_ONLY)
            stack.enter_context(_stderr_closed())
        import keras  # noqa: F401
        import tensorflow as tf

        if not options.verbose:
            tf.get_logger().setLevel("ERROR")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector away from what the block makes, now and at the end."""
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@contextmanager
def _left_out(names: tuple[str, ...]) -> Iterator[None]:
    """Let an import of these packages fail as if they were not installed."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def _stderr_closed() -> Iterator[None]:
    """Drop what is written to file descriptor 2.

    TensorFlow's C++ side writes there while it is imported, before any of its settings are read.
    What goes wrong in Python arrives as an exception; `-v` shows the rest.
    """
    try:
        saved = os.dup(2)
    except OSError:  # no stderr at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)
