"""The file: YAML text to checked values. No heavy library is imported here.

From the bottom up: `text` reads YAML, `catalogue` knows Keras, `sections` check one key each,
`composing` puts files and arguments together, `checks` looks at sections side by side, and
`loading` does all of it in order. `lint` says what a valid file does badly, `schema` describes
the language, and `showing` is what `dltrain config` prints.
"""

from dltrain.config.loading import Config, load
from dltrain.config.sections.experiment import Experiment

__all__ = ["Config", "Experiment", "load"]
