"""Dates are read as files write them; what cannot be read is none."""

from __future__ import annotations

from datetime import datetime

import pytest

from consult.dates import first_and_last, read_dates


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-03", datetime(2026, 3, 3)),
        ("2026-03-03 08:52", datetime(2026, 3, 3, 8, 52)),
        ("2026-03-03T08:52:07.123Z", datetime(2026, 3, 3, 8, 52, 7)),
        ("2026-03-03T08:52:07+01:00", datetime(2026, 3, 3, 8, 52, 7)),
        ("2026/03/03 8:52:11 am GMT", datetime(2026, 3, 3, 8, 52, 11)),
        ("3/4/2026", datetime(2026, 4, 3)),
        ("31.12.26 23:59", datetime(2026, 12, 31, 23, 59)),
        ("12/31/2026 12:30 AM", datetime(2026, 12, 31, 0, 30)),
        ("3 March 2026", datetime(2026, 3, 3)),
        ("Tue, 3 Mar 2026 09:00:00 +0000", datetime(2026, 3, 3, 9)),
        ("03-Mar-2026", datetime(2026, 3, 3)),
        ("March 3rd, 2026 5:06 PM", datetime(2026, 3, 3, 17, 6)),
        ("2026-13-01", None),
        ("30/2/2026", None),
        ("3 Smarch 2026", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date(written: str | None, moment: datetime | None) -> None:
    assert read_dates([written]) == [moment]


def test_the_order_of_day_and_month_is_that_of_the_whole_column() -> None:
    assert read_dates(["3/4/2026", "3/14/2026"]) == [datetime(2026, 3, 4), datetime(2026, 3, 14)]
    assert read_dates(["3/4/2026", "14/3/2026"]) == [datetime(2026, 4, 3), datetime(2026, 3, 14)]


def test_what_a_column_of_both_orders_leaves_open_is_not_guessed() -> None:
    assert read_dates(["3/4/2026", "14/3/2026", "3/14/2026"]) == [
        None, datetime(2026, 3, 14), datetime(2026, 3, 14),
    ]  # fmt: skip


def test_first_and_last() -> None:
    assert first_and_last(read_dates(["2026-03-05 01:00", None, "2026-03-03"])) == ("2026-03-03", "2026-03-05", 2)
    assert first_and_last([None]) == (None, None, 0)
