"""Files of responses -> frames: read as text, columns recognised, every row accounted for."""

from consult.ingest.codes import Gold, read_gold_columns
from consult.ingest.describe import describe
from consult.ingest.given import Example, Given, GivenTheme, check_given, given_in, given_themes, read_given, with_known
from consult.ingest.grid import REASONS
from consult.ingest.layouts import LAYOUT_TITLES
from consult.ingest.mapfile import read_mapping_file, write_mapping
from consult.ingest.mapping import Column, Mapping, map_columns
from consult.ingest.questions import Question
from consult.ingest.responses import Ingested, read_mapping, read_responses
from consult.ingest.roles import Role
from consult.ingest.tables import Table, read_table
from consult.ingest.translations import place_translations

__all__ = [
    "LAYOUT_TITLES",
    "REASONS",
    "Column",
    "Example",
    "Given",
    "GivenTheme",
    "Gold",
    "Ingested",
    "Mapping",
    "Question",
    "Role",
    "Table",
    "check_given",
    "describe",
    "given_in",
    "given_themes",
    "map_columns",
    "place_translations",
    "read_given",
    "read_gold_columns",
    "read_mapping",
    "read_mapping_file",
    "read_responses",
    "read_table",
    "with_known",
    "write_mapping",
]
