"""Schemathesis over the whole OpenAPI document: its examples, made-up requests, and long walks from answer to request.

`CONSULT_TEST_CASES` says how many cases the walks make at the least; the suite makes 2,000. More, with their figures:

    CONSULT_TEST_CASES=10000 pytest -s tests/api/http/test_walk.py
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from api import jobs, records
from api.routes.exports import export_file
from consult import Run, analyse_into, load_config
from consult.report import FORMATS
from tests.api.http.conftest import Service, add_job, add_run, add_upload, make_service

hypothesis = pytest.importorskip("hypothesis")
schemathesis = pytest.importorskip("schemathesis")
st = hypothesis.strategies

CASES = int(os.environ.get("CONSULT_TEST_CASES", "2000"))
EXAMPLES = 4
STEPS = 12
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "use_after_free", "ensure_resource_availability",
]  # fmt: skip
DEEP = {
    "question_id": "buses",
    "theme_id": "1",
    "parent_id": "P1",
    "campaign_id": "C1",
    "response_id": "MC-0003",
    "format": "csv",
    "principal": "viewer",
}
QUERIES = {"field": "Age", "group": "16-24", "a": "16-24", "b": "75 and over", "q": "bus"}


@dataclass
class Walked:
    """The service that is walked over, and what came of it.

    Attributes:
        run: The finished run that every walk finds there, whatever the one before removed.
        failed_id: A job beside it that can be tried again.
        seen: (operation, status) -> how often.
    """

    service: Service
    run: Run
    failed_id: str = ""
    secret: str = ""
    key_id: str = ""
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def furnish(self, celyn: Path) -> None:
        """Puts back what a walk may have removed: the key, the membership, the consultation with its file and run."""
        of = self.service
        keys = {key.id: key for key in records.list_keys(of.engine)}
        if self.key_id not in keys or keys[self.key_id].revoked_at is not None:
            made, self.secret = records.make_key(of.engine, "walk", "owner", ["admin", "read", "write"])
            self.key_id = made.id
        there = records.get_consultation(of.engine, of.consultation_id)
        kept = [each.id for each in records.list_uploads(of.engine, of.consultation_id)]
        if there.purged_at is None and of.upload_id in kept:
            if records.role_of(of.engine, of.consultation_id, "owner") != "owner":
                records.set_member(of.engine, of.consultation_id, "owner", "owner")
            return
        of.consultation_id = records.create_consultation(of.engine, "Moving Celyn", "owner", 30).id
        of.job_id = records.rows.new_id()
        of.upload_id = add_upload(of, celyn, records.rows.new_id())

        def copied(folder: Path, name: str) -> Run:
            shutil.copytree(str(self.run.folder), folder / name)
            return self.run

        add_run(of, copied)
        self.failed_id = add_job(of, "failed")


@pytest.fixture(scope="module")
def walked(celyn: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """A service with a finished run and all of its exports."""
    template = tmp_path_factory.mktemp("template")
    config = load_config(samples / "moving-celyn.toml", {"cluster": {"small_question": 5000, "granularity": 1.7}})
    run = analyse_into(template, [celyn], config, name="run")
    for name in sorted(FORMATS):
        export_file(template / run.name, name, "Moving Celyn")
    service = make_service(tmp_path_factory.mktemp("walked"), rate_per_minute=10_000_000)
    service.consultation_id = records.create_consultation(service.engine, "None", "owner", 30).id
    made = Walked(service, run)
    made.furnish(celyn)
    yield made
    service.engine.dispose()


@pytest.fixture(scope="module")
def schema(walked: Walked) -> Any:
    """The document, with requests that often name what is there: made-up ids lead to 404 and no further."""
    found = schemathesis.openapi.from_asgi("/v1/openapi.json", walked.service.app)

    @found.hook
    def before_generate_case(context: Any, strategy: Any) -> Any:
        del context

        def named(drawn: tuple[Any, int, int]) -> Any:
            case, deep, ids = drawn
            of = walked.service
            real = {"consultation_id": of.consultation_id, "upload_id": of.upload_id}
            retried = case.operation.path.endswith("/retry")
            real |= {"job_id": walked.failed_id if retried else of.job_id, "run_id": of.job_id}
            real = (DEEP if deep else {}) | ({} if ids else real)
            case.path_parameters = {name: real.get(name, value) for name, value in (case.path_parameters or {}).items()}
            if deep in (1, 2) and isinstance(case.query, dict):
                # A cursor that is made up leads no further either.
                asked = {name: QUERIES.get(name, value) for name, value in case.query.items() if name != "cursor"}
                case.query = asked
            return case

        return st.tuples(strategy, st.integers(0, 4), st.integers(0, 2)).map(named)

    return found


def ends(walked: Walked, case: Any) -> None:
    """There is no worker: a job that is watched is ended, as the watch would wait for it; so is one to be retried."""
    if case.operation.path.endswith(("/events", "/retry")):
        with suppress(records.NotFound):
            jobs.cancel(walked.service.engine, walked.service.settings, str(case.path_parameters["job_id"]))


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """Schemathesis warns of what it could not make up: that is no fault of the service."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def checks_of() -> list[Any]:
    return list(schemathesis.checks.CHECKS.get_by_names(CHECKS))


