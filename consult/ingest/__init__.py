"""Files of responses -> frames: read as text, columns recognised, every row accounted for."""

from consult.ingest.describe import describe
from consult.ingest.grid import REASONS
from consult.ingest.mapping import Column, Mapping, map_columns
from consult.ingest.questions import Question
from consult.ingest.responses import Ingested, read_responses
from consult.ingest.roles import Role
from consult.ingest.tables import Table, read_table

__all__ = [
    "REASONS",
    "Column",
    "Ingested",
    "Mapping",
    "Question",
    "Role",
    "Table",
    "describe",
    "map_columns",
    "read_responses",
    "read_table",
]
