"""Lightning's Trainer over a DataLoader, with everything switched off that is not training."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping
from torch.utils.data import DataLoader, TensorDataset

from peers.clock import Clock
from peers.outcome import Outcome
from peers.rows import Rows
from peers.torch_networks import adam, judged, network
from peers.works import Work


class Module(lightning.LightningModule):
    """A network with its loss and optimizer."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.network = network(work)
        self.loss = 0.0

    def configure_optimizers(self) -> Any:
        """Give the optimizer."""
        return adam(self.network)

    def on_train_epoch_start(self) -> None:
        """Begin the sums of an epoch."""
        self.total, self.right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        self.rows = 0

    def training_step(self, batch: Any, number: int) -> torch.Tensor:
        """Give the loss of a batch."""
        loss, right = judged(self.network, *batch)
        self.total += loss.detach() * len(batch[0])
        self.right += right
        self.rows += len(batch[0])
        return loss

    def validation_step(self, batch: Any, number: int) -> None:
        """Give the loss of the val rows to early stopping."""
        self.log("val_loss", judged(self.network, *batch)[0], batch_size=len(batch[0]))

    def on_train_epoch_end(self) -> None:
        """End the sums of an epoch."""
        self.loss = self.total.item() / self.rows
        self.accuracy = self.right.item() / self.rows


class Mark(Callback):
    """Tell the clock that an epoch has ended, and end the training where it says so."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Note the time."""
        if self.clock.epoch_ends():
            trainer.should_stop = True


def train(work: Work, rows: Rows, clock: Clock, variant: str) -> Outcome:
    """Train.

    Args:
        work: What to train.
        rows: Its rows.
        clock: Gets the times.
        variant: There is one only.
    """
    warnings.simplefilter("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    module, trainer = Module(work), silent_trainer(work, clock)
    loader = DataLoader(_tensors(rows.x, rows.y), work.batch, shuffle=True)
    val = DataLoader(_tensors(rows.val_x, rows.val_y), work.batch) if work.val_rows else None
    clock.start()
    trainer.fit(module, loader, val)
    return Outcome(module.loss)


def silent_trainer(work: Work, clock: Clock) -> lightning.Trainer:
    """Build a Trainer that writes and shows nothing."""
    stopping = [EarlyStopping("val_loss", patience=work.epochs)] if work.val_rows else []
    return lightning.Trainer(
        accelerator="cpu", max_epochs=work.epochs, callbacks=[*stopping, Mark(clock)],
        logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False, num_sanity_val_steps=0,
    )  # fmt: skip


def _tensors(x: Any, y: Any) -> TensorDataset:
    return TensorDataset(torch.from_numpy(x), torch.from_numpy(y).long())
