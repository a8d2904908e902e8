"""The configuration: where values come from, which one wins, and what is said of a wrong one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from consult.config import AnalysisConfig, api_key, load_config
from consult.errors import ConfigError


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CONSULT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "consult.toml"
    path.write_text('name = "buses"\n[cluster]\nseed = 1\nthemes = 5\n[points]\nlanguage = "cy"\n', encoding="utf-8")
    return path


def test_without_a_file_everything_has_its_default() -> None:
    assert load_config() == AnalysisConfig()


def test_a_file_wins_over_the_defaults(toml: Path) -> None:
    config = load_config(toml)
    assert (config.name, config.cluster.seed, config.cluster.themes, config.points.language) == ("buses", 1, 5, "cy")
    assert config.points.min_words == AnalysisConfig().points.min_words


def test_the_environment_wins_over_the_file(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_CLUSTER__SEED", "2")
    config = load_config(toml)
    assert (config.cluster.seed, config.cluster.themes) == (2, 5)


def test_options_win_over_all(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_CLUSTER__SEED", "2")
    config = load_config(toml, {"cluster": {"seed": 3}})
    assert (config.cluster.seed, config.cluster.themes, config.name) == (3, 5, "buses")


def test_other_variables_of_ours_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_CACHE", "/somewhere")
    monkeypatch.setenv("CONSULT_EMBEDDING_API_KEY", "secret")
    assert load_config() == AnalysisConfig()


def test_it_is_frozen_and_goes_through_json_and_back() -> None:
    config = load_config(None, {"questions": ["Q1"], "columns": {"open": ["Why?"]}})
    with pytest.raises(ValidationError):
        config.cluster.seed = 7  # type: ignore[misc]
    assert AnalysisConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        ("[cluster]\nsead = 1\n", "config_unknown_key", ["'cluster.sead'", "granularity", "seed"]),
        ("sead = 1\n", "config_unknown_key", ["'sead'", "cluster", "questions"]),
        ("[assign]\nmin_strength = 1.5\n", "config_value", ["assign.min_strength", "less than or equal to 1"]),
        ("[cluster]\nseed = -1\n", "config_value", ["cluster.seed"]),
        ("[cluster]\nthemes = 1\n", "config_value", ["cluster.themes"]),
        ('[embedding]\nprovider = "magic"\n', "config_value", ["embedding.provider", "'builtin'"]),
        ("cluster = 3\n", "config_value", ["cluster"]),
        ("[cluster\n", "config_syntax", ["line 1"]),
    ],
)
def test_a_wrong_file_is_named_with_the_key(tmp_path: Path, content: str, code: str, told: list[str]) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.code == code
    assert caught.value.hint
    for part in [str(path), *told]:
        assert part in str(caught.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('name = "café"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_config(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: cannot be read"):
        load_config(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [("CONSULT_CLUSTER__SEED", "many", "cluster.seed"), ("CONSULT_CLUSTER__SEAD", "1", "cluster.sead")],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match="the environment") as caught:
        load_config()
    assert told in str(caught.value)


@pytest.mark.parametrize("options", [{"cluster": {"seed": "x"}}, {"nothing": 1}])
def test_a_wrong_option_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="the options"):
        load_config(None, options)


def test_the_key_of_a_server_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(None, {"embedding": {"api_key_variable": "MY_KEY"}})
    assert api_key(config.embedding) == ""
    monkeypatch.setenv("MY_KEY", "secret")
    assert api_key(config.embedding) == "secret"
    assert "secret" not in config.model_dump_json()
