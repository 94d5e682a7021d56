"""What is trained: the same network, rows, batch and epochs for every contender."""

from __future__ import annotations

from dataclasses import dataclass

RATE = 0.001
EPSILON = 1e-7  # Keras's own; others have 1e-8
PIXELS, UNITS, CLASSES = 784, 128, 10
FILTERS = (16, 32)
TABLE_COLUMNS, TABLE_UNITS = 29, 16
WORDS, LENGTH, EMBEDDING_SIZE, EMBEDDING_UNITS = 10_000, 200, 16, 16
LSTM_UNITS = 32


@dataclass(frozen=True)
class Work:
    """One kind of training.

    Attributes:
        title: What a reader sees.
        network: mlp, table, convolution, embedding or lstm.
        rows: Train rows.
        batch: Rows a step.
        epochs: Passes over the train rows; the first is not counted, unless `whole`.
        val_rows: Rows that are validated after each epoch, with early stopping that never stops.
        dropout: Share of units that is dropped behind hidden layers.
        whole: Whether an epoch's time is that of the whole training, compiling included, divided
            by the epochs.
        usual_epochs: How long such a training would be; dltrain's `engine: auto` goes by it.
    """

    title: str
    network: str
    rows: int
    batch: int
    epochs: int
    val_rows: int = 0
    dropout: float = 0.0
    whole: bool = False
    usual_epochs: int = 100

    @property
    def is_binary(self) -> bool:
        """Whether the network has one output instead of one for each class."""
        return self.network not in ("mlp", "convolution")

    @property
    def takes_pictures(self) -> bool:
        """Whether a row is a picture of bytes."""
        return self.network in ("mlp", "convolution")


WORKS = {
    "mlp": Work("MLP 784-128-128-10, 60 000 rows, batch 128", "mlp", 60_000, 128, epochs=8),
    "dropout": Work("the same with dropout 0.2", "mlp", 60_000, 128, epochs=8, dropout=0.2),
    "table": Work(
        "table 29-16-1, 212 rows, batch 32, validation; 300 epochs as a whole",
        "table", 212, 32, epochs=300, val_rows=30, whole=True, usual_epochs=300,
    ),
    "single": Work("table 29-16-1, 212 rows, batch 1", "table", 212, 1, epochs=20),
    "convolution": Work(
        "two 3×3 convolutions, 28×28, 6 000 rows, batch 128", "convolution", 6_000, 128, epochs=8
    ),
    "embedding": Work(
        "embedding 10000 × 16, pooling, 16-1, 6 000 rows of 200, batch 128",
        "embedding", 6_000, 128, epochs=12,
    ),
    "lstm": Work(
        "embedding 10000 × 16, LSTM 32, 6 000 rows of 200, batch 128", "lstm", 6_000, 128, epochs=6
    ),
}  # fmt: skip


def products_of(rows: int) -> int:
    """Count the multiplications and additions in the matrix products of an epoch of the MLP.

    They are the forward pass, the gradients of all weights, and those of the inputs of all layers
    but the first.
    """
    return rows * 2 * (PIXELS * UNITS * 2 + UNITS * UNITS * 3 + UNITS * CLASSES * 3)