def settings(n: int, **more: Any) -> Any:
    return hypothesis.settings(
        max_examples=n, deadline=None, database=None, derandomize=not more, print_blob=False,
        phases=[hypothesis.Phase.generate], suppress_health_check=list(hypothesis.HealthCheck), **more,
    )  # fmt: skip


def test_every_operation_by_its_examples_and_by_chance(walked: Walked, schema: Any, celyn: Path) -> None:
    checks = checks_of()[:5]
    for result in schema.get_all_operations():
        operation = result.ok()
        walked.furnish(celyn)

        def attempt(case: Any) -> None:
            ends(walked, case)
            answer = case.call_and_validate(headers=walked.headers, checks=checks)
            walked.seen[case.operation.label, answer.status_code] += 1

        for strategy in schema.get_strategies_from_examples(operation):
            settings(2)(hypothesis.given(case=strategy)(attempt))()
        for mode in schemathesis.GenerationMode:
            try:
                made = operation.as_strategy(generation_mode=mode)
                settings(EXAMPLES)(hypothesis.given(case=made)(attempt))()
            except hypothesis.errors.Unsatisfiable:
                # Nothing of this operation can be wrong.
                assert mode == schemathesis.GenerationMode.NEGATIVE


def test_walks_from_answer_to_request(walked: Walked, schema: Any, celyn: Path) -> None:
    machine, checks, faults = schema.as_state_machine(), checks_of(), []

    class Walk(machine):  # type: ignore[misc, valid-type]
        def setup(self) -> None:
            walked.furnish(celyn)

        def before_call(self, case: Any) -> None:
            ends(walked, case)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": walked.headers}

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            walked.seen[case.operation.label, response.status_code] += 1

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            path, left_out = case.operation.path, set()
            if path.startswith("/v1/consultations/"):
                # One that was purged is still told of: its title, its record and its receipt stay.
                left_out.add("use_after_free")
            if "{principal}" in path:
                # A new consultation has no other members yet.
                left_out.add("ensure_resource_availability")
            try:
                case.validate_response(
                    response,
                    checks=[each for each in checks if each.__name__ not in left_out],
                    transport_kwargs={"headers": walked.headers},
                    recorder=self.recorder,
                )
            except schemathesis.core.failures.FailureGroup as found:
                # Kept, and walked on: what a walk left behind is there in the next, so none can be repeated.
                faults.extend(str(each) for each in found.exceptions)

    seed = 0
    while walked.seen.total() < CASES:
        seed += 1
        assert seed < CASES, "the walks come to nothing"
        Walk._hypothesis_internal_use_seed = seed
        with suppress(hypothesis.errors.Flaky):
            Walk.run(settings=settings(20, stateful_step_count=STEPS))
    tell(walked, seed)
    assert faults == []
    documented = {result.ok().label for result in schema.get_all_operations()}
    good = {label for label, status in walked.seen if status < 300}
    # Nearly every operation was done at least once, and not only refused.
    assert len(documented - good) <= 2, sorted(documented - good)
    assert sum(n for (_, status), n in walked.seen.items() if status < 300) > CASES / 4


def tell(walked: Walked, rounds: int) -> None:
    """The figures, for who asked for them with -s."""
    by_status: Counter[int] = Counter()
    for (_, status), n in walked.seen.items():
        by_status[status] += n
    said = ", ".join(f"{status}: {n:,}" for status, n in sorted(by_status.items()))
    operations = len({label for label, _ in walked.seen})
    sys.stderr.write(f"\n{walked.seen.total():,} cases, {rounds} rounds of walks, {operations} operations; {said}\n")
