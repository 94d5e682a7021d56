"""Several machines: the part that a process plays, as KerasTuner's variables say.

`KERASTUNER_TUNER_ID` is chief or a name of its own for each worker; `KERASTUNER_ORACLE_IP` and
`KERASTUNER_ORACLE_PORT` say where the chief listens. All share one folder for `-o`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dltrain.errors import RunError, sentence

VARIABLES = ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
BEAT = 3.0  # seconds between two signs of life of a worker
LOST_AFTER = 20.0  # seconds without one
PAUSE = 0.5  # seconds until a worker asks again
FOR_A_CHIEF = 600.0  # seconds that a worker waits for the first answer
FOR_AN_ANSWER = 60.0
# What a message from the chief tells beside the values: where the study is, and which member.
STUDY, MEMBER, SMOKE, FILE = "dltrain/study", "dltrain/member", "dltrain/smoke", "dltrain/file"


@dataclass(frozen=True)
class Part:
    """The part of a process.

    Attributes:
        name: The name that it has for the others.
        address: Where the chief listens.
    """

    name: str
    address: str

    @property
    def is_chief(self) -> bool:
        """Tell whether it hands trials out; KerasTuner's rule."""
        return "chief" in self.name


def part() -> Part | None:
    """Read the part of this process; None where it is alone.

    Raises:
        RunError: Some of the variables are missing.
    """
    given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if VARIABLES[1] not in given:
        return None
    if missing := [name for name in VARIABLES if name not in given]:
        got = f"{VARIABLES[1]} without {' and '.join(missing)}"
        raise RunError(sentence(got, "all three variables or none", f"Set {missing[0]}."))
    name, ip, port = (given[one] for one in VARIABLES)
    return Part(name, f"{ip}:{port}")


def message(trial_id: str, status: str, values: dict[str, Any]) -> Any:
    """Make what KerasTuner sends about a trial."""
    import keras_tuner
    from keras_tuner.engine.trial import Trial

    hyperparameters = keras_tuner.HyperParameters()
    hyperparameters.values = values
    return Trial(hyperparameters, trial_id=trial_id, status=status)


@contextmanager
def answers(address: str) -> Iterator[None]:
    """Say in words that the chief does not answer.

    Raises:
        RunError: It does not.
    """
    import grpc

    try:
        yield
    except grpc.RpcError as error:
        got = f"no answer from the chief at {address} ({error.code().name.lower()})"
        way_out = "Resume the search there with `dltrain resume`, and start this worker again."
        raise RunError(sentence(got, "a chief that hands trials out", way_out)) from error
