"""How well copied letters are found, beside named baselines, and how long 100,000 letters take.

`python tests/benchmarks/campaigns.py FOLDER` reads a folder with `responses.csv` (response_id, text), `labels.csv`
(response_id, theme_id: the template that a response is a copy of) and `truth.csv` (response_id, campaign, edit_level),
groups all of its responses in one run, and prints:

- precision over pairs: of the pairs of responses that are put in one campaign, the share that are of one campaign;
- recall by level of editing: of the pairs of a response at that level and an unedited copy of the same template, the
  share that stand in one campaign;
- the same for exact match (after case, spaces and punctuation) and for plain MinHash (128 permutations of runs of three
  words, Jaccard of 0.5 and more, joined wherever one is like another).

`--alike` embeds the answers of a folder and prints how many are flagged as alike in other words, question by question.
Where `truth.csv` tells them, reworded copies are answers of their own there and other copies are left out: how many of
the reworded are flagged, and how many others. `--date COLUMN` names the column with dates.

`--vectors N` times that among N invented answers, 20 groups of six alike among them.

`--plant QUESTION` plants a campaign of an invented letter among the real answers to that question of any folder with
`responses.csv`: 500 exact copies, 40 edited ones and 20 with something long of the sender's own. It prints what of the
themes is otherwise than where these answers and the 20 additions were sent alone. The additions are real answers of 20
words and more, drawn by a hash of their text, that are of no campaign and stand nowhere else. `--answers N` keeps N of
the others (all).

`--letters N` times N invented letters of 150 words: nine in ten from 40 templates with words changed, the others their
own.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from consult import analyse
from consult.alike import WORDS, find_alike
from consult.analysis import Analysis
from consult.campaigns import find_campaigns
from consult.campaigns.find import asked_runs
from consult.campaigns.group import group_texts
from consult.campaigns.shingles import read_texts
from consult.config import AnalysisConfig, CampaignsConfig, PointsConfig
from consult.embed import embed_texts, make_embedder
from consult.languages import count_languages, main_of, tag_languages
from consult.points import cut_points, point_texts
from consult.schemas import CAMPAIGNS, LANGUAGES, POINTS, RESPONSES

LEVELS = ("exact", "surface", "personalised", "partial", "reworded")


LETTER = (
    "The old observatory on the hill must not be sold. Generations of pupils saw the rings of Saturn there for "
    "themselves, and no screen will ever take its place. Its brass telescope was paid for by the miners of this "
    "valley, penny by penny.",
    "We ask the trustees to open the dome again on clear nights. We ask them to publish what the astronomers were told "
    "about the lease. Please let the comet society keep its lantern evenings, its star charts and its kettle.",
)
"""An invented letter, two paragraphs of three sentences."""
ADDED_WORDS = 20


def ours(texts: Sequence[str], question: str = "") -> list[int]:
    """The group of each text, by Consult."""
    distinct = read_texts(texts)
    copies = np.bincount(distinct.which, minlength=len(distinct))
    head, _ = group_texts(distinct, copies, asked_runs(question, texts), CampaignsConfig())
    groups: list[int] = head[distinct.which].tolist()
    return groups


def exact(texts: Sequence[str], question: str = "") -> list[int]:
    """The group of each text, where only equal words are copies."""
    groups: list[int] = read_texts(texts).which.tolist()
    return groups


def minhash(texts: Sequence[str], question: str = "", permutations: int = 128, bands: int = 32) -> list[int]:
    """The group of each text, by MinHash with banding: a Jaccard of 0.5 of runs of three words, joined in chains."""
    distinct = read_texts(texts)
    chosen = np.random.default_rng(7)
    a = chosen.integers(1, 2**61, permutations, dtype=np.uint64) | np.uint64(1)
    b = chosen.integers(1, 2**61, permutations, dtype=np.uint64)
    signatures = np.zeros((len(distinct), permutations), dtype=np.uint64)
    for text in range(len(distinct)):
        runs = np.unique(distinct.shingles_of(text))
        if len(runs):
            signatures[text] = ((runs[:, None] * a + b) >> np.uint64(32)).min(axis=0)
    parent = list(range(len(distinct)))

    def root(text: int) -> int:
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    rows = permutations // bands
    for band in range(bands):
        met: dict[bytes, list[int]] = defaultdict(list)
        for text in range(len(distinct)):
            if len(distinct.shingles_of(text)):
                met[signatures[text, band * rows : (band + 1) * rows].tobytes()].append(text)
        for texts_met in met.values():
            for other in texts_met[1:]:
                if root(other) == root(texts_met[0]):
                    continue
                if (signatures[other] == signatures[texts_met[0]]).mean() >= 0.5:
                    parent[root(other)] = root(texts_met[0])
    return [root(text) for text in distinct.which.tolist()]


def pairs(counts: Counter[tuple[int, str]] | Counter[int]) -> int:
    """Pairs within groups of these sizes."""
    return sum(n * (n - 1) // 2 for n in counts.values())


def precision(groups: Sequence[int], campaigns: Sequence[str]) -> float:
    """Of the pairs put together, the share of one campaign; an individual letter is of none but its own."""
    put = pairs(Counter(groups))
    right = pairs(Counter((group, name) for group, name in zip(groups, campaigns, strict=True) if name))
    return right / max(1, put)


def recall(groups: Sequence[int], templates: Sequence[str], levels: Sequence[str]) -> dict[str, float]:
    """By level: of the pairs of a copy and another, unedited one of its template, the share in one group."""
    unedited: dict[str, Counter[int]] = defaultdict(Counter)
    for group, template, level in zip(groups, templates, levels, strict=True):
        if level == "exact":
            unedited[template][group] += 1
    met, of = Counter[str](), Counter[str]()
    for group, template, level in zip(groups, templates, levels, strict=True):
        if template:
            itself = level == "exact"
            met[level] += unedited[template][group] - itself
            of[level] += unedited[template].total() - itself
    return {level: met[level] / max(1, of[level]) for level in LEVELS}


def letters(n: int, n_words: int = 150, seed: int = 7) -> list[str]:
    """Invented letters: nine in ten are copies, of 40 templates, with up to a fifth of the words changed."""
    chosen = random.Random(seed)
    vocabulary = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in "aeiou" for c in ("na", "rel", "tion", "ing", "s", "lo")]
    vocabulary += [first + second for first in vocabulary[:60] for second in vocabulary[60:130]]
    templates = [[chosen.choice(vocabulary) for _ in range(n_words)] for _ in range(40)]
    made = []
    for place in range(n):
        if place % 10 == 9:
            made.append(" ".join(chosen.choice(vocabulary) for _ in range(n_words)))
            continue
        words = list(templates[place % 40])
        for _ in range(chosen.randrange(n_words // 5)):
            words[chosen.randrange(n_words)] = chosen.choice(vocabulary)
        made.append(" ".join(words))
    return made


def judge(folder: Path) -> None:
    """Prints the figures of a folder."""
    read = {
        name: pl.read_csv(folder / f"{name}.csv", infer_schema=False, null_values=None)
        for name in ("responses", "truth")
    }
    truth = read["responses"].join(read["truth"], on="response_id", how="left", maintain_order="left").fill_null("")
    texts = truth["text"].to_list()
    levels = [level.split("_", 1)[-1] for level in truth["edit_level"]]
    methods: dict[str, Callable[[Sequence[str], str], list[int]]] = {
        "Consult": ours, "exact match": exact, "plain MinHash": minhash,
    }  # fmt: skip
    print(f"{len(texts):,} responses, {len({t for t in truth['template_id'] if t})} templates")
    for name, method in methods.items():
        started = time.perf_counter()
        groups = method(texts, truth["question"][0])
        seconds = time.perf_counter() - started
        by_level = recall(groups, truth["template_id"].to_list(), levels)
        of_template = precision(groups, truth["template_id"].to_list())
        of_campaign = precision(groups, truth["campaign"].to_list())
        sizes = sorted((n for n in Counter(groups).values() if n > 1), reverse=True)
        print(f"{name}: precision {of_template:.4f} by template, {of_campaign:.4f} by campaign; recall "
              + ", ".join(f"{level} {by_level[level]:.3f}" for level in by_level)
              + f"; {len(sizes)} groups, largest {sizes[:12]}; {seconds:.1f} s")  # fmt: skip


def alike(folder: Path, date: str | None) -> None:
    """Prints what is flagged as alike in other words."""
    read = pl.read_csv(folder / "responses.csv", infer_schema=False, null_values=None).fill_null("")
    level: dict[str, str] = {}
    if (folder / "truth.csv").exists():
        level = dict(
            pl.read_csv(folder / "truth.csv", infer_schema=False).select("response_id", "edit_level").iter_rows()
        )
        kept = [level[each] == "organic" or level[each].endswith("reworded") for each in read["response_id"]]
        read = read.filter(pl.Series(kept))
    embedder = make_embedder(AnalysisConfig().embedding)
    for (question_id,), rows in read.group_by("question_id", maintain_order=True):
        responses = rows.select(
            "response_id", "question_id", respondent_id="response_id", text="text",
            submitted_at=pl.lit(None, pl.String) if date is None else date, source_file=pl.lit(""),
            source_row=pl.lit(1, pl.Int64), status=pl.lit("received"),
        ).sort("response_id")  # fmt: skip
        languages = tag_languages(responses)
        language = main_of(count_languages(languages["language"])) or "en"
        points = cut_points(responses, PointsConfig(language=language))
        texts = point_texts(points, responses)
        vectors = embed_texts(texts["text"].to_list(), embedder)
        written = responses.filter(~pl.col("response_id").is_in([e for e in level if level[e].endswith("reworded")]))
        campaigns = find_campaigns(written, rows["question"][0], CampaignsConfig()).members
        place = {text_id: row for row, text_id in enumerate(texts["text_id"])}
        found = find_alike(responses, points, place, vectors, campaigns, languages)
        sizes = found.members.group_by("alike_id", "by").len().sort("alike_id").rows()
        reworded = sum(level.get(each, "").endswith("reworded") for each in found.members["response_id"])
        of = sum(level.get(e, "").endswith("reworded") and len(t.split()) >= WORDS
                 for e, t in responses.select("response_id", "text").iter_rows())  # fmt: skip
        print(f"{folder.name} {question_id}: {len(responses):,} answers, {found.told}; "
              f"flagged {len(found.members)} texts in {len(sizes)} groups {sizes}; {reworded} of {of} reworded copies, "
              f"{len(found.members) - reworded} others")  # fmt: skip


def invented(n: int) -> None:
    """Times the search among vectors that lie about 60 subjects, 20 groups of six alike among them."""
    drawn = np.random.default_rng(1)
    subjects = drawn.normal(size=(60, 384))
    vectors = 0.8 * subjects[drawn.integers(0, 60, n)] / 19.6 + drawn.normal(size=(n, 384)) / 19.6
    places = drawn.permutation(n)[: 20 * 6].reshape(20, 6)
    for group in places:
        vectors[group] = 0.95 * vectors[group[0]] + 0.31 * drawn.normal(size=(6, 384)) / 19.6
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [f"R{row:07}" for row in range(n)]
    responses = pl.DataFrame(
        {"response_id": ids, "question_id": "q", "respondent_id": ids,
         "text": [f"{row:07} {'word ' * WORDS}" for row in range(n)],
         "submitted_at": [f"2026-03-{1 + row % 28:02} {row % 24:02}:{row % 60:02}" for row in range(n)],
         "source_file": "", "source_row": 1, "status": "received"},
        schema=RESPONSES.schema,
    )  # fmt: skip
    points = pl.DataFrame(
        {"point_id": [f"{each}:1" for each in ids], "response_id": ids, "start": 0, "end": 5, "text_id": ids},
        schema=POINTS.schema,
    )
    languages = pl.DataFrame({"response_id": ids, "language": "en"}, schema=LANGUAGES.schema)
    started = time.perf_counter()
    found = find_alike(responses, points, {each: row for row, each in enumerate(ids)},
                       vectors.astype(np.float32), CAMPAIGNS.empty(), languages)  # fmt: skip
    seconds = time.perf_counter() - started
    planted = {ids[row] for row in places.ravel()}
    right = len(planted & set(found.members["response_id"]))
    print(f"{n:,} answers: {seconds:.1f} s; {right} of {len(planted)} alike flagged, "
          f"{len(found.members) - right} others; {found.told}")  # fmt: skip


def edited(n: int) -> str:
    """A copy of the letter with the nth of the edits that people make."""
    sentences = [f"{sentence.rstrip('.')}." for part in LETTER for sentence in part.split(". ")]
    kind, place = n % 5, n % len(sentences)
    words = sentences[place].split()
    if kind == 0:  # A word is changed.
        words[3] = f"altered{n}"
        sentences[place] = " ".join(words)
    elif kind == 1:  # A full stop is lost.
        sentences[place] = sentences[place].rstrip(".")
    elif kind == 2:  # A sentence is left out.
        del sentences[place]
    elif kind == 3:  # A word is put in.
        sentences[place] = " ".join([*words[:4], f"truly{n}", *words[4:]])
    else:  # Capitals.
        sentences[place] = sentences[place].upper()
    return " ".join(sentences)


def with_letter(text: str, n: int) -> str:
    """What somebody says beside the letter: after it, below it, before it, or between its paragraphs."""
    first, second = LETTER
    return (
        f"{first}\n\n{second} {text}", f"{first}\n\n{second}\n\n{text}", f"{text} {first}\n\n{second}",
        f"{first}\n\n{text}\n\n{second}",
    )[n % 4]  # fmt: skip


def plant(folder: Path, question_id: str, n_answers: int) -> None:
    """Prints what a planted campaign changes of the themes of one question."""
    read = pl.read_csv(folder / "responses.csv", infer_schema=False, null_values=None).fill_null("")
    read = read.filter(pl.col("question_id") == question_id, pl.col("text").str.strip_chars() != "")
    wording = read["question"][0]
    texts = sorted(read["text"], key=lambda text: (hashlib.sha256(text.encode()).digest(), text))
    copied = _copied(texts, wording)
    long = [text for text in texts if text not in copied and len(text.split()) >= ADDED_WORDS]
    added = {f"D{n:02}": text for n, text in enumerate(long[:20])}
    others = [text for text in texts if text not in set(added.values())]
    answers = {f"A{n:05}": text for n, text in enumerate(others[: n_answers or None])}
    letter = "\n\n".join(LETTER)
    members = {f"B{n:03}": letter for n in range(500)} | {f"C{n:02}": edited(n) for n in range(40)}
    beside = {each: with_letter(text, n) for n, (each, text) in enumerate(added.items())}
    planted, alone = (_themed(rows, wording) for rows in (answers | members | beside, answers | added))
    _compare(planted, alone, beside, added)
    print(f"{folder.name} {question_id}: {len(answers):,} answers and {len(added)} additions")


def _copied(texts: Sequence[str], wording: str) -> set[str]:
    """Texts that others sent too, or a copy of them."""
    times, groups = Counter(texts), ours(texts, wording)
    sizes = Counter(groups)
    return {text for text, group in zip(texts, groups, strict=True) if times[text] > 1 or sizes[group] > 1}


def _themed(rows: dict[str, str], wording: str) -> Analysis:
    options = {
        "columns": {"response_id": "id", "open": [wording], "question_ids": {wording: "q"}},
        "cluster": {"stability_fits": 0},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "planted.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", wording), *rows.items()])
        return analyse([path], AnalysisConfig.model_validate(options)).analysis("q")


def _compare(planted: Analysis, alone: Analysis, beside: dict[str, str], added: dict[str, str]) -> None:
    of_campaign = planted.campaigns.filter(pl.col("response_id").str.contains("^[BCD]"))
    print(f"in campaigns: {len(of_campaign)} of 560, in {of_campaign['campaign_id'].n_unique()}; "
          f"others {len(planted.campaigns) - len(of_campaign)}, alone {len(alone.campaigns)}")  # fmt: skip
    own = {each: [(a, b)] for each, a, b, _ in planted.own_words.filter(pl.col("response_id") < "B").iter_rows()}
    for each, a, b, _ in planted.own_words.filter(pl.col("response_id") >= "B").iter_rows():
        own.setdefault(each, []).append((a, b))
    whole = sum([beside[each][a:b] for a, b in own.get(each, [])] == [text.strip()] for each, text in added.items())
    print(f"additions told apart to the character: {whole} of {len(added)}; edited copies with words of their own: "
          f"{sum(each.startswith('C') for each in own)} of 40")  # fmt: skip
    alike = sum(_own_points(planted, each) == _own_points(alone, each) for each in added)
    inherited = planted.points.join(planted.copies, on="point_id").group_by("response_id").len()
    per = inherited.filter(pl.col("response_id").str.starts_with("C"))["len"].value_counts().sort("len").rows()
    print(f"additions cut into the same points: {alike} of {len(added)}; points that edited copies inherit: {per}")

    letter = _raised(planted, "B")
    mine, theirs = ({theme: _raised_own(run, theme) for theme in run.themes["theme_id"]} for run in (planted, alone))
    ranks = [dict(run.themes.select("theme_id", "rank_distinct").iter_rows()) for run in (planted, alone)]
    by_members = {members: theme for theme, members in mine.items()}
    same = {theme: by_members[members] for theme, members in theirs.items() if members in by_members}
    ranked = sum(ranks[0][found] == ranks[1][theme] for theme, found in same.items())
    near = [max(len(a & b) / max(1, len(a | b)) for b in mine.values()) for a in theirs.values()]
    print(f"themes {len(mine)}, alone {len(theirs)}; the letter raises {len(letter)}; the same members, what the "
          f"additions raise among them: {len(same)} of {len(theirs)}; and the same rank by distinct texts: {ranked}; "
          f"mean Jaccard {np.mean(near):.4f}")  # fmt: skip
    for theme, found in same.items():
        if ranks[0][found] != ranks[1][theme]:
            print(f"  rank {ranks[1][theme]} alone, {ranks[0][found]} planted; the letter raises it: {found in letter}")


def _own_points(run: Analysis, response_id: str) -> list[str]:
    """The texts of the points of a response that are no campaign's."""
    text = run.responses.filter(pl.col("response_id") == response_id)["text"][0]
    points = run.points.filter(pl.col("response_id") == response_id).join(run.copies, on="point_id", how="anti")
    return [text[a:b] for a, b in points.sort("start").select("start", "end").iter_rows()]


