"""The table of bias and variance: is the error high on train rows, is it high on others?

| train error | val error | verdict |
|---|---|---|
| low | low | fine |
| high | high | high bias |
| low | high | high variance |
| high | low | what did you do? |

Bias is high where the network fits its own rows worse than is known to be possible on new ones.
Variance is high where the error of new rows is certainly higher than that of the train rows, and
either most of what was learned does not hold for them, or less is known to be possible.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from dltrain.evaluation.diagnosis.errors import HELD_OUT, Errors, Reference
from dltrain.evaluation.diagnosis.thresholds import MATERIAL, MOST, Z

BIAS, VARIANCE = "high bias", "high variance"
BOTH = f"{BIAS} and {VARIANCE}"
FINE, PARADOX, UNKNOWN = "fine", "what did you do?", "unknown"
# From the one that matters most.
ORDER = (BOTH, VARIANCE, BIAS, PARADOX, UNKNOWN, FINE)


@dataclass(frozen=True)
class Verdict:
    """What the errors of a target say.

    Attributes:
        word: The verdict.
        sentence: The same in a line.
        errors: What it rests on.
        biased: Whether the train error is high.
        evidence: How it was found, in sentences.
    """

    word: str
    sentence: str
    errors: Errors
    biased: bool = False
    evidence: tuple[str, ...] = ()


def judge(errors: Errors) -> Verdict:
    """Find the place in the table.

    Args:
        errors: The errors of one target.
    """
    train, part = errors.of("train"), errors.held_out
    if train is None:
        why = errors.undefined("train") or "there is no error of the train rows"
        said = "the training failed" if errors.facts.failure else why
        return Verdict(UNKNOWN, f"{UNKNOWN}: {said}", errors)
    if train <= 0 and errors.constant("train") <= 0:
        # Both errors are 0 whatever the network is worth: they say nothing about new rows.
        said = f"a constant prediction{errors.of_target} is right for all train rows as well"
        return Verdict(UNKNOWN, f"{UNKNOWN}: {said}", errors, evidence=(said,))
    bias, about_bias = _is_biased(errors, train)
    if part is None:
        return _of_train_rows(errors, train, bias, about_bias)
    gap = Gap(errors, train, part)
    if gap.is_reversed:
        word = PARADOX
    elif gap.is_high:
        word = BOTH if bias else VARIANCE
    else:
        word = BIAS if bias else FINE
    sentence = _sentence(word, errors, gap)
    undefined = errors.undefined("test") if part != "test" else None
    about_test = (f"val and test errors cannot be compared: {undefined}",) if undefined else ()
    return Verdict(word, sentence, errors, bias, (about_bias, *gap.evidence(), *about_test))


def _of_train_rows(errors: Errors, train: float, bias: bool, about_bias: str) -> Verdict:
    """Judge where no other rows are known: none, none that are opened, or none with a figure."""
    unit = " as a share of the constant prediction's" if errors.is_divided else ""
    known = f"train error {number(train)}{unit}"
    undefined = [said for part in HELD_OUT if (said := errors.undefined(part))]
    if bias:
        word, said = BIAS, f"{known}, of a constant {number(errors.constant('train'))}"
    elif undefined:
        word, said = UNKNOWN, f"{known}, and {', '.join(undefined)}"
    elif errors.facts.rows.keys() <= {"train"} and not _is_comparable(errors, train):
        constant = f"the {number(errors.constant('train'))} of a constant prediction"
        word, said = UNKNOWN, f"{known}, and nothing but {constant} to compare with"
    elif errors.facts.rows.keys() <= {"train"}:
        word, said = FINE, f"{known}; no other rows tell of its variance"
    else:
        word, said = UNKNOWN, f"{known}, and no val rows to compare with"
    return Verdict(word, f"{word}: {said}", errors, bias, (about_bias,))


def _is_comparable(errors: Errors, train: float) -> bool:
    """Tell whether a train error is near 0, or more than a constant is known to be possible."""
    near = train <= MATERIAL * errors.constant("train")
    return near or errors.reference.name != errors.constant_name


@dataclass(frozen=True)
class Gap:
    """How the error of new rows differs from that of the train rows.

    Attributes:
        errors: The errors.
        train: That of the train rows.
        part: The part of the new rows.
    """

    errors: Errors
    train: float
    part: str

    @property
    def other(self) -> float:
        """The error of the new rows."""
        return self.errors.of(self.part) or 0.0

    @property
    def size(self) -> float:
        """By how much it is higher, beyond what a linear model finds of the rows by chance."""
        size, shift = self.other - self.train, self.errors.shift(self.part)
        if size > 0:
            return max(0.0, size - max(0.0, shift))
        return min(0.0, size - min(0.0, shift))

    @property
    def least(self) -> float:
        """How large a gap has to be to be certain: beyond chance in 95 % of draws of the rows."""
        rows = self.errors.facts.rows
        spread = self.errors.spread(self.part, below=self.size > 0)
        return Z * spread * math.sqrt(1 + rows.get(self.part, 1) / max(1, rows.get("train", 1)))

    @property
    def lost(self) -> float:
        """Share of what was learned that does not hold for new rows."""
        learned = self.errors.constant(self.part) - self.train
        return max(0.0, self.size / learned) if learned > 0 else 0.0

    @property
    def beyond_reach(self) -> float:
        """By how much the error of new rows is above what is known to be possible on them."""
        return self.other - self.errors.on_new_rows.error

    @property
    def matters(self) -> float:
        """From where on that counts: beyond chance, and a tenth of a constant's error.

        Both errors have their chance. The interval of a difference is the hybrid one of Newcombe
        (1998), which is too wide for the same rows, as two models are wrong about the same ones.
        """
        own = Z * self.errors.spread(self.part, below=True)
        chance = math.hypot(own, self.errors.above(self.errors.on_new_rows, self.part))
        return max(chance, MATERIAL * self.errors.constant(self.part))

    @property
    def is_high(self) -> bool:
        """Whether variance is high."""
        constant = self.errors.constant(self.part)
        if self.size <= 0 or self.size < max(self.least, MATERIAL * constant):
            return False
        return self.lost >= MOST or self.beyond_reach >= self.matters

    @property
    def is_reversed(self) -> bool:
        """Whether the train rows certainly are the harder ones."""
        return -self.size >= max(self.least, MATERIAL * self.errors.constant(self.part))

    def evidence(self) -> tuple[str, ...]:
        """Say what was compared."""
        difference = self.other - self.train
        side = "above" if difference >= 0 else "below"
        shift = difference - self.size
        rows = f" ({number(shift, sign=True)} as a linear model finds its rows)" if shift else ""
        certain = "more than chance" if abs(self.size) >= self.least else "within chance"
        reference, own = self.errors.on_new_rows, f"{self.part} error{self.errors.of_target}"
        return (
            f"{own} {number(self.other)} is {number(abs(difference))} {side} the train "
            f"error{rows}: {certain}, which reaches {number(self.least)} in 95 % of draws",
            self._about_lost(),
            f"{own} against {_named(reference)}: "
            f"{number(self.beyond_reach, sign=True)}, where "
            f"{number(self.matters)} matters",
        )

    def _about_lost(self) -> str:
        """Say how much of what was learned is lost on new rows."""
        constant = self.errors.constant(self.part)
        learned = constant - self.train
        nothing = f"the {number(constant)} of a constant prediction"
        if learned <= 0:
            return f"the train error is not below {nothing}: there is nothing to lose"
        share = percent(self.lost) if self.lost else "nothing"
        return (
            f"the train error is {number(learned)} below {nothing}; {share} of that is lost on "
            f"{self.part} rows, where {percent(MOST)} is much"
        )


def nothing_holds(verdict: Verdict) -> Verdict:
    """Correct a verdict where what the network has learned is found to hold for no other rows.

    Both errors are near that of a constant prediction then, so neither is low, though the val rows
    may be too few to tell them apart.
    """
    errors, train = verdict.errors, verdict.errors.of("train")
    if verdict.word != FINE or train is None or errors.held_out is None:
        return verdict
    gap = Gap(errors, train, errors.held_out)
    word = VARIANCE if gap.lost >= MOST else BIAS
    sentence = _sentence(word, errors, gap)
    return replace(verdict, word=word, sentence=sentence, biased=word == BIAS)


def _is_biased(errors: Errors, train: float) -> tuple[bool, str]:
    """Tell whether the train error is high, and why it is thought so."""
    constant, reference = errors.constant("train"), errors.reference
    own = f"train error{errors.of_target} {number(train)}"
    if train >= (1 - MATERIAL) * constant:
        near = "hardly" if train < constant else "not"
        said = f"{near} below the {number(constant)} of a constant prediction"
        return True, f"{own}, {said}: it has learned nothing"
    highest, above = errors.highest(reference), train - reference.error
    said = (
        f"{own} against {_named(reference)}: {number(above, sign=True)}, "
        f"where {number(highest - reference.error)} would be high; "
        f"a constant prediction has {number(constant)}"
    )
    return train >= highest, said


def _sentence(word: str, errors: Errors, gap: Gap) -> str:
    """Say the verdict in a line."""
    numbers = f"train error{errors.of_target} {number(gap.train)}, {gap.part} {number(gap.other)}"
    scale = ", errors as shares of the constant prediction's" if errors.is_divided else ""
    best = f"{_named(errors.reference)}{scale}"
    if word == FINE:
        return f"fine: neither high bias nor high variance ({numbers}; {best})"
    if word == PARADOX:
        return f"{word} {numbers}{scale}: the train rows are the harder ones"
    return f"{word}: {numbers}; {best}"


def _named(reference: Reference) -> str:
    if reference.expected:
        return f"{number(reference.error)} expected of {reference.name}"
    return f"{reference.name} {number(reference.error)}"


def number(value: float, *, sign: bool = False) -> str:
    """Write an error.

    Example:
        >>> number(0.0314159), number(12.3456), number(-0.02, sign=True)
        ('0.031', '12.3', '-0.020')
    """
    text = f"{value:.3f}" if abs(value) < 10 else f"{value:.3g}"
    return f"+{text}" if sign and value >= 0 else text


def percent(share: float) -> str:
    """Write a share.

    Example:
        >>> percent(0.456)
        '46 %'
    """
    return f"{100 * share:.0f} %"
