"""The configuration of an analysis: one frozen section a stage, every key with a default.

Values come from, strongest first: the options of the command, `CONSULT_` environment variables
(`CONSULT_CLUSTER__SEED=7` sets `seed` in `[cluster]`), one TOML file, the defaults below. An unknown key is an error.
The whole of what was used is written into the manifest of every run.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from consult.errors import ConfigError

Share = Annotated[float, Field(ge=0, le=1)]
MOST_KNOWN: Final = 200
"""Known themes of a question: more cannot be read as a list, and are a file of answers taken for one of themes."""
LONGEST_TITLE: Final = 200
"""Characters. A title stands in tables and charts; what is longer is a description."""


def key_of(title: str) -> str:
    """What two titles have alike that are one: case and spaces do not count."""
    return " ".join(title.split()).casefold()


class Section(BaseModel):
    """A section of the configuration: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnsConfig(Section):
    """`[columns]`: which column of the file is what. What is not named here is guessed, and the guess is shown.

    A column is named by its header as in the file; white space, and case where no other column is meant, may differ.
    """

    layout: Literal["auto", "wide", "long"] = Field(
        default="auto", description="wide: a row a respondent, a column a question; long: a row an answer"
    )
    response_id: str | None = Field(default=None, description="the column of ids")
    respondent_id: str | None = Field(
        default=None, description="the column that says who answered, where an id names an answer"
    )
    question_id: str | None = Field(default=None, description="long files: the column that names the question")
    question: str | None = Field(default=None, description="long files: the column with the question's wording")
    text: str | None = Field(default=None, description="long files: the column with the answer")
    submitted_at: str | None = Field(default=None, description="the column with the date of the response")
    open: tuple[str, ...] | None = Field(
        default=None, description="wide files: the free-text questions; no others are then guessed"
    )
    question_ids: dict[str, str] = Field(
        default={}, description="wide files: a short id for a question, by its header; it names the folder of the run"
    )
    closed: tuple[str, ...] = Field(default=(), description="questions answered by choosing options")
    options: dict[str, str] = Field(
        default={}, description="columns that are one option each of a closed question: header -> the question"
    )
    explains: dict[str, str] = Field(
        default={},
        description='open questions that ask why: header -> the closed question whose answer it explains; "" for none',
    )
    same: dict[str, str] = Field(
        default={},
        description='one thing under different headers: header, or "file: header", -> the header it is joined to',
    )
    wordings: dict[str, str] = Field(default={}, description="a question as it was put to people, by its header")
    demographics: tuple[str, ...] = Field(default=(), description="what is known of respondents")
    coded: tuple[str, ...] = Field(default=(), description="labels that people gave to answers; see `consult gold`")
    ignored: tuple[str, ...] = Field(default=(), description="columns to leave out")


class IngestConfig(Section):
    """`[ingest]`: how files are read."""

    encoding: str | None = Field(
        default=None, description="of a text file, such as cp1252; null detects it and says what was found"
    )
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="of a text file; null detects it"
    )
    sheet: str | None = Field(
        default=None, description="of a workbook; null takes the first visible sheet that holds a table"
    )
    layout: str | None = Field(
        default=None, description="what wrote the files, such as qualtrics; null recognises it; table for none of them"
    )
    unfinished: Literal["keep", "reject"] = Field(
        default="keep", description="responses that the survey tool marks as started and not finished"
    )
    option_separator: str = Field(
        default=";", min_length=1, description="between the options of one cell of a closed question"
    )
    duplicate_ids: Literal["error", "reject"] = Field(
        default="error", description="error: stop and name them; reject: keep the first, list the others in rejects"
    )


PersonalKind = Literal[
    "email", "phone", "postcode", "ni_number", "nhs_number", "passport", "driving_licence", "vehicle", "card", "iban",
    "bank", "birth", "ip", "url", "address", "name",
]  # fmt: skip


