from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from api.logs import set_up_logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    set_up_logs("info", stream)
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = before
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_is_an_object_with_the_ids_that_are_bound(log: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("api.jobs").bind(job_id="j1").info("job_started", attempt=2)
    structlog.get_logger("api.jobs").debug("not shown")
    (line,) = lines(log)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "job_started", "level": "info", "request_id": "r1", "job_id": "j1", "attempt": 2}


def test_the_words_of_an_exception_are_not_logged(log: io.StringIO) -> None:
    try:
        raise ValueError("I live at 4 Heol Fawr and my doctor says")
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=True)
        structlog.get_logger().error("failed", exc_info=error)
        structlog.get_logger().exception("failed")
        logging.getLogger("some.library").exception("failed")
    assert "Heol Fawr" not in log.getvalue()
    for line in lines(log):
        assert (line["event"], line["error"]) == ("failed", "ValueError")
        assert line["where"][0].startswith("test_logs.py:")
    assert len(lines(log)) == 4


def test_what_libraries_log_comes_out_the_same(log: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("slow %s", "client")
    logging.getLogger("uvicorn.access").info("GET /v1/search?q=secret")
    (line,) = lines(log)
    assert (line["event"], line["level"], line["logger"]) == ("slow client", "warning", "uvicorn.error")
