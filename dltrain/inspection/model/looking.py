"""`dltrain inspect model`: build the network of a file, and gather what there is to say."""

from __future__ import annotations

from typing import Any

from dltrain import backend
from dltrain.assembly import Assembly, assemble, check_networks, prepare_data
from dltrain.config import Config
from dltrain.config.lint import lint, refuse_errors
from dltrain.errors import DltrainError
from dltrain.facts import facts_of
from dltrain.inspection.model.layers import choices, leaves, rows
from dltrain.inspection.model.memory import memory


def look(config: Config) -> dict[str, Any]:
    """Describe the network that `fit` would train.

    Args:
        config: The checked file.

    Returns:
        What `--json` prints, plain data.

    Raises:
        DltrainError: The file, the data or the model is wrong, as for `fit`.
    """
    return document(_assembled(config))


def _assembled(config: Config) -> Assembly:
    refuse_errors(lint(config))
    try:
        check_networks(config)
        data = prepare_data(config, smoke=False)
        refuse_errors(lint(config, facts_of(data)))
        backend.start()
        return assemble(config, data, smoke=False)
    except DltrainError as error:
        raise config.placed(error) from error


def document(assembly: Assembly) -> dict[str, Any]:
    """Gather the facts of a network that is ready to train."""
    network, batch_size = assembly.network, assembly.batch_size
    described = rows(network, choices(assembly.plan))
    return {
        "config": str(assembly.config.path),
        "name": assembly.config.name,
        "layers": described,
        "parameters": {
            kind: sum(row["parameters"][kind] for row in described)
            for kind in ("trainable", "frozen")
        },
        "batch_size": batch_size,
        "multiply_adds": _operations(described, batch_size),
        "memory": memory(network, described, batch_size, assembly.data),
        "engine": {"name": assembly.engine.name, "reason": assembly.engine.reason},
        "optimizer": _optimizer(assembly),
        "loss": assembly.goal.loss_name,
    }


def _operations(described: list[dict[str, Any]], batch_size: int) -> dict[str, Any]:
    total = sum(row["multiply_adds"] or 0 for row in described)
    unknown = {row["type"] for row in leaves(described) if not row["is_exact"]}
    return {"row": total, "batch": total * batch_size, "without": sorted(unknown)}


def _optimizer(assembly: Assembly) -> str:
    from dltrain.model.description import describe_optimizer

    rate = float(assembly.network.optimizer.learning_rate)
    return describe_optimizer(assembly.phases[0].optimizer, rate)
