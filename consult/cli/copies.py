"""`consult show --campaigns` and `--campaign`: the texts that several people sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from consult.cli.looking import one_question, open_run
from consult.cli.render import print_plain, put_json, put_table
from consult.copied import FEW, WHAT_ALIKE_IS, WHAT_CAMPAIGNS_ARE, in_braces, say_when
from consult.report.phrases import counted

_SHOWN = 20
"""Versions of a campaign that a terminal lists; `--json` and the exports give all."""


def campaigns_command(folder: Path, question: str | None, campaign: str | None, *, as_json: bool) -> None:
    """Prints the campaigns of a run or of a question; or one of them."""
    run, question = open_run(folder, question)
    if campaign is not None:
        analysis = one_question(run, question)
        view = analysis.campaign(campaign)
        put_json(view) if as_json else _put_campaign(view, dated=analysis.copied.dated)
        return
    found = run.campaigns()
    if question is not None:
        found = found.filter(pl.col("question_id") == run.analysis(question).question_id)
    asked = [run.analysis(question)] if question is not None else list(run.analyses)
    alike = [group for analysis in asked for group in analysis.alike_groups()]
    if as_json:
        put_json({"run": run.name, "campaigns": found.to_dicts(), "alike": alike})
        return
    print_plain(f"{WHAT_CAMPAIGNS_ARE}\n")
    if found.is_empty():
        print_plain("No text was copied.")
    titles = {a.question_id: dict(a.themes.select("theme_id", "title").iter_rows()) for a in run.analyses}
    for (question_id,), mine in found.group_by("question_id", maintain_order=True):
        dated = run.analysis(str(question_id)).copied.dated
        _put_table(str(question_id), mine, titles[str(question_id)], dated=dated)
    if alike:
        print_plain(f"Alike in other words\n{WHAT_ALIKE_IS}\n")
    for group in alike:
        rows = [
            (t["response_id"], t["n_responses"], f"{t['similarity']:.2f}", t["nearest_response_id"],
             " ".join(t["text"].split())[:160])
            for t in group["texts"]
        ]  # fmt: skip
        heads = ("Response", "Responses", "Similarity", "To", "Its text begins")
        put_table(f"{group['question_id']}, {group['alike_id']}: {group['said']}", heads, rows, numbers=(1, 2))


def _put_table(question_id: str, found: pl.DataFrame, titles: dict[str, str], *, dated: bool) -> None:
    rows = [
        (row["campaign_id"], row["n_respondents"], row["n_responses"], row["n_texts"], row["n_adding"],
         say_when(row, dated=dated), " ".join(row["skeleton"].split())[:80],
         "; ".join(titles[each] for each in row["theme_ids"]))
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    heads = ("", "People", "Responses", "Distinct texts", "Add words", "Submitted", "Its text begins", "Its themes")
    put_table(f"{question_id}: {counted(len(rows), 'campaign')}", heads, rows, numbers=(1, 2, 3, 4))


def _put_campaign(view: dict[str, Any], *, dated: bool) -> None:
    written = "letter" if view["n_responses"] >= FEW else "text"
    print_plain(
        f"{view['campaign_id']}: {counted(view['n_responses'], 'response')} from "
        f"{counted(view['n_respondents'], 'person', 'people')}, in {counted(view['n_texts'], 'distinct text')}; "
        f"{view['n_exact']:,} in the same words, {view['n_adding']:,} with words of the sender's own.\n"
        f"Submitted: {say_when(view, dated=dated)}.\n\n"
        f"The {written} (response {view['canonical_response_id']}); "
        "in braces what fewer than 90 % of its texts have:\n\n"
        f"{in_braces(view['parts'])}\n"
    )
    themes = [(t["theme_id"], t["title"], t["n_responses"], t["n_own"]) for t in view["themes"]]
    heads = ("", "Theme", "Members who raise it", "Of these, in their own words")
    put_table("What its members raise", heads, themes, numbers=(0, 2, 3))
    shown = view["versions"][:_SHOWN]
    rows = [(v["response_id"], v["n_responses"], f"{v['similarity']:.2f}", " … ".join(v["own"])) for v in shown]
    title = f"Versions ({len(shown)} of {len(view['versions']):,}; --json gives all)"
    put_table(title, ("Response", "Sent", "Shared", "What its sender added"), rows, numbers=(1, 2))
