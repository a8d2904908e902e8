"""`consult explain`: why a response carries its themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from consult.cli.looking import open_run
from consult.cli.render import print_plain, put_json, put_table
from consult.cli.views import response_view
from consult.explain import explain_response, sayings_in
from consult.strength import STRENGTH


def explain_command(folder: Path, response: str, question: str | None, *, as_json: bool) -> None:
    """Explains a response, under each question that has one of this id."""
    run, question = open_run(folder, question)
    views = [
        view
        | explain_response(run, run.analysis(view["question_id"]), view["response_id"])
        | {"sayings": sayings_in(run.analysis(view["question_id"]), view["response_id"])}
        for view in response_view(run, question, response)
    ]
    if as_json:
        put_json([{key: value for key, value in view.items() if key != "themes"} for view in views])
    for view in [] if as_json else views:
        _put(view)


def _put(view: dict[str, Any]) -> None:
    print_plain(
        f"{view['question_id']} · {view['response_id']} · {view['status'].replace('_', '-')}\n\n{view['text']}\n"
    )
    said = {point["point_id"]: " ".join(point["text"].split()) for point in view["points"]}
    for theme in view["carries"]:
        if theme["point_id"] is None:
            print_plain(f"{theme['theme_id']}. {theme['title']}: a person decided so.\n")
            continue
        print_plain(
            f"{theme['theme_id']}. {theme['title']}: {theme['strength_in_words']} ({theme['strength']:.2f}), by its "
            f"point “{said[theme['point_id']]}”"
        )
        if theme["point_id"] in view["sayings"]:
            print_plain(f"     read as saying {view['sayings'][theme['point_id']]}, as others do in other words")
        if theme["given"]:
            print_plain(f"     {theme['given']['why']} (title {theme['given']['similarity']:.2f})")
        for other in theme["like"]:
            quote = " ".join(other["quote"].split())
            print_plain(f"     like {other['similarity']:.2f}: “{quote}” [{other['response_id']}]")
        print_plain("")
    if not view["carries"]:
        print_plain("It carries no theme.\n")
    if any(theme["point_id"] is not None for theme in view["carries"]):
        print_plain(f"{STRENGTH}\n")
    rows = [
        (t["theme_id"], t["title"], f"{t['similarity']:.2f}", f"{t['threshold']:.2f}", f"{t['short']:.2f}", t["why"])
        for t in view["missed"]
    ]
    if rows:
        heads = ("", "Theme", "Similarity", "It takes", "Short by", "Why")
        put_table("The nearest themes that it does not carry", heads, rows, numbers=(0, 2, 3, 4))
