"""Several columns that are one question: an option each; and cells that list options, which may hold commas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import polars as pl

from consult.ingest import tongues
from consult.ingest.grid import is_blank
from consult.ingest.headings import split_label
from consult.ingest.layouts import CHOSEN, NOT_CHOSEN
from consult.ingest.profiles import Profile
from consult.naming import quoted

COMMA: Final = ", "
_OTHER: Final = re.compile(rf"\bother\b|please specify|{tongues.OTHER}", re.IGNORECASE)
_MOST_OPTIONS: Final = 30
_LONGEST_OPTION: Final = 15
"""Words."""
_SAMPLE: Final = 20_000


@dataclass(frozen=True)
class OptionColumn:
    """A column that stands for one option of a question.

    Attributes:
        question: The question, for its answers: what the columns share.
        option: What choosing it means.
        reason: Why it is taken for one.
    """

    question: str
    option: str
    reason: str


def option_columns(
    names: Sequence[str],
    labels: Mapping[str, str],
    parts: Mapping[str, tuple[str, str]],
    profiles: Mapping[str, Profile],
) -> dict[str, OptionColumn]:
    """The columns that stand for an option each, and the ones beside them where people wrote what is "other".

    Args:
        names: Headers that no other role is sure of, in file order.
        labels: Header -> what it says in words.
        parts: Header -> (question, option), where the header rows say it.
        profiles: What the columns hold.
    """
    found: dict[str, OptionColumn] = {}
    split = {name: parts.get(name) or split_label(labels[name]) for name in names}
    for stem, members in groupby(names, key=lambda name: (split[name] or ("", ""))[0] or None):
        run = list(members)
        if stem is None:
            found |= _named_by_value(run, labels, profiles)
        elif len(run) > 1:
            found |= _of_one_stem(stem, run, {name: (split[name] or ("", name))[1] for name in run}, profiles)
    return found


def _of_one_stem(
    stem: str, run: Sequence[str], options: Mapping[str, str], profiles: Mapping[str, Profile]
) -> dict[str, OptionColumn]:
    marks = [name for name in run if profiles[name].n_filled and _marks_only(profiles[name], options[name])]
    if marks:
        reason = f"one option of {len(run)} columns whose headers begin alike: its cells say only whether it was chosen"
        written = f"what people wrote in their own words beside the options of {quoted(stem)}"
        found = {}
        for name in run:
            if name in marks or not profiles[name].n_filled:
                found[name] = OptionColumn(stem, options[name], reason)
            elif _OTHER.search(options[name]) or len(marks) > 1:
                found[name] = OptionColumn(stem, options[name], written)
        return found if len(found) > 1 else {}
    others = [name for name in run[1:] if _OTHER.search(options[name]) and not profiles[name].is_few]
    # One column of choices, and one for what is not among them.
    if len(others) == 1 and len(run) == 2 and profiles[run[0]].is_few:
        return {
            others[0]: OptionColumn(
                run[0], options[others[0]], f"what people wrote beside the options of {quoted(run[0])}"
            )
        }
    return {}


def _named_by_value(
    run: Sequence[str], labels: Mapping[str, str], profiles: Mapping[str, Profile]
) -> dict[str, OptionColumn]:
    """Neighbours whose only value is their header: the options of a question that the file does not name."""
    found: dict[str, OptionColumn] = {}
    for is_named, group in groupby(run, key=lambda name: profiles[name].values == (labels[name].strip(),)):
        members = list(group)
        if not is_named or len(members) < 2:
            continue
        after = run[run.index(members[-1]) + 1 :][:1]
        beside = [name for name in after if _OTHER.fullmatch(labels[name].strip()) and profiles[name].median_words <= 8]
        stem = " / ".join([*members, *beside])
        for name in members:
            found[name] = OptionColumn(stem, labels[name], "its cells hold only its own header, as its neighbours' do")
        for name in beside:
            found[name] = OptionColumn(stem, labels[name], "what people wrote beside the options before it")
    return found


def _marks_only(profile: Profile, option: str) -> bool:
    """Whether cells say only whether the option was chosen. No beside Yes is an answer of its own."""
    values = {value.casefold() for value in profile.values}
    said = CHOSEN | (NOT_CHOSEN - {"no", "n"} - tongues.NO) | {option.strip().casefold()}
    return bool(values) and values <= said and bool(values - NOT_CHOSEN)


def comma_options(cells: pl.Series) -> tuple[str, ...]:
    """The options of a column whose cells list several, parted by commas; none where they do not.

    A piece that begins with a small letter and never stands without the piece before it belongs to that. Cells list
    options when some option also stands alone, and options come again more often than prose repeats itself.
    """
    values = (
        pl.DataFrame({"value": cells})
        .filter(~is_blank(pl.col("value")))
        .group_by("value")
        .len()
        .sort("value")
        .head(_SAMPLE)
    )
    lists = [[piece.strip() for piece in value.split(COMMA)] for value in values["value"].str.strip_chars().to_list()]
    if not any(len(pieces) > 1 for pieces in lists):
        return ()
    lists = _with_tails(lists)
    counts = Counter(piece for pieces in lists for piece in set(pieces))
    alone = {pieces[0] for pieces in lists if len(pieces) == 1}
    listed = {piece for pieces in lists if len(pieces) > 1 for piece in pieces}
    known = {piece for piece, n in counts.items() if n > 1 or COMMA in piece} | (alone & listed)
    known |= {piece for piece in listed if _OTHER.search(piece)}
    mentions = sum(counts.values())
    several = [pieces for pieces in lists if len(pieces) > 1 and len(known & {*pieces}) > 1]
    if (
        not (alone & listed)
        or not several
        or not 2 <= len(known) <= _MOST_OPTIONS
        or mentions < 1.3 * len(counts)
        or any(len(piece.split()) > _LONGEST_OPTION for piece in known)
    ):
        return ()
    return tuple(sorted(known))


def _with_tails(lists: list[list[str]]) -> list[list[str]]:
    """Puts a piece that is the end of the piece before it back to that."""
    before: dict[str, set[str | None]] = {}
    for pieces in lists:
        for place, piece in enumerate(pieces):
            before.setdefault(piece, set()).add(pieces[place - 1] if place else None)
    tails = {
        piece: next(iter(heads))
        for piece, heads in before.items()
        if piece[:1].islower() and len(heads) == 1 and None not in heads
    }
    joined = []
    for pieces in lists:
        whole: list[str] = []
        for place, piece in enumerate(pieces):
            if place and tails.get(piece) == pieces[place - 1] and whole:
                whole[-1] = f"{whole[-1]}{COMMA}{piece}"
            else:
                whole.append(piece)
        joined.append(whole)
    return joined


def split_options(cell: str, known: frozenset[str]) -> list[str]:
    """The options that a cell lists with commas between them; what is not known stays in one piece."""
    pieces = cell.strip().split(COMMA)
    found: list[str] = []
    rest: list[str] = []
    place = 0
    while place < len(pieces):
        for end in range(len(pieces), place, -1):
            candidate = COMMA.join(pieces[place:end]).strip()
            if candidate in known:
                if rest:
                    found.append(COMMA.join(rest))
                    rest = []
                found.append(candidate)
                place = end
                break
        else:
            rest.append(pieces[place])
            place += 1
    return [*found, COMMA.join(rest)] if rest else found
