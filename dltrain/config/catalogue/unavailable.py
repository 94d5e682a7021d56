"""Words that stand for nothing here, each with its way out.

`REFUSED` are names that Keras has and a config cannot use; `FOREIGN` are words of other libraries
and of lectures. They help to word messages: none of them is an alias. Imports: none.
"""

from __future__ import annotations

_SCHEDULE = "Use a schedule: `optimizer.learning_rate: {type: NAME, …}`."
_NO_CODE = "A YAML file holds no code."
_OWN_LAYERS = "Only Keras's own layers can be used."
_LABELS = "It mixes the targets of rows too, which a layer does not see."
_BELOW = "Write its layers one below the other."
_BLOCK = "Build it of `multi_head_attention`, `add`, `layer_normalization` and `dense`."
_TEXT_INPUT = "A network takes numbers: `dataset.columns` and `dataset.text` encode words."

# Names that Keras has, or had, and a config cannot use.
REFUSED: dict[str, dict[str, str]] = {
    "activation": {
        "glu": "It halves the number of units, which Keras's layers do not expect.",
        "threshold": "It needs arguments; `relu` as a layer has a `threshold`.",
    },
    "callback": {
        "backup_and_restore": "`dltrain resume RUN` continues an interrupted run.",
        "history": "history.csv in the run folder holds it.",
        "lambda_callback": _NO_CODE,
        "learning_rate_scheduler": _SCHEDULE,
        "lr_scheduler": _SCHEDULE,
        "orbax_checkpoint": "Use `model_checkpoint`.",
        "progbar_logger": "The terminal and log.txt show the progress.",
        "remote_monitor": "Use `csv_logger` or `tensorboard`.",
    },
    "initializer": {
        "stft": "It makes the kernels of `stft_spectrogram`, a layer; use that.",
    },
    "layer": {
        "cut_mix": _LABELS,
        "equalization": "Keras hands its input on unchanged in a network; use `auto_contrast`.",
        "flax_layer": _OWN_LAYERS,
        "functional": _BELOW,
        "input": "The input comes from the dataset; remove this layer.",
        "input_layer": "The input comes from the dataset; remove this layer.",
        "instance_normalization": "Use `{type: group_normalization, groups: -1}`.",
        "jax_layer": _OWN_LAYERS,
        "lambda": f"{_NO_CODE} Use Keras's own layers.",
        "max_num_bounding_boxes": "No dataset here has bounding boxes.",
        "mix_up": _LABELS,
        "model": _BELOW,
        "pipeline": _BELOW,
        "random_crop": (
            "It crops in training alone, and other rows would not fit; use `center_crop`, or "
            "`random_translation` and `random_zoom`."
        ),
        "sequential": _BELOW,
        "string_lookup": _TEXT_INPUT,
        "text_vectorization": _TEXT_INPUT,
        "tfsm_layer": _OWN_LAYERS,
        "torch_module_wrapper": _OWN_LAYERS,
        "transformer_decoder": _BLOCK,
        "transformer_encoder": _BLOCK,
        "weight_normalization": (
            "Keras has none; use `layer_normalization`, `spectral_normalization` or "
            "`unit_normalization`."
        ),
    },
    "loss": {
        "ctc": "It compares sequences; no task here has any.",
    },
    "metric": {
        "balanced_accuracy": "Keras has none; use `sensitivity` and `specificity`.",
        "confusion_matrix": "It is no single number; predictions.csv has what it counts.",
        "loss": "It is always shown; remove it.",
        "mean": "It averages the targets, not the predictions.",
        "sum": "It adds up the targets, not the predictions.",
    },
    "optimizer": {
        "legacy": "Keras 3 has no legacy optimizers; use the one of the same name.",
        "lookahead": "Keras has none; use `use_ema: true`, which averages weights.",
        "loss_scale_optimizer": "`training.precision: mixed_float16` scales the loss by itself.",
        "momentum": "Use `{type: sgd, momentum: 0.9}`.",
        "multi_optimizer": "One optimizer trains all layers.",
        "nesterov": "Use `{type: sgd, momentum: 0.9, nesterov: true}`.",
    },
}

