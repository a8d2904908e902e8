"""Consult: public-consultation responses into ranked, evidenced themes that a policy team can sign.

    import consult
    run = consult.analyse([path], consult.load_config())
    run.analyses[0].themes

Names are loaded when they are first used, so that `consult --help` need not wait for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from consult.analysis import Analysis, Run, check_quotes
    from consult.batch import analyse_into
    from consult.config import AnalysisConfig, load_config
    from consult.embed import Embedder, make_embedder
    from consult.errors import Cancelled, ConfigError, ConsultError, InputError, ModelError, RunError, SchemaError
    from consult.ingest import Ingested, describe, read_responses
    from consult.pipeline import analyse
    from consult.report import export_run
    from consult.store import read_run, write_run
    from consult.summarise import Summariser
    from consult.words import text_id, text_keys

__version__ = "0.2.0"

_HOME = {
    "Analysis": "analysis",
    "AnalysisConfig": "config",
    "Cancelled": "errors",
    "ConfigError": "errors",
    "ConsultError": "errors",
    "Embedder": "embed",
    "Ingested": "ingest",
    "InputError": "errors",
    "ModelError": "errors",
    "Run": "analysis",
    "RunError": "errors",
    "SchemaError": "errors",
    "Summariser": "summarise",
    "analyse": "pipeline",
    "analyse_into": "batch",
    "check_quotes": "analysis",
    "describe": "ingest",
    "export_run": "report",
    "load_config": "config",
    "make_embedder": "embed",
    "read_responses": "ingest",
    "read_run": "store",
    "text_id": "words",
    "text_keys": "words",
    "write_run": "store",
}

__all__ = [
    "Analysis",
    "AnalysisConfig",
    "Cancelled",
    "ConfigError",
    "ConsultError",
    "Embedder",
    "Ingested",
    "InputError",
    "ModelError",
    "Run",
    "RunError",
    "SchemaError",
    "Summariser",
    "analyse",
    "analyse_into",
    "check_quotes",
    "describe",
    "export_run",
    "load_config",
    "make_embedder",
    "read_responses",
    "read_run",
    "text_id",
    "text_keys",
    "write_run",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever is asked for)
    if name in _HOME:
        return getattr(import_module(f"consult.{_HOME[name]}"), name)
    raise AttributeError(f"module 'consult' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
