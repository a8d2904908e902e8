"""A question and its ranked themes: for everyone, for a group, for two groups side by side."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

import polars as pl

from api.findings.about import counts_sentence
from api.findings.beside import told_languages, translations_of
from api.findings.groups import answered, check_shown, fields_of, table_of
from api.findings.recount import count_group
from consult.analysis import Analysis, Run
from consult.distinct import count_distinct
from consult.errors import ConfigError
from consult.groups import Cell, explained_by, hiding_sentence, smallest_of
from consult.report.phrases import people_known, stability_word

Count = Literal["respondents", "distinct"]


def question(run: Run, question_id: str) -> dict[str, Any]:
    """One question: wording, ledger, notes, fields to filter by, and whether the files say who answered.

    Raises:
        RunError: the run has no such question.
    """
    analysis = run.analysis(question_id)
    said = answered(run, analysis)
    return {
        "run": run.name,
        "question_id": analysis.question_id,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "language": analysis.manifest.get("language"),
        "languages": told_languages(analysis),
        "counts": analysis.counts,
        "ledger": counts_sentence(analysis.counts),
        "n_answered": said["who"].n_unique(),
        "n_distinct": count_distinct(said),
        "notes": list(analysis.manifest.get("notes", [])),
        "n_campaigns": (analysis.manifest.get("campaigns") or {}).get("campaigns", 0),
        "words": [] if len(analysis.themes) else [list(pair) for pair in analysis.manifest.get("keywords", [])],
        "fields": fields_of(run, question_id),
    }


def themes(
    run: Run,
    question_id: str,
    *,
    field: str | None = None,
    group: str | None = None,
    count: Count = "respondents",
) -> dict[str, Any]:
    """The ranked themes of a question, recounted over a group when one is given.

    Args:
        run: The run.
        question_id: The question.
        field: A demographic field or a closed question; with `group`.
        group: Its value; with `field`.
        count: What ranks: people, or distinct texts, where equal texts count once.

    Returns:
        question_id, wording, respondents_known (where false, each response counts as one person), filter, n_answered
        (people of the group who gave an answer), n_distinct (their distinct texts), counts (responses, themed,
        unthemed, non_answers of the group), longest (the largest count, for bars),
        themes. A theme has rank (by `count`, in this group), rank_all (by people, over everyone), the columns of
        THEMES, its stability_word, share and share_distinct of the group. A theme that nobody of the group raises is
        listed last with 0 and no rank.
        parents: the same of PARENTS, with theme_ids: a person who raises several themes of a parent counts once in it.
        Of a group, themes whose count is not shown have None for all their figures and stand before these, in the order
        of rank_all; the others are ranked among themselves. Its counts of responses are None, from which small ones
        would follow, unless the run shows all. hiding says so in words; None of everyone.

    Raises:
        RunError: the run has no such question, field or group; or the group is too small to be shown.
        ConfigError: a field without a group or the other way round, or an unknown `count`.
    """
    check_filter(field, group)
    if count not in ("respondents", "distinct"):
        raise ConfigError("count_unknown", f"count={count!r} is not known.", "Use respondents or distinct.")
    analysis = run.analysis(question_id)
    if field is not None and group is not None:
        check_shown(run, analysis, field, group)
    return _themes(run, analysis, field, group, count)


def check_filter(field: str | None, group: str | None) -> None:
    """Refuses a half filter.

    Raises:
        ConfigError: a field without a group, or the other way round.
    """
    if (field is None) != (group is None):
        missing = "group" if group is None else "field"
        raise ConfigError("filter_incomplete", f"A filter needs field and group: {missing} is missing.", "Give both.")


def _themes(run: Run, analysis: Analysis, field: str | None, group: str | None, count: Count) -> dict[str, Any]:
    found = count_group(run, analysis, field, group)
    shown = _shown(run, analysis, _ordered(found["themes"], count), "theme_id", field, group)
    counted_by = "n_respondents" if count == "respondents" else "n_distinct"
    is_whole = field is None or _hiding(run) is None
    return {
        "run": run.name,
        "question_id": analysis.question_id,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "filter": {"field": field, "group": group, "count": count},
        "hiding": None if is_whole else _hiding(run),
        "n_answered": found["n_answered"],
        "n_distinct": found["n_distinct"],
        "counts": {name: n if is_whole else None for name, n in found["counts"].items()},
        "longest": max([0, *(row[counted_by] for row in shown if row[counted_by] is not None)]),
        "themes": [row | {"stability_word": stability_word(row)} for row in shown],
        "parents": _shown(run, analysis, _ordered(found["parents"], count), "parent_id", field, group),
    }


_FIGURES = ("rank", "n_respondents", "n_responses", "n_distinct", "share", "share_distinct", "rank_distinct")


def _shown(
    run: Run, analysis: Analysis, rows: list[dict[str, Any]], key: str, field: str | None, group: str | None
) -> list[dict[str, Any]]:
    """Ranked rows as they may be shown of a group: after them what is hidden, without figures and in nobody's order.

    What nobody of the group raises has no rank and stands last: else it would stand above what is hidden. The others
    are ranked among themselves, for a gap in the ranks would tell between which counts a hidden one lies.
    """
    if field is None or group is None:
        return rows
    table = table_of(run, analysis, field)
    kept = [row for row in rows if table.shows(row[key], group)]
    raised, nobody = [row for row in kept if row["n_respondents"]], [row for row in kept if not row["n_respondents"]]
    for name in ("rank", "rank_distinct"):
        for place, row in enumerate(sorted((r for r in raised if name in r), key=lambda r: int(r[name])), start=1):
            row[name] = place
    gone = [row | dict.fromkeys(name for name in _FIGURES if name in row) for row in rows if row not in kept]
    unranked = [row | dict.fromkeys(name for name in ("rank", "rank_distinct") if name in row) for row in nobody]
    return [*raised, *(row for part in (gone, unranked) for row in sorted(part, key=lambda row: int(row["rank_all"])))]


def _ordered(rows: list[dict[str, Any]], count: Count) -> list[dict[str, Any]]:
    """Themes or parents, ranked by people or by distinct texts; copies, for what is hidden of them is taken out."""
    by = "rank" if count == "respondents" else "rank_distinct"
    return sorted(({**row, "rank": row[by]} for row in rows), key=lambda row: int(row["rank"]))


def theme(run: Run, question_id: str, theme_id: str) -> dict[str, Any]:
    """One theme: counts, summary, quotes, what it is a part of, and its split by every field and closed question.

    Raises:
        RunError: the run has no such question, or the question no such theme.
    """
    analysis = run.analysis(question_id)
    row = analysis.theme(theme_id)
    mine = pl.col("theme_id") == theme_id
    titles = dict(analysis.parents.select("parent_id", "title").iter_rows())
    return {
        "run": run.name,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "n_answered": answered(run, analysis)["who"].n_unique(),
        **row,
        "stability_word": stability_word(row),
        "part_of": titles.get(row["parent_id"]),
        "summary": analysis.summaries.filter(mine)
        .sort("position")
        .select("sentence", "response_ids", "method")
        .to_dicts(),
        "quotes": _quotes(run, analysis, theme_id),
        "splits": (splits := _splits(run, analysis, theme_id)),
        "position": _position(run, analysis, splits),
        "hiding": _hiding(run),
    }


def _quotes(run: Run, analysis: Analysis, theme_id: str) -> list[dict[str, Any]]:
    """The quotes of a theme, each with the translation of its response, or None."""
    rows = analysis.quotes.filter(pl.col("theme_id") == theme_id).sort("position")
    quotes = rows.select("quote", "response_id", "start", "end").to_dicts()
    translated = translations_of(run, analysis, [quote["response_id"] for quote in quotes])
    return [quote | {"translation": translated.get(quote["response_id"])} for quote in quotes]


def parent(run: Run, question_id: str, parent_id: str) -> dict[str, Any]:
    """One parent, a broad theme: counts, its themes, and its split by every field and closed question.

    Raises:
        RunError: the run has no such question, or the question no such parent.
    """
    analysis = run.analysis(question_id)
    row = analysis.parent(parent_id)
    themes = analysis.themes_of(parent_id)
    return {
        "run": run.name,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "n_answered": answered(run, analysis)["who"].n_unique(),
        **row,
        "themes": themes.select("theme_id", "rank", "title", "n_respondents", "n_distinct", "share").to_dicts(),
        "splits": (splits := _splits(run, analysis, parent_id)),
        "position": _position(run, analysis, splits),
        "hiding": _hiding(run),
    }


def _splits(run: Run, analysis: Analysis, row_id: str) -> list[dict[str, Any]]:
    """By every field, how many respondents of each group raise a theme or broad theme, as far as that is shown."""
    splits = []
    for entry in fields_of(run, analysis.question_id):
        table = table_of(run, analysis, entry["field"])
        cells = [
            {"group": each["group"]}
            | asdict(table.cell(row_id, each["group"]) if each["group"] in table.groups else _NOBODY)
            for each in entry["groups"]
        ]
        splits.append({"field": entry["field"], "kind": entry["kind"], "groups": cells})
    return splits


def _hiding(run: Run) -> str | None:
    smallest = smallest_of(run.manifest)
    return hiding_sentence(smallest) if smallest > 1 else None


_NOBODY = Cell(0, 0, 0.0, None, None)


def _position(run: Run, analysis: Analysis, splits: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The split by the closed question whose answer this question gives reasons for; None where there is none.

    What a person is for is what they chose. Of their words nothing is guessed.
    """
    closed = explained_by(run.manifest, analysis.question_id)
    return next((split for split in splits if split["field"] == closed), None)


