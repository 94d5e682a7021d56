"""What a user sees, on a terminal and elsewhere, and that log.txt has the same lines."""

from __future__ import annotations

import io
import re

import pytest

from dltrain.errors import RunError
from dltrain.terminal import Terminal, epoch_figures

ROW = {"epoch": 1, "loss": 0.3121, "accuracy": 0.8679, "val_loss": 0.4019, "val_accuracy": 0.8333}
LINE = "loss 0.312 accuracy 0.868 · val loss 0.402 accuracy 0.833 · best 1"
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-7]|9[0-7]|38;[0-9;]*)m")


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def live(monkeypatch):
    """Make a terminal of a given width, whose screen is the stream."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def make(stream: io.StringIO, width: int = 100) -> Terminal:
        monkeypatch.setenv("COLUMNS", str(width))
        return Terminal(stream)

    return make


def plain_lines(stream: io.StringIO) -> list[str]:
    lines = re.split(r"[\r\n]+", stream.getvalue())
    return [line for line in (CONTROL.sub("", line) for line in lines) if line.strip()]


def show_epochs(terminal: Terminal, total: int) -> None:
    with terminal.epochs(total) as lines:
        for epoch in range(1, total + 1):
            lines.show(ROW | {"epoch": epoch}, 1)


def test_elsewhere_than_on_a_terminal_lines_are_plain(stream):
    terminal = Terminal(stream)

    terminal.fact("data", "303 rows")
    terminal.fact("", "train 212")
    terminal.fact("a_long_name", "heart.yaml")
    terminal.table(["", "train"], [["accuracy", "0.868"]])
    terminal.line()

    assert stream.getvalue() == (
        "data    303 rows\n"
        "        train 212\n"
        "a_long_name heart.yaml\n"
        "            train\n"
        "accuracy    0.868\n"
        "\n"
    )


def test_long_lines_are_not_broken(stream, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")

    Terminal(stream).fact("model", "dense 16 relu → " * 10)

    assert stream.getvalue() == f"model   {'dense 16 relu → ' * 10}\n"


@pytest.mark.parametrize(("total", "lines"), [(1, 1), (3, 3), (20, 20), (21, 12), (300, 21)])
def test_elsewhere_than_on_a_terminal_some_epochs_are_shown(stream, total, lines):
    show_epochs(Terminal(stream), total)

    shown = stream.getvalue().splitlines()
    assert len(shown) == lines
    assert shown[0] == f"epoch 1/{total}  {LINE}"
    assert shown[-1] == f"epoch {total}/{total}  {LINE}"


def test_on_a_terminal_a_bar_moves(stream, live):
    show_epochs(live(stream, 130), 300)

    last = plain_lines(stream)[-1]
    assert re.fullmatch(rf"epoch 300/300 ━+ 0:00:0\d {re.escape(LINE)} *", last)
    assert COLOUR.search(stream.getvalue())


@pytest.mark.parametrize("width", [20, 40, 80])
def test_on_a_narrow_terminal_the_bar_stays_on_one_line(stream, live, width):
    show_epochs(live(stream, width), 300)

    lines = plain_lines(stream)
    assert max(map(len, lines)) <= width
    assert lines[-1].startswith("epoch 300/300")


def test_no_color_is_honoured(stream, live, monkeypatch):
    terminal = live(stream)
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal(stream)

    show_epochs(terminal, 3)
    terminal.fact("data", "303 rows")

    assert not COLOUR.search(stream.getvalue())
    assert "━" in stream.getvalue()


def test_quiet_shows_nothing_and_logs_everything(stream, tmp_path):
    terminal = Terminal(stream, quiet=True)

    with terminal.logged(tmp_path / "log.txt"):
        terminal.fact("data", "303 rows")
        show_epochs(terminal, 1)

    assert stream.getvalue() == ""
    assert (tmp_path / "log.txt").read_text() == f"data    303 rows\nepoch 1/1  {LINE}\n"


@pytest.mark.parametrize("on_terminal", [False, True], ids=["plain", "terminal"])
def test_the_log_has_the_lines_before_and_during_the_run(stream, live, tmp_path, on_terminal):
    terminal = live(stream) if on_terminal else Terminal(stream)
    terminal.line("before")

    with terminal.logged(tmp_path / "log.txt"):
        show_epochs(terminal, 2)
        terminal.line("während")
    terminal.line("after")

    log = (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert log == f"before\nepoch 1/2  {LINE}\nepoch 2/2  {LINE}\nwährend\n"


ENDINGS = {
    "a failure": (RunError("epoch 3: got loss nan"), "epoch 3: got loss nan\n"),
    "Ctrl-C": (KeyboardInterrupt(), "interrupted\n"),
}


@pytest.mark.parametrize(("error", "line"), ENDINGS.values(), ids=ENDINGS.keys())
def test_the_log_says_why_the_run_ended(stream, tmp_path, error, line):
    with pytest.raises(type(error)), Terminal(stream).logged(tmp_path / "log.txt"):
        raise error

    assert (tmp_path / "log.txt").read_text() == line


def test_an_epoch_that_was_not_validated_shows_what_it_has():
    assert epoch_figures({"loss": 0.5, "accuracy": 0.25}) == "loss 0.500 accuracy 0.250"


MANY = {"loss": 3.0, "a_loss": 1.0, "a_mae": 2.0, "b_loss": 2.0, "b_accuracy": 0.5}
LINES = {
    "a few of two outputs": (
        {"loss": 3.0, "a_loss": 1.0, "b_loss": 2.0},
        "loss 3.000 a_loss 1.000 b_loss 2.000",
    ),
    "many with val": (
        MANY | {f"val_{name}": value for name, value in MANY.items()},
        "loss 3.000 · val loss 3.000 a_mae 2.000 b_accuracy 0.500",
    ),
    "many without val": (
        MANY | {f"c{at}": 1.0 for at in range(4)},
        "loss 3.000 a_mae 2.000 b_accuracy 0.500 c0 1.000 c1 1.000 c2 1.000 c3 1.000",
    ),
}


@pytest.mark.parametrize(("figures", "line"), LINES.values(), ids=LINES.keys())
def test_the_most_telling_of_many_figures_are_shown(figures, line):
    assert epoch_figures(figures) == line
