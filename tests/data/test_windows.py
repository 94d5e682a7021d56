"""`type: windows`: what windows see, predict and learn, against windows cut by hand."""

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from dltrain.data.inputs import inputs_from_json, prepared
from dltrain.data.preparation import prepare
from dltrain.data.raw import Raw
from dltrain.data.series import Series
from dltrain.data.sources.windows import read
from dltrain.data.targets import targets_from_json
from dltrain.data.windows import learn_windows
from dltrain.errors import DataError

ROWS = 40
TIME = {"type": "time", "column": None, "gap": 0,
        "fractions": {"train": 0.7, "val": 0.1, "test": 0.2}}  # fmt: skip


def made(rows=ROWS):
    """Two variables and a time."""
    draw = np.random.default_rng(4)
    days = pd.date_range("2026-01-01", periods=rows).strftime("%Y-%m-%d")
    return pd.DataFrame({
        "day": days, "heat": draw.normal(20, 5, rows).round(2), "rain": draw.integers(0, 9, rows),
    })  # fmt: skip


@pytest.fixture
def section(csv_section):
    """Write a series and give its section: 5 rows are seen, the next one is predicted."""

    def make(table=None, **options):
        table = made() if table is None else table
        text = table if isinstance(table, str) else table.to_csv(index=False)
        given = {"type": "windows", "target": "heat", "time": "day", "window": 5, "horizon": 1,
                 "stride": 1}  # fmt: skip
        section = csv_section(text, **given | options)
        return {name: section[name] for name in section if name != "missing"}

    return make


def by_hand(table, columns, targets, window, horizon, stride):
    """Cut windows out of a table one by one."""
    seen, following = [], []
    start = 0
    while start + window + horizon <= len(table):
        seen.append(table[columns].iloc[start : start + window].to_numpy())
        behind = table[targets].iloc[start + window : start + window + horizon]
        following.append(behind.to_numpy().T.ravel())
        start += stride
    return np.array(seen), np.array(following)


CUTS = {
    "the next row": (5, 1, 1), "several rows": (5, 3, 1), "one window after the other": (4, 4, 8),
    "a stride that leaves rows over": (7, 2, 3), "as many rows as there are": (30, 10, 1),
}  # fmt: skip


@pytest.mark.parametrize(("window", "horizon", "stride"), CUTS.values(), ids=CUTS.keys())
@pytest.mark.parametrize("target", ["heat", ["rain", "heat"]], ids=["one", "two"])
def test_windows_are_those_cut_by_hand(section, window, horizon, stride, target):
    options = section(window=window, horizon=horizon, stride=stride, target=target)
    targets = [target] if isinstance(target, str) else target

    raw = read(options)

    seen, following = by_hand(made(), ["heat", "rain"], targets, window, horizon, stride)
    inputs = learn_windows(raw, raw.numbers(), options | {"scaling": "none"})
    assert len(raw) == len(seen)
    assert raw.series.shape == seen.shape
    np.testing.assert_array_equal(inputs.raw(raw, raw.numbers()), seen.astype(np.float32))
    np.testing.assert_array_equal(raw.targets.to_numpy(), following)
    assert list(raw.targets) == [f"{one}+{i + 1}" for one in targets for i in range(horizon)]


def test_variables_are_all_columns_but_the_time(section):
    table = made().assign(station="x")
    left_out = {"include": None, "exclude": ["station"]}

    every = read(section(made()))
    without_target = read(section(features={"include": ["rain"], "exclude": []}))

    assert list(every.features) == ["heat", "rain"]
    assert list(without_target.features) == ["rain"]
    assert list(read(section(table, features=left_out)).features) == ["heat", "rain"]


OVERLAPS = [(1, 1, 0), (2, 1, 1), (3, 1, 2), (3, 2, 1), (4, 2, 2), (4, 4, 1), (4, 9, 1), (5, 2, 2)]


@pytest.mark.parametrize(("horizon", "stride", "overlap"), OVERLAPS)
def test_overlap_is_how_many_windows_predict_a_row_again(section, horizon, stride, overlap):
    raw = read(section(horizon=horizon, stride=stride))

    rows = [set(end + np.arange(horizon)) for end in raw.series.ends]
    most = max(sum(bool(rows[0] & later) for later in rows[1:]), 0)
    assert raw.overlap >= most
    assert raw.overlap == overlap
    assert all(not rows[at] & rows[at + overlap + 1] for at in range(len(rows) - overlap - 1))


