"""The whole job: the stages in order, question by question. Every door calls `analyse`, so all give the same result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import polars as pl

from consult.alike import Alike, find_alike
from consult.analysis import Analysis, Run, check_quotes
from consult.assign import (
    FEW,
    assign_responses,
    centres,
    common_part,
    in_context,
    less,
    place_points,
    shared_direction,
    without,
)
from consult.beside import check_decisions, translations_of, with_translations
from consult.campaigns import Campaigns, copy_points, find_campaigns
from consult.cluster import cluster_points, themes_wanted
from consult.config import AnalysisConfig
from consult.covering import as_compared
from consult.distinct import tell_distinct
from consult.embed import Embedder, Vectors, embed_texts, make_embedder
from consult.errors import InputError, SchemaError
from consult.ingest import Ingested, check_given, given_in, read_responses, with_known
from consult.known import Phrases, asked_of, behind_of, find_known, notes_of, redact_known, told_of
from consult.languages import (
    NOT_ENGLISH,
    count_languages,
    detect_languages,
    main_of,
    not_english,
    tag_languages,
)
from consult.ledger import balance_ledger
from consult.lexical import beside, fit_lexical
from consult.merge import group_centres, raised_together
from consult.naming import find_name, plain, quoted, suggestion
from consult.nonanswers import asked_for, mark_non_answers, put_back, quoted_questions, says_nothing
from consult.notes import (
    alike_notes,
    campaign_notes,
    decision_notes,
    elsewhere_notes,
    question_notes,
    respondents_known,
    run_notes,
)
from consult.points import cut_points, heard_texts, leave_out, move_marks, point_texts, standing_points
from consult.rank import mark_themed, rank_parents, rank_themes
from consult.redact import PatternRedactor, Redactor, pseudonyms, redact_responses, redact_values, redactions_of
from consult.sayings import GOOD_ASKED, asks_what_was_good, find_sayings, kinds_of
from consult.schemas import ANSWERS, REDACTIONS, RESPONDENTS
from consult.stages import Checkpoints, NoProgress, Progress, Stages
from consult.summarise import ExtractiveSummariser, Summariser, gather_evidence, name_parents, summarise_themes
from consult.threads import one_thread
from consult.words import common_words, main_language, subjectless_words

PACKAGES: Final = ("bertopic", "hdbscan", "numpy", "onnxruntime", "polars", "scikit-learn", "scipy", "sentencex",
                   "tokenizers", "umap-learn")  # fmt: skip


def analyse(
    paths: Sequence[Path | str],
    config: AnalysisConfig | None = None,
    *,
    name: str | None = None,
    themes: Path | str | None = None,
    examples: Path | str | None = None,
    ingested: Ingested | None = None,
    translations: Path | str | None = None,
    embedder: Embedder | None = None,
    redactor: Redactor | None = None,
    summariser: Summariser | None = None,
    checkpoints: Checkpoints | None = None,
    progress: Progress | None = None,
) -> Run:
    """Reads files of responses and finds the themes of every question.

    Args:
        paths: Files of one consultation.
        config: How; the defaults when None.
        name: Of the run; from the configuration, else from the first file.
        themes: A file of themes that a team has already, which answers are assigned to first.
        examples: A file of answers under these.
        ingested: What `read_responses` gave for these paths, when that is there already.
        translations: A file of translations to show beside answers, see `consult.ingest.translations`.
        embedder: In place of the one that the configuration names.
        redactor: In place of the one that ships; `config.redact.on` says whether it is used.
        summariser: In place of the extractive one.
        checkpoints: Where finished stages are kept; nowhere when None.
        progress: Who is told.

    Returns:
        The run, not yet on disk.

    Raises:
        ConfigError, InputError, ModelError: see `consult.errors`.
        Cancelled: `progress` asked to stop.
    """
    config = with_known(config or AnalysisConfig(), themes, examples)
    stages = Stages(progress or NoProgress(), checkpoints)
    with stages.timed("", "read"):
        beside = None if translations is None else Path(translations)
        ingested = ingested or read_responses([Path(path) for path in paths], config, translations=beside)
    questions = chosen_questions(ingested, config)
    check_given(given_in(config.known, themes, examples), ingested.questions, ingested.responses)
    # Before anything else sees a text, a stage is kept, or an id is told.
    read = ingested.responses
    ingested, redactions, redacted, config = _redact(ingested, questions, config, redactor, stages)
    check_decisions(config, read, ingested.responses)
    translated = translations_of(ingested, read, config, redactor, redacted)
    embedder = embedder or choose_embedder(ingested, config)
    analyses = []
    for question_id, wording in questions.iter_rows():
        part = Stages(stages.progress, checkpoints)
        mine = redactions_of(redactions, question_id)
        with one_thread():
            found = _analyse_question(question_id, wording, ingested, mine, config, embedder, summariser, part)
        analyses.append(with_translations(found, translated.get(question_id)))
        stages.seconds |= {k: round(stages.seconds.get(k, 0) + v, 3) for k, v in part.seconds.items()}
    totals: Counter[str] = Counter()
    for analysis in analyses:
        totals.update(analysis.counts)
    known = respondents_known(ingested.mapping.layout, ingested.mapping.name("respondent_id"), ingested.responses)
    manifest = {
        "consult_version": version("consult"),
        "inputs": list(ingested.sources),
        "config": config.model_dump(mode="json"),
        "mapping": ingested.mapping.to_dict(),
        "versions": {package: version(package) for package in PACKAGES},
        "model": {"name": embedder.name, "fingerprint": embedder.fingerprint},
        "seed": config.cluster.seed,
        "counts": dict(totals) | {"respondents": ingested.responses["respondent_id"].n_unique()},
        "seconds": stages.seconds,
        "respondents_known": known,
        "redacted": redacted,
        "notes": run_notes(
            redacted=redacted,
            grouped=config.campaigns.on,
            respondents_known=known,
            languages=[analysis.manifest["languages"] for analysis in analyses],
            builtin=embedder.name.startswith("all-MiniLM"),
        ),
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


def chosen_questions(ingested: Ingested, config: AnalysisConfig) -> pl.DataFrame:
    """QUESTIONS that the configuration asks for; all when it names none.

    Raises:
        InputError: it names one that the files do not have, or they have none.
    """
    if ingested.questions.is_empty():
        raise InputError(
            "no_answers",
            f"No file holds an answer that can be read; rejected: {ingested.rejects.height:,}.",
            "`consult check` lists what was found and why it cannot be used.",
        )
    if config.questions is None:
        return ingested.questions
    known = ingested.questions["question_id"].to_list()
    wanted = {given: find_name(given, known) for given in config.questions}
    missing = next((given for given, found in wanted.items() if found is None), None)
    if missing is not None:
        hint = f"{suggestion(missing, known)}There are: {', '.join(plain(name) for name in known)}."
        raise InputError("question_missing", f"There is no question {quoted(missing)}.", hint)
    return ingested.questions.filter(pl.col("question_id").is_in(list(wanted.values())))


def choose_embedder(ingested: Ingested, config: AnalysisConfig) -> Embedder:
    """The embedder that the configuration names: its multilingual one, where it names one, when more than 10 % of the
    answers are not English.

    Raises:
        ModelError: see `consult.embed.make_embedder`.
    """  # noqa: D205
    wanted = config.embedding
    if wanted.multilingual_provider is not None:
        texts = chosen_responses(ingested, config)["text"].unique().sort().to_list()
        if not_english(count_languages(detect_languages(texts))) > NOT_ENGLISH:
            other = {"provider": wanted.multilingual_provider, "model": wanted.multilingual_model}
            return make_embedder(wanted.model_copy(update=other))
    return make_embedder(wanted)


def chosen_responses(ingested: Ingested, config: AnalysisConfig) -> pl.DataFrame:
    """RESPONSES to the questions that the configuration asks for."""
    questions = chosen_questions(ingested, config)["question_id"]
    return ingested.responses.filter(pl.col("question_id").is_in(questions.implode()))


def _redact(
    ingested: Ingested, questions: pl.DataFrame, config: AnalysisConfig, redactor: Redactor | None, stages: Stages
) -> tuple[Ingested, pl.DataFrame, dict[str, Any] | None, AnalysisConfig]:
    """What was read without personal data, question_id with REDACTIONS, what was counted (None where it is off), and
    the configuration, whose examples of known themes are treated alike.

    Texts, demographics and options are redacted, and an id that is an e-mail address or a name gets a stand-in.
    """  # noqa: D205
    if not config.redact.on:
        return ingested, REDACTIONS.empty().with_columns(question_id=pl.lit("")), None, config
    redactor = redactor or PatternRedactor(config.redact)
    responses = ingested.responses.filter(pl.col("question_id").is_in(questions["question_id"].implode()))
    with stages.timed("", "redact", responses["text"].n_unique()):
        done = redact_responses(responses, redactor, config.redact, stages.progress.advance)
        respondents, fields = redact_values(ingested.respondents, "value", RESPONDENTS.key, redactor, config.redact)
        answers, options = redact_values(ingested.answers, "option", ANSWERS.key, redactor, config.redact)
        ids = [*responses["response_id"], *responses["respondent_id"], *respondents["respondent_id"],
               *answers["respondent_id"]]  # fmt: skip
        stand_ins = pseudonyms(ids, redactor)
        own, who = pl.col("response_id").replace(stand_ins), pl.col("respondent_id").replace(stand_ins)
    counts = Counter(done.redactions["kind"])
    told = {
        "redactor": {"name": redactor.name, "fingerprint": redactor.fingerprint},
        "texts": dict(sorted(counts.items())),
        "responses": done.redactions.select("question_id", "response_id").n_unique(),
        "values": dict(sorted((fields + options).items())),
        "ids": len(stand_ins),
    }
    ingested = replace(
        ingested,
        responses=done.responses.with_columns(own, who),
        respondents=respondents.with_columns(who),
        answers=answers.with_columns(who),
        marks=move_marks(ingested.marks, done.redactions).with_columns(own),
    )
    known = redact_known(config.known, redactor, config.redact, stand_ins)
    return ingested, done.redactions.with_columns(own), told, config.model_copy(update={"known": known})


def _analyse_question(
    question_id: str,
    wording: str,
    ingested: Ingested,
    redactions: pl.DataFrame,
    config: AnalysisConfig,
    embedder: Embedder,
    summariser: Summariser | None,
    stages: Stages,
) -> Analysis:
    """One question, from its responses to its themes. The stages stand here in their order."""
    responses = ingested.responses.filter(pl.col("question_id") == question_id).sort("response_id")
    marks = ingested.marks.filter(pl.col("question_id") == question_id)
    with stages.timed(question_id, "campaigns"):
        # What is read is what people wrote themselves, in its place; what is kept and quoted is the text as submitted.
        said, non_answers, short = mark_non_answers(
            leave_out(responses, marks), ingested.questions, config.nonanswers.answers, config.nonanswers.set_aside,
            ingested.answers["question_id"].unique(),
        )  # fmt: skip
        decided = put_back(said, config.nonanswers.answers, config.nonanswers.set_aside)
        responses = responses.with_columns(said["status"])
        answered = responses.filter(pl.col("status") != "non_answer")
        tagged = tag_languages(said)
        said = said.filter(pl.col("status") != "non_answer")
        languages = count_languages(said.join(tagged, on="response_id")["language"])

    found = stages.kept(question_id, "campaigns", 0, lambda: vars(find_campaigns(said, wording, config.campaigns)))
    campaigns = Campaigns(found["members"], found["skeletons"], found["own_words"])
    asked = asked_for(wording, said["text"])
    language = config.points.language
    if language == "auto":
        # However many sent a letter, it is no reason to read the others in its language.
        once = said.join(campaigns.copies(), on="response_id", how="anti").join(tagged, on="response_id")
        language = main_of(count_languages(once["language"])) or main_language(once["text"].sort())

    def cut() -> dict[str, Any]:
        chosen = config.points.model_copy(update={"language": language})
        own = said.join(campaigns.members, on="response_id", how="anti")["text"]
        skip = says_nothing(asked, quoted_questions(own))
        points = cut_points(said, chosen, skip, campaigns.own_words)
        points, copies = copy_points(points, said, campaigns.members, campaigns.own_words)
        return {"points": points, "texts": point_texts(points, answered, copies), "copies": copies}

    kept = stages.kept(question_id, "points", 0, cut)
    points, texts, copies = kept["points"], kept["texts"], kept["copies"]
    # What stands for personal data brings no two points together.
    distinct = list(map(as_compared, texts["text"]))
    vectors: Vectors = stages.kept(
        question_id,
        "embed",
        len(distinct),
        lambda: {"vectors": embed_texts(distinct, embedder, stages.progress.advance)},
    )["vectors"]
    text_ids = tuple(texts["text_id"])
    known = asked_of(given_in(config.known), question_id, wording)
    # Themes are found on what people said beside the letters of campaigns, which are then put to them.
    heard = heard_texts(points, texts, copies)
    all_heard = len(heard) == len(texts)
    standing = standing_points(points, answered, texts[heard], copies, campaigns.own_words)
    ignored = subjectless_words(campaigns.once(said, letters=all_heard), language)
    meant = in_context(points, text_ids, vectors, copies=copies)
    shared = shared_direction(meant[standing])
    meant, alone = without(meant, shared), without(vectors, shared)
    lexical = fit_lexical([distinct[row] for row in heard])
    point_vectors = beside(meant, in_context(points, text_ids, lexical.vectors(distinct), copies=copies))
    # Titles that were given are told apart by what is left when that is out, however few the points.
    common = common_part(point_vectors[standing], 0 if known.themes else FEW)
    counting = tell_distinct(answered, points, campaigns.members, copies)
    n_heard = counting.n_texts - (0 if all_heard else campaigns.members["campaign_id"].n_unique())

    wanted = themes_wanted(n_heard, point_vectors[standing], config.cluster)
    point_vectors = less(point_vectors, common)
    # The title of a given theme is no such saying: where titles are all there is, points stay where they are.
    drawn = heard if not known.themes or any(known.examples) else []
    sayings = find_sayings(
        kinds_of(distinct, GOOD_ASKED if asks_what_was_good(wording) else asked),
        drawn,
        point_vectors[standing][: len(drawn)],
    )
    place = {text_id: row for row, text_id in enumerate(text_ids)}
    point_vectors = sayings.drawn([place[text_id] for text_id in points["text_id"]], point_vectors)

    def embed_plain(phrases: list[str]) -> Vectors:
        return embed_texts(phrases, embedder)

    def cluster() -> dict[str, Any]:
        if known.themes:
            phrases = Phrases(embed_plain, shared, lexical, common, sayings)
            return find_known(known, phrases, points, point_vectors, standing, meant, texts[heard], ignored, config)
        labels, clusters = cluster_points(
            texts[heard], meant[standing], point_vectors[standing], n_heard, wanted, ignored, config.cluster
        )
        return {"labels": labels, "clusters": clusters, "centre": centres(point_vectors[standing], labels["cluster"])}

    kept = stages.kept(question_id, "cluster", 0, cluster)
    labels, clusters, centre = kept["labels"], kept["clusters"], kept["centre"]
    n_known, offsets = len(known.themes), kept.get("offsets")
    with stages.timed(question_id, "assign"):
        looked = config.campaigns.on and config.campaigns.alike
        alike = find_alike(said, points, place, vectors, campaigns.members, tagged) if looked else Alike()
        meaning = centres(meant[standing], labels["cluster"], len(centre))
        placed = place_points(points, point_vectors, centre, config.assign, behind_of(n_known, len(centre)), offsets)
        raised = assign_responses(points, placed, config.assign, copies)
        themes, assignments, order = rank_themes(
            question_id, raised, points, placed, answered, clusters, counting, n_known
        )
        parts = _parts(themes, kept.get("means", centre)[order], counting.of(assignments))
        themes, parents = rank_parents(themes, parts, assignments, responses, counting)
        responses = mark_themed(responses, assignments)
    with stages.timed(question_id, "summarise"):
        evidence = gather_evidence(
            themes, order, placed, raised, points, answered, texts, alone, meaning, config.summarise, copies
        )

        def embed(phrases: list[str]) -> Vectors:
            return without(embed_plain(phrases), shared)

        taken = known.titles
        writer = summariser or ExtractiveSummariser(embed, language, config.summarise, ignored, wording, taken)
        given = {each: taken[k] for each, k in zip(themes["theme_id"], order, strict=True) if k < n_known}
        themes, quotes, summaries = summarise_themes(question_id, themes, evidence, writer, given)
        parents = name_parents(parents, themes, evidence, embed, language, ignored, config.summarise, wording)
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
        redactions=redactions,
        marks=marks,
        non_answers=non_answers,
        languages=tagged,
        campaigns=campaigns.members,
        skeletons=campaigns.skeletons,
        own_words=campaigns.own_words,
        copies=copies,
        alike=alike.members,
        parents=parents,
        vectors=vectors,
        text_ids=text_ids,
        centres=centre[order],
        offsets=None if offsets is None else offsets[order],
        shared=shared,
        common=common,
        sayings=sayings.towards,
        said=sayings.kinds,
        titles=kept["titles"][[k for k in order if k < n_known]] if n_known else None,
        manifest={
            "language": language,
            "languages": languages,
            "seconds": stages.seconds,
            "counts": balance_ledger(question_id, ingested.ledger, responses, points, texts, themes),
            "notes": question_notes(
                len(answered),
                responses.filter(pl.col("status") == "unthemed").height,
                themes,
                language,
                languages,
                short,
            )
            + elsewhere_notes(non_answers)
            + decision_notes(len(decided), non_answers.filter(pl.col("kind") == "set_aside").height)
            + (notes_of(known, kept, themes) if n_known else [])
            + campaign_notes(campaigns.members, themes, responses)
            + alike_notes(alike.members, alike.told),
            "non_answers": dict(sorted(Counter(non_answers["kind"]).items())),
            "put_back": decided,
            "short_answers": short,
            "campaigns": {
                "campaigns": campaigns.members["campaign_id"].n_unique(),
                "responses": len(campaigns.members),
                "distinct_texts": counting.n_texts,
            },
            "alike": alike.told,
            "keywords": common_words(said["text"], language),
            **({"given": told_of(known, kept, order, themes)} if n_known else {}),
        },
    )
    if len(check_quotes(analysis)):
        raise SchemaError("quote_altered", f"A quote of {question_id!r} is not an exact span of its response.")
    return analysis


def _parts(themes: pl.DataFrame, centre: Vectors, raised: pl.DataFrame) -> list[int]:
    """The group of each theme, in order of rank; a given theme that nobody raises is in none. A text counts once."""
    n_raised = int((themes["n_responses"] > 0).sum())
    place = pl.col("theme_id").replace_strict(themes["theme_id"], range(len(themes)), return_dtype=pl.Int64)
    rows = raised.select(place, text=pl.col("distinct").rank("dense").cast(pl.Int64) - 1)
    together = raised_together(rows["text"].to_numpy(), rows["theme_id"].to_numpy(), n_raised)
    return [*group_centres(centre[:n_raised], together).tolist(), *[-1] * (len(themes) - n_raised)]


__all__ = ["Checkpoints", "NoProgress", "Progress", "analyse", "chosen_questions"]
