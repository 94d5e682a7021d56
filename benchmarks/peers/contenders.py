"""Who trains."""

from __future__ import annotations

from dataclasses import dataclass

from machine import is_installed

OURS = "dltrain"


@dataclass(frozen=True)
class Contender:
    """Who trains.

    Attributes:
        title: What a reader sees.
        module: Its module in this package.
        variant: What the module is told.
        packages: What has to be installed.
    """

    title: str
    module: str
    variant: str = ""
    packages: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """What is not installed."""
        return [package for package in self.packages if not is_installed(package)]


CONTENDERS = {
    OURS: Contender("dltrain", "ours", "auto"),
    "fit": Contender("`model.fit`, arrays", "keras_fit", "arrays"),
    "fit-tf.data": Contender("`model.fit`, tf.data", "keras_fit", "tf.data"),
    "pytorch": Contender("PyTorch loop", "pytorch", "eager", ("torch",)),
    "pytorch-compile": Contender("PyTorch loop, compiled", "pytorch", "compile", ("torch",)),
    "lightning": Contender("Lightning", "lightning_fit", packages=("torch", "lightning")),
    "jax": Contender("JAX, `scan` over an epoch", "jax_loop", "scan", ("jax", "optax")),
    "jax-steps": Contender("JAX, one function a step", "jax_loop", "steps", ("jax", "optax")),
}
ENGINES = {
    f"dltrain-{engine}": Contender(f"dltrain, {engine}", "ours", engine)
    for engine in ("graph", "xla", "keras")
}
ALL = CONTENDERS | ENGINES
# The columns of the summary; the fastest of several contenders counts.
COLUMNS = {
    "dltrain": (OURS,),
    "`fit`": ("fit",),
    "`fit`, tf.data": ("fit-tf.data",),
    "PyTorch loop": ("pytorch", "pytorch-compile"),
    "Lightning": ("lightning",),
    "JAX": ("jax", "jax-steps"),
}
