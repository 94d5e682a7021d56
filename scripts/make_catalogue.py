"""Write `dltrain/config/catalogue/catalogue.json`: names and signatures of the installed Keras.

    python scripts/make_catalogue.py            writes the file
    python scripts/make_catalogue.py --check    exits with 1 where the file differs

The catalogue lets dltrain check a config without importing TensorFlow. It holds facts alone
(names, arguments, defaults, the tensors that a layer's `call` takes), one name a line; what
dltrain adds or refuses stands in `dltrain/config/`.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent.parent / "dltrain" / "config" / "catalogue" / "catalogue.json"

# Kind in the config: attribute path below `keras`, and base classes that are no choice.
KINDS = {
    "activation": ("activations", {"deserialize", "get", "serialize"}),
    "callback": ("callbacks", {"Callback", "CallbackList"}),
    "constraint": ("constraints", {"Constraint"}),
    "initializer": ("initializers", {"Initializer"}),
    "layer": ("layers", {"InputSpec", "Layer", "Wrapper"}),
    "loss": ("losses", {"Loss"}),
    "metric": ("metrics", {"MeanMetricWrapper", "Metric"}),
    "optimizer": (
        "optimizers",
        {"LossScaleOptimizer", "MultiOptimizer", "Optimizer", "OptimizerMap"},
    ),
    "regularizer": ("regularizers", {"Regularizer"}),
    "schedule": ("optimizers.schedules", {"LearningRateSchedule"}),
}

# What every layer takes through **kwargs; keras.layers.Layer.__init__.
LAYER_ARGUMENTS = {
    "activity_regularizer": {"default": None},
    "dtype": {"default": None},
    "name": {"default": None},
    "trainable": {"default": True},
}

# Arguments of a layer's `call` that are no tensors of a graph; Keras fills them in.
NO_TENSORS = re.compile(r"training|reverse|use_causal_mask|return_\w+|(\w+_)?mask")

# Class names whose words do not show in their capitals.
SPELLINGS = {
    "AdamW": "adamw",
    "CSVLogger": "csv_logger",
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "RMSprop": "rmsprop",
    "ReLU": "relu",
    "ReduceLROnPlateau": "reduce_lr_on_plateau",
    "ScheduleFreeAdamW": "schedule_free_adamw",
    "SwapEMAWeights": "swap_ema_weights",
    "TensorBoard": "tensorboard",
    "TerminateOnNaN": "terminate_on_nan",
}


def main() -> int:
    """Write the catalogue, or compare it with the file; returns the exit code."""
    text = written(catalogue())
    if "--check" in sys.argv[1:]:
        return 0 if PATH.read_text(encoding="utf-8") == text else 1
    PATH.write_text(text, encoding="utf-8")
    return 0


def written(facts: dict[str, Any]) -> str:
    """Write the catalogue as JSON with one name a line."""
    kinds = (
        f"{json.dumps(kind)}: {{\n" + ",\n".join(f"{json.dumps(name)}: {plain_json(entry)}"
        for name, entry in sorted(entries.items())) + "\n}"
        for kind, entries in sorted(facts["kinds"].items())
    )  # fmt: skip
    return f'{{"keras": {json.dumps(facts["keras"])}, "kinds": {{\n' + ",\n".join(kinds) + "\n}}\n"


def plain_json(entry: Any) -> str:
    """Write one entry on one line."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def catalogue() -> dict[str, Any]:
    """Read names and signatures from the installed Keras."""
    import keras

    kinds = {}
    for kind, (path, excluded) in KINDS.items():
        module: Any = keras
        for part in path.split("."):
            module = getattr(module, part)
        kinds[kind] = entries(kind, module, excluded)
    return {"keras": keras.__version__, "kinds": kinds}


def entries(kind: str, module: Any, excluded: set[str]) -> dict[str, Any]:
    """Describe what one Keras module offers, keyed by its canonical spelling."""
    found: dict[str, Any] = {}
    wanted = inspect.isfunction if kind == "activation" else inspect.isclass
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if name.startswith("_") or not wanted(value) or name in excluded:
            continue
        public = value.__name__ if hasattr(module, value.__name__) else name
        canonical = SPELLINGS.get(public) or snake_case(public)
        entry = found.setdefault(canonical, {"class": public, "arguments": arguments(kind, value)})
        if kind == "layer":
            entry["call"] = tensors(value)
        if snake_case(name) != canonical and SPELLINGS.get(name) != canonical:
            entry.setdefault("aliases", []).append(snake_case(name))
    return found


def arguments(kind: str, value: Any) -> dict[str, Any]:
    """Describe the arguments of a class or an activation."""
    result: dict[str, Any] = {}
    for name, parameter in inspect.signature(value).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD and kind == "layer":
            result.update({key: fact for key, fact in LAYER_ARGUMENTS.items() if key not in result})
        elif parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            required = parameter.default is parameter.empty
            result[name] = {"required": True} if required else {"default": plain(parameter.default)}
    return result


def tensors(layer: Any) -> dict[str, Any]:
    """Describe the tensors that a layer's `call` takes, in its order."""
    found: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(layer.call).parameters.items())[1:]:
        if NO_TENSORS.fullmatch(name) or parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
            continue
        required = parameter.default is parameter.empty
        found[name] = {"required": True} if required else {"default": plain(parameter.default)}
    return found


def plain(value: Any) -> Any:
    """Turn a default into JSON; what JSON lacks becomes its repr."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)


def snake_case(name: str) -> str:
    """Spell a class name as dltrain writes it: Conv2DTranspose becomes conv2d_transpose."""
    name = re.sub(r"([123])D", r"\1d_", name).rstrip("_")
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"_+", "_", name).lower().replace("_io_u", "_iou").replace("io_u", "iou")


if __name__ == "__main__":
    sys.exit(main())
