"""How the service bears load: uploads at once, and reads beside a running analysis of 100,000 responses.

    python tests/benchmarks/service.py [--folder FOLDER] [--only uploads|reads] [--responses N] [--seconds N]

Starts `consult serve` on a free port of this machine, with a raised rate limit and upload limit, on a data folder with
one finished run of N invented responses (made once in FOLDER, with a cheap stand-in for the embedding model: the themes
mean nothing, their number and sizes are those of a real run). Then

  uploads  20 files of 10 MB at once, and one of 1 GB after them, while pages are read 5 times a second
  reads    an analysis of N responses is started in the service; while it runs, ranked themes as JSON are asked for
           100 times a second and pages 20 times a second; beside them /healthz, 10 times a second

Requests are sent at their time whether or not those before them were answered, and their latency counts from that time.
No request sends If-None-Match: every answer is a whole one. Linux only: memory is read from /proc. It needs 4 GB of
disk, of which all but FOLDER's run is given back.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import numpy as np
from load import Figures, Memory, Stream, ask, resident, upload

ROOT = Path(__file__).parents[2]
RUN = "00112233aabbccdd"
MEMORY_WANTED = 300
JSON_WANTED, PAGES_WANTED, PAGES_WANTED_UPLOADING = 150, 400, 1000

TOPICS = (
    "late buses,bus fares,the bus station,cycle lanes,parking charges,blue badge bays,delivery vans,street lighting,"
    "crossings near the school,speed limits,traffic noise,air by the main road,street trees,benches,market stalls,"
    "shop rents,empty shops,the library,the leisure centre,toilets,litter bins,dog fouling,flooding,drains,potholes,"
    "pavements,dropped kerbs,the one way system,taxi ranks,train times,park and ride,the riverside path,school runs,"
    "lorries,roadworks,consultation letters,council tax,policing at night,signs,e-scooters"
).split(",")
OPENINGS = (
    "I think that,We feel that,To my mind,In our street,For older people,As a parent I say that,Every week I see that,"
    "It is plain that,My neighbours agree that,After twenty years here I know that"
).split(",")
VERDICTS = (
    "need far more money,are the first thing to mend,were better before,have been forgotten,cost too much,"
    "work well and should stay,make me go elsewhere,are unsafe after dark,are a disgrace,should be left alone,"
    "matter more than anything else here,ought to be run by somebody who uses them"
).split(",")
TAILS = (
    "and nobody listens,especially in winter,on Saturdays most of all,since the last change,near the hospital,"
    "as anybody who walks can tell you,which the plan does not say,and it gets worse,so please look again,"
    "and the plan would help,for people with pushchairs,by the old bridge,at school times,in the evening,"
    "and I would pay for that,before anything is built"
).split(",")
AGES = ("16-24", "25-34", "35-49", "50-64", "65-74", "75 and over")
AREAS = ("Cwmbrith", "Lower Town", "Harbour", "Station Road", "Upper Celyn", "Pentre", "Outside the county")
VIEWS = ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree")


class StandIn:
    """Vectors from the words of a text, each word's drawn at random once; the words of topics weigh most."""

    name, fingerprint = "stand-in", "stand-in-1"

    def __init__(self) -> None:
        self._known: dict[str, np.ndarray] = {}
        self._topics = {word for topic in TOPICS for word in topic.split()} - {"the", "by", "at", "and", "near"}

    def embed(self, texts, progress):
        vectors = np.stack([sum(map(self._word, re.findall(r"\w+", text))) for text in texts]).astype(np.float32)
        progress(len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _word(self, word: str) -> np.ndarray:
        if word not in self._known:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
            drawn = np.random.default_rng(seed).standard_normal(48)
            self._known[word] = drawn * (6 if word in self._topics else 0.3)
        return self._known[word]


def write_responses(path: Path, n: int) -> None:
    """A CSV of `n` invented responses of one to four sentences, with two fields and a closed question."""
    chance = random.Random(11)
    weights = [1 / (1 + place) ** 0.5 for place in range(len(TOPICS))]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Response ID", "Age", "Area", "Do you agree?", "What do you think of the plan for the town?"])
        for number in range(n):
            topics = chance.choices(TOPICS, weights, k=chance.choice((1, 1, 2, 2, 3, 4)))
            text = " ".join(
                f"{chance.choice(OPENINGS)} {topic} {chance.choice(VERDICTS)} {chance.choice(TAILS)}."
                for topic in topics
            )
            who = (chance.choice(AGES), chance.choice(AREAS), chance.choice(VIEWS))
            writer.writerow([f"R-{number:06}", *who, text])


def make_run(folder: Path, n: int) -> str:
    """A data folder with a finished run of `n` responses; the consultation's id."""
    from sqlalchemy import insert

    from api import records
    from api.database import jobs, migrate, open_database, runs
    from api.settings import ServiceSettings
    from consult import analyse_into, load_config

    settings = ServiceSettings(data=folder / "data")
    engine = open_database(settings)
    migrate(engine)
    existing = folder / "consultation"
    if existing.exists():
        return existing.read_text()
    write_responses(folder / "responses.csv", n)
    consultation = records.create_consultation(engine, "Load", "local", 30)
    place = Path("runs") / consultation.id
    config = load_config(None, {"cluster": {"max_fit": 3000}})
    (settings.data / place).mkdir(parents=True, exist_ok=True)
    paths = [folder / "responses.csv"]
    run = analyse_into(settings.data / place, paths, config, name=f"run-{RUN}", embedder=StandIn())
    job = {
        "id": RUN, "consultation_id": consultation.id, "state": "done", "done": 0, "total": 0, "attempt": 1,
        "config": {}, "upload_ids": [], "created_at": records.now(), "created_by": "local", "run_id": RUN,
    }  # fmt: skip
    kept = {
        "id": RUN, "consultation_id": consultation.id, "job_id": RUN, "name": run.name, "created_at": records.now(),
        "counts": run.manifest["counts"], "folder": str(place / run.name),
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(jobs).values(job))
        connection.execute(insert(runs).values(kept))
    engine.dispose()
    existing.write_text(consultation.id)
    return consultation.id


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, int]]:
    """`consult serve` in a process of its own: its address and process id."""
    environment = os.environ | {
        "CONSULT_SERVICE_RATE_PER_MINUTE": "1000000",
        "CONSULT_SERVICE_MAX_UPLOAD_BYTES": str(2_000_000_000),
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--data", str(data), "--port", "0"]
    with (data.parent / "service.log").open("w+") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log, env=environment, cwd=ROOT)
        try:
            for _ in range(600):
                found = re.search(r"http://127\.0\.0\.1:\d+", Path(log.name).read_text())
                if found and _answers(found[0]):
                    break
                if process.poll() is not None:
                    raise SystemExit(f"The service did not start; see {log.name}.")
                time.sleep(0.1)
            else:
                raise SystemExit(f"The service did not start in a minute; see {log.name}.")
            yield found[0], process.pid
        finally:
            process.terminate()
            process.wait(60)


