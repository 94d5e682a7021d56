"""The training of a run: what it is given, what it shows, and its files while it goes on."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dltrain import leavings, narration, records
from dltrain.assembly import Assembly
from dltrain.config.checks.monitors import best_monitor, direction
from dltrain.errors import RunError
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    import keras
    import numpy as np

    from dltrain.config.checks.phases import PlannedPhase
    from dltrain.training import Trained
    from dltrain.training.callbacks import BestWeights
    from dltrain.training.state import State


def train_run(
    folder: RunFolder, assembly: Assembly, terminal: Terminal, state: State | None = None
) -> tuple[BestWeights, keras.Model, dict[int, list[np.ndarray]]]:
    """Train, and save the last and the best model.

    History, timing and the best model so far stay where the training fails or is interrupted, and
    with the state they are written now and then.

    Args:
        folder: The run folder, which this process owns.
        assembly: What is trained.
        terminal: Where the epochs are shown.
        state: Where to go on; None for the start.

    Returns:
        The best weights, their model, and weights by epoch where their way is to be drawn.

    Raises:
        KeyboardInterrupt: Somebody wishes to stop.
        RunError: The training failed.
    """
    from dltrain.training import Trained, train_in_phases
    from dltrain.training.callbacks import BestWeights, EachEpoch, build_callbacks
    from dltrain.training.gradients import Gradients
    from dltrain.training.keeping import Keeper
    from dltrain.training.stopping import stoppable

    values = assembly.config.experiment
    monitor = best_monitor(values)
    best = BestWeights(monitor, direction(values, monitor, values.training.best.mode))
    saved = assembly.saved_model()
    gradients = Gradients(assembly.train, assembly.goal)
    callbacks = build_callbacks(values.callbacks, folder.path, assembly.modes, saved)
    done = len(state.history) if state else 0
    film = leavings.film_of(assembly)
    kept = [film] if film else []
    trained, files = Trained(), Files(folder, assembly, saved, best, done)
    try:
        # What Keras's callbacks print is no result, so it does not belong on stdout.
        with (
            terminal.epochs(assembly.last_epoch) as lines,
            redirect_stdout(sys.stderr),
            stoppable() as stop,
        ):
            shown = EachEpoch(lambda: lines.show(trained.history[-1], best.epoch))

            def begin(number: int, phase: PlannedPhase) -> None:
                if number > 1 or phase.trainable:
                    assembly.compile_for(phase, saved)
                narration.phase(terminal, assembly, number, trained, callbacks)

            train_in_phases(
                assembly.network,
                assembly.train,
                assembly.val,
                assembly.phases,
                begin=begin,
                first=values.training.initial_epoch,
                batch_size=assembly.batch_size,
                seed=values.seed,
                shuffle=values.training.shuffle,
                steps_per_epoch=assembly.steps_per_epoch,
                validation_freq=min(values.training.validation_freq, assembly.last_epoch),
                validation_batch_size=assembly.validation_batch_size,
                callbacks=[best, gradients, *callbacks, *kept, shown],
                engine=assembly.engine.name,
                trained=trained,
                state=state,
                keeper=Keeper(folder, lambda: files.write(trained), state=state),
                stop=stop,
            )
    except KeyboardInterrupt:
        files.write_new(trained)
        raise
    except BaseException:
        with suppress(RunError):  # the disk that took no more may not take this
            files.write_new(trained)
            records.gradients(folder, gradients.norms)
        raise
    narration.ending(terminal, trained, assembly.last_epoch, best, callbacks)
    files.write(trained)
    records.gradients(folder, gradients.norms)
    leave(folder, assembly, saved, trained, best)
    return best, saved, film.frames if film else {}


def leave(
    folder: RunFolder, assembly: Assembly, saved: keras.Model, trained: Trained, best: BestWeights
) -> None:
    """Save the last model, and give the network its best weights, when the training is over.

    Args:
        folder: The run folder, which has the history and the best model.
        assembly: What was trained.
        saved: The joined model.
        trained: What the training left.
        best: The best weights.
    """
    records.model(folder, assembly, saved, "last", trained.last)
    assembly.network.set_weights(best.weights)
    last = int(trained.history[-1]["epoch"])
    folder.note({"epochs": last, "stopped_early": trained.stopped_early})


@dataclass
class Files:
    """What a run folder has of a training while it goes on.

    Attributes:
        folder: The run folder.
        assembly: What is trained.
        saved: The joined model.
        best: The best weights so far.
        done: Epochs that were done when the training began or went on.
        epoch: Epoch of the best model that is on disk.
    """

    folder: RunFolder
    assembly: Assembly
    saved: keras.Model
    best: BestWeights
    done: int
    epoch: int = 0

    def write_new(self, trained: Trained) -> None:
        """Write what is new where a training does not come to its end.

        Before an epoch has ended, files that are there are from before, and stay.
        """
        if len(trained.history) > self.done:
            self.write(trained)

    def write(self, trained: Trained) -> None:
        """Write the history, and the best model where it is a new one."""
        records.history(self.folder, trained)
        if self.best.epoch != self.epoch:
            records.model(self.folder, self.assembly, self.saved, "best", self.best.weights)
            self.folder.note({"best_epoch": self.best.epoch})
            self.epoch = self.best.epoch
