"""What Keras's arguments may be, by their names: one table for all, two for the exceptions.

A rule refuses what Keras refuses, what dltrain cannot run, or what can never be meant, and
nothing else. An argument whose default is null may be null, too. Imports: none.
"""

from __future__ import annotations

import re

from dltrain.config.catalogue.rules import (
    BOOLEAN,
    FILE,
    NOT_NEGATIVE,
    NUMBER,
    NUMBERS,
    POSITIVE,
    RATE,
    SHARE,
    TEXT,
    Rule,
    either,
    is_number,
    is_whole,
    list_of,
    names,
    optional,
    sizes,
    whole,
)

WHOLE = Rule("a whole number", is_whole, {"type": "integer"})
FROM_0, FROM_1, FROM_2 = whole(0), whole(1), whole(2)
BITS = whole(0, 8)
BETWEEN_0_AND_1 = Rule(
    "a number above 0 and below 1",
    lambda value: is_number(value) and 0 < value < 1,
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
)
NOT_POSITIVE = Rule(
    "a number of at most 0",
    lambda value: is_number(value) and value <= 0,
    {"type": "number", "maximum": 0},
)
AXES = either(WHOLE, list_of(WHOLE, "them"))
LARGE_NUMBERS = list_of(NOT_NEGATIVE, "numbers of at least 0")
PAIRS = list_of(list_of(FROM_0, "pairs", 2), "pairs of them")
MARGINS = either(sizes(0), PAIRS)
SHARES = either(SHARE, list_of(SHARE, "them"))
SHAPE = Rule(
    "a list of sizes, of which one may be -1",
    lambda value: (
        isinstance(value, list)
        and all(size == -1 or FROM_1.accepts(size) for size in value)
        and value.count(-1) <= 1
    ),
    {"type": "array", "items": {"anyOf": [{"const": -1}, FROM_1.schema]}},
)
TWO_NUMBERS = list_of(NUMBER, "two numbers", 2)
RANGE = Rule(
    "a list of two numbers, the smaller one first",
    lambda value: TWO_NUMBERS.accepts(value) and value[0] < value[1],
    TWO_NUMBERS.schema,
)
CLIPPING = Rule(
    "a map with dmax, rmax and rmin",
    lambda value: (
        isinstance(value, dict)
        and value.keys() <= {"dmax", "rmax", "rmin"}
        and all(map(is_number, value.values()))
    ),
    {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(("dmax", "rmax", "rmin"), NUMBER.schema),
    },
)
ONE_CHARACTER = Rule(
    "one character",
    lambda value: isinstance(value, str) and len(value) == 1,
    {"type": "string", "minLength": 1, "maxLength": 1},
)
# TensorFlow makes scopes of them; overrides and the paths of weights name layers.
LAYER_NAME = Rule(
    "letters a-z, digits, '.', '_' and '-'",
    lambda value: (
        isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9.][A-Za-z0-9_.-]*", value) is not None
    ),
    {"type": "string", "pattern": "^[A-Za-z0-9.][A-Za-z0-9_.-]*$"},
)
# It becomes a column of history.csv.
METRIC_NAME = Rule(
    "letters, digits, '.', '_', '@' and '-'",
    lambda value: isinstance(value, str) and re.fullmatch(r"\w[\w.@-]*", value) is not None,
    {"type": "string", "pattern": r"^\w[\w.@-]*$"},
)
ARRAYS = Rule("null: a YAML file holds no arrays", lambda value: value is None, {"type": "null"})
DENSE = Rule("false: layers take no sparse tensors", lambda value: value is False, {"const": False})
STATELESS = Rule(
    "false: each batch has rows of its own", lambda value: value is False, {"const": False}
)
DTYPES = names(
    "bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "mixed_bfloat16",
    "mixed_float16", "uint8",
)  # fmt: skip
EPOCH = Rule("epoch", lambda value: value == "epoch", {"enum": ["epoch"]})
BORDERS = names("constant", "nearest", "reflect", "wrap")
INTERPOLATIONS = ("bicubic", "bilinear", "lanczos3", "lanczos5", "nearest")

