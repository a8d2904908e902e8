"""Structured logs: a JSON object a line on standard error, with the ids of request and job, never a response's text.

Whoever logs binds the ids with `structlog.contextvars`; an exception is logged by its class and places, for its words
may hold anything.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog


def set_up_logs(level: str = "info", stream: TextIO | None = None) -> None:
    """Sets up the logs of a process; whatever logs in the old way comes out the same.

    Args:
        level: debug, info, warning or error.
        stream: Standard error when None.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_exceptions,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=True)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries say what goes wrong; what they do otherwise is their own affair.
    root.setLevel(max(number, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def _place_exceptions(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Puts an exception's class and places where its words would be."""
    raised: Any = event.pop("exc_info", None)
    record = event.get("_record")
    if raised is None and record is not None and record.exc_info:
        raised = record.exc_info
    if record is not None:
        # Else the old way's formatter writes it out.
        record.exc_info, record.exc_text = None, None
    if raised is True:
        raised = sys.exc_info()
    error = raised if isinstance(raised, BaseException) else raised[1] if isinstance(raised, tuple) else None
    if error is not None:
        event["error"] = type(error).__name__
        event["where"] = places(error.__traceback__)
    event.pop("exception", None)
    event.pop("stack", None)
    return event


def places(trace: TracebackType | None) -> list[str]:
    """The file, line and function of each frame, the outermost first, and nothing of what was in them."""
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