# Words of other libraries, and what Keras calls the same.
FOREIGN: dict[str, dict[str, str]] = {
    "activation": {
        "identity": "linear", "logistic": "sigmoid", "lrelu": "leaky_relu", "none": "linear",
    },
    "callback": {
        "checkpoint": "model_checkpoint", "ema": "swap_ema_weights", "logger": "csv_logger",
        "reduce_lr": "reduce_lr_on_plateau",
    },
    "constraint": {"clip": "max_norm", "positive": "non_neg"},
    "initializer": {
        "gauss": "random_normal", "gaussian": "random_normal", "glorot": "glorot_uniform",
        "he": "he_normal", "kaiming": "he_normal", "kaiming_normal": "he_normal",
        "kaiming_uniform": "he_uniform", "lecun": "lecun_normal", "random": "random_uniform",
        "xavier": "glorot_uniform", "xavier_normal": "glorot_normal",
        "xavier_uniform": "glorot_uniform",
    },
    "layer": {
        "avgpool": "average_pooling2d", "batchnorm": "batch_normalization",
        "batchnorm1d": "batch_normalization", "batchnorm2d": "batch_normalization",
        "bilstm": "bidirectional", "bn": "batch_normalization", "cat": "concatenate",
        "cnn": "conv2d", "concat": "concatenate", "conv": "conv2d",
        "conv_transpose2d": "conv2d_transpose", "deconv2d": "conv2d_transpose",
        "dropout1d": "spatial_dropout1d", "dropout2d": "spatial_dropout2d", "fc": "dense",
        "fully_connected": "dense", "gap": "global_average_pooling2d",
        "groupnorm": "group_normalization", "layernorm": "layer_normalization",
        "linear": "dense", "maxpool": "max_pooling2d", "mha": "multi_head_attention",
        "noise": "gaussian_noise", "pad": "zero_padding2d", "residual": "add",
        "rmsnorm": "rms_normalization", "self_attention": "multi_head_attention",
        "upsample": "up_sampling2d", "view": "reshape",
    },
    "loss": {
        "bce_loss": "binary_crossentropy", "bce_with_logits": "binary_crossentropy",
        "bce_with_logits_loss": "binary_crossentropy", "cross_entropy": "categorical_crossentropy",
        "cross_entropy_loss": "categorical_crossentropy", "focal": "categorical_focal_crossentropy",
        "focal_loss": "categorical_focal_crossentropy", "jaccard": "dice", "kl": "kl_divergence",
        "kl_div": "kl_divergence", "l1": "mean_absolute_error", "l1_loss": "mean_absolute_error",
        "l2": "mean_squared_error", "l2_loss": "mean_squared_error",
        "log_loss": "binary_crossentropy", "nll": "categorical_crossentropy",
        "nll_loss": "categorical_crossentropy", "smooth_l1": "huber", "smooth_l1_loss": "huber",
    },
    "metric": {
        "auroc": "auc", "jaccard": "iou", "l1": "mean_absolute_error", "log_cosh": "log_cosh_error",
        "r2": "r2_score", "roc_auc": "auc", "tnr": "specificity",
        "top5": "top_k_categorical_accuracy", "topk": "top_k_categorical_accuracy",
        "tpr": "sensitivity",
    },
    "optimizer": {"gd": "sgd", "gradient_descent": "sgd", "stochastic_gradient_descent": "sgd"},
    "regularizer": {
        "elastic_net": "l1_l2", "lasso": "l1", "ridge": "l2", "weight_decay": "l2",
    },
    "schedule": {
        "cosine": "cosine_decay", "cosine_annealing": "cosine_decay",
        "exponential": "exponential_decay", "linear": "polynomial_decay",
        "polynomial": "polynomial_decay", "step": "piecewise_constant_decay",
        "step_decay": "piecewise_constant_decay", "warmup": "cosine_decay",
    },
}  # fmt: skip

# Words for one argument in Keras's layers and optimizers and elsewhere.
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("units", "filters", "output_dim", "hidden_size", "neurons", "out_channels", "out_features"),
    ("rate", "dropout", "p", "prob", "probability"),
    ("input_dim", "num_tokens", "num_embeddings", "vocab_size"),
    ("output_dim", "embedding_dim"),
    ("num_heads", "num_query_heads", "heads"),
    ("key_dim", "head_dim", "embed_dim"),
    ("negative_slope", "alpha", "slope"),
    ("dilation_rate", "dilation"),
    ("target_shape", "output_shape", "shape"),
    ("use_bias", "bias"),
    ("learning_rate", "lr", "schedule", "eta"),
    ("initial_learning_rate", "learning_rate", "lr"),
    ("beta_1", "betas"),
    ("epsilon", "eps"),
    ("weight_decay", "l2"),
    ("kernel_regularizer", "regularizer", "weight_decay"),
    ("kernel_initializer", "initializer", "init"),
    ("kernel_constraint", "constraint"),
    ("k", "top_k"),
    ("label_smoothing", "smoothing"),
)

# Arguments that nothing here takes, of whatever kind.
NO_ARGUMENTS: dict[str, str] = {
    "batch_input_shape": "The shape of the input follows from the data; remove it.",
    "batch_shape": "The shape of the input follows from the data; remove it.",
    "decay": "Use a schedule: `learning_rate: {type: inverse_time_decay, …}`.",
    "in_channels": "The shape of the input follows from the data; remove it.",
    "in_features": "The shape of the input follows from the data; remove it.",
    "input_length": "The shape of the input follows from the data; remove it.",
    "input_shape": "The shape of the input follows from the data; remove it.",
}
