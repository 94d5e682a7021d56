"""What to try next: overrides of the file that are valid for it."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.text.writing import to_yaml
from dltrain.evaluation.diagnosis.facts import Layer, Settings

MOST_DROPOUT = 0.5
FEWEST_UNITS = 4
# Steps of these are as long as the gradient; those of all others hardly depend on its size.
BY_GRADIENT = ("sgd",)
HIGHEST_RATE_BY_GRADIENT = 1.0
HIGHEST_RATE = 0.1


def larger(settings: Settings) -> Iterator[str]:
    """Widen the narrowest layer, four times, to 16 at least."""
    if settings.layers:
        narrowest = min(settings.layers, key=lambda one: one.size)
        yield sized(narrowest, max(16, 4 * narrowest.size))


def smaller(settings: Settings) -> Iterator[str]:
    """Narrow the widest layer to a quarter."""
    if settings.layers:
        widest = max(settings.layers, key=lambda one: one.size)
        if widest.size > FEWEST_UNITS:
            yield sized(widest, max(FEWEST_UNITS, widest.size // 4))


def sized(layer: Layer, size: int) -> str:
    """Give a layer another size."""
    return f"{layer.key}.{layer.word}={size}"


def regularized(settings: Settings) -> Iterator[str]:
    """Drop units, or more of them; then penalize weights, or more so."""
    if settings.dropout < MOST_DROPOUT:
        raised = 0.3 if settings.dropout < 0.3 else MOST_DROPOUT
        yield f"regularization.dropout={raised:g}"
    kernel = settings.kernel
    if kernel is None:
        yield "regularization.kernel={type: l2, l2: 0.001}"
    elif isinstance(kernel.get("l2"), float) and kernel.get("type") in ("l2", "l1_l2"):
        yield f"regularization.kernel.l2={10 * kernel['l2']:g}"


def less_regularized(settings: Settings) -> Iterator[str]:
    """Drop no units, penalize no weights."""
    if settings.dropout:
        yield "regularization.dropout=0"
    if settings.kernel is not None:
        yield "regularization.kernel=null"


def rate(settings: Settings, factor: float) -> Iterator[str]:
    """Multiply the learning rate; nothing where it may not be raised."""
    before, highest = settings.learning_rate, highest_rate(settings)
    after = float(f"{before * factor:.1g}")
    if factor > 1:
        after = min(after, highest)
    if factor < 1 or after > before:
        yield f"{settings.rate_key}={after:g}"


def highest_rate(settings: Settings) -> float:
    """Give the learning rate above which none is proposed: ten times the given one, within reason.

    Optimizers that divide steps by the size of gradients move each weight by about the rate.
    """
    bound = HIGHEST_RATE_BY_GRADIENT if settings.optimizer in BY_GRADIENT else HIGHEST_RATE
    return min(10 * settings.learning_rate, bound)


def epochs(settings: Settings, factor: float) -> Iterator[str]:
    """Multiply the epochs."""
    if settings.epochs_key:
        yield f"{settings.epochs_key}={round(settings.epochs * factor)}"


def stopping(settings: Settings) -> Iterator[str]:
    """Stop where nothing improves any more, where nothing else listens."""
    if settings.validates and settings.patience is None and not settings.callbacks:
        yield "callbacks=[{type: early_stopping, patience: 20}]"


def batches(settings: Settings) -> Iterator[str]:
    """Take larger batches."""
    yield f"training.batch_size={4 * settings.batch_size}"


def clipped(settings: Settings) -> Iterator[str]:
    """Bound the gradient."""
    if settings.rate_key == "optimizer.learning_rate":
        yield "optimizer.clipnorm=1"


def activated(layer: Layer, activation: str) -> str:
    """Give a layer another activation; one for all layers of an mlp."""
    place = "architecture" if layer.key == "architecture.units" else layer.key
    return f"{place}.activation={activation}"


def leaky(settings: Settings) -> Iterator[str]:
    """Let ReLU units say something below 0."""
    found = [one for one in settings.layers if one.activation == "relu"]
    if found:
        yield activated(found[0], "leaky_relu")


def unsaturated(settings: Settings) -> Iterator[str]:
    """Let the first layer that saturates do so no more."""
    found = [one for one in settings.layers if one.activation in ("sigmoid", "tanh")]
    if found:
        yield activated(found[0], "relu")


def initialized(settings: Settings) -> Iterator[str]:
    """Draw the weights of the first layer for ReLU."""
    own = [one for one in settings.layers if one.key != "architecture.units"]
    if own:
        yield f"{own[0].key}.kernel_initializer=he_normal"


def more_held_out(settings: Settings) -> Iterator[str]:
    """Let more rows judge."""
    if settings.split_seed is not None:
        yield "split.fractions={train: 0.6, val: 0.2, test: 0.2}"


def divided_again(settings: Settings) -> Iterator[str]:
    """Divide the rows otherwise."""
    if settings.split_seed is not None:
        yield f"split.seed={settings.split_seed + 1}"


def weighed(settings: Settings) -> Iterator[str]:
    """Let each class weigh the same."""
    if not settings.class_weight:
        yield "training.class_weight=balanced"


def without(settings: Settings, columns: tuple[str, ...]) -> Iterator[str]:
    """Leave columns out."""
    if settings.excluded is not None:
        names = to_yaml([*settings.excluded, *columns], one_line=True)
        yield f"dataset.features.exclude={names}"
