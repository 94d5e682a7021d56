"""The file: YAML text to checked values. No heavy library is imported here.

From the bottom up: `text` reads YAML, `catalogue` knows Keras, `sections` check one key each,
`composing` puts files and arguments together, `checks` looks at sections side by side, and
`loading` does all of it in order. `lint` says what a valid file does badly, `schema` describes
the language, and `showing` is what `dltrain config` prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dltrain.config.loading import Config, load
    from dltrain.config.sections.experiment import Experiment

__all__ = ["Config", "Experiment", "load"]


def __getattr__(name: str) -> Any:
    """Import on first use what takes 0.2 s and is not needed by who only reads YAML."""
    if name in ("Config", "load"):
        from dltrain.config import loading

        return getattr(loading, name)
    if name == "Experiment":
        from dltrain.config.sections.experiment import Experiment

        return Experiment
    raise AttributeError(f"module 'dltrain.config' has no attribute {name!r}")
