"""Everything that can go wrong for a user, and the words for it.

    DltrainError
    ├── ConfigError     the file or an override is wrong             exit code 2
    ├── DataError       the data is not what the file says            exit code 2
    ├── ModelError      the layers do not fit the data or each other  exit code 2
    └── RunError        the run failed: a full disk                   exit code 1
        ├── DivergenceError   the loss or a weight is no number any more  exit code 1
        └── FolderError a folder is no run folder, or not whole       exit code 2

The message grammar is the same everywhere: `FILE:LINE:COLUMN: KEY: got X, expected Y. WAY OUT.`
Lists are alphabetical and show at most six names. Anything that is not a DltrainError is a
bug of ours and keeps its traceback. Imports: the standard library only.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence

Key = tuple[str | int, ...]

SHOWN = 6
MOST_CHARACTERS = 60


class DltrainError(Exception):
    """A mistake that the user can mend; shown without a traceback.

    Args:
        message: What was got, what was expected and the way out; without the place.
        key: Path of the config key that the mistake belongs to, such as ("dataset", "path").

    Attributes:
        place: `FILE:LINE:COLUMN` of the key, filled in by whoever knows the file.
    """

    exit_code = 2

    def __init__(self, message: str, *, key: Key = ()) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.place = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, dotted(self.key), self.message) if part)


class ConfigError(DltrainError):
    """The text of a config file, or an override of it, is wrong; holds every problem found.

    Args:
        problems: Whole messages, one for each mistake, in the order of the file.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class DataError(DltrainError):
    """The data cannot be read, or is not what the file says."""


class ModelError(DltrainError):
    """The layers, the loss or the metrics do not fit the data or each other."""


class RunError(DltrainError):
    """A run that had begun could not go on."""

    exit_code = 1


class DivergenceError(RunError):
    """A training lost itself: its loss or a weight is no finite number any more."""


class FolderError(RunError):
    """A folder is not a run folder, is incomplete, or belongs to a run that is still going."""

    exit_code = 2


def dotted(key: Key) -> str:
    """Spell a key as in an override.

    Example:
        >>> dotted(("architecture", "layers", 0, "units"))
        'architecture.layers.0.units'
        >>> dotted(("dataset", "columns", "a.b", "type"))
        'dataset.columns."a.b".type'
    """
    return ".".join(map(_part, key))


def _part(part: str | int) -> str:
    """Quote a part of a key that holds what ends a part."""
    text = str(part)
    return text if not {".", "="} & set(text) else f"'{text}'" if '"' in text else f'"{text}"'


def shown(value: object) -> str:
    """Spell a value as YAML would, for a message: on one line of about 60 characters.

    Example:
        >>> print(shown("adamm"), shown(None), shown({"a": [True, 0.5]}))
        'adamm' null {'a': [true, 0.5]}
    """
    if isinstance(value, str):
        return repr(value if len(value) <= MOST_CHARACTERS else value[: MOST_CHARACTERS - 1] + "…")
    text = _spelled(value)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _spelled(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value).replace("nan", ".nan").replace("inf", ".inf")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_spelled(k)}: {_spelled(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_spelled, value)) + "]"
    return repr(value)


def listed(names: Iterable[object]) -> str:
    """List names alphabetically, at most six of them.

    Example:
        >>> listed("gfedcba")
        'a, b, c, d, e, f, …'
    """
    ordered = sorted(str(name) for name in names)
    return ", ".join(ordered[:SHOWN] + ["…"] * (len(ordered) > SHOWN))


def one_of(names: Iterable[object]) -> str:
    """Describe a choice: the one name, or `one of` several.

    Example:
        >>> one_of(["relu"]), one_of(["b", "a"])
        ('relu', 'one of a, b')
    """
    names = list(names)
    return listed(names) if len(names) == 1 else f"one of {listed(names)}"


def did_you_mean(name: object, names: Iterable[object]) -> str:
    """Ask for the nearest of the names, without regard to case and underscores.

    Returns:
        `Did you mean 'NAME'?`, or the empty text where nothing is near.

    Example:
        >>> did_you_mean("Adamm", ["adam", "sgd"])
        "Did you mean 'adam'?"
    """
    near = nearest(name, names)
    return f"Did you mean '{near}'?" if near else ""


def nearest(name: object, names: Iterable[object]) -> str:
    """Find the nearest of the names; the empty text where nothing is near.

    Example:
        >>> nearest("Adamm", ["adam", "sgd"]), nearest("lion", ["adam", "sgd"])
        ('adam', '')
    """
    spellings = {plain_name(str(choice)): str(choice) for choice in names}
    near = difflib.get_close_matches(plain_name(str(name)), spellings, n=1, cutoff=0.6)
    return spellings[near[0]] if near else ""


def plain_name(name: str) -> str:
    """Strip a name of what does not count when names are compared.

    Example:
        >>> plain_name("Batch_Normalization")
        'batchnormalization'
    """
    return name.replace("_", "").lower()


def sentence(got: str, expected: str, way_out: str = "") -> str:
    """Join the three parts of a message.

    Example:
        >>> sentence("0", "a whole number of at least 1", "Leave it out for the default.")
        'got 0, expected a whole number of at least 1. Leave it out for the default.'
    """
    return f"got {got}, expected {expected}. {way_out}".rstrip()
