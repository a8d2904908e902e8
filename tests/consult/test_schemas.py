"""Every frame is what `consult.schemas` declares, or it is refused."""

from __future__ import annotations

import polars as pl
import pytest

from consult.errors import SchemaError
from consult.schemas import FRAMES, LABELS, POINTS, FrameSpec, check_frame

GOOD = pl.DataFrame(
    [("A:1", "A", 0, 4, "t1"), ("A:2", "A", 5, 9, "t2")], schema=POINTS.schema, orient="row"
)  # fmt: skip


@pytest.mark.parametrize("spec", FRAMES.values(), ids=FRAMES.keys())
def test_a_declaration_hangs_together(spec: FrameSpec) -> None:
    assert set(spec.key) <= set(spec.columns)
    assert spec.nullable <= set(spec.columns)
    assert all(meaning for _, meaning in spec.columns.values())
    assert check_frame(spec.empty(), spec).schema == spec.schema


def test_frames_are_found_by_their_names() -> None:
    assert sorted(FRAMES) == [
        "alike", "answers", "assignments", "campaign_list", "campaigns", "clusters", "copies", "groups", "labels",
        "languages", "ledger", "marks", "non_answers", "own_words", "parents", "points", "questions", "quotes",
        "redactions", "rejects", "respondents", "responses", "skeletons", "summaries", "themes", "translations",
    ]  # fmt: skip


def test_columns_come_back_in_the_declared_order() -> None:
    shuffled = GOOD.select("text_id", "end", "start", "response_id", "point_id")
    assert check_frame(shuffled, POINTS).equals(GOOD)


def test_null_may_stand_where_it_is_declared() -> None:
    frame = pl.DataFrame({"text_id": ["t1"], "cluster": [None]}, schema=LABELS.schema)
    assert check_frame(frame, LABELS).equals(frame)


@pytest.mark.parametrize(
    ("frame", "code", "names"),
    [
        (GOOD.drop("end"), "frame_columns", "points: missing columns ['end']"),
        (GOOD.with_columns(extra=1), "frame_columns", "unknown columns ['extra']"),
        (GOOD.with_columns(pl.col("start").cast(pl.Int32)), "frame_dtype", "points.start is Int32"),
        (GOOD.with_columns(text_id=pl.lit(None, pl.String)), "frame_null", "points.text_id holds null"),
        (GOOD.with_columns(point_id=pl.lit("A:1")), "frame_key", "points: the key ('point_id',) repeats"),
    ],
)
def test_a_frame_at_fault_is_refused(frame: pl.DataFrame, code: str, names: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check_frame(frame, POINTS)
    assert caught.value.code == code
    assert names in str(caught.value)
