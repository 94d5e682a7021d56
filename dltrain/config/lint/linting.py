"""Run every rule over a file, and leave out what its comments allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dltrain.config.checks.translation import Problem
from dltrain.config.lint.allowing import Allowance, allowances, lines_of
from dltrain.config.lint.facts import Facts
from dltrain.config.lint.finding import ERROR, HINT, Finding
from dltrain.config.lint.rules import DATA_RULES, FILE_RULES, RULES, UNKNOWN_RULE, UNUSED_ALLOW
from dltrain.config.lint.subject import Subject
from dltrain.config.loading import Config
from dltrain.config.text.places import Place
from dltrain.errors import ConfigError, did_you_mean, shown


def lint(config: Config, facts: Facts | None = None) -> list[Finding]:
    """Find what a valid file does badly.

    Args:
        config: The checked file.
        facts: What data and model told; without them, rules that need them find nothing.

    Returns:
        Findings in the order of the file, without those that a comment allows.
    """
    facts = facts or Facts()
    found = _found(config, Subject(config.experiment, facts))
    comments = _comments(config)
    kept, used = _judged(config, found, comments)
    own = [one for one in comments if one.place.name == config.source.name]
    kept += _wrong_comments(own, used, is_complete=facts.is_complete)
    return sorted(kept, key=lambda one: (one.place, one.rule.id))


def allowed(config: Config) -> list[str]:
    """Name the rules that the comments of a file allow wherever it goes against them.

    Rules that ask the data are believed: only `fit` can tell whether they find anything.

    Returns:
        Their ids, in order; what is allowed at one place and found at another is not among them.
    """
    comments = _comments(config)
    kept, used = _judged(config, _found(config, Subject(config.experiment)), comments)
    asking = {rule.id for rule in DATA_RULES}
    meant = {one.rule for one in comments if one in used or one.rule in asking}
    return sorted(meant - {finding.rule.id for finding in kept})


def refuse_errors(findings: Iterable[Finding]) -> None:
    """Stop where a file has errors that no comment allows; warnings are told with them.

    Raises:
        ConfigError: There is an error.
    """
    serious = [one for one in findings if one.rule.severity != HINT]
    if any(one.rule.severity == ERROR for one in serious):
        raise ConfigError([str(one) for one in serious])


def _comments(config: Config) -> list[Allowance]:
    """Give the comments of every text that the file is made of."""
    texts = [(config.text, config.source.name), *((base.text, base.name) for base in config.bases)]
    return [one for text, name in texts for one in allowances(text, name)]


def _found(config: Config, subject: Subject) -> list[Finding]:
    """Run the rules; a block that is repeated is one place."""
    found = {
        (rule.id, problem.key): Finding(rule, _place(config, problem), problem)
        for rule in RULES
        for problem in rule.check(subject)
    }
    return list(found.values())


def _place(config: Config, problem: Problem) -> Place:
    return config.source.place(problem.key, of_key=problem.at_key)


def _judged(
    config: Config, found: Iterable[Finding], comments: list[Allowance]
) -> tuple[list[Finding], set[Allowance]]:
    """Divide findings into those that are kept and the comments that allow the others."""
    kept, used = [], set()
    for finding in found:
        lines = lines_of(config.source, finding.problem.key)
        allowing = {one for one in comments if one.rule == finding.rule.id and one.holds(lines)}
        used |= allowing
        if not allowing:
            kept.append(finding)
    return kept, used


def _wrong_comments(
    comments: Iterable[Allowance], used: set[Allowance], *, is_complete: bool
) -> Iterator[Finding]:
    """Find comments that name no rule, or allow what no rule finds.

    Only those of the file itself: what a base allows may be found in other files above it. One for
    a whole file may stand there before anything is found.
    """
    rules = {rule.id: rule for rule in RULES}
    names = {rule.name: rule.id for rule in RULES}
    for comment in comments:
        rule = rules.get(comment.rule)
        if rule is None:
            near = names.get(comment.rule)
            way_out = f"Did you mean '{near}'?" if near else did_you_mean(comment.rule, rules)
            problem = Problem((), shown(comment.rule), "the id of a rule, such as DL033", way_out)
            yield Finding(UNKNOWN_RULE, comment.place, problem)
        elif comment.line and comment not in used and (is_complete or rule in FILE_RULES):
            got = f"{rule.id} allowed where it finds nothing"
            yield Finding(UNUSED_ALLOW, comment.place, Problem((), got, "no comment", "Remove it."))
