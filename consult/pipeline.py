"""The whole job: the stages in order, question by question. Every door calls `analyse`, so all give the same result."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl

from consult.analysis import Analysis, Run, check_quotes
from consult.assign import assign_responses, centres, in_context, place_points, shared_direction, without
from consult.cluster import cluster_points
from consult.config import AnalysisConfig
from consult.embed import Embedder, Vectors, embed_texts, make_embedder
from consult.errors import InputError, SchemaError
from consult.ingest import Ingested, read_responses
from consult.nonanswers import mark_non_answers
from consult.points import cut_points, point_texts
from consult.rank import mark_themed, rank_themes
from consult.summarise import Evidence, ExtractiveSummariser, Summariser, choose_quotes, summarise_themes
from consult.words import function_words, main_language, text_id, words

PACKAGES: Final = ("bertopic", "hdbscan", "numpy", "onnxruntime", "polars", "scikit-learn", "scipy", "sentencex",
                   "tokenizers", "umap-learn")  # fmt: skip
STAGES: Final = ("points", "embed", "cluster", "assign", "summarise")


class Progress(Protocol):
    """Who is told how far the work has come. Either method may raise `Cancelled` to stop it."""

    def start(self, question_id: str, stage: str, total: int) -> None:
        """A stage begins; `total` is what `advance` will add up to, 0 where that is not known."""

    def advance(self, n: int) -> None:
        """That much more is done."""


class NoProgress:
    """Tells nobody."""

    def start(self, question_id: str, stage: str, total: int) -> None:
        """See `Progress`."""

    def advance(self, n: int) -> None:
        """See `Progress`."""


class Checkpoints(Protocol):
    """Where finished stages are kept, so that the same work given again goes on from there."""

    def load(self, question_id: str, stage: str) -> Mapping[str, Any] | None:
        """The frames, arrays and JSON values that a finished stage left, by name, or None."""

    def save(self, question_id: str, stage: str, values: Mapping[str, Any]) -> None:
        """Keeps what a stage left."""


@dataclass
class _Stages:
    """Runs stages: times them, tells of them, and takes what is kept instead of computing it again."""

    progress: Progress
    checkpoints: Checkpoints | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, question_id: str, stage: str, total: int = 0) -> Iterator[None]:
        self.progress.start(question_id, stage, total)
        began = time.perf_counter()
        yield
        self.seconds[stage] = round(self.seconds.get(stage, 0) + time.perf_counter() - began, 3)

    def kept(self, question_id: str, stage: str, total: int, make: Callable[[], dict[str, Any]]) -> Mapping[str, Any]:
        with self.timed(question_id, stage, total):
            found = self.checkpoints.load(question_id, stage) if self.checkpoints else None
            if found is not None:
                self.progress.advance(total)
                return found
            made = make()
            if self.checkpoints:
                self.checkpoints.save(question_id, stage, made)
            return made


def analyse(
    paths: Sequence[Path],
    config: AnalysisConfig | None = None,
    *,
    name: str | None = None,
    ingested: Ingested | None = None,
    embedder: Embedder | None = None,
    summariser: Summariser | None = None,
    checkpoints: Checkpoints | None = None,
    progress: Progress | None = None,
) -> Run:
    """Reads files of responses and finds the themes of every question.

    Args:
        paths: Files of one consultation.
        config: How; the defaults when None.
        name: Of the run; from the configuration, else from the first file.
        ingested: What `read_responses` gave for these paths, when that is there already.
        embedder: In place of the one that the configuration names.
        summariser: In place of the extractive one.
        checkpoints: Where finished stages are kept; nowhere when None.
        progress: Who is told.

    Returns:
        The run, not yet on disk.

    Raises:
        ConfigError, InputError, ModelError: see `consult.errors`.
        Cancelled: `progress` asked to stop.
    """
    config = config or AnalysisConfig()
    stages = _Stages(progress or NoProgress(), checkpoints)
    with stages.timed("", "read"):
        ingested = ingested or read_responses(paths, config)
    questions = _chosen(ingested, config)
    embedder = embedder or make_embedder(config.embedding)
    analyses = []
    for question_id, wording in questions.iter_rows():
        part = _Stages(stages.progress, checkpoints)
        analyses.append(_analyse_question(question_id, wording, ingested, config, embedder, summariser, part))
        stages.seconds |= {k: round(stages.seconds.get(k, 0) + v, 3) for k, v in part.seconds.items()}
    totals: Counter[str] = Counter()
    for analysis in analyses:
        totals.update(analysis.counts)
    manifest = {
        "consult_version": version("consult"),
        "inputs": list(ingested.sources),
        "config": config.model_dump(mode="json"),
        "mapping": ingested.mapping.to_dict(),
        "versions": {package: version(package) for package in PACKAGES},
        "model": {"name": embedder.name, "fingerprint": embedder.fingerprint},
        "seed": config.cluster.seed,
        "counts": dict(totals),
        "seconds": stages.seconds,
        "notes": ["Personal data was not removed and copied campaigns were not grouped: this version does neither."],
    }
    return Run(
        name=name or config.name or (Path(paths[0]).stem if paths else "run"),
        questions=questions,
        respondents=ingested.respondents,
        answers=ingested.answers,
        rejects=ingested.rejects,
        ledger=ingested.ledger,
        analyses=tuple(analyses),
        manifest=manifest,
    )


def _chosen(ingested: Ingested, config: AnalysisConfig) -> pl.DataFrame:
    if config.questions is None:
        return ingested.questions
    known = ingested.questions["question_id"].to_list()
    missing = [question_id for question_id in config.questions if question_id not in known]
    if missing:
        raise InputError("question_missing", f"There is no question {missing[0]!r}.", f"There are: {', '.join(known)}.")
    return ingested.questions.filter(pl.col("question_id").is_in(list(config.questions)))


def _analyse_question(
    question_id: str,
    wording: str,
    ingested: Ingested,
    config: AnalysisConfig,
    embedder: Embedder,
    summariser: Summariser | None,
    stages: _Stages,
) -> Analysis:
    """One question, from its responses to its themes. The stages stand here in their order."""
    # Redaction stands here, before anything sees the text, and after it the grouping of copied campaigns.
    responses = ingested.responses.filter(pl.col("question_id") == question_id).sort("response_id")
    responses = mark_non_answers(responses)
    answered = responses.filter(pl.col("status") != "non_answer")
    language = config.points.language
    if language == "auto":
        language = main_language(answered["text"].sort())

    def cut() -> dict[str, Any]:
        points = cut_points(answered, config.points.model_copy(update={"language": language}))
        return {"points": points, "texts": point_texts(points, answered)}

    kept = stages.kept(question_id, "points", 0, cut)
    points, texts = kept["points"], kept["texts"]
    distinct = texts["text"].to_list()
    vectors: Vectors = stages.kept(
        question_id,
        "embed",
        len(distinct),
        lambda: {"vectors": embed_texts(distinct, embedder, stages.progress.advance)},
    )["vectors"]
    text_ids = tuple(texts["text_id"])
    standing = _standing(points, answered, texts)
    point_vectors = in_context(points, text_ids, vectors)
    shared = shared_direction(point_vectors[standing])
    point_vectors = without(point_vectors, shared)
    n_distinct = answered["text"].map_elements(text_id, return_dtype=pl.String).n_unique()

    def cluster() -> dict[str, Any]:
        labels, clusters = cluster_points(texts, point_vectors[standing], n_distinct, language, config.cluster)
        return {"labels": labels, "clusters": clusters}

    kept = stages.kept(question_id, "cluster", 0, cluster)
    labels, clusters = kept["labels"], kept["clusters"]
    with stages.timed(question_id, "assign"):
        centre = centres(point_vectors[standing], labels["cluster"])
        placed = place_points(points, point_vectors, centre, config.assign)
        raised = assign_responses(points, placed, config.assign)
        themes, assignments, order = rank_themes(question_id, raised, points, placed, answered, clusters)
        responses = mark_themed(responses, assignments)
    with stages.timed(question_id, "summarise"):
        evidence = _evidence(themes, order, points, placed, raised, answered, point_vectors, centre, config)
        writer = summariser or ExtractiveSummariser(
            lambda phrases: without(embed_texts(phrases, embedder), shared), language, config.summarise
        )
        themes, quotes, summaries = summarise_themes(question_id, themes, evidence, writer)
    rejects = ingested.rejects.filter((pl.col("question_id") == question_id) | pl.col("question_id").is_null())
    analysis = Analysis(
        question_id=question_id,
        wording=wording,
        responses=responses,
        points=points,
        themes=themes,
        assignments=assignments,
        quotes=quotes,
        summaries=summaries,
        rejects=rejects,
        vectors=vectors,
        text_ids=text_ids,
        manifest={
            "language": language,
            "seconds": stages.seconds,
            "counts": _counts(question_id, ingested.ledger, responses, points, texts, themes),
            "notes": _notes(answered, themes),
            "keywords": _keywords(answered, language),
        },
    )
    if len(check_quotes(analysis)):
        raise SchemaError("quote_altered", f"A quote of {question_id!r} is not an exact span of its response.")
    return analysis


def _standing(points: pl.DataFrame, answered: pl.DataFrame, texts: pl.DataFrame) -> list[int]:
    """For each distinct text the row of the point that stands for it when clusters are found.

    Of several, it is the one in the answer that sorts first by its text, whoever sent it and in whatever order.
    """
    first = (
        points.with_row_index("row")
        .join(answered.select("response_id", "text"), on="response_id")
        .sort("text", "start", "response_id")
        .unique("text_id", keep="first", maintain_order=True)
    )
    return texts.join(first.select("text_id", "row"), on="text_id", how="left", maintain_order="left")["row"].to_list()


def _evidence(
    themes: pl.DataFrame,
    order: list[int],
    points: pl.DataFrame,
    placed: pl.DataFrame,
    raised: pl.DataFrame,
    answered: pl.DataFrame,
    vectors: Vectors,
    centre: Vectors,
    config: AnalysisConfig,
) -> list[Evidence]:
    """The points that each theme rests on, nearest first, and its quotes."""
    told = (
        points.with_row_index("row")
        .join(placed, on="point_id")
        .join(raised.select("response_id", "cluster"), on=["response_id", "cluster"])
        .join(answered.select("response_id", "text"), on="response_id")
        .with_columns(text=pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
        .sort(["similarity", "text", "response_id", "start"], descending=[True, False, False, False])
        .unique(["cluster", "text_id"], keep="first", maintain_order=True)
    )
    evidence = []
    for theme_id, keywords, cluster in zip(themes["theme_id"], themes["keywords"], order, strict=True):
        own = told.filter(pl.col("cluster") == cluster)
        quotes = choose_quotes(own, vectors[own["row"].to_numpy()], centre[cluster], keywords, config.summarise)
        evidence.append(Evidence(theme_id, tuple(keywords), own, centre[cluster], quotes))
    return evidence


def _counts(
    question_id: str,
    ledger: pl.DataFrame,
    responses: pl.DataFrame,
    points: pl.DataFrame,
    texts: pl.DataFrame,
    themes: pl.DataFrame,
) -> dict[str, int]:
    """The ledger of a question, to the end. It raises rather than let a response be lost."""
    entries = ledger.filter(pl.col("question_id") == question_id)
    status = Counter(responses["status"])
    counts = {
        "read": int(entries["n_read"].sum()),
        "responses": int(entries["n_responses"].sum()),
        "rejected": int(entries["n_rejected"].sum()),
        "blank": int(entries["n_blank"].sum()),
        "themed": status["themed"],
        "unthemed": status["unthemed"],
        "non_answers": status["non_answer"],
        "respondents": responses["respondent_id"].n_unique(),
        "points": len(points),
        "distinct_points": len(texts),
        "themes": len(themes),
    }
    first = counts["responses"] + counts["rejected"] + counts["blank"]
    second = counts["themed"] + counts["unthemed"] + counts["non_answers"]
    if counts["read"] != first or counts["responses"] != second or len(responses) != second:
        raise SchemaError("ledger_unbalanced", f"The ledger of {question_id!r} does not balance: {counts}.")
    return counts


def _notes(answered: pl.DataFrame, themes: pl.DataFrame) -> list[str]:
    if len(themes):
        return []
    return [
        f"{len(answered)} response{'' if len(answered) == 1 else 's'} with something to say: too few to find themes. "
        "Every text is listed, with the words that most of them use."
    ]


def _keywords(answered: pl.DataFrame, language: str) -> list[list[Any]]:
    """The words that most responses use: [word, responses], at most twenty."""
    ignored = function_words(language)
    used = Counter(word for text in answered["text"] for word in {w for w in words(text) if w not in ignored})
    return [[word, n] for word, n in sorted(used.items(), key=lambda item: (-item[1], item[0]))[:20]]
