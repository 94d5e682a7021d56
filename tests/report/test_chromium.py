"""The page in a browser: silent, offline, sortable, readable by pointer and keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dltrain.report.comparing import write_comparison
from dltrain.report.writing import write_report
from tests.report.browser import Browser, executable
from tests.report.conftest import SEVERAL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(executable() is None, reason="there is no Chromium"),
]
FIRST_CELLS = """
(() => { const table = document.querySelector('#wrong table.facts, #wrong-2 table.facts');
  return [...table.tBodies[0].rows].map(row => row.cells[AT].textContent.trim()); })()
"""
BUTTON = "document.querySelectorAll('#wrong thead button, #wrong-2 thead button')[AT]"


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


def check(browser: Browser, path) -> None:
    """Open a page, and check what it promises in every look."""
    browser.open(path)
    for width, looks in ((1280, {}), (1280, {"dark": True}), (400, {}), (760, {"paper": True})):
        browser.look(path.with_suffix(".png"), width=width, **looks)
        wider = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{width} pixels: {wider} too many"
    assert browser.errors == []
    assert [one for one in browser.requests if not one.startswith("data:")] == [
        path.absolute().as_uri()
    ]
    unnamed = browser.evaluate(
        "[...document.querySelectorAll('img, [role=img]')]"
        ".filter(one => !(one.getAttribute('alt') || one.getAttribute('aria-label'))).length"
    )
    assert unnamed == 0
    hidden = browser.evaluate(
        "[...document.querySelectorAll('svg')].filter(one => one.clientWidth < 100).length"
    )
    assert hidden == 0


def test_a_fitted_run(browser, fitted):
    check(browser, fitted / "report.html")


def test_several_targets(browser, made):
    check(browser, write_report(made(SEVERAL).path))


def test_several_runs(browser, made, tmp_path):
    runs = [made(SEVERAL, place=f"runs/{name}/1").path for name in "abc"]

    write_comparison(runs, tmp_path / "page.html")

    check(browser, tmp_path / "page.html")


def test_tables_sort_by_click_and_by_key(browser, made):
    browser.open(write_report(made(SEVERAL).path))
    browser.look(browser_picture(made), width=1280)
    cells, button = FIRST_CELLS.replace("AT", "1"), BUTTON.replace("AT", "1")
    before = browser.evaluate(cells)

    browser.evaluate(f"{button}.click()")
    up = browser.evaluate(cells)
    browser.evaluate(f"{button}.focus()")
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r",
                     windowsVirtualKeyCode=13)  # fmt: skip
    down = browser.evaluate(cells)

    assert up == sorted(before, key=float)
    assert down == up[::-1]
    assert browser.evaluate(f"{button}.parentElement.getAttribute('aria-sort')") == "descending"


def browser_picture(made):
    """Give a place for a picture that nobody looks at."""
    return made(SEVERAL, place="runs/other/1") / "look.png"


def test_curves_are_read_by_pointer_and_by_key(browser, made):
    browser.open(write_report(made(SEVERAL).path))
    drawing = "document.querySelector('#curves [data-hover]')"

    browser.evaluate(f"{drawing}.focus()")
    at_the_end = browser.evaluate(f"{drawing}.querySelector('.tip').textContent")
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="ArrowLeft", code="ArrowLeft",
                     windowsVirtualKeyCode=37)  # fmt: skip
    before_it = browser.evaluate(f"{drawing}.querySelector('.tip').textContent")
    browser.evaluate(
        f"{drawing}.dispatchEvent(new PointerEvent('pointermove', {{clientX: 0, clientY: 0}}))"
    )
    at_the_start = browser.evaluate(f"{drawing}.querySelector('.tip').textContent")

    assert at_the_end == "epoch 5: train 0.2 · val 0.3"
    assert before_it == "epoch 4: train 0.25 · val 0.35"
    assert at_the_start == "epoch 1: train 1 · val 1.1"
    assert browser.errors == []


def test_without_script_all_of_it_is_there(browser, made):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(write_report(made(SEVERAL).path))
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
        assert browser.evaluate("document.querySelectorAll('svg').length") > 5
        assert browser.errors == []
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_browser_prints_it(browser, fitted, tmp_path):
    browser.open(fitted / "report.html")

    browser.print(tmp_path / "page.pdf")

    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
