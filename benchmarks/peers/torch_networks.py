"""The networks in PyTorch, with Keras's initial weights where the two differ much."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from peers.works import (
    CLASSES,
    EMBEDDING_SIZE,
    EMBEDDING_UNITS,
    EPSILON,
    FILTERS,
    LSTM_UNITS,
    RATE,
    TABLE_COLUMNS,
    TABLE_UNITS,
    UNITS,
    WORDS,
    Work,
)

POOLED = 5  # side of a picture of 28 behind two convolutions and two poolings


class Pixels(nn.Module):
    """Scale a batch of pictures of bytes and give it an axis of channels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From uint8 (batch, 28, 28) to float32 (batch, 1, 28, 28)."""
        return x.unsqueeze(1).float() / 255


class Mean(nn.Module):
    """Pool the vectors of a text."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From (batch, steps, size) to (batch, size)."""
        return x.mean(1)


class LastState(nn.Module):
    """An LSTM that gives what stands behind its last step."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(EMBEDDING_SIZE, LSTM_UNITS, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From (batch, steps, size) to (batch, units)."""
        return self.lstm(x)[1][0][0]


def network(work: Work) -> nn.Module:
    """Build the network of a work; it gives logits."""
    torch.manual_seed(0)
    built = nn.Sequential(*BUILDERS[work.network](work))
    for layer in built.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        if isinstance(layer, nn.Embedding):
            nn.init.uniform_(layer.weight, -0.05, 0.05)
    if work.network == "convolution":
        return built.to(memory_format=torch.channels_last)
    return built


def adam(network: nn.Module) -> torch.optim.Adam:
    """Give the optimizer, in its fastest version."""
    return torch.optim.Adam(network.parameters(), RATE, eps=EPSILON, fused=True)


def judged(network: nn.Module, x: Any, y: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the mean loss of a batch and how many of its rows are right."""
    logits = network(x)
    if logits.shape[1] == 1:
        logits = logits.squeeze(1)
        right = ((logits > 0) == y).sum()
        return functional.binary_cross_entropy_with_logits(logits, y.float()), right
    return functional.cross_entropy(logits, y), (logits.argmax(1) == y).sum()


def _mlp(work: Work) -> list[nn.Module]:
    dropout = [nn.Dropout(work.dropout)] if work.dropout else []
    first = [nn.Linear(784, UNITS), nn.ReLU(), *dropout]
    second = [nn.Linear(UNITS, UNITS), nn.ReLU(), *dropout]
    return [Pixels(), nn.Flatten(), *first, *second, nn.Linear(UNITS, CLASSES)]


def _table(work: Work) -> list[nn.Module]:
    return [nn.Linear(TABLE_COLUMNS, TABLE_UNITS), nn.ReLU(), nn.Linear(TABLE_UNITS, 1)]


def _convolution(work: Work) -> list[nn.Module]:
    stack: list[nn.Module] = [Pixels()]
    for before, filters in zip((1, *FILTERS), FILTERS, strict=False):
        stack += [nn.Conv2d(before, filters, 3), nn.ReLU(), nn.MaxPool2d(2)]
    return [*stack, nn.Flatten(), nn.Linear(POOLED**2 * FILTERS[-1], CLASSES)]


def _embedding(work: Work) -> list[nn.Module]:
    hidden = [nn.Linear(EMBEDDING_SIZE, EMBEDDING_UNITS), nn.ReLU()]
    output = nn.Linear(EMBEDDING_UNITS, 1)
    return [nn.Embedding(WORDS, EMBEDDING_SIZE), Mean(), *hidden, output]


def _lstm(work: Work) -> list[nn.Module]:
    return [nn.Embedding(WORDS, EMBEDDING_SIZE), LastState(), nn.Linear(LSTM_UNITS, 1)]


BUILDERS = {
    "mlp": _mlp,
    "table": _table,
    "convolution": _convolution,
    "embedding": _embedding,
    "lstm": _lstm,
}