class RedactConfig(Section):
    """`[redact]`: personal data, found and replaced before anything else sees a text or keeps it."""

    on: bool = Field(default=True, description="false keeps every text as it was submitted; the report then says so")
    kinds: tuple[PersonalKind, ...] | None = Field(
        default=None, description="the kinds to look for; null takes all: " + ", ".join(get_args(PersonalKind))
    )
    keep_outward: bool = Field(
        default=False, description="keep the first half of a postcode, its district: [postcode CF10]"
    )
    style: Literal["kind", "removed"] = Field(
        default="kind", description="what stands in its place: kind, such as [e-mail]; or [removed] for all"
    )
    keep: tuple[str, ...] = Field(
        default=(), description="never replaced, such as the consultation's own address or a public figure's name"
    )
    patterns: dict[str, str] = Field(
        default={}, description="more to replace, by a name of your own: a regular expression, for your case numbers"
    )

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, patterns: dict[str, str]) -> dict[str, str]:
        for name, pattern in patterns.items():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{name!r} is not a regular expression: {error}") from None
        return patterns


class LettersConfig(Section):
    """`[letters]`: letters and mails, beside tables or alone."""

    questions: dict[str, str] = Field(
        default={},
        description="question id -> wording of what letters answer under headings, beside the questions of tables; "
        "when neither is there, headings such as Question 4 name the questions",
    )


class NonAnswersConfig(Section):
    """`[nonanswers]`: responses that say nothing, and what people decided of them."""

    answers: tuple[str, ...] = Field(
        default=(),
        description="responses that a person read and put back: they are answers, whatever they look like; an id, or "
        "question:id where several questions have it",
    )
    set_aside: tuple[str, ...] = Field(
        default=(), description="responses that a person read and said to say nothing, written likewise"
    )

    @model_validator(mode="after")
    def _decided_once(self) -> NonAnswersConfig:
        both = sorted({*self.answers} & {*self.set_aside})
        if both:
            raise ValueError(f"{both[0]!r} is in answers and in set_aside: leave it in one of them")
        return self


class CampaignsConfig(Section):
    """`[campaigns]`: identical and near-identical texts, which are grouped and never removed."""

    on: bool = Field(default=True, description="false groups nothing; only equal texts then count once")
    near: Share = Field(
        default=0.4,
        description="how much of the shorter of two texts must be the other's, word for word, for them to be copies: "
        "share of its runs of three words",
    )
    min_words: int = Field(
        default=12, ge=4, description="a shorter text is no copy: people say the same in few words by themselves"
    )
    smallest: int = Field(default=2, ge=2, description="responses that a campaign must hold at the least")
    alike: bool = Field(
        default=True, description="whether answers that say nearly the same in other words are flagged for a person"
    )
    own_words: int = Field(
        default=6, ge=3, description="words in a row that are not the campaign's, from which they are a person's own"
    )


class PointsConfig(Section):
    """`[points]`: how a response is cut into the points it makes."""

    language: str = Field(
        default="auto", description="ISO 639-1 code of most responses; auto counts function words, question by question"
    )
    min_words: int = Field(default=3, ge=1, description="a shorter piece joins its neighbour")
    max_words: int = Field(default=32, ge=8, description="a longer sentence is cut at its clauses where it has any")


class EmbeddingConfig(Section):
    """`[embedding]`: the model that turns points into vectors."""

    provider: Literal["builtin", "onnx", "sentence-transformers", "openai"] = Field(
        default="builtin",
        description="builtin: all-MiniLM-L6-v2 from its installed package; onnx: a folder with model.onnx and "
        "tokenizer.json; sentence-transformers: any of its models, by name or folder; openai: any server that speaks "
        "the OpenAI embeddings protocol",
    )
    model: str | None = Field(default=None, description="the model's folder or name; not for builtin")
    multilingual_provider: Literal["onnx", "sentence-transformers", "openai"] | None = Field(
        default=None, description="used in its place when more than 10 % of the answers are not English"
    )
    multilingual_model: str | None = Field(default=None, description="that model's folder or name")
    prefix: str = Field(default="", description='put before each text: "query: " for E5 models; with builtin, nothing')
    base_url: str | None = Field(
        default=None, description="openai: the server's address; texts are sent there and nowhere else"
    )
    api_key_variable: str = Field(
        default="CONSULT_EMBEDDING_API_KEY", description="openai: the variable that holds the key"
    )
    device: Literal["cpu", "cuda"] = Field(default="cpu", description="cuda needs onnxruntime-gpu or a CUDA torch")
    workers: int = Field(default=0, ge=0, description="runtimes side by side; 0 means one a core")
    max_tokens: int = Field(
        default=256, ge=16, le=8192, description="a longer text is embedded from its first tokens only"
    )


