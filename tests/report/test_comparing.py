"""A page about several runs: what differs, and nothing that does not."""

from __future__ import annotations

from dltrain.report.comparing import write_comparison
from tests.report.conftest import BINARY, Parsed


def rows_of(page: Parsed) -> str:
    return page.text


def test_figures_stand_side_by_side(made, tmp_path):
    runs = [
        made(
            BINARY,
            place=f"runs/{name}/1",
            more=f"optimizer: {{type: adam, learning_rate: {rate}}}\n",
            main=["accuracy", "loss"],
            splits={"test": {"accuracy": value, "loss": 0.3}},
            intervals={"test": {"accuracy": [0.5, 0.99]}},
        ).path
        for name, rate, value in (("slow", 0.001, 0.8), ("fast", 0.1, 0.7))
    ]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "figure slow/1 fast/1" in page.text
    assert "accuracy 0.800 (0.500 – 0.990) 0.700 (0.500 – 0.990)" in page.text
    assert "key slow/1 fast/1 optimizer.learning_rate 0.001 0.1" in page.text
    assert [one["id"] for one in page.all("section")] == ["figures", "curves", "config"]


def test_a_key_of_the_third_run_alone_is_shown_for_all(made, tmp_path):
    runs = [
        made(BINARY, place=f"runs/{name}/1", more=more).path
        for name, more in (("a", ""), ("b", "seed: 3\n"), ("c", "training: {batch_size: 7}\n"))
    ]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "seed 0 3 0" in page.text
    assert "training.batch_size 32 32 7" in page.text


def test_equal_configs_are_said_to_be_equal(made, tmp_path):
    runs = [made(BINARY, place=f"runs/{name}/1").path for name in "ab"]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "The configs are the same, defaults spelled out." in page.text
