"""Fifty identifiers in a file of responses, and whether any of them is in what was made of it."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

BUSES = [
    "the evening bus is too late",
    "bus fares cost too much",
    "we need a bus on Sunday",
    "the last bus leaves early",
]
LETTER = "The council must keep the ferry to the island, which carries the doctor, the post and every child to school."
SEEN = "gulls boats tides crates lanterns cousins puffins nets ropes storms rainbows".split()
PLANTED: dict[str, Any] = {
    "columns": {
        "response_id": "Respondent ID", "demographics": ["Area"], "closed": ["Are you in favour?"],
        "open": ["What do you think of the bus?", "What else would you improve?", "Have you a letter?"],
        "question_ids": {
            "What do you think of the bus?": "bus", "What else would you improve?": "else",
            "Have you a letter?": "letter",
        },
    },
    "cluster": {"small_question": 10_000},
}  # fmt: skip


def write_planted(path: Path) -> list[str]:
    """Writes a file with fifty identifiers in answers, copied letters, ids, demographics and options; gives these."""
    secrets: list[str] = []
    rows = []
    for n in range(10):
        letter = "ABDEFGHJLN"[n]
        own = [
            f"jo{n}@example.org",
            f"07700 9001{n:02d}",
            f"CF10 3N{letter}",
            f"{n + 11} Acacia Avenue",
            f"Okafor{letter.lower()}bury",
        ]
        secrets += own
        rows.append(
            {
                "Respondent ID": own[0],
                "Area": ["North", "South", own[2]][n % 3],
                "Are you in favour?": ["Yes", "No", f"Other: {own[1]}"][n % 3],
                "What do you think of the bus?": f"{BUSES[n % 4]}. Ring {own[1]}, {own[3]}, {own[2]}. "
                f"Dr {own[4]} agrees. {own[0]}",
                "What else would you improve?": f"{BUSES[(n + 1) % 4]}\nYours sincerely\nSusan {own[4]}",
                # Each adds the same words in an order of its own, so that none is a version of the letter.
                "Have you a letter?": f"{LETTER} {' '.join(SEEN[(n + 1) * k % 11] for k in range(1, 11))} "
                f"from {own[3]}, {own[2]}; ring {own[1]}.",
            }
        )
    for n in range(40):
        said = f"{BUSES[n % 4]}{['', ' I think', ' and soon', ' in my view', ' this year'][n // 4 % 5]}"
        rows.append({**dict.fromkeys(rows[0], ""), "Respondent ID": f"R{n}", "What do you think of the bus?": said})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert len(set(secrets)) == 50
    return secrets


def holdings(folder: Path) -> str:
    """Everything that a folder holds, as text: bytes, what archives pack, and every cell of every Parquet file."""
    pieces: list[bytes] = []
    for path in sorted(folder.rglob("*")):
        pieces.append(str(path.relative_to(folder)).encode())
        if path.is_file():
            pieces.append(path.read_bytes())
            if path.suffix == ".parquet":
                pieces.append(pl.read_parquet(path).write_ndjson().encode())
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    pieces += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(pieces).decode("utf-8", "replace").lower()


def found_in(secrets: Sequence[str], text: str) -> list[str]:
    spellings = {
        secret: {secret.lower(), "".join(secret.lower().split()), secret.lower().replace("@", "%40")}
        for secret in secrets
    }
    return [secret for secret in secrets if any(spelling in text for spelling in spellings[secret])]
