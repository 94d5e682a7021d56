"""The pages of studies in a browser: silent, offline, in every look, curves readable by key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dltrain.report.studies.writing import write_study_report
from tests.report.browser import Browser, executable
from tests.report.test_chromium import check

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(executable() is None, reason="there is no Chromium"),
]
RATE = "optimizer.learning_rate"
MANY = [{"optimizer": kind, RATE: rate} for kind in ("sgd", "rmsprop", "adam")
        for rate in (0.0001, 0.001, 0.01, 0.1)]  # fmt: skip
TIP = "document.querySelector('#curves [data-hover] .tip')"


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


def test_a_cross_validation(browser, made_cv):
    check(browser, write_study_report(made_cv(epochs=(5, 9, 7)).path))


def test_a_sweep_with_more_combinations_than_lines(browser, made_sweep):
    check(browser, write_study_report(made_sweep(MANY, failed=(12,)).path))


def test_many_curves_are_read_by_key_and_stay_inside_of_a_narrow_page(browser, made_sweep):
    page = write_study_report(made_sweep(MANY).path)
    browser.open(page)
    browser.look(page.with_suffix(".png"), width=400)

    browser.evaluate("document.querySelector('#curves [data-hover]').focus()")

    lines = browser.evaluate(f"{TIP}.textContent").split("\n")
    inside = browser.evaluate(
        f"(() => {{ const tip = {TIP}.getBoundingClientRect(); const box = "
        f"{TIP}.parentElement.getBoundingClientRect();"
        "return tip.left >= box.left - 1 && tip.right <= box.right + 1; })()"
    )
    assert lines[:2] == ["epoch 5:", "sgd, learning_rate 0.0001 0.305"]
    assert len(lines) == 1 + 10
    assert inside
    assert browser.errors == []