# Each rule with the arguments that obey it, whatever takes them.
OBEYED: tuple[tuple[Rule, str], ...] = (
    (FROM_1, "decay_steps depth_multiplier ema_overwrite_frequency fft_length filters"
             " first_decay_steps frame_length frame_step groups head_dim height input_dim k key_dim"
             " lora_rank n ns_steps num_bins num_chains num_classes num_heads num_key_value_heads"
             " num_labels num_mel_bins num_ops num_query_heads num_tokens output_dim"
             " power_iterations sampling_rate sequence_length sequence_stride sliding_window top_k"
             " units value_dim width"),
    (FROM_0, "class_id cooldown embeddings_freq histogram_freq num_regressors patience"
             " start_from_epoch warmup_steps"),
    (FROM_2, "gradient_accumulation_steps num_thresholds"),
    (WHOLE, "chain_depth ignore_class"),
    (whole(0, 2**32 - 1), "seed"),
    (sizes(1), "dilation_rate kernel_size pool_size size strides tile_grid_size"),
    # A size of 1 is refused by TensorFlow: Keras pools with a window larger than its input.
    (sizes(2), "output_size"),
    (sizes(0), "output_padding"),
    (MARGINS, "cropping"),
    (AXES, "attention_axes axes axis input_axes output_axes shared_axes"),
    (POSITIVE, "clip_threshold clipnorm clipvalue decay_rate delta epsilon epsilon_1 epsilon_2"
               " global_clipnorm learning_rate logit_soft_cap lora_alpha loss_scale_factor m_mul"
               " max_freq power t_mul warmup_target"),
    (NOT_NEGATIVE, "end_learning_rate gamma initial_accumulator_value initial_learning_rate l1"
                   " l1_regularization_strength l2 l2_regularization_strength"
                   " l2_shrinkage_regularization_strength min_delta min_lr stddev"),
    (optional(NOT_NEGATIVE), "weight_decay"),
    (NOT_POSITIVE, "learning_rate_power"),
    (RATE, "beta_1 beta_2 rate"),
    (SHARE, "dropout ema_momentum label_smoothing momentum precision recall recurrent_dropout rho"
            " sensitivity specificity"),
    (BETWEEN_0_AND_1, "q"),
    (NUMBER, "baseline initial_value_threshold mask_value max_value threshold"),
    (NUMBERS, "brightness_factor contrast_factor factor height_factor hue_factor"
              " saturation_factor sigma value width_factor x_factor y_factor"),
    (SHARES, "thresholds"),
    (RANGE, "value_range"),
    (LARGE_NUMBERS, "boundaries label_weights values"),
    (list_of(NUMBER, "numbers"), "bin_boundaries"),
    (list_of(FROM_0, "class numbers"), "target_class_ids"),
    (list_of(FROM_1, "dimensions, counted from 1"), "dims"),
    (list_of(optional(FROM_1), "sizes, null for the input's own"), "noise_shape"),
    (list_of(TEXT, "texts"), "exclude_layers"),
    (SHAPE, "target_shape"),
    (either(FROM_1, list_of(optional(FROM_1), "sizes")), "output_shape"),
    (either(WHOLE, list_of(WHOLE, "two of them", 2)), "salt"),
    (TEXT, "bias_axes equation mode monitor name"),
    (FILE, "filename filepath log_dir"),
    (ONE_CHARACTER, "separator"),
    (BOOLEAN, "flash_attention"),
    (either(BOOLEAN, names("auto")), "use_cudnn"),
    (either(BOOLEAN, whole(0, 2)), "verbose"),
    (either(FROM_1, EPOCH), "save_freq"),
    (either(FROM_1, names("batch", "epoch")), "update_freq"),
    (DTYPES, "dtype reverse_dtype"),
    (CLIPPING, "renorm_clipping"),
    (ARRAYS, "quantization_config weights"),
    (DENSE, "sparse"),
    (STATELESS, "stateful"),
    (BORDERS, "fill_mode"),
    (names("channels_first", "channels_last"), "data_format"),
    (names("bilinear", "nearest"), "interpolation"),
    (names("concat", "dot"), "score_mode"),
    (optional(names("ave", "concat", "mul", "sum")), "merge_mode"),
    (names("count", "int", "multi_hot", "one_hot", "tf_idf"), "output_mode"),
    (names("truncated_normal", "uniform", "untruncated_normal"), "distribution"),
    (optional(names("density", "spectrum")), "scaling"),
    (optional(TEXT), "window"),
    (names("mean", "mean_with_sample_weight", "sum", "sum_over_batch_size"), "reduction"),
    (names("PR", "PRGAIN", "ROC", "pr", "prgain", "roc"), "curve"),
    (names("interpolation", "majoring", "minoring"), "summation_method"),
    (names("uniform_average", "variance_weighted_average"), "class_aggregation"),
)  # fmt: skip
RULES: dict[str, Rule] = {name: rule for rule, found in OBEYED for name in found.split()}

