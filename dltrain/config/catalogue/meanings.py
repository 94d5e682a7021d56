"""One sentence each for the arguments of Keras that are met most often.

keras.io describes all of them, and at length. Imports: none.
"""

from __future__ import annotations

MEANINGS: dict[str, str] = {
    "activation": "Function applied to what the layer puts out.",
    "activity_regularizer": "Penalty on what the layer puts out.",
    "amsgrad": "Divide by the largest squared gradient so far, not by the latest average.",
    "append": "Write behind what the file already holds.",
    "axis": "Axis, or axes, along which it works; -1 is the last.",
    "backward_layer": "Layer that reads backwards. Default: a copy of `layer`.",
    "baseline": "Figure that has to be reached at first.",
    "beta_1": "Decay of the running average of the gradients.",
    "beta_2": "Decay of the running average of the squared gradients.",
    "cell": "What is computed at one time step.",
    "center": "Learn an offset (beta).",
    "class_id": "Judge this class alone.",
    "clipnorm": "Longest gradient of one variable; longer ones are shortened to it.",
    "clipvalue": "Largest entry of a gradient; larger ones are cut off.",
    "cooldown": "Epochs of rest after the learning rate was lowered.",
    "data_format": "Order of the axes; only channels_last is of use here.",
    "decay_rate": "Factor by which the learning rate shrinks.",
    "decay_steps": "Training steps over which the learning rate decays; one step is one batch.",
    "depth_multiplier": "Filters for each input channel.",
    "dilation_rate": "Distance between the points that a filter looks at.",
    "dropout": "Share of the inputs that is set to 0 during training.",
    "dtype": "Number type of the computation.",
    "ema_momentum": "Decay of the running average of the weights.",
    "epsilon": "Small number that keeps divisions finite.",
    "factor": "How much: a factor, or the range it is drawn from.",
    "fill_mode": "What stands where no pixel is.",
    "filters": "Number of filters, which is the number of channels put out.",
    "from_logits": "The network puts out scores, not probabilities.",
    "gamma": "Focus on hard rows; 0 is none.",
    "global_clipnorm": "Longest gradient of all variables together.",
    "go_backwards": "Read the sequence from its end.",
    "gradient_accumulation_steps": "Batches whose gradients make one update.",
    "groups": "Groups of channels that are treated apart.",
    "ignore_class": "Class that does not count.",
    "initial_learning_rate": "Learning rate of the first step.",
    "input_dim": "Number of different tokens.",
    "interpolation": "How pixels between pixels are computed.",
    "k": "How many of the best predictions count.",
    "keepdims": "Keep the reduced axes, with length 1.",
    "kernel_size": "Height and width of the window, one number for both.",
    "l1": "Weight of the sum of absolute values.",
    "l2": "Weight of the sum of squares.",
    "label_smoothing": "Share by which sure answers are evened out.",
    "layer": "The layer that is wrapped.",
    "learning_rate": "Size of a step: a number, or a schedule.",
    "log_dir": "Folder for TensorBoard, inside the run folder.",
    "mask_zero": "Treat token 0 as padding that later layers skip.",
    "max_value": "Largest value.",
    "mean": "Mean.",
    "min_delta": "Smallest change that counts as improvement.",
    "min_lr": "Learning rate below which it does not fall.",
    "mode": "Whether larger or smaller is better; auto knows it by the name.",
    "momentum": "Share of the last step that is taken again.",
    "monitor": "Column of history.csv that is watched; val_loss and val.loss are the same.",
    "name": "A name of your own.",
    "negative_slope": "Slope for inputs below 0.",
    "nesterov": "Look ahead before each step.",
    "num_heads": "Attention heads side by side.",
    "num_thresholds": "Thresholds at which the curve is computed.",
    "output_dim": "Numbers for each token.",
    "padding": "valid: no rim; same: a rim that keeps the size.",
    "patience": "Epochs without improvement before it acts.",
    "pool_size": "Height and width of the window, one number for both.",
    "rate": "Share of the inputs that is set to 0 during training.",
    "recurrent_activation": "Function of the gates.",
    "recurrent_dropout": "Share of the state that is set to 0 during training.",
    "reduction": "How the losses of the rows become one.",
    "restore_best_weights": "Go on with the weights of the best epoch when it stops; "
    "model/best.keras has them in any case.",
    "return_sequences": "Put out every time step, not only the last.",
    "return_state": "Put out the state as well.",
    "rho": "Decay of the running average of the squared gradients.",
    "scale": "Learn a factor (gamma).",
    "seed": "Draws the random numbers. Default: from the file's `seed`.",
    "staircase": "Lower the rate in jumps, one every decay_steps.",
    "start_from_epoch": "Epochs before it begins to watch.",
    "stateful": "Keep the state from batch to batch.",
    "stddev": "Standard deviation.",
    "strides": "Steps by which the window moves.",
    "target_shape": "Shape of one row, without the batch.",
    "threshold": "Value from which on something counts.",
    "thresholds": "Probabilities from which on a prediction is positive.",
    "top_k": "How many of the best predictions count.",
    "trainable": "Whether its weights learn.",
    "units": "Number of neurons.",
    "unroll": "Write the loop over time out: faster, but larger.",
    "use_bias": "Add a bias.",
    "use_ema": "Keep a running average of the weights.",
    "value_range": "Smallest and largest value of a pixel.",
    "verbose": "Say what it does.",
    "warmup_steps": "Steps over which the rate rises before it decays.",
    "warmup_target": "Learning rate at the end of the rise.",
    "weight_decay": "Share by which weights shrink at each step.",
}  # fmt: skip

# Arguments that mean something else in one kind than in the others.
MEANINGS_BY_KIND: dict[tuple[str, str], str] = {
    ("callback", "factor"): "Factor by which the learning rate is lowered.",
    ("constraint", "rate"): "How strictly it is enforced; 1 at once.",
    ("initializer", "mode"): "What the variance is divided by.",
    ("initializer", "scale"): "Factor of the variance.",
    ("layer", "mode"): "How it works.",
    ("layer", "momentum"): "Decay of the running averages.",
    ("metric", "name"): "What it is called in history.csv, tables and `monitor`.",
    ("regularizer", "factor"): "Weight of the penalty.",
    ("regularizer", "mode"): "Whether rows or columns are made orthogonal.",
}  # fmt: skip

FAMILIES = {
    "constraint": "Limit on the {} after each step.",
    "initializer": "How the {} begin.",
    "regularizer": "Penalty on the {}.",
}
WEIGHTS = {
    "bias": "biases",
    "beta": "offsets (beta)",
    "depthwise": "depthwise weights",
    "embeddings": "embeddings",
    "gamma": "factors (gamma)",
    "kernel": "weights",
    "pointwise": "pointwise weights",
    "recurrent": "recurrent weights",
}


def meaning(kind: str, argument: str) -> str:
    """Say what an argument of Keras means, in one sentence; nothing where there is none.

    Example:
        >>> meaning("layer", "units"), meaning("layer", "kernel_initializer")
        ('Number of neurons.', 'How the weights begin.')
    """
    if known := MEANINGS_BY_KIND.get((kind, argument)) or MEANINGS.get(argument):
        return known
    weights, _, family = argument.rpartition("_")
    if family in FAMILIES and weights in WEIGHTS:
        return FAMILIES[family].format(WEIGHTS[weights])
    return ""