def compare(run: Run, question_id: str, field: str, a: str, b: str) -> dict[str, Any]:
    """The themes of a question in two groups side by side, those furthest apart first.

    Returns:
        question_id, wording, respondents_known, field, a and b (group, n_answered), themes: theme_id, title, rank_all,
        a and b (n_respondents, n_distinct, share, rank), difference (share in a less share in b, in [-1, 1]). Figures
        that are not shown are None; the difference too then, and such themes stand last. hiding says so in words.

    Raises:
        RunError: the run has no such question, field or group.
    """
    sides = {"a": themes(run, question_id, field=field, group=a), "b": themes(run, question_id, field=field, group=b)}
    rows = {name: {row["theme_id"]: row for row in side["themes"]} for name, side in sides.items()}
    shown = ("n_respondents", "n_distinct", "share", "rank")
    found = [
        {
            "theme_id": theme_id,
            "title": row["title"],
            "rank_all": row["rank_all"],
            "a": {key: row[key] for key in shown},
            "b": {key: rows["b"][theme_id][key] for key in shown},
            "difference": _less(row["share"], rows["b"][theme_id]["share"]),
        }
        for theme_id, row in rows["a"].items()
    ]
    found.sort(key=lambda each: (each["difference"] is None, -abs(each["difference"] or 0), each["rank_all"]))
    return {
        "run": run.name,
        "question_id": question_id,
        "wording": sides["a"]["wording"],
        "respondents_known": sides["a"]["respondents_known"],
        "field": field,
        "a": {"group": a, "n_answered": sides["a"]["n_answered"]},
        "b": {"group": b, "n_answered": sides["b"]["n_answered"]},
        "hiding": _hiding(run),
        "themes": found,
    }


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