@pytest.mark.parametrize(("horizon", "stride"), [(1, 1), (3, 1), (4, 3), (2, 5)])
def test_no_two_parts_predict_one_row_and_what_is_learned_is_of_train_rows(
    section, horizon, stride
):
    options = section(made(90), horizon=horizon, stride=stride)

    data = prepare(options, TIME, None)

    ends = {name: 5 + part.rows * stride for name, part in data.parts.items()}
    predicted = {
        name: set((rows[:, np.newaxis] + np.arange(horizon)).ravel()) for name, rows in ends.items()
    }
    assert not predicted["train"] & predicted["val"]
    assert not predicted["val"] & predicted["test"]
    assert max(predicted["train"]) < min(predicted["val"])
    known = made(90)["heat"].to_numpy()[: max(predicted["train"]) + 1]
    if horizon == stride == 1:
        assert data.inputs.columns[0].center == pytest.approx(known.mean(), rel=1e-12)
        assert data.inputs.columns[0].scale == pytest.approx(known.std(), rel=1e-12)


@pytest.mark.parametrize("scaling", ["none", "standard", "min_max", "robust", "log1p"])
def test_nothing_that_is_learned_sees_a_row_behind_the_train_windows(section, scaling):
    table, target = made(), {"heat": {"scaling": "standard"}}
    learned = []
    for rows in (table, table.assign(heat=table["heat"].where(table.index < 30, 1e6))):
        options = section(rows, target=target, scaling=scaling, horizon=2)
        data = prepare(options, TIME, None)
        assert data.parts["train"].rows.max() + 5 + 2 <= 30
        learned.append((data.inputs.to_json(), data.target.to_json()))

    assert learned[0] == learned[1]


def test_rows_between_windows_are_not_learned_from(section):
    table = made().assign(heat=lambda one: one["heat"].where(one.index % 10 < 6, 1e6))
    raw = read(section(table, window=5, stride=10))

    inputs = learn_windows(raw, raw.numbers(), section(table) | {"scaling": "standard"})

    used = table["heat"][table.index % 10 < 6]
    assert inputs.columns[0].center == pytest.approx(used.mean(), rel=1e-12)


SCALINGS = ["none", "standard", "min_max", "robust", "log1p"]


@pytest.mark.parametrize("scaling", SCALINGS)
def test_windows_are_scaled_by_variable(section, scaling):
    options = section(scaling=scaling, columns={"rain": {"type": "number", "scaling": "none"}})
    raw = read(options)
    inputs = learn_windows(raw, raw.numbers(), options)

    as_saved, x = prepared(inputs, raw, raw.numbers())

    heat, rain = inputs.columns
    numbers = as_saved.astype(np.float64)
    first = np.log1p(numbers[..., 0]) if scaling == "log1p" else numbers[..., 0]
    np.testing.assert_allclose(x[..., 0], (first - heat.center) / heat.scale, atol=1e-5)
    np.testing.assert_array_equal(x[..., 1], as_saved[..., 1])
    assert (rain.center, rain.scale) == (0, 1)
    assert x.dtype == as_saved.dtype == np.float32


def test_the_steps_of_a_target_share_one_scaling(section):
    options = section(target={"heat": {"scaling": "standard"}}, horizon=3)

    target = prepare(options, {"type": "none"}, None).target

    following = by_hand(made(), ["heat"], ["heat"], 5, 3, 1)[1]
    assert target.names == ("heat+1", "heat+2", "heat+3")
    assert target.scaling.center == pytest.approx([following.mean()] * 3, rel=1e-12)
    assert target.scaling.scale == pytest.approx([following.std()] * 3, rel=1e-12)


def test_each_of_several_outputs_has_its_steps(section):
    target = {"heat": {"scaling": "min_max", "task": None}, "rain": {"scaling": "none"}}
    options = section(target=target, horizon=2)

    data = prepare(options, {"type": "none"}, None)

    following = by_hand(made(), ["heat"], ["heat", "rain"], 5, 2, 1)[1]
    y = data.parts["train"].y
    np.testing.assert_array_equal(y["heat"], following[:, :2].astype(np.float32))
    np.testing.assert_array_equal(y["rain"], following[:, 2:].astype(np.float32))
    assert data.target.each["rain"].task == "regression"


def test_what_was_learned_goes_through_json(section):
    options = section(target={"heat": {"scaling": "log1p"}}, horizon=2, scaling="log1p")
    data = prepare(options, TIME, None)

    inputs = json.loads(json.dumps(data.inputs.to_json()))
    target = json.loads(json.dumps(data.target.to_json()))

    assert inputs_from_json(inputs) == data.inputs
    assert targets_from_json(target) == data.target


def test_an_autoencoder_has_windows_that_share_no_row_across_parts(section):
    raw = read(section(target=None, horizon=1))

    assert raw.overlap == 5
    assert raw.targets.shape == (len(raw), 0)


