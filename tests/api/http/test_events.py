"""Server-sent events: none missed, none twice, and an end."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from sqlalchemy import insert, update

from api.database import job_events, jobs
from tests.api.http.conftest import Service, add_job, now


def tell(service: Service, job_id: str, *events: tuple[int, str, dict[str, Any]]) -> None:
    with service.engine.begin() as connection:
        for seq, kind, data in events:
            connection.execute(insert(job_events).values(job_id=job_id, seq=seq, at=now(), kind=kind, data=data))


def end(service: Service, job_id: str, state: str = "done") -> None:
    with service.engine.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(state=state))


def parse(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith((":", "retry")))
        if lines:
            data = json.loads(lines["data"])
            data.pop("at")
            found.append((int(lines["id"]), lines["event"], data))
    return found


EVENTS = [
    (1, "state", {"state": "running"}),
    (2, "progress", {"stage": "embed", "done": 1, "total": 9}),
    (3, "progress", {"stage": "embed", "done": 9, "total": 9}),
    (4, "done", {"run_id": "x"}),
]


@pytest.fixture
def job_id(own: Service) -> str:
    job_id = add_job(own, "running")
    tell(own, job_id, *EVENTS)
    end(own, job_id)
    return job_id


def test_the_stream_of_a_job_that_ended_is_whole_and_ends(own: Service, job_id: str) -> None:
    answer = own.client("viewer").get(f"/v1/jobs/{job_id}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert parse(answer.text) == EVENTS


@pytest.mark.parametrize("seen", [0, 1, 2, 3])
def test_who_comes_back_gets_what_they_missed(own: Service, job_id: str, seen: int) -> None:
    client = own.client("viewer")
    by_header = client.get(f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": str(seen)})
    by_query = client.get(f"/v1/jobs/{job_id}/events?after={seen}")
    assert parse(by_header.text) == parse(by_query.text) == EVENTS[seen:]


def test_who_has_seen_the_end_is_told_not_to_come_back(own: Service, job_id: str) -> None:
    answer = own.client("viewer").get(f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": "4"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("given", ["-1", "x", "1e3", "99999999999999999999", "²"])
def test_an_id_that_is_none_is_refused(own: Service, job_id: str, given: str) -> None:
    answer = own.client("viewer").get(f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": given.encode("utf-8")})
    assert answer.status_code == 422


def test_events_come_while_the_job_runs(own: Service) -> None:
    job_id = add_job(own, "running")
    tell(own, job_id, EVENTS[0])

    def work() -> None:
        time.sleep(0.6)
        tell(own, job_id, *EVENTS[1:3])
        time.sleep(0.6)
        with own.engine.begin() as connection:
            connection.execute(
                insert(job_events).values(job_id=job_id, seq=4, at=now(), kind="done", data=EVENTS[3][2])
            )
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(state="done"))

    worker = threading.Thread(target=work)
    worker.start()
    answer = own.client("viewer").get(f"/v1/jobs/{job_id}/events")
    worker.join()
    assert parse(answer.text) == EVENTS


def test_who_is_no_member_sees_no_events(own: Service, job_id: str) -> None:
    assert own.client("stranger").get(f"/v1/jobs/{job_id}/events").status_code == 404


def test_an_event_cannot_forge_another(own: Service) -> None:
    job_id = add_job(own, "failed")
    message = "line\n\nid: 9\nevent: done\ndata: {}\n\n"
    tell(own, job_id, (1, "failed", {"message": message}))
    answer = own.client("viewer").get(f"/v1/jobs/{job_id}/events")
    assert parse(answer.text) == [(1, "failed", {"message": message})]