# Arguments that mean something else in one kind than in the others.
RULES_BY_KIND: dict[tuple[str, str], Rule] = {
    ("callback", "factor"): BETWEEN_0_AND_1,
    ("callback", "mode"): names("auto", "max", "min"),
    ("constraint", "max_value"): NOT_NEGATIVE,
    ("constraint", "min_value"): NOT_NEGATIVE,
    ("constraint", "rate"): SHARE,
    ("initializer", "mode"): names("fan_avg", "fan_in", "fan_out"),
    ("initializer", "scale"): POSITIVE,
    ("layer", "name"): LAYER_NAME,
    ("layer", "stddev"): SHARE,
    ("metric", "average"): names("macro", "micro", "weighted"),
    ("metric", "beta"): POSITIVE,
    ("metric", "name"): METRIC_NAME,
    ("metric", "threshold"): SHARE,
    ("optimizer", "beta"): NOT_NEGATIVE,
    ("regularizer", "factor"): NOT_NEGATIVE,
    ("regularizer", "mode"): names("columns", "rows"),
    ("schedule", "alpha"): NOT_NEGATIVE,
}

# Arguments that mean something else in one class than in the others of its kind.
RULES_BY_CLASS: dict[tuple[str, str], Rule] = {
    ("conv1d", "padding"): names("causal", "same", "valid"),
    ("group_normalization", "groups"): Rule(
        "a whole number of at least 1, or -1 for as many as channels",
        lambda value: value == -1 or FROM_1.accepts(value),
        {"anyOf": [FROM_1.schema, {"const": -1}]},
    ),
    ("hashing", "mask_value"): WHOLE,
    ("muon", "rms_rate"): optional(POSITIVE),
    ("normalization", "axis"): optional(AXES),
    ("normalization", "mean"): NUMBERS,
    ("normalization", "variance"): NUMBERS,
    ("random_flip", "mode"): names("horizontal", "horizontal_and_vertical", "vertical"),
    ("random_posterization", "factor"): either(BITS, list_of(BITS, "two of them", 2)),
    ("relu", "max_value"): NOT_NEGATIVE,
    ("relu", "negative_slope"): NOT_NEGATIVE,
    ("rescaling", "scale"): NUMBERS,
    ("resizing", "fill_mode"): names("constant"),
    ("resizing", "interpolation"): names("area", *INTERPOLATIONS),
    ("stft_spectrogram", "mode"): names("angle", "imag", "log", "magnitude", "psd", "real", "stft"),
    ("up_sampling2d", "interpolation"): names(*INTERPOLATIONS),
}