def _raised(run: Analysis, first: str) -> set[str]:
    return set(run.assignments.filter(pl.col("response_id").str.starts_with(first))["theme_id"])


def _raised_own(run: Analysis, theme_id: str) -> frozenset[str]:
    """Who raises a theme, by words of their own."""
    raised = run.assignments.filter(pl.col("theme_id") == theme_id).join(run.copies, on="point_id", how="anti")
    return frozenset(raised["response_id"])


def main() -> None:
    """The command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path, nargs="?", help="a labelled set")
    asked.add_argument("--letters", type=int, default=0, help="invented letters to time")
    asked.add_argument("--plant", metavar="QUESTION", help="plant a campaign among the answers to this question")
    asked.add_argument("--answers", type=int, default=0, help="how many answers to plant it among; all by default")
    asked.add_argument("--alike", action="store_true", help="what is alike in other words, in place of copies")
    asked.add_argument("--date", help="the column of responses.csv with dates, for --alike")
    asked.add_argument("--vectors", type=int, default=0, help="invented answers to look for those alike in")
    given = asked.parse_args()
    if given.vectors:
        invented(given.vectors)
    if given.folder is not None and given.plant:
        plant(given.folder, given.plant, given.answers)
    elif given.folder is not None and given.alike:
        alike(given.folder, given.date)
    elif given.folder is not None:
        judge(given.folder)
    if given.letters:
        made = letters(given.letters)
        started = time.perf_counter()
        groups = ours(made)
        print(f"{given.letters:,} invented letters of 150 words: {time.perf_counter() - started:.1f} s, "
              f"{len([n for n in Counter(groups).values() if n > 1])} campaigns")  # fmt: skip


if __name__ == "__main__":
    main()
