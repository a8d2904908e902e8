"""Why a response is where it is: sentences that are right for none, one and several."""

from __future__ import annotations

import pytest

from api.findings import open_run, response
from tests.api.pages.conftest import Service

ONE = "The response raises 1 theme, which rests on the point marked with its number."
TWO = "The response raises 2 themes; each rests on the point marked with its number."
NONE = "None of them is near enough to a theme, so the response is in none."
NOTHING = (
    "The response says nothing on the question (such as “no comment” or “see attached”), so it is counted as a "
    "non-answer."
)


@pytest.mark.parametrize(
    ("status", "n_points", "n_themes", "said"),
    [
        ("themed", 1, 1, "It was cut into 1 point. " + ONE),
        ("themed", 3, 1, "It was cut into 3 points. " + ONE),
        ("themed", 3, 2, "It was cut into 3 points. " + TWO),
        ("unthemed", 1, 0, "It was cut into 1 point. It is not near enough to a theme, so the response is in none."),
        ("unthemed", 2, 0, "It was cut into 2 points. " + NONE),
        ("non_answer", 0, 0, NOTHING),
    ],
)  # fmt: skip
def test_the_explanation(service: Service, status: str, n_points: int, n_themes: int, said: str) -> None:
    run = open_run(service.settings.runs / service.consultation_id / f"run-{service.run_id}")
    found = 0
    for analysis in run.analyses:
        for response_id in analysis.responses["response_id"]:
            shown = response(run, analysis.question_id, response_id)
            if (shown["status"], len(shown["points"]), len(shown["themes"])) == (status, n_points, n_themes):
                assert shown["explanation"] == said
                found += 1
    assert found
