"""A hand-written PyTorch loop: rows stay in memory and are gathered by a permuted index.

That is the fastest plain way; a DataLoader is slower, see Lightning. `compile` lets torch.compile
make one function of forward pass, loss and gradients.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from peers.clock import Clock
from peers.outcome import Outcome
from peers.rows import Rows
from peers.torch_networks import adam, judged, network
from peers.works import Work


def train(work: Work, rows: Rows, clock: Clock, variant: str) -> Outcome:
    """Train.

    Args:
        work: What to train.
        rows: Its rows.
        clock: Gets the times.
        variant: eager or compile.
    """
    model = network(work)
    optimizer, judge = adam(model), judged
    if variant == "compile":
        judge = torch.compile(judged, dynamic=False)
    x, y = torch.from_numpy(rows.x), torch.from_numpy(rows.y).long()
    val = (torch.from_numpy(rows.val_x), torch.from_numpy(rows.val_y).long())
    best, waited, loss = math.inf, 0, math.nan
    clock.start()
    for _ in range(work.epochs):
        loss, _accuracy = run_epoch(model, optimizer, judge, x, y, work.batch)
        if work.val_rows:
            val_loss = validated(model, judge, *val)
            best, waited = (val_loss, 0) if val_loss < best else (best, waited + 1)
        if clock.epoch_ends() or waited >= work.epochs:
            break
    return Outcome(loss)


def run_epoch(
    model: Any, optimizer: Any, judge: Any, x: torch.Tensor, y: torch.Tensor, batch: int
) -> tuple[float, float]:
    """Train for one epoch; returns its loss and accuracy."""
    model.train()
    total, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
    for chosen in torch.randperm(len(x)).split(batch):
        optimizer.zero_grad(set_to_none=True)
        loss, hits = judge(model, x[chosen], y[chosen])
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(chosen)
        right += hits
    return total.item() / len(x), right.item() / len(x)


@torch.no_grad()
def validated(model: Any, judge: Any, x: torch.Tensor, y: torch.Tensor) -> float:
    """Give the loss of the val rows."""
    model.eval()
    return judge(model, x, y)[0].item()
