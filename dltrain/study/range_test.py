"""Learning-rate range test: a few hundred steps at rates that grow, and what the losses say.

The network, loss, penalties, weights of rows and batches are those of the file. Each repeat begins
with fresh weights, drawn by `seed`, `seed` + 1, …, which also draw the order of rows. Only train
rows are given to the network. Nothing is written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dltrain import narration
from dltrain.assembly import Assembly, assemble
from dltrain.config import Config
from dltrain.config.checks.phases import PlannedPhase
from dltrain.errors import DltrainError, RunError, sentence
from dltrain.runner import assembled
from dltrain.study.rate_curve import Reading, decay_for, divergence, growing, read, smoothed
from dltrain.study.rate_keys import override_of, rate_of, remarks
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.training.feeding import Feed
    from dltrain.training.rate_steps import RateSteps

LOWEST, HIGHEST = 1e-7, 10.0
REPEATS = 3
# One pass over the train rows, but no fewer and no more steps than these.
FEWEST_STEPS, MOST_STEPS = 200, 500
# What has to be between the lowest and the highest rate, and how few steps show a curve.
LEAST_RATIO, LEAST_STEPS = 100.0, 50
# Steps between two looks at the losses.
AT_ONCE = 25

Progress = Callable[[int], None]


@dataclass(frozen=True)
class RangeTest:
    """What a range test has found.

    Attributes:
        name: The experiment's name.
        rates: The rates up to where the first repeat ends, (n,).
        losses: The mean over the repeats of the loss of each batch before its update, (n,).
        smoothed: The same, smoothed, (n,).
        diverged_at: The rate at which the first repeat was lost; None where none was.
        lost: How many repeats were.
        reading: What the mean curve says.
        each: The suggestion of each repeat alone; None where it has none.
        planned: How many steps each repeat would have had.
        phase: The part of the training that the rate is for.
        remarks: What the rate means for other phases.
    """

    name: str
    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    diverged_at: float | None
    lost: int
    reading: Reading
    each: list[float | None]
    planned: int
    phase: PlannedPhase
    remarks: list[str]

    @property
    def override(self) -> str | None:
        """The suggestion as an argument of `fit`."""
        rate = self.reading.suggestion
        return None if rate is None else override_of(self.phase, rate)

    @property
    def given(self) -> float | None:
        """The rate that the file has."""
        return rate_of(self.phase)

    def to_json(self) -> str:
        """Spell it as JSON."""
        found = self.reading
        document = {
            "name": self.name,
            "override": self.override,
            "suggestion": found.suggestion,
            "reason": found.reason,
            "suggestions": self.each,
            "steepest": found.steepest,
            "minimum": found.minimum,
            "diverged_at": self.diverged_at,
            "first_loss": found.first,
            "least_loss": found.least,
            "rates": self.rates.tolist(),
            "losses": self.losses.tolist(),
            "smoothed": self.smoothed.tolist(),
        }
        return json.dumps(document, indent=2, allow_nan=False)


def check_range(lowest: float, highest: float, steps: int | None, repeats: int) -> None:
    """Check what the command line asks for.

    Raises:
        DltrainError: The rates are no range, or too few steps or repeats.
    """
    if not (math.isfinite(lowest) and lowest > 0):
        raise DltrainError(f"--min: {sentence(f'{lowest:g}', 'a finite number above 0')}")
    if not (math.isfinite(highest) and highest >= LEAST_RATIO * lowest):
        expected = f"a finite number of at least {LEAST_RATIO:g} times --min, {lowest:g}"
        raise DltrainError(f"--max: {sentence(f'{highest:g}', expected)}")
    if steps is not None and steps < LEAST_STEPS:
        message = sentence(str(steps), f"at least {LEAST_STEPS}", "Leave it out for the default.")
        raise DltrainError(f"--steps: {message}")
    if repeats < 1:
        raise DltrainError(f"--repeats: {sentence(str(repeats), 'at least 1')}")


def find_rate(
    config: Config,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int | None = None,
    repeats: int = REPEATS,
    terminal: Terminal | None = None,
) -> RangeTest:
    """Run a learning-rate range test.

    Args:
        config: The checked file.
        lowest: The first rate, above 0.
        highest: The last one, at least 100 times the first.
        steps: Steps of each repeat, at least 50. Default: one pass over the train rows, but at
            least 200 and at most 500.
        repeats: How often, with other seeds; the losses are averaged.
        terminal: Where progress is shown.

    Raises:
        DltrainError: The file, the data, the model or an option is wrong, as for `fit`.
        RunError: The loss is no finite number before the first update.
    """
    check_range(lowest, highest, steps, repeats)
    terminal = terminal or Terminal()
    assembly = assembled(config, smoke=False, seconds={})
    narration.introduce(terminal, assembly, config.name)
    planned = steps or min(max(assembly.steps_per_pass, FEWEST_STEPS), MOST_STEPS)
    rates = growing(lowest, highest, planned)
    said = f"{lowest:g} to {highest:g} in {planned} steps"
    terminal.fact("rates", f"{said}, {repeats} time{'s' * (repeats != 1)}")
    with terminal.steps(planned * repeats) as show:
        curves = _curves(assembly, rates, repeats, show)
    return _found(assembly, rates, curves)


def _curves(
    assembly: Assembly, rates: np.ndarray, repeats: int, show: Progress
) -> list[np.ndarray]:
    """Run every repeat; give its losses, of each batch before its update."""
    from dltrain.model.passes import computing
    from dltrain.training.feeding import feed_of
    from dltrain.training.rate_steps import RateSteps

    network, seed = assembly.network, assembly.config.experiment.seed
    with computing("the range test"):
        feed = feed_of(
            assembly.train, assembly.batch_size, seed=seed,
            shuffle=assembly.config.experiment.training.shuffle,
        )  # fmt: skip
        _compile(assembly, float(rates[0]))
        beginning = [variable.numpy() for variable in network.optimizer.variables]
        steps, curves = RateSteps(network, feed), []
        for number in range(repeats):
            if number:
                _begin_anew(assembly, seed + number, beginning)
                feed.seed = seed + number
            curves.append(_losses(steps, feed, rates, _behind(show, number * len(rates))))
    return curves


def _behind(show: Progress, done: int) -> Progress:
    """Show the steps of a repeat behind those of the repeats before."""
    return lambda step: show(done + step)


def _compile(assembly: Assembly, rate: float) -> None:
    """Compile the network for its first phase, without metrics and with a rate that is a number."""
    from dltrain.model.building import compile_model
    from dltrain.model.passes import prepare_metrics
    from dltrain.training.phases import set_trainable

    phase, network = assembly.phases[0], assembly.network
    set_trainable(network, phase.trainable)
    optimizer = phase.optimizer | {"learning_rate": rate}
    compile_model(network, assembly.goal.without_metrics(), optimizer, phase.key)
    prepare_metrics(network, *assembly.train[:2])


def _begin_anew(assembly: Assembly, seed: int, optimizer: list[np.ndarray]) -> None:
    """Give the network the weights of another seed, and its optimizer what it began with."""
    config = assembly.config
    experiment = config.experiment.model_copy(update={"seed": seed})
    fresh = assemble(replace(config, experiment=experiment), assembly.data, smoke=False).network
    network = assembly.network
    for variable, other in zip(network.variables, fresh.variables, strict=True):
        variable.assign(other)
    for variable, value in zip(network.optimizer.variables, optimizer, strict=True):
        variable.assign(value)


def _losses(steps: RateSteps, feed: Feed, rates: np.ndarray, show: Progress) -> np.ndarray:
    """Train one repeat until the loss is lost or the rates are at their end."""
    from dltrain.training.feeding import segments

    decay, losses = decay_for(rates), np.zeros(0)
    for block, start, stop in segments(feed, 0, len(rates)):
        for first in range(start, stop, AT_ONCE):
            done = len(losses)
            due = rates[done : done + min(AT_ONCE, stop - first)]
            losses = np.concatenate([losses, steps(block, first, due)])
            show(len(losses))
            end = divergence(losses, decay)
            if end == 0:
                expected = "a finite number"
                got = f"the loss {losses[0]:g} before the first update"
                raise RunError(sentence(got, expected, "Look at the data with `inspect data`."))
            if end is not None:
                return losses[:end]
    return losses


def _found(assembly: Assembly, rates: np.ndarray, curves: list[np.ndarray]) -> RangeTest:
    """Put the curves together and read them."""
    decay = decay_for(rates)
    count, lost = min(map(len, curves)), sum(len(one) < len(rates) for one in curves)
    mean = np.mean([one[:count] for one in curves], axis=0)
    alone = (read(rates[: len(one)], one, decay, diverged=len(one) < len(rates)) for one in curves)
    return RangeTest(
        name=assembly.config.name,
        rates=rates[:count],
        losses=mean,
        smoothed=smoothed(mean, decay),
        diverged_at=float(rates[count]) if lost else None,
        lost=lost,
        reading=read(rates[:count], mean, decay, diverged=bool(lost)),
        each=[one.suggestion for one in alone],
        planned=len(rates),
        phase=assembly.phases[0],
        remarks=remarks(assembly.phases),
    )
