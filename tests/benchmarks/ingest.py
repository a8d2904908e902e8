"""How fast files are read: 100,000 rows by 30 columns as CSV and as XLSX, beside a bare read of the same file.

    python tests/benchmarks/ingest.py [--rows 100000] [--formats csv xlsx]

Each reading runs in a process of its own, so that its memory is its own. It prints seconds, the peak of the memory of
that process and of its children, and the ratio to a bare read in the same run: polars' `read_csv` with every column as
text, and fastexcel with `dtypes="string"`. Seconds are on the clock, and of processors, which other work on the machine
lengthens less.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_LIMITS = {"csv": 5.0, "xlsx": 60.0}
_MEMORY = 1.5
_OPTIONS = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree", "Don't know")
_WORDS = (
    "the bus path school road late evening hill steep floods winter library open children walk trees square park noise "
    "council should plan cost people safe lights cross corner shop keep more never often please think because when"
).split()


def rows(n_rows: int) -> list[list[str]]:
    """Invented answers: an id, a date, 4 demographics, 18 closed questions and 6 open ones, a third of them blank."""
    drawn = random.Random(7)
    header = ["Response ID", "Submitted", "Region", "Age band", "Responding as", "Sector"]
    header += [f"Q{n}. To what extent do you agree with proposal {n}?" for n in range(1, 19)]
    header += [f"Q{n}. Please explain your answer to proposal {n}, and say what should change" for n in range(19, 25)]
    table = [header]
    for n in range(n_rows):
        row = [f"R-{n:07d}", f"2025-03-{n % 28 + 1:02d} 09:15:00", f"Region {n % 9}", f"{n % 6}0 to {n % 6}9",
               "An individual" if n % 7 else "An organisation", f"Sector {n % 12}"]  # fmt: skip
        row += [drawn.choice(_OPTIONS) for _ in range(18)]
        row += [" ".join(drawn.choices(_WORDS, k=drawn.randint(3, 40))) + f", {n}\nand so on" if drawn.random() > 0.33
                else "" for _ in range(6)]  # fmt: skip
        table.append(row)
    return table


def write(path: Path, table: list[list[str]]) -> None:
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Responses")
    for number, row in enumerate(table):
        sheet.write_row(number, 0, row)
    book.close()


def consult_reads(path: Path) -> int:
    from consult.config import AnalysisConfig
    from consult.ingest import describe, read_responses

    ingested = read_responses([path], AnalysisConfig())
    totals = describe(ingested)["totals"]
    assert isinstance(totals, dict)
    return int(totals["n_responses"])


def bare_read(path: Path) -> int:
    import polars as pl

    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False).height
    import fastexcel

    sheet = fastexcel.read_excel(path.read_bytes()).load_sheet(0, dtypes="string")
    return sheet.to_polars().height


def measured(what: str, path: Path) -> dict[str, float]:
    """Seconds and gigabytes of a reading in a process of its own; imports are not counted."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", what, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def child(what: str, path: Path) -> None:
    import fastexcel  # noqa: F401 (what both readings import is loaded before the clock starts)
    import polars  # noqa: F401

    import consult.ingest  # noqa: F401

    before = time.process_time()
    began = time.perf_counter()
    count = consult_reads(path) if what == "consult" else bare_read(path)
    seconds = time.perf_counter() - began
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    processor = sum(used.ru_utime + used.ru_stime for used in (own, children)) - before
    print(
        json.dumps(
            {"seconds": seconds, "processor": processor, "gigabytes": own.ru_maxrss / 1e6,
             "children": children.ru_maxrss / 1e6, "count": count}
        )
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--formats", nargs="+", default=["csv", "xlsx"], choices=["csv", "xlsx"])
    parser.add_argument("--keep", type=Path, help="a folder that keeps the files for the next time")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for ending in given.formats:
            path = (given.keep or Path(folder)) / f"responses-{given.rows}.{ending}"
            if not path.exists():
                write(path, rows(given.rows))
            ours, bare = measured("consult", path), measured("bare", path)
            baseline = "polars.read_csv" if ending == "csv" else "fastexcel"
            print(
                f"{ending}: {given.rows:,} rows by 30 columns, {path.stat().st_size / 1e6:.0f} MB: "
                f"{ours['seconds']:.2f} s (limit {_LIMITS[ending]:.0f} s), {ours['processor']:.2f} s of processors, "
                f"{ours['gigabytes']:.2f} GB and {ours['children']:.2f} GB in the child (limit {_MEMORY} GB), "
                f"{ours['count']:,.0f} responses; {baseline}: {bare['seconds']:.2f} s, {bare['gigabytes']:.2f} GB; "
                f"ratio {ours['seconds'] / bare['seconds']:.1f}"
            )


if __name__ == "__main__":
    main()
