"""What a column holds, measured: the ground for guessing its role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from consult.ingest.grid import is_blank
from consult.ingest.tongues import SCALE as _SCALES_ELSEWHERE

# Measured on at most this many distinct values, spread evenly over all of them in sorted order, so that neither the
# size of the file nor the order of its rows changes a guess.
_SAMPLE: Final = 5_000
_FEW: Final = 12
_BAR: Final = "|"

DATE: Final = (
    r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].{0,30})?$|^\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})([ ,T].{0,30})?$"
    r"|^(\w{3,9},? )?\d{1,2}(st|nd|rd|th)? [A-Za-z]{3,9},? \d{4}.{0,20}$"
    r"|^(\w{3},? )?[A-Za-z]{3,9} \d{1,2},? .{0,20}\d{4}$"
)
URL: Final = r"^(https?://|www\.)\S+$"
EMAIL: Final = r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"
NUMBER: Final = r"^[-+£$€]?\d[\d.,]*([eE][-+]?\d+)?%?$"
SCIENTIFIC: Final = r"^\d([.,]\d+)?[eE]\+?\d+$"
_SCALE: Final = (
    r"^(((strongly|tend to|mostly|definitely|slightly|somewhat|partly|partially|fully|very|fairly|quite|extremely|not"
    r"( very| at all)?|neither|neutral|unsure|maybe|possibly) ?)*(agree|disagree|support|oppose|yes|no|don.?t know"
    r"|not sure|satisfied|dissatisfied|likely|unlikely|important|unimportant|good|poor|very good|very poor|excellent"
    r"|true|false|not applicable|not answered|prefer not to say|agree nor disagree|good nor poor|support nor oppose"
    r"|satisfied nor dissatisfied|high|medium|low|neutral|unsure|maybe|either|individual|organisation"
    r"|on behalf of an organisation)|" + _SCALES_ELSEWHERE + r")[.!]?$"
)
# Scripts that put no spaces between words: two characters count as one.
_UNSPACED: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"


@dataclass(frozen=True)
class Profile:
    """Measures of one column; shares are of its filled cells, in [0, 1], and 0 where none is filled.

    Attributes:
        n_rows: Cells.
        n_filled: Cells that show something.
        n_distinct: Different values among those.
        median_words: Of the different values.
        max_words: Of the different values.
        dates, urls, emails, numbers, scale: Share that looks like one; `scale` is Yes/No, Agree/Disagree and the like.
        n_options: Different pieces when cells are cut at the separator; 0 when no cell holds one.
        n_mentions: Filled pieces in all, over the different values.
        values: The different values without the spaces around them, sorted, where they are at most twelve; else none.
        scientific: Share that is a number in scientific notation, as 1.18E+11.
        separator: What the cells were cut at; "" when nothing was found in them.
    """

    n_rows: int
    n_filled: int
    n_distinct: int
    median_words: float
    max_words: int
    dates: float
    urls: float
    emails: float
    numbers: float
    scale: float
    n_options: int
    n_mentions: int
    values: tuple[str, ...] = ()
    scientific: float = 0.0
    separator: str = ""

    @property
    def is_few(self) -> bool:
        """Whether values repeat as options do."""
        return (self.n_distinct <= 30 and 2 * self.n_distinct <= self.n_filled) or (
            self.n_distinct <= 100 and 20 * self.n_distinct <= self.n_filled
        )

    @property
    def is_multi(self) -> bool:
        """Whether cells list several options: the pieces between separators repeat, though whole cells may not."""
        return _lists(self.n_options, self.n_mentions)

    @property
    def is_wordy(self) -> bool:
        """Whether the column reads as prose: values of several words that mostly differ, or long ones."""
        if self.is_few and self.max_words <= 25:
            return False
        differs = 2 * self.n_distinct > self.n_filled
        return (self.median_words >= 3 and differs) or self.median_words >= 8


def _lists(n_options: int, n_mentions: int) -> bool:
    return 1 < n_options <= 50 and n_mentions >= 1.3 * n_options


def profile_of(cells: pl.Series, separator: str) -> Profile:
    """Measures one String column.

    Args:
        cells: The column, without nulls.
        separator: What stands between the options of one cell; a vertical bar is tried too.
    """
    value = pl.col("value")
    counts = (
        pl.DataFrame({"value": cells})
        .filter(~is_blank(value))
        .group_by(value)
        .agg(pl.len().alias("n").cast(pl.Int64))
        .sort("value")
    )
    n_filled = int(counts["n"].sum())
    sample = counts.gather_every(max(1, -(-counts.height // _SAMPLE)))
    if not sample.height:
        return Profile(cells.len(), 0, 0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)
    stripped = value.str.strip_chars()
    words = value.str.count_matches(r"\S+") + value.str.count_matches(_UNSPACED) // 2

    def share(matches: pl.Expr) -> pl.Expr:
        return pl.col("n").filter(matches).sum() / pl.col("n").sum()

    measures = sample.select(
        words.median().alias("median_words"),
        words.max().alias("max_words"),
        share(stripped.str.contains(DATE)).alias("dates"),
        share(stripped.str.contains(URL)).alias("urls"),
        share(stripped.str.contains(EMAIL)).alias("emails"),
        share(stripped.str.contains(NUMBER)).alias("numbers"),
        share(stripped.str.contains(SCIENTIFIC)).alias("scientific"),
        share(stripped.str.to_lowercase().str.contains(_SCALE)).alias("scale"),
    ).row(0, named=True)
    found, n_options, n_mentions = _cut(sample, separator)
    return Profile(
        n_rows=cells.len(),
        n_filled=n_filled,
        n_distinct=counts.height,
        n_options=n_options,
        n_mentions=n_mentions,
        separator=found,
        values=tuple(sorted({v.strip() for v in counts["value"]})) if counts.height <= _FEW else (),
        **{**measures, "max_words": int(measures["max_words"])},
    )


def _cut(sample: pl.DataFrame, separator: str) -> tuple[str, int, int]:
    """The separator that is found in the values, how many pieces differ, and how many there are.

    The one that is set counts wherever it occurs; the bar only where its pieces repeat as options do.
    """
    value = pl.col("value")
    for tried in dict.fromkeys((separator, _BAR)):
        if sample.select(value.str.contains(tried, literal=True).any()).item():
            pieces = sample.select(value.str.split(tried).explode().str.strip_chars()).to_series()
            pieces = pieces.filter(pieces != "")
            n_options, n_mentions = pieces.n_unique(), pieces.len()
            if tried == separator or _lists(n_options, n_mentions):
                return tried, n_options, n_mentions
    return "", 0, 0
