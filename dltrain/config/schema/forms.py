"""Keys whose values a function of the config checks, so that their annotation does not tell.

A section's field without an entry here is described by its annotation alone. Imports: none.
"""

from __future__ import annotations

from dltrain.config.catalogue.rules import NOT_NEGATIVE, POSITIVE, whole
from dltrain.config.schema.pieces import NO_TYPE, NULL, Schema, any_of, array, map_to, ref, word

AUTO = any_of(word(["auto"]), NULL)
METRICS = any_of(array(ref("metric")), NULL)
COLUMN_VALUE: Schema = {"type": ["string", "integer"]}
UNITS = whole(1).schema
WORD: Schema = {"type": ["string", "number"]}
WORDS = any_of(WORD, array(WORD), NULL)
PATH: Schema = {"type": "string", "minLength": 1}
PATHS = any_of(PATH, array(PATH) | {"minItems": 1})
SIDE = whole(1, 4096).schema
# A comparison and what to compare with; or a reference to another key.
BOUND: Schema = {"type": "string", "pattern": r"^\s*(<=|>=|<|>)\s*\S+\s*$|\$\{.+\}"}
FIGURES: Schema = {"type": "object", "additionalProperties": BOUND}

FORMS: dict[str, Schema] = {
    "Experiment.loss": any_of(AUTO, ref("loss"), map_to(any_of(AUTO, ref("loss")))),
    "Experiment.metrics": any_of(METRICS, map_to(METRICS)),
    "Experiment.name": {"type": "string", "pattern": r"^\w[\w.-]{0,99}$"},
    "Experiment.optimizer": ref("optimizer"),
    "Expect.epochs": any_of(BOUND | {"examples": ["<= 50"]}, NULL),
    "Expect.seconds": any_of(BOUND | {"examples": ["< 60"]}, NULL),
    "Expect.test": any_of(FIGURES, NULL),
    "Expect.train": any_of(FIGURES, NULL),
    "Expect.val": any_of(FIGURES, NULL),
    "Layers.layers": array(ref("entry")),
    "Layers.output": ref("output"),
    "Mlp.activation": ref("activation"),
    "Mlp.output": ref("output"),
    "Mlp.units": any_of(UNITS, array(UNITS)),
    "Repeat.layers": array(ref("entry")) | {"minItems": 1},
    "CategoryColumn.values": array(COLUMN_VALUE) | {"minItems": 1, "uniqueItems": True},
    "Csv.na_values": WORDS,
    "Csv.path": PATHS,
    "ImageFiles.augment": array(ref("augmentation")),
    "ImageFiles.size": any_of(SIDE, array(SIDE) | {"minItems": 2, "maxItems": 2}, NULL),
    "Images.augment": array(ref("augmentation")),
    "Parquet.path": PATHS,
    "TargetOptions.bins": any_of(
        whole(2).schema, array({"type": "number"}) | {"minItems": 1, "uniqueItems": True}, NULL
    ),
    "TargetOptions.classes": any_of(
        array(COLUMN_VALUE) | {"minItems": 2, "uniqueItems": True}, NULL
    ),
    "Phase.learning_rate": any_of(POSITIVE.schema, ref("schedule_map"), NULL),
    "Phase.optimizer": any_of(ref("optimizer"), NULL),
    "Windows.na_values": WORDS,
    "Experiment.sweep": {
        "type": ["object", "null"],
        "properties": {"mode": word(["grid", "one_at_a_time"]), "seeds": whole(1).schema},
        "additionalProperties": {"type": "array", "minItems": 1, "uniqueItems": True},
    },
    "Training.batch_size": any_of(whole(1).schema, word(["full"])),
    "Training.class_weight": any_of(
        word(["balanced"]),
        {"type": "object", "minProperties": 1, "additionalProperties": NOT_NEGATIVE.schema},
    ),
}


def entry(*sections: Schema) -> Schema:
    """Describe an entry of `architecture.layers`: a layer of Keras, or one of dltrain's own."""
    return any_of(ref("layer"), *sections)


def outputs(auto: Schema) -> dict[str, Schema]:
    """Define `architecture.output`: one output, or a map from target to output."""
    one = any_of(AUTO, ref("layer"), auto | {"required": ["type"]})
    by_target = any_of(AUTO, ref("layer"), auto)
    return {
        "output": any_of(one, map_to(ref("target_output")) | NO_TYPE),
        "target_output": by_target,
    }
