"""How much personal data is found, how much else is taken for it, and how fast.

    python tests/benchmarks/redact.py [--misses]

The sentences are invented (`redact_samples.py`). An item is found when every character of it is replaced; a replacement
is right when it touches an item. Names are reported apart from what has a written form. The speed stands beside a
baseline in the same run: splitting the same texts into words.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from redact_samples import CLEAN_SHAPES, SHAPES, clean_sentences, labelled_sentences

from consult.config import RedactConfig
from consult.redact import PatternRedactor
from consult.words import words


def score(show: bool = False) -> dict[str, tuple[int, int, int, int]]:
    """For "structured" and "names": items, found, replacements, right ones."""
    redactor = PatternRedactor(RedactConfig())
    sentences, clean = labelled_sentences(), clean_sentences()
    items: Counter[str] = Counter()
    found: Counter[str] = Counter()
    made: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for sentence, spans in zip(sentences, redactor.find([s.text for s in sentences]), strict=True):
        covered = {at for span in spans for at in range(span.start, span.end)}
        for start, end, kind in sentence.items:
            items[kind] += 1
            whole = all(at in covered for at in range(start, end) if sentence.text[at].isalnum())
            found[kind] += whole
            if show and not whole:
                print(
                    f"missed {kind}: {sentence.text[max(0, start - 30) : start]!r} <{sentence.text[start:end]}> {sentence.text[end : end + 20]!r}"
                )
        for span in spans:
            made[span.kind] += 1
            hit = any(span.start < end and start < span.end for start, end, _ in sentence.items)
            right[span.kind] += hit
            if show and not hit:
                print(f"wrong {span.kind}: {sentence.text[span.start : span.end]!r} in {sentence.text[:90]!r}")
    for text, spans in zip(clean, redactor.find(clean), strict=True):
        for span in spans:
            made[span.kind] += 1
            if show:
                print(f"wrong {span.kind}: {text[span.start : span.end]!r} in {text[:90]!r}")
    for kind in sorted(items, key=lambda kind: found[kind] / items[kind]):
        print(
            f"{kind:16} {items[kind]:5} items, recall {found[kind] / items[kind]:.3f}, {made[kind]:5} replaced, precision {right[kind] / max(1, made[kind]):.3f}"
        )
    sums = {}
    for label, kinds in (("structured", set(items) - {"name"}), ("names", {"name"})):
        total = tuple(sum(counts[kind] for kind in kinds) for counts in (items, found, made, right))
        sums[label] = total
        print(
            f"{label}: {total[0]} items, recall {total[1] / total[0]:.4f}; {total[2]} replaced, precision {total[3] / total[2]:.4f}"
        )
    print(f"{len(SHAPES)} shapes, {len(sentences)} sentences; {len(CLEAN_SHAPES)} clean shapes, {len(clean)} sentences")
    return sums


def speed() -> None:
    """Answers a second, on answers of six sentences: one with personal data and five without, or all six with."""
    labelled, clean = [sentence.text for sentence in labelled_sentences()], clean_sentences()
    redactor = PatternRedactor(RedactConfig())
    for label, others in (("one sentence in six", clean), ("every sentence", labelled)):
        answers = [
            " ".join([text, *(others[(at + k * 577) % len(others)] for k in range(1, 6))])
            for at, text in enumerate(labelled)
        ]
        redactor.find(answers[:50])
        seconds = {}
        for name, work in (
            ("words", lambda: [words(text) for text in answers]),
            ("redact", lambda: redactor.find(answers)),
        ):
            begun = time.process_time()
            work()
            seconds[name] = time.process_time() - begun
        n_words = sum(len(text.split()) for text in answers) / len(answers)
        print(
            f"personal data in {label}: {len(answers):,} answers of {n_words:.0f} words, {len(answers) / seconds['redact']:,.0f} "
            f"a second, {seconds['redact'] / seconds['words']:.1f} times as long as splitting them into words"
        )


if __name__ == "__main__":
    score(show="--misses" in sys.argv)
    speed()