class ClusterConfig(Section):
    """`[cluster]`: how points become themes."""

    seed: int = Field(default=42, ge=0, lt=2**32, description="of everything random")
    themes: int | None = Field(
        default=None, ge=2, le=500, description="themes wanted a question; null follows the responses"
    )
    granularity: float = Field(
        default=1.0, gt=0, le=4, description="above 1 finer, below 1 coarser; only where themes is null"
    )
    min_theme_size: int = Field(default=3, ge=2, description="distinct point texts that a theme must hold at the least")
    most_themes: int = Field(
        default=40, ge=2, le=500, description="themes a question at the most; only where themes is null"
    )
    stability_fits: int = Field(
        default=10, ge=0, le=100, description="fits on samples that the stability of a theme is measured by; 0: none"
    )
    small_question: int = Field(
        default=500, ge=0, description="with fewer distinct points, agglomeration takes the place of UMAP and HDBSCAN"
    )
    max_fit: int = Field(
        default=20_000, ge=1000, description="distinct points to fit on; the others join their nearest theme"
    )
    keywords: int = Field(default=10, ge=3, le=50, description="words listed for a theme")


class AssignConfig(Section):
    """`[assign]`: which responses carry which themes."""

    min_strength: Share = Field(
        default=0.32, description="how near a point must be to its nearest theme to belong to it: cosine"
    )
    tie: Share = Field(
        default=0.05, description="a point raises a second theme too, when that is nearly as near: within this cosine"
    )
    margin: Share = Field(
        default=0.2,
        description="a response's weaker themes are dropped this far below its strongest; a quarter of this for each "
        "point where it makes more than four",
    )


class SummariseConfig(Section):
    """`[summarise]`: quotes, titles and summaries."""

    quotes: int = Field(default=5, ge=1, le=50, description="quotes a theme")
    diversity: Share = Field(default=0.3, description="0 takes the most typical quotes, 1 the most different")
    title_words: int = Field(default=9, ge=2, le=15, description="words in a title at the most")


class GroupsConfig(Section):
    """`[groups]`: counts of themes by demographic and by closed question."""

    smallest: int = Field(
        default=5,
        ge=0,
        le=1000,
        description="a count by group of fewer people is not shown, nor what it could be worked out from; 0 shows all",
    )


