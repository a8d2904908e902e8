"""What a frame is declared as, and the check that it is so; the frames themselves are in `consult.schemas`."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from consult.errors import SchemaError


def dtype_of(kind: type[pl.DataType]) -> pl.DataType:
    """The polars dtype that a declared kind stands for; lists are lists of text."""
    return pl.List(pl.String) if kind is pl.List else kind()


@dataclass(frozen=True)
class FrameSpec:
    """The declaration of one frame.

    Attributes:
        name: The frame's name, which is also the stem of its Parquet file.
        columns: Column name -> (dtype, meaning), in order.
        key: The columns whose values together are unique.
        nullable: The columns that may hold null.
    """

    name: str
    columns: dict[str, tuple[type[pl.DataType], str]]
    key: tuple[str, ...]
    nullable: frozenset[str] = frozenset()

    @property
    def schema(self) -> pl.Schema:
        """Column names and dtypes, in order."""
        return pl.Schema({name: dtype_of(dtype) for name, (dtype, _) in self.columns.items()})

    def empty(self) -> pl.DataFrame:
        """A frame of this kind with no rows."""
        return pl.DataFrame(schema=self.schema)


def check_frame(frame: pl.DataFrame, spec: FrameSpec) -> pl.DataFrame:
    """Returns `frame` with its columns in order, or raises when it is not what `spec` declares.

    Raises:
        SchemaError: a column is missing, unknown or of another type, null stands where it may not, or a key repeats.
    """
    missing = [name for name in spec.columns if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in spec.columns]
    if missing or unknown:
        raise SchemaError("frame_columns", f"{spec.name}: missing columns {missing}, unknown columns {unknown}.")
    frame = frame.select(list(spec.columns))
    for name, (dtype, _) in spec.columns.items():
        wanted = dtype_of(dtype)
        if frame.schema[name] != wanted:
            raise SchemaError("frame_dtype", f"{spec.name}.{name} is {frame.schema[name]}, not {wanted}.")
        if name not in spec.nullable and frame[name].null_count():
            raise SchemaError("frame_null", f"{spec.name}.{name} holds null, which it may not.")
    # Keys whose hashes all differ all differ; only where some agree are the keys themselves compared.
    keys = frame.select(spec.key)
    if keys.height and keys.hash_rows().n_unique() != keys.height and keys.n_unique() != keys.height:
        raise SchemaError("frame_key", f"{spec.name}: the key {spec.key} repeats.")
    return frame
