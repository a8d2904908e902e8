"""Texts as vectors of how they are spelt, beside those of what they mean.

A sentence model knows that "bus" is near "coach"; it does not know which words of *this* consultation set one point
apart from another. Latent semantic analysis of character n-grams does: it weighs what is rare here, and sees the stem
that "parking", "parked" and "Parkplatz" share, in any language, with no dictionary.

Source: Deerwester et al. 1990 (latent semantic analysis). N-grams of characters within words, three to five long, gave
more than words, stems or pairs of words on six hand-coded sets together, see README.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

DIMENSIONS: Final = 64
"""Source: 50 to 80 measured alike, 200 worse."""
WEIGHT: Final = 0.7
"""Of the spelling, beside 1 for the meaning. Source: 0.5 to 0.9 measured alike, 0 and 1.2 worse."""
FEWEST: Final = 20
"""With fewer distinct texts nothing can be learnt of their spelling."""
_COMMON: Final = 0.3
"""An n-gram in more of the texts than this tells nothing apart."""
_BLOCK: Final = 65_536


@dataclass(frozen=True)
class Lexical:
    """What was learnt of the spelling of a question's points.

    Attributes:
        words: A fitted `TfidfVectorizer`; None where there was too little to learn from.
        reduction: A fitted `TruncatedSVD`.
    """

    words: Any
    reduction: Any

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (len(texts), `DIMENSIONS`), each by its text alone; zeros for a text of nothing known."""
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if self.words is None:
            return found
        for start in range(0, len(texts), _BLOCK):
            reduced = self.reduction.transform(self.words.transform(texts[start : start + _BLOCK]))
            lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
            found[start : start + len(reduced), : reduced.shape[1]] = reduced / np.where(lengths < 1e-9, 1, lengths)
        return found


def fit_lexical(texts: Sequence[str]) -> Lexical:
    """Learns which n-grams tell texts apart, and which go together.

    Args:
        texts: Distinct texts, in an order that rests on the texts alone.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    nothing = Lexical(None, None)
    if len(texts) < FEWEST:
        return nothing
    words = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=min(3, len(texts) // 10), max_df=_COMMON, sublinear_tf=True,
        dtype=np.float32,
    )  # fmt: skip
    try:
        counts = words.fit_transform(texts)
    except ValueError:  # no n-gram is left: the texts have nothing in common, or everything
        return nothing
    most = min(DIMENSIONS, min(counts.shape) - 1)
    return Lexical(words, TruncatedSVD(most, random_state=0).fit(counts)) if most >= 1 else nothing


def beside(meant: Floats, spelt: Floats) -> Floats:
    """One unit vector from two, a row a point: what it means, and with `WEIGHT` how it is spelt.

    Args:
        meant: Unit vectors, shape (n, d).
        spelt: Unit vectors, or zeros, shape (n, `DIMENSIONS`).

    Returns:
        Shape (n, d + `DIMENSIONS`).
    """
    both = np.hstack([meant, np.float32(WEIGHT) * spelt])
    lengths = np.linalg.norm(both, axis=1, keepdims=True)
    return (both / np.where(lengths == 0, 1, lengths)).astype(np.float32)