class KnownTheme(Section):
    """`[[known.themes]]`: a theme that a team has already."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE, description="stands in every table, as it is written")
    description: str = Field(default="", description="what it holds, in a sentence or more")
    examples: tuple[str, ...] = Field(default=(), description="what people say who raise it")
    question: str = Field(default="", description="the id or wording of its question; blank for all")
    row: int = Field(default=0, ge=0, description="in the file that it is from; 0 for none")


class KnownExample(Section):
    """`[[known.examples]]`: an answer that a person put under a known theme."""

    theme: str = Field(description="a title of [[known.themes]]")
    response_id: str = Field(default="", description="the id of the answer; blank where its text is given")
    text: str = Field(default="", description="the text of the answer; blank where its id is given")
    question: str = Field(default="", description="the id or wording of the answer's question; blank for all")
    row: int = Field(default=0, ge=0, description="in the file that it is from; 0 for none")

    @model_validator(mode="after")
    def _names_one(self) -> KnownExample:
        if bool(self.response_id) == bool(self.text):
            raise ValueError("give response_id or text, and not both")
        return self


class KnownConfig(Section):
    """`[known]`: themes that a team has already, which answers are assigned to before new ones are looked for."""

    themes: tuple[KnownTheme, ...] = Field(
        default=(),
        description="title, description, examples, question; --themes reads them from a file",
    )
    examples: tuple[KnownExample, ...] = Field(
        default=(), description="theme, and response_id or text of an answer; --examples reads them from a file"
    )
    new: bool = Field(default=True, description="find what is left over as new themes beside; false leaves it unthemed")

    @model_validator(mode="after")
    def _fit_together(self) -> KnownConfig:
        seen: dict[str, list[str]] = {}
        for theme in self.themes:
            others = seen.setdefault(key_of(theme.title), [])
            if any(not other or not theme.question or other == key_of(theme.question) for other in others):
                raise ValueError(f"themes: the title {theme.title!r} stands there twice")
            others.append(key_of(theme.question))
        counts = Counter(key_of(theme.question) for theme in self.themes)
        if counts[""] + max((n for question, n in counts.items() if question), default=0) > MOST_KNOWN:
            raise ValueError(f"themes: more than {MOST_KNOWN} for one question")
        unknown = [example.theme for example in self.examples if key_of(example.theme) not in seen]
        if unknown:
            raise ValueError(f"examples: {unknown[0][:LONGEST_TITLE]!r} is no title of themes")
        return self


class AnalysisConfig(Section):
    """The whole configuration; `name` and `questions` say what is analysed, the sections how."""

    name: str | None = Field(default=None, description="of the run's folder; null takes the name of the first file")
    questions: tuple[str, ...] | None = Field(default=None, description="ids of those to analyse; null takes all")
    columns: ColumnsConfig = ColumnsConfig()
    ingest: IngestConfig = IngestConfig()
    redact: RedactConfig = RedactConfig()
    letters: LettersConfig = LettersConfig()
    nonanswers: NonAnswersConfig = NonAnswersConfig()
    campaigns: CampaignsConfig = CampaignsConfig()
    points: PointsConfig = PointsConfig()
    embedding: EmbeddingConfig = EmbeddingConfig()
    cluster: ClusterConfig = ClusterConfig()
    assign: AssignConfig = AssignConfig()
    summarise: SummariseConfig = SummariseConfig()
    groups: GroupsConfig = GroupsConfig()
    known: KnownConfig = KnownConfig()


class _Environment(BaseSettings, AnalysisConfig):
    """The same keys, read from `CONSULT_` variables under those given."""

    model_config = SettingsConfigDict(env_prefix="CONSULT_", env_nested_delimiter="__", frozen=True, extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the environment: the other sources are merged by `load_config`."""
        del settings_cls, init_settings, dotenv_settings, file_secret_settings
        return (env_settings,)


def load_config(path: Path | None = None, options: dict[str, Any] | None = None) -> AnalysisConfig:
    """Reads the configuration.

    Args:
        path: A TOML file, or None.
        options: Keys set by the caller, nested as the sections are; they win over all else.

    Raises:
        ConfigError: the file cannot be read, a key is unknown, or a value is out of its range; the message names the
            file and the key.
    """
    from_file: dict[str, Any] = {}
    if path is not None:
        try:
            from_file = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(
                "config_unreadable", f"{path}: cannot be read ({error.strerror}).", "Check the path given to --config."
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError("config_syntax", f"{path}: is not valid TOML: {error}.", "Correct that line.") from None
        _validate(from_file, str(path))
    try:
        from_environment = _Environment().model_dump(exclude_unset=True)
    except ValidationError as error:
        raise _config_error(error, "the environment (CONSULT_…)") from None
    merged = _merge(_merge(from_file, from_environment), options or {})
    return _validate(merged, str(path) if path else "the options")


def api_key(config: EmbeddingConfig) -> str:
    """The key for an embedding server, from the environment variable that the configuration names; may be empty."""
    return os.environ.get(config.api_key_variable, "")


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(value, dict) and isinstance(old, dict) else value
    return merged


def _validate(values: dict[str, Any], where: str) -> AnalysisConfig:
    try:
        return AnalysisConfig.model_validate(values)
    except ValidationError as error:
        raise _config_error(error, where) from None


def _config_error(error: ValidationError, where: str) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        section = getattr(AnalysisConfig(), str(first["loc"][0]), None) if len(first["loc"]) > 1 else None
        known = type(section).model_fields if isinstance(section, Section) else AnalysisConfig.model_fields
        return ConfigError(
            "config_unknown_key", f"{where}: unknown key {key!r}.", f"Known keys here: {', '.join(sorted(known))}."
        )
    return ConfigError(
        "config_value", f"{where}: {key}: {first['msg']}.", "`consult config` prints every key with its meaning."
    )
