"""Damaged files end in a result or an `InputError`, soon and small: never in a crash, a hang or a lost row.

`CONSULT_MUTATIONS=5000 pytest tests/consult/ingest/test_mutations.py` damages 5,000 files; the suite a few. It prints
the slowest and the most memory with `-s`.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

from consult.config import AnalysisConfig
from consult.documents import sandboxed
from consult.errors import InputError
from consult.ingest import read_responses
from tests.consult.documents.making import mail, opendocument, outlook, pdf, word, zipped
from tests.consult.ingest.test_roundtrip import delimited, sheet, workbook

MUTATIONS = int(os.environ.get("CONSULT_MUTATIONS", "120"))
SEED = 20_250_314
SECONDS = 5.0
"""A file, on the clock, the start of another child after one was ended included."""
MEMORY = 512 * 1024**2
TEXTS = ("The bus is late every day", "Keep the trees – ŵ 😀", 'No, "never"\nat all', "", "N/A")


def rows(number: int) -> list[list[str]]:
    return [[f"R{row}", *(TEXTS[(row + place + number) % 5] for place in range(1 + number % 4))] for row in range(1, 9)]


def seeds() -> dict[str, bytes]:
    """At least 100 sound files of every format."""
    import io
    import json

    import polars as pl

    made: dict[str, bytes] = {}
    for n in range(9):
        table = rows(n)
        names = ["response_id", *(f"Question {place}" for place in range(1, len(table[0])))]
        letter = ["Dear Sir,", f"Question {n + 1}", TEXTS[n % 3], "Yours faithfully", "Ann"]
        frame, buffer = pl.DataFrame(table, schema=names, orient="row"), io.BytesIO()
        frame.write_parquet(buffer)
        made |= {
            f"{n}.csv": delimited(table, ",;\t|"[n % 4], "\r\n", n % 2, ("utf-8", "utf-16", "utf-8-sig")[n % 3]),
            f"{n}.tsv": delimited(table, "\t", "\n", 1, "utf-8"),
            f"{n}.jsonl": "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in table).encode(),
            f"{n}.parquet": buffer.getvalue(),
            f"{n}.xlsx": workbook(table),
            f"{n}.ods": sheet(table),
            f"{n}.docx": word(letter),
            f"{n}.odt": opendocument(letter),
            f"{n}.pdf": pdf([letter, letter], pictures=[n % 3]),
            f"{n}.eml": mail("\n".join(letter), "<p>x</p>" if n % 2 else None, {"a.docx": word(letter)}),
            f"{n}.msg": outlook("\n".join(letter), attached={"a.pdf": pdf([letter])}),
            f"{n}.html": f"<html><body><p>{'</p><p>'.join(letter)}</p></body></html>".encode(),
            f"{n}.txt": "\n".join(letter).encode(),
            f"{n}.zip": zipped({"a.docx": word(letter), "b.eml": mail("x"), "c.txt": "\n".join(letter)}),
        }
    return made


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The file with one to eight places damaged: bytes changed, cut, repeated, filled, or the end lost."""
    out = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(out) or 1), chance.choice((1, 1, 2, 4, 16, 200))
        match chance.randrange(6):
            case 0:
                out[at : at + length] = chance.randbytes(length)
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length] * chance.randint(1, 50)
            case 3:
                out[at : at + length] = bytes([chance.choice((0, 0xFF, 0x20, 0x22))]) * length
            case 4 if chance.random() < 0.3:
                del out[at:]
            case _:
                out[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\1\0\0\0"))
    return bytes(out)


def peak_of_children() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def test_damaged_files_end_in_a_result_or_an_input_error(tmp_path: Path) -> None:
    before = peak_of_children()
    chance = random.Random(SEED)
    sound = seeds()
    assert len(sound) >= 100
    ended: Counter[str] = Counter()
    slowest = (0.0, "")
    names = list(sound)
    with sandboxed() as box:
        for number in range(MUTATIONS):
            name = names[number % len(names)]
            path = tmp_path / f"mutated{Path(name).suffix}"
            path.write_bytes(mutated(sound[name], chance))
            began = time.monotonic()
            try:
                ingested = read_responses([path], AnalysisConfig())
            except InputError as error:
                ended[error.code] += 1
            else:
                ended["read"] += 1
                ledger = ingested.ledger
                n_read = ledger["n_responses"].sum() + ledger["n_rejected"].sum() + ledger["n_blank"].sum()
                assert ledger["n_read"].sum() == n_read, (number, name)
                assert ledger["n_responses"].sum() == ingested.responses.height, (number, name)
            took = time.monotonic() - began
            slowest = max(slowest, (took, f"{number} {name}"))
            assert took < SECONDS, (number, name)
        box.close()
    sys.stdout.write(f"\n{MUTATIONS} files: {dict(ended.most_common())}; slowest {slowest}; "
                     f"most memory of a child {peak_of_children() // 1024**2} MB\n")  # fmt: skip
    # What is told is the most of all children that this process ever had, those of other tests among them.
    assert peak_of_children() < MEMORY or peak_of_children() == before
    assert ended["read"] and len(ended) > 2