def _answers(base: str) -> bool:
    try:
        return httpx2.get(f"{base}/healthz", trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def addresses(base: str) -> tuple[list[str], list[str]]:
    """What is read: ranked themes as JSON, and pages; with every filter that the fields offer."""
    with httpx2.Client(base_url=base, timeout=120, trust_env=False) as client:
        overview = client.get(f"/v1/runs/{RUN}").raise_for_status().json()
        question = quote(overview["questions"][0]["question_id"], safe="")
        api, page = f"/v1/runs/{RUN}/questions/{question}", f"/runs/{RUN}/q/{question}"
        fields = client.get(api).raise_for_status().json()["fields"]
        ranked = client.get(f"{api}/themes").raise_for_status().json()["themes"]
        first = client.get(f"{api}/themes/{ranked[0]['theme_id']}/responses").raise_for_status().json()["items"]
    print(f"  the run: {overview['counts']['responses']:,} responses, {len(ranked)} themes")
    filters = [{"field": each["field"], "group": group["group"]} for each in fields for group in each["groups"]]
    asked = [f"?{urlencode(each | {'count': count})}" for each in filters for count in ("respondents", "distinct")]
    json_ = [f"{api}/themes", *(f"{api}/themes{query}" for query in asked)]
    themes = [each["theme_id"] for each in ranked]
    pages = [f"/runs/{RUN}", page, f"/runs/{RUN}/ledger", f"/runs/{RUN}/made", "/"]
    pages += [f"{page}{query}" for query in asked[:20]]
    pages += [f"{page}/themes/{theme}" for theme in themes[:20]]
    pages += [f"{page}/themes/{theme}/responses?page={n}" for theme in themes[:5] for n in (1, 2, 9)]
    pages += [f"{page}/responses/{quote(each['response_id'], safe='')}" for each in first[:15]]
    random.Random(5).shuffle(json_)
    random.Random(5).shuffle(pages)
    return json_, pages


HTML = (("Accept", "text/html"),)


def measure_uploads(base: str, pid: int, pages: list[str]) -> None:
    """20 uploads of 10 MB at once, then one of 1 GB."""
    with httpx2.Client(base_url=base, trust_env=False) as client:
        made = client.post("/v1/consultations", json={"title": "Uploads"}).raise_for_status().json()["id"]
    spawn = multiprocessing.get_context("spawn")
    print(f"  memory before: {resident(pid):.0f} MB")
    with ProcessPoolExecutor(4, mp_context=spawn) as processes:
        for name, sizes in (("20 uploads of 10 MB", [10_000_000] * 20), ("an upload of 1 GB", [1_000_000_000])):
            over, read = threading.Event(), []
            stream = Stream(f"pages beside {name}", 5, pages, HTML)
            reader = threading.Thread(target=lambda: read.extend(ask(base, [stream], 300, over)))
            with Memory(pid) as memory:
                reader.start()
                time.sleep(2)
                share = -(-len(sizes) // 4)
                parts = [sizes[start : start + share] for start in range(0, len(sizes), share)]
                begun = [processes.submit(_at_once, base, made, part, 100 * n) for n, part in enumerate(parts)]
                done = [each for future in begun for each in future.result()]
                over.set()
                reader.join()
            bad = [status for status, _ in done if status != 201]
            print(f"  {name}: longest {max(s for _, s in done):.1f} s, errors {len(bad)}")
            print(f"  {read[0].line(PAGES_WANTED_UPLOADING)}")
            print(f"  memory at the most {memory.most:.0f} MB (wanted under {MEMORY_WANTED}){load()}")
    with httpx2.Client(base_url=base, timeout=60, trust_env=False) as client:
        for each in client.get(f"/v1/consultations/{made}/uploads").raise_for_status().json()["items"]:
            client.delete(f"/v1/uploads/{each['id']}").raise_for_status()


def _at_once(base: str, consultation_id: str, sizes: list[int], seed: int) -> list[tuple[int, float]]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(sizes)) as threads:
        sent = [threads.submit(upload, base, consultation_id, size, seed + n) for n, size in enumerate(sizes)]
        return [each.result() for each in sent]


def measure_reads(base: str, pid: int, csv_file: Path, json_: list[str], pages: list[str], seconds: float) -> None:
    """Reads beside a running analysis."""
    with httpx2.Client(base_url=base, timeout=120, trust_env=False) as client:
        made = client.post("/v1/consultations", json={"title": "Running"}).raise_for_status().json()["id"]
        sent = client.post(
            f"/v1/consultations/{made}/uploads", files={"file": ("responses.csv", csv_file.read_bytes())}
        )
        sent.raise_for_status()
        job = client.post(f"/v1/consultations/{made}/jobs").raise_for_status().json()["id"]
        while (state := client.get(f"/v1/jobs/{job}").raise_for_status().json())["stage"] in (None, "read"):
            if state["state"] not in ("queued", "running"):
                raise SystemExit(f"The analysis is {state['state']}: {state['error']}")
            time.sleep(0.5)
        alive = Stream("/healthz alone, 100 a second", 100, ["/healthz"])
        [baseline] = ask(base, [alive], min(15, seconds))
        print(f"  {baseline.line()}{load()}")
        streams = [
            Stream("ranked themes, 100 a second", 100, json_),
            Stream("pages, 20 a second", 20, pages, HTML),
            Stream("/healthz beside them", 10, ["/healthz"]),
        ]
        with Memory(pid) as memory:
            found: list[Figures] = ask(base, streams, seconds)
        print(f"  {found[0].line(JSON_WANTED, baseline)}")
        print(f"  {found[1].line(PAGES_WANTED, baseline)}")
        print(f"  {found[2].line()}")
        now = client.get(f"/v1/jobs/{job}").json()
        print(f"  the analysis meanwhile: {now['state']}, {now['stage']} {now['done']:,} of {now['total']:,}")
        print(f"  memory at the most {memory.most:.0f} MB{load()}")
        if now["state"] == "running":
            client.post(f"/v1/jobs/{job}/cancel").raise_for_status()
            time.sleep(2)
        client.delete(f"/v1/uploads/{sent.json()['items'][0]['id']}")


def load() -> str:
    """The load average of the last minute: others may be at work on the machine."""
    return f"; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main() -> None:
    """Runs what is asked for, and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the run is kept for the next time; else nowhere")
    parser.add_argument("--only", choices=["uploads", "reads"])
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="consult-load-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        make_run(folder, given.responses)
        print(f"the finished run is there after {time.perf_counter() - began:.0f} s")
        for part in ("uploads", "reads"):
            if given.only in (None, part):
                print(part)
                with serving(folder / "data") as (base, pid):
                    print(f"  memory at the start: {resident(pid):.0f} MB")
                    json_, pages = addresses(base)
                    if part == "uploads":
                        measure_uploads(base, pid, pages)
                    else:
                        measure_reads(base, pid, folder / "responses.csv", json_, pages, given.seconds)


if __name__ == "__main__":
    main()
