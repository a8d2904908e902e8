"""Empty, running, failed, huge: each is designed. And who may see what."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from api import records
from api.database import job_events
from api.pages.charts import range_of, scatter, width
from api.pages.waiting import within
from api.pages.words import excerpt, place, plain, points, roughly
from consult import AnalysisConfig, analyse_into
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.reading import page_and_twin, strict_faults


def test_nothing_there_yet(own: Service) -> None:
    client = own.client()
    reader, twin = page_and_twin(client, own.consultation)
    assert (twin["uploads"], twin["runs"], twin["jobs"]) == ([], [], [])
    assert "Nothing has been analysed yet" in reader.text
    assert "No file was uploaded yet" in reader.text
    page = client.get(f"{own.consultation}/check")
    assert (page.status_code, "Nothing was uploaded yet" in page.text) == (409, True)


def test_no_consultations(tmp_path: Path) -> None:
    service = make_service(tmp_path / "data", auth="proxy", trusted_proxies=("0.0.0.0/0",))
    client = service.client()
    client.headers["X-Forwarded-User"] = "ada"
    page = client.get("/")
    # The test client has no address, so no header of it is believed.
    assert page.status_code == 401
    assert "You are not signed in" in page.text
    assert strict_faults(page.text) == []
    service.engine.dispose()


def test_a_viewer_reads_and_is_offered_nothing_else(tmp_path: Path) -> None:
    service = make_service(tmp_path / "data", auth="keys")
    records.set_member(service.engine, service.consultation_id, "vera", "viewer")
    _, key = records.make_key(service.engine, "vera", "vera", ["read", "write"])
    client = service.client()
    client.headers["Authorization"] = f"Bearer {key}"
    page = client.get(service.consultation)
    assert page.status_code == 200
    assert "Your role here is viewer" in page.text
    assert "<form" not in page.text
    assert client.get(f"{service.consultation}/check").status_code == 403
    assert client.get("/consultations/new").status_code == 403
    _, other = records.make_key(service.engine, "sid", "sid", ["read", "write"])
    client.headers["Authorization"] = f"Bearer {other}"
    assert client.get(service.consultation).status_code == 404
    assert "None has been shared with you" in client.get("/").text
    service.engine.dispose()


def test_a_running_job_shows_how_far_it_is(own: Service) -> None:
    job_id = own.add_job(
        "bbbb", "running", stage="embed", question_id="buses", done=120, total=480, started_at=records.now()
    )
    with own.engine.begin() as connection:
        for seq, at, done in ((1, "2020-01-01T00:00:00+00:00", 0), (2, "2020-01-01T00:01:00+00:00", 120)):
            data = {"stage": "embed", "question_id": "buses", "done": done, "total": 480}
            connection.execute(insert(job_events).values(job_id=job_id, seq=seq, at=at, kind="progress", data=data))
    page = own.client().get(f"/jobs/{job_id}")
    assert '<progress id="progress" max="480" value="120"' in page.text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.text
    assert f'data-events="/v1/jobs/{job_id}/events?after=2"' in page.text
    assert "120 of 480; about 3 minutes left in this stage" in page.text
    assert strict_faults(page.text) == []
    _, twin = page_and_twin(own.client(), f"/jobs/{job_id}")
    assert [each["state"] for each in twin["stages"]] == ["done", "done", "done", "done", "now", *["later"] * 3]


def test_a_failed_job_says_why_and_what_to_do(own: Service) -> None:
    error = {"code": "model_missing", "message": "The model <b> is missing.", "hint": "Install it."}
    own.add_job("cccc", "failed", stage="embed", question_id="buses", error=error, finished_at=records.now())
    reader, twin = page_and_twin(own.client(), "/jobs/cccc")
    assert twin["job"]["error"] == error
    assert "The analysis failed The model <b> is missing. What to do: Install it." in reader.text
    assert "Try again" in reader.text
    assert "http-equiv" not in own.client().get("/jobs/cccc").text


def test_a_purged_consultation_says_so(own: Service) -> None:
    records.purge_consultation(own.engine, own.settings, own.consultation_id, "local")
    reader, twin = page_and_twin(own.client(), own.consultation)
    assert twin["may_analyse"] is False
    assert "was deleted on" in reader.text
    assert "<form" not in own.client().get(own.consultation).text


def test_a_question_without_themes_fields_or_words(own: Service, fake_embedder: Any, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "few.csv", [["id", "What do you think?"], ["1", "No comment"], ["2", "n/a"]])
    config = AnalysisConfig.model_validate(
        {"columns": {"open": ["What do you think?"], "question_ids": {"What do you think?": "q"}}}
    )
    add_upload(own, path)
    add_run(own, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    client, question = own.client(), f"{own.run}/q/q"
    assert "No theme was found" in page_and_twin(client, own.run)[0].text
    assert "No themes were found" in page_and_twin(client, question)[0].text
    assert "Too few responses for a map" in page_and_twin(client, f"{question}/map")[0].text
    assert "No groups to compare" in page_and_twin(client, f"{question}/compare")[0].text
    assert "Nothing was found" in page_and_twin(client, f"{question}/search?q=bus")[0].text


def test_huge_fields_long_texts_and_many_consultations(own: Service, fake_embedder: Any, tmp_path: Path) -> None:
    says = ["The bus stop needs a shelter", "Parking is too dear in the town centre"]
    long = "The bus stop needs a shelter. " * 2000
    asked = "What do you think of the buses?"
    rows = [["id", "Postcode", "District", "Ward", asked]]
    for n in range(1, 900):
        district = f"D{n}" if n < 100 else ("North", "South", "East")[n % 3]
        rows.append([str(n), f"AB{n} {'x' * 80}", district, f"W{n % 16}", f"{says[n % 2]} on road {n}"])
    path = write_csv(tmp_path / "huge.csv", [*rows, ["0", "AB0", "D0", "W0", long]])
    config = AnalysisConfig.model_validate(
        {
            "columns": {
                "response_id": "id", "demographics": ["Postcode", "District", "Ward"], "open": [asked],
                "question_ids": {asked: "q"},
            },
            "cluster": {"small_question": 5000, "min_theme_size": 2, "themes": 12},
            "assign": {"min_strength": 0.0},
        }
    )  # fmt: skip
    add_upload(own, path)
    add_run(own, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    client, question = own.client(), f"{own.run}/q/q"
    page = client.get(question)
    assert "Show one of the 103 values of District" in page.text
    # None of the 900 can be shown.
    assert "values of Postcode" not in page.text
    assert page.text.count("<option") == 17
    typed = client.get(question, params={"field": "District", "typed": "1", "group": ""})
    assert typed.status_code == 200
    theme = client.get(f"{question}/themes/1")
    assert "Of its 900 groups none has a count that is shown; the exports list them all." in theme.text
    assert "Of its 103 groups none has a count that is shown; the exports list them all." in theme.text
    assert "The 15 groups with most people who raise it, of 16." in theme.text
    assert len(theme.content) < 60_000
    assert len(client.get(f"{question}/themes/1/responses").content) < 60_000
    _, response = page_and_twin(client, f"{question}/responses/0")
    assert "".join(segment["text"] for segment in response["segments"]).strip() == long.strip()
    for number in range(60):
        records.create_consultation(own.engine, f"Consultation {number}", "local", 30)
    reader, twin = page_and_twin(client, "/")
    assert (len(twin["items"]), twin["total"], twin["pages"]) == (50, 61, 2)
    assert "/?page=2" in reader.links
    assert len(page_and_twin(client, "/?page=2")[1]["items"]) == 11
    assert "no such page" in page_and_twin(client, "/?page=9")[0].text


def test_a_check_that_takes_long_says_so(own: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_upload(own, write_csv(tmp_path / "few.csv", [["id", "What do you think?"], ["1", "More buses, please"]]))
    monkeypatch.setattr("api.pages.mapping._WAIT", 0.0)
    page = own.client().get(f"{own.consultation}/check")
    assert (page.status_code, "Reading the files…" in page.text) == (200, True)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    assert strict_faults(page.text) == []
    monkeypatch.setattr("api.pages.mapping._WAIT", 60.0)
    assert "gave 1 answer to 1 question" in page_and_twin(own.client(), f"{own.consultation}/check")[0].text


def test_a_slow_check_is_waited_for_and_done_once() -> None:
    done: list[int] = []

    def work() -> str:
        time.sleep(0.3)
        done.append(1)
        return "read"

    assert within("slow", 0.01, work) is None
    assert within("slow", 0.01, work) is None
    assert within("slow", 5, work) == "read"
    assert done == [1]


# Figures of pictures, and words


def test_bars() -> None:
    assert [width(value, 50) for value in (50, 25, 0, 0.01)] == [100.0, 50.0, 0.0, 0.6]
    assert width(1, 0) == 0.0


def test_map_paths_hold_every_dot_once() -> None:
    dots = [
        {"response_id": str(n), "x": n / 10, "y": -n / 10, "theme_id": None if n == 9 else str(n)} for n in range(10)
    ]
    layout = {"points": dots, "themes": [{"theme_id": str(n), "title": f"T{n}"} for n in range(9)]}
    paths = scatter(layout)
    assert [path["slot"] for path in paths] == [None, 5, 4, 3, 2, 1, 0]
    assert sum(path["d"].count("M") for path in paths) == 10
    assert [path["n"] for path in scatter(layout, "3")] == [9, 1]
    assert scatter({"points": [], "themes": []})[0]["d"] == ""


def test_range_of_a_comparison() -> None:
    rows = [{"a": {"share": 0.31}, "b": {"share": 0.02}}]
    assert range_of({"themes": rows}) == pytest.approx(0.4)
    assert range_of({"themes": []}) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("No column of ids was found: row numbers are used. Name one with --id or [columns] response_id.",
         "No column of ids was found: row numbers are used. If a column holds them, choose so for it below."),
        ("30 answers, but only 2 different texts; if people chose among options, list it in [columns] closed.",
         "30 answers, but only 2 different texts; if people chose among options, choose “A question with options” for "
         "it below."),
        ("Of the columns left out, 1 holds values that may matter: 'Score'. Say what they are in a mapping "
         "file (`consult map`), or list them in [columns] ignored.",
         "Of the columns left out, 1 holds values that may matter: 'Score'. Choose below what they are, or "
         "leave “Leave out”."),
        ("Taken as people's own words by what it holds: 'Box 1'. If that is wrong, name the right ones with --open or "
         "[columns] open.",
         "Taken as people's own words by what it holds: 'Box 1'. If that is wrong, choose below what each column is."),
        ("'A' in b.csv is taken as 'B': it stands between the same. If that is wrong, change it in a mapping file "
         "(`consult map`).",
         "'A' in b.csv is taken as 'B': it stands between the same."),
        ("2 questions have one wording: 'a', 'b'. If they are one, join them in a mapping file; else give each its own "
         "wording there.", "2 questions have one wording: 'a', 'b'."),
        ("Letters have headings that match no question: 'Question 9'. What stands under them is read under 'letter'; "
         "name such questions in [letters] questions.",
         "Letters have headings that match no question: 'Question 9'. What stands under them is read under 'letter'."),
        ("2 rows were rejected: see the rejects.", "2 rows were rejected: see “What was read” below."),
    ],
)  # fmt: skip
def test_plain_words(said: str, shown: str) -> None:
    assert plain(said) == shown


def test_words_of_figures() -> None:
    assert [points(value) for value in (0.123, -0.05, 0.001)] == ["+12", "−5", "0"]
    assert [place(value) for value in (0.381, -0.1, -0.004)] == ["0.38", "−0.10", "0.00"]
    assert [roughly(value) for value in (3, 34, 61, 200)] == [
        "a few seconds", "about 30 seconds", "about 1 minute", "about 3 minutes"
    ]  # fmt: skip


def test_an_excerpt_is_a_part_of_the_text() -> None:
    text = "word " * 300
    found = excerpt(text, 500, 520, 100)
    assert found["passage"] == text[500:520]
    assert found["before"] + found["passage"] + found["after"] in text
    assert (found["cut_before"], found["cut_after"]) == (True, True)
    whole = excerpt("Short.", 0, 6)
    assert (whole["before"], whole["passage"], whole["after"], whole["cut_after"]) == ("", "Short.", "", False)