def test_the_split_may_read_the_time_of_each_window(section):
    options = section(time=None, features={"include": ["heat"], "exclude": []})

    raw = read(options | {"aside": {"day": "time"}})

    assert raw.aside["day"].tolist() == made()["day"].tolist()[5:]


def test_rows_of_a_series_are_named_in_errors_with_their_lines(section):
    table = made().assign(heat=lambda one: one["heat"].where(one.index != 7, -3))
    options = section(table, scaling="log1p", target="rain")
    raw = read(options)

    with pytest.raises(DataError) as caught:
        learn_windows(raw, raw.numbers(), options)

    assert str(caught.value) == (
        "dataset.columns.heat: got -3.0 in row 7 (line 9), expected a number above -1 for "
        "`scaling: log1p`. Mend the cell, or use another scaling."
    )


LEAVE_OUT = "leave the column out with `dataset.features.exclude`."
NO_NUMBER = f"If it holds the times, name it as `dataset.time`; else {LEAVE_OUT}"
WRONG = {
    "too few rows": (
        made(5), {},
        "window: got FILE with 5 rows, expected at least 6: 5 that are seen and 1 predicted. "
        "Use a smaller `window` or `horizon`.",
    ),
    "a missing value": (
        made().assign(heat=lambda one: one["heat"].where(~one.index.isin([3, 9]))), {},
        "columns.heat: got 2 missing values, the first in row 3 (line 5), expected a value in "
        f"every row. Fill them in, or {LEAVE_OUT}",
    ),
    "words": (
        made().assign(place="north"), {},
        f"columns.place: got words such as 'north', expected numbers. {NO_NUMBER}",
    ),
    "words behind a number": (
        made().assign(place=lambda one: np.where(one.index == 0, "3.5", "north")), {},
        f"columns.place: got words such as 'north', expected numbers. {NO_NUMBER}",
    ),
    "a word among numbers": (
        made().astype({"rain": object}).assign(
            rain=lambda one: one["rain"].where(one.index != 2, "x")
        ), {},
        "columns.rain: got 'x' in row 2 (line 4), expected a finite number. Mend the cell.",
    ),
    "a time that is not later": (
        made().iloc[[0, 1, 3, 2, *range(4, ROWS)]], {},
        "time: got '2026-01-03' in row 3 (line 5) behind '2026-01-04', "
        "expected times that ascend. Sort the file, or name another column.",
    ),
    "a time twice": (
        made().iloc[[0, 1, 1, *range(2, ROWS)]], {},
        "time: got '2026-01-02' in row 2 (line 4) behind '2026-01-02', "
        "expected times that ascend. Remove one of the two.",
    ),
    "no time": (
        made().assign(day="soon"), {},
        "time: got 'soon' in row 0 (line 2), expected a number, or a date in ISO 8601. "
        "Mend the cell.",
    ),
    "no such time": (
        made(), {"time": "Day"},
        "time: got 'Day', expected one of day, heat, rain. Did you mean 'day'?",
    ),
    "no such target": (
        made(), {"target": "Heat"},
        "target: got 'Heat', expected one of day, heat, rain. Did you mean 'heat'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "options", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_no_series_is_refused(section, table, options, message):
    given = section(table, **options)

    with pytest.raises(DataError) as caught:
        read(given)

    assert str(caught.value) == "dataset." + message.replace("FILE", given["path"])


def test_more_windows_than_fit_into_memory_are_refused():
    rows = 3_000_000
    series = Series(pd.DataFrame({"x": np.zeros(rows)}), window=1000, horizon=1, stride=1)
    raw = Raw(series.table, "windows", pd.DataFrame(), "", series=series)
    inputs = learn_windows(raw, np.arange(10), {"columns": {}, "scaling": "none"})

    with pytest.raises(DataError) as caught:
        inputs.raw(raw, raw.numbers())

    assert str(caught.value) == (
        "dataset.window: got windows with 2 999 000 000 numbers, expected at most 500 000 000. "
        "Use a larger `stride` or a smaller `window`."
    )


@pytest.mark.parametrize(
    ("name", "rows"), [("airline-passengers", 144), ("daily-min-temperatures", 3650)]
)
def test_real_series_are_read(real_data, section, name, rows):
    path = real_data("timeseries") / f"{name}.csv"
    table = pd.read_csv(path)
    time, target = table.columns

    raw = read(section(table) | {"path": str(path), "time": time, "target": target, "window": 12})

    assert len(raw) == rows - 12
    assert Counter(np.diff(raw.series.ends)) == {1: rows - 13}
    assert raw.targets[f"{target}+1"].tolist() == table[target].tolist()[12:]
