"""What a finished run holds: the frames and the manifest of every question, and of the consultation."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.copied import Copied, alike_groups
from consult.errors import RunError, SchemaError
from consult.groups import GroupTable, fields_in, members_of, smallest_of, tabulate, tell_raising
from consult.naming import find_name, listed, plain, quoted, suggestion
from consult.references import chosen_by, describe_reference, list_non_answers
from consult.schemas import (
    ALIKE,
    ANSWERS,
    ASSIGNMENTS,
    CAMPAIGN_LIST,
    CAMPAIGNS,
    COPIES,
    LANGUAGES,
    LEDGER,
    MARKS,
    NON_ANSWERS,
    OWN_WORDS,
    PARENTS,
    POINTS,
    QUESTIONS,
    QUOTES,
    REDACTIONS,
    REJECTS,
    RESPONDENTS,
    RESPONSES,
    SKELETONS,
    SUMMARIES,
    THEMES,
    TRANSLATIONS,
    check_frame,
)

_FRAMES = (RESPONSES, POINTS, THEMES, ASSIGNMENTS, QUOTES, SUMMARIES, REJECTS)


@dataclass(frozen=True)
class Analysis:
    """One question, analysed.

    Attributes:
        question_id: The question.
        wording: As it was put to people.
        responses: RESPONSES of this question; each is themed, unthemed or a non_answer.
        points: POINTS of its responses.
        themes: THEMES, in order of rank.
        assignments: ASSIGNMENTS, by response_id and theme_id.
        quotes: QUOTES, by theme and position.
        summaries: SUMMARIES, by theme and position.
        rejects: REJECTS of this question, with those that name no question.
        redactions: REDACTIONS in its responses; none where redaction was off.
        marks: MARKS in its responses; none but in letters and mails.
        non_answers: NON_ANSWERS among its responses.
        languages: LANGUAGES of its responses.
        translations: TRANSLATIONS of its responses; none where no file of them was given.
        campaigns: CAMPAIGNS among its responses; none where every text stands alone.
        skeletons: SKELETONS of its campaigns.
        own_words: OWN_WORDS of their members.
        copies: COPIES: the points that are a campaign's.
        alike: ALIKE: answers that say nearly the same in other words, for a person to look at.
        parents: PARENTS of its themes, in order of rank; none where every theme stands alone.
        manifest: What was done and counted, as JSON values: `counts`, `seconds`, `language`, `notes`, `keywords`.
        vectors: One unit vector a distinct point text, float32 (n, d), in the order of `text_ids`.
        text_ids: The text_id of each row of `vectors`.
        centres: The unit centre of each theme, float32 (themes, d), in the order of `themes`, of given ones with
            examples what stands for it, see `consult.sharpen.sharpen`; None in a run of before they were kept.
        offsets: What is taken from a point's product with each of `centres` to give its similarity, float64 (themes,);
            None for nothing.
        shared: The direction that is left out of all vectors before they are held against a centre, float64 (d,); None
            as `centres`.
        common: What is taken from the vectors as they are held against a centre, float64 (d',), see `common_part`; None
            in a run of before it was.
        sayings: Where points that say one thing in many words are drawn to, float32 (kinds, d'), see `consult.sayings`;
            None in a run of before they were.
        said: Which of these each distinct point text says, int8 (n,), in the order of `text_ids`; None likewise.
        titles: Unit vectors of what was written of the given themes, float32 (given themes, d'), in the order of
            `themes`; None where none was given.
    """

    question_id: str
    wording: str
    responses: pl.DataFrame
    points: pl.DataFrame
    themes: pl.DataFrame
    assignments: pl.DataFrame
    quotes: pl.DataFrame
    summaries: pl.DataFrame
    rejects: pl.DataFrame
    redactions: pl.DataFrame = field(default_factory=REDACTIONS.empty)
    marks: pl.DataFrame = field(default_factory=MARKS.empty)
    non_answers: pl.DataFrame = field(default_factory=NON_ANSWERS.empty)
    languages: pl.DataFrame = field(default_factory=LANGUAGES.empty)
    translations: pl.DataFrame = field(default_factory=TRANSLATIONS.empty)
    campaigns: pl.DataFrame = field(default_factory=CAMPAIGNS.empty)
    skeletons: pl.DataFrame = field(default_factory=SKELETONS.empty)
    own_words: pl.DataFrame = field(default_factory=OWN_WORDS.empty)
    copies: pl.DataFrame = field(default_factory=COPIES.empty)
    alike: pl.DataFrame = field(default_factory=ALIKE.empty)
    parents: pl.DataFrame = field(default_factory=PARENTS.empty)
    manifest: dict[str, Any] = field(default_factory=dict)
    vectors: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 1), dtype=np.float32))
    text_ids: tuple[str, ...] = field(default_factory=tuple)
    centres: npt.NDArray[np.float32] | None = field(default_factory=lambda: None)
    offsets: npt.NDArray[np.float64] | None = field(default_factory=lambda: None)
    shared: npt.NDArray[np.float64] | None = field(default_factory=lambda: None)
    common: npt.NDArray[np.float64] | None = field(default_factory=lambda: None)
    sayings: npt.NDArray[np.float32] | None = field(default_factory=lambda: None)
    said: npt.NDArray[np.int8] | None = field(default_factory=lambda: None)
    titles: npt.NDArray[np.float32] | None = field(default_factory=lambda: None)

    def __post_init__(self) -> None:
        for spec in (
            *_FRAMES,
            MARKS,
            REDACTIONS,
            NON_ANSWERS,
            LANGUAGES,
            TRANSLATIONS,
            CAMPAIGNS,
            SKELETONS,
            OWN_WORDS,
            COPIES,
            ALIKE,
            PARENTS,
        ):
            check_frame(getattr(self, spec.name), spec)
        lost = set(self.themes["parent_id"].drop_nulls()) - set(self.parents["parent_id"])
        if lost:
            raise SchemaError(
                "parent_missing", f"themes of {quoted(self.question_id)} name a parent that is not in parents."
            )

    @property
    def counts(self) -> dict[str, int]:
        """The ledger of this question: read, responses, rejected, blank, themed, unthemed, non_answers, and more."""
        counts: dict[str, int] = self.manifest["counts"]
        return counts

    @property
    def put_back(self) -> dict[str, str]:
        """The responses that are answers because a person put them back: id -> the class that they look like."""
        return dict(self.manifest.get("put_back", []))

    def theme(self, theme_id: str) -> dict[str, Any]:
        """One row of THEMES as a dictionary.

        Raises:
            RunError: there is no such theme.
        """
        found = self.themes.filter(pl.col("theme_id") == theme_id)
        if found.is_empty():
            known = ", ".join(self.themes["theme_id"]) or "none"
            said = f"Question {quoted(self.question_id)} has no theme {quoted(theme_id)}."
            raise RunError("theme_missing", said, f"It has: {known}.")
        return found.row(0, named=True)

    def parent(self, parent_id: str) -> dict[str, Any]:
        """One row of PARENTS as a dictionary.

        Raises:
            RunError: there is no such parent.
        """
        found = self.parents.filter(pl.col("parent_id") == (find_name(parent_id, self.parents["parent_id"]) or ""))
        if found.is_empty():
            known = ", ".join(self.parents["parent_id"]) or "none"
            said = f"Question {quoted(self.question_id)} has no parent {quoted(parent_id)}."
            raise RunError("parent_missing", said, f"It has: {known}.")
        return found.row(0, named=True)

    def themes_of(self, parent_id: str) -> pl.DataFrame:
        """THEMES that are a part of a parent, in order of rank.

        Raises:
            RunError: there is no such parent.
        """
        found = self.parent(parent_id)["parent_id"]
        return self.themes.filter(pl.col("parent_id") == found).sort("rank")

    @property
    def copied(self) -> Copied:
        """The campaigns of this question, to be shown."""
        return Copied(
            question_id=self.question_id,
            members=self.campaigns,
            skeletons=self.skeletons,
            own_words=self.own_words,
            responses=self.responses,
            assignments=self.assignments,
            copies=self.copies,
            themes=self.themes,
            dates=self.responses.select("response_id", "submitted_at"),
        )

    def campaign(self, campaign_id: str) -> dict[str, Any]:
        """One campaign: its row of CAMPAIGN_LIST, and its parts, themes and versions.

        Returns:
            Beside the row: parts of the canonical response's text, cut where what nearly all kept begins and ends
            (text, kept, n_texts); themes that members raise (theme_id, title, n_responses, n_own: of these, by words
            of their own); versions, its distinct texts (response_id, n_responses, kind, similarity, own: what the
            sender added, passage by passage).

        Raises:
            RunError: there is no such campaign.
        """
        view = self.copied.view(campaign_id)
        return view | {"versions": self.copied.versions(view["campaign_id"]).to_dicts()}

    def alike_groups(self) -> list[dict[str, Any]]:
        """Texts that say nearly the same in other words, group by group, with what shows it.

        Returns:
            As `consult.copied.alike_groups`.
        """
        told = self.manifest.get("alike") or {}
        dates = self.responses.select("response_id", "submitted_at")
        return alike_groups(self.question_id, self.alike, told, self.responses, dates)

    def responses_of(self, theme_id: str) -> pl.DataFrame:
        """RESPONSES that raise a theme, with strength, start and end of the point that shows it; strongest first."""
        self.theme(theme_id)
        raised = self.assignments.filter(pl.col("theme_id") == theme_id).drop("question_id", "theme_id")
        return self.responses.join(raised, on="response_id").sort(["strength", "response_id"], descending=[True, False])


@dataclass(frozen=True)
class Run:
    """A consultation, analysed.

    Attributes:
        name: The run's name, which is its folder's.
        questions: QUESTIONS, in the order of the input.
        respondents: RESPONDENTS.
        answers: ANSWERS to closed questions.
        rejects: REJECTS of all files.
        ledger: LEDGER, a row a file and question.
        analyses: One a question, in the order of `questions`.
        manifest: Inputs with hashes, configuration, mapping, versions, model, seeds, counts, seconds.
        folder: Where it is kept; None until it is.
    """

    name: str
    questions: pl.DataFrame
    respondents: pl.DataFrame
    answers: pl.DataFrame
    rejects: pl.DataFrame
    ledger: pl.DataFrame
    analyses: tuple[Analysis, ...]
    manifest: dict[str, Any]
    folder: Path | None = None

    def __post_init__(self) -> None:
        for spec in (QUESTIONS, RESPONDENTS, ANSWERS, REJECTS, LEDGER):
            check_frame(getattr(self, spec.name), spec)

    def analysis(self, question_id: str) -> Analysis:
        """The analysis of one question.

        Raises:
            RunError: the run has no such question.
        """
        known = [analysis.question_id for analysis in self.analyses]
        found = find_name(question_id, known)
        if found is not None:
            return self.analyses[known.index(found)]
        hint = f"{suggestion(question_id, known)}It has: {listed(known)}."
        raise RunError("question_missing", f"Run {self.name!r} has no question {quoted(question_id)}.", hint)

    def by_group(self, question_id: str, field_name: str) -> pl.DataFrame:
        """How the respondents of each group spread over the themes of a question.

        Args:
            question_id: The question.
            field_name: A demographic field, or a closed question.

        Returns:
            Columns theme_id, title, group, n_respondents (who raise it), n_group (respondents of the group who gave an
            answer), share (their quotient, in [0, 1]), share_of_theme (n_respondents over all who raise the theme), and
            compared (how often the group raises it against everyone: more often, less often, about as often, too few
            to say). A respondent who chose several options counts in each group; who left the field blank is in "Not
            given". Small counts, and those that would give them away, are null, as `[groups] smallest` has it.

        Raises:
            RunError: the run has no such question or field.
        """
        analysis = self.analysis(question_id)
        table = self.group_table(question_id, field_name)
        groups = sorted(table.groups)
        cells = [(row["theme_id"], row["title"], g, table.cell(row["theme_id"], g)) for row in
                 analysis.themes.sort("rank").iter_rows(named=True) for g in groups]  # fmt: skip
        return pl.DataFrame(
            [(theme_id, title, group, *astuple(cell)) for theme_id, title, group, cell in cells],
            schema={
                "theme_id": pl.String,
                "title": pl.String,
                "group": pl.String,
                "n_respondents": pl.Int64,
                "n_group": pl.Int64,
                "share": pl.Float64,
                "share_of_theme": pl.Float64,
                "compared": pl.String,
            },
            orient="row",
        )

    def group_table(self, question_id: str, field_name: str) -> GroupTable:
        """The themes and broad themes of a question by the groups of a field, with what must not be shown.

        Raises:
            RunError: the run has no such question or field.
        """
        analysis = self.analysis(question_id)
        members = members_of(self.respondents, self.answers, self.field(field_name))
        answered = analysis.responses.filter(pl.col("status") != "non_answer").select("response_id", "respondent_id")
        raised = analysis.assignments.join(answered, on="response_id").select("theme_id", who="respondent_id")
        parents = dict(analysis.themes.sort("rank").select("theme_id", "parent_id").iter_rows())
        raising = tell_raising(raised, answered["respondent_id"], parents)
        return tabulate(members, raising, smallest_of(self.manifest))

    def campaigns(self) -> pl.DataFrame:
        """CAMPAIGN_LIST: the copied letters of every question, the largest of each first."""
        return pl.concat([CAMPAIGN_LIST.empty(), *(analysis.copied.table() for analysis in self.analyses)])

    def non_answers(self, question_id: str) -> pl.DataFrame:
        """The responses to a question that say nothing, by class.

        Returns:
            Columns response_id, respondent_id, kind (its class, of `consult.references.KINDS`), text, refers_to (the
            question whose answer it refers to, such as "see Q3"; null where it names none), refers_to_response_id
            (that answer of the same person; null where it cannot be told) and refers_to_option (what that person chose,
            where it is a closed question). It is not counted as that answer.

        Raises:
            RunError: the run has no such question.
        """
        analysis = self.analysis(question_id)
        named = set(analysis.non_answers["refers_to"].drop_nulls())
        others = {other.question_id: other.responses for other in self.analyses if other.question_id in named}
        known = self.manifest.get("respondents_known") is not False
        answers = self.answers.filter(pl.col("question_id").is_in(list(named)))
        return list_non_answers(analysis.non_answers, analysis.responses, others, answers, people_known=known)

    def referred(self, question_id: str, response_id: str) -> dict[str, Any] | None:
        """The answer of the same person that a response such as "see Q3" means.

        Returns:
            None for a response that refers to none; else question_id and wording of the question that it names,
            response_id and text of that answer, each None where it is not told; of a closed question text is what was
            chosen, and there is no response_id; and said: in words where it is, or why
            it cannot be told.

        Raises:
            RunError: the run has no such question.
        """
        analysis = self.analysis(question_id)
        rows = analysis.non_answers.filter(pl.col("response_id") == response_id, pl.col("kind") == "refers")
        if rows.is_empty():
            return None
        named = rows["refers_to"][0]
        other = next((each for each in self.analyses if each.question_id == named), None)
        mine = analysis.responses.filter(pl.col("response_id") == response_id).select("respondent_id")
        found = [] if other is None else other.responses.join(mine, on="respondent_id", how="semi").rows(named=True)
        wordings = dict(self.questions.iter_rows())
        known = self.manifest.get("respondents_known") is not False
        closed = [] if named is None or named in wordings else [named]
        chosen = chosen_by(self.answers.filter(pl.col("question_id").is_in(closed)), mine["respondent_id"][0])
        return describe_reference(
            named, wordings.get(named), found, chosen=chosen, analysed=other is not None, people_known=known
        )

    def field(self, given: str) -> str:
        """The name of the field that is meant, see `consult.naming.find_name`.

        Raises:
            RunError: the run has no such field.
        """
        known = self.fields()
        found = find_name(given, known)
        if found is None:
            hint = f"{suggestion(given, known)}It has: {', '.join(sorted(plain(name) for name in known)) or 'none'}."
            raise RunError("field_missing", f"Run {self.name!r} has no field {quoted(given)}.", hint)
        return found

    def fields(self) -> list[str]:
        """What people can be grouped by: the demographics, then the closed questions, each in the order of the file."""
        return fields_in(self.respondents, self.answers)


def check_quotes(analysis: Analysis) -> pl.DataFrame:
    """The quotes that are not an exact span of the response they cite, which must be none.

    Returns:
        The rows of QUOTES at fault, and of them those whose response does not exist.
    """
    joined = analysis.quotes.join(analysis.responses.select("response_id", "text"), on="response_id", how="left")
    exact = [
        text is not None and 0 <= start < end <= len(text) and text[start:end] == quote
        for text, start, end, quote in joined.select("text", "start", "end", "quote").iter_rows()
    ]
    return analysis.quotes.filter(~pl.Series(exact, dtype=pl.Boolean))
