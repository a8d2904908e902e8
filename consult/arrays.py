"""Arrays on disk, as `np.save` writes them, never a pickle; and rows at unit length."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_MAPPED: Final = 1 << 20
"""Bytes of vectors above which they are mapped and not read."""


def read_array(path: Path) -> np.ndarray[Any, Any]:
    """An array that `np.save` wrote; one that holds pickled objects is refused, and so is anything else."""
    with path.open("rb") as file:
        array: np.ndarray[Any, Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def map_array(path: Path) -> np.ndarray[Any, Any]:
    """As `read_array`, but a large one stays on disk and is read as it is needed; nothing can be written into it.

    What the header promises is held against the size of the file, so one that was cut short is refused here.
    """
    # A small one is read: an array without rows cannot be mapped, and a mapping keeps its file open.
    large = path.stat().st_size > _MAPPED
    array = np.asarray(np.lib.format.open_memmap(path, mode="r")) if large else read_array(path)
    array.flags.writeable = False
    return array


def unit(rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """The rows at unit length, float32; a zero row stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
