from __future__ import annotations

import stat
from pathlib import Path

import pytest

from api.settings import ServiceSettings, is_loopback, load_settings, secret_key
from consult.errors import ConfigError


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.7", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_local_mode_listens_on_loopback_only(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    if loopback:
        assert load_settings(host=host).host == host
    else:
        with pytest.raises(ConfigError) as raised:
            load_settings(host=host)
        assert raised.value.code == "auth_needed"
        assert load_settings(host=host, auth="keys").host == host


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"auth": "proxy"}, "proxies_needed"),
        ({"auth": "proxy", "trusted_proxies": ("nonsense",)}, "config_value"),
        ({"port": 70_000}, "config_value"),
        ({"width": 0}, "config_value"),
        ({"auth": "none"}, "config_value"),
        ({"colour": "red"}, "config_value"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(options: dict[str, object], code: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_settings(**options)
    assert raised.value.code == code


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_SERVICE_PORT", "9000")
    monkeypatch.setenv("CONSULT_SERVICE_WIDTH", "3")
    monkeypatch.setenv("CONSULT_SERVICE_OWNERS", '["ada", "group:policy"]')
    settings = load_settings(port=9001, width=None)
    assert (settings.port, settings.width, settings.owners) == (9001, 3, ("ada", "group:policy"))


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [("CONSULT_SERVICE_COLOUR", "red", "config_unknown_key"), ("CONSULT_SERVICE_OWNERS", "ada", "config_value")],
)
def test_variables_that_cannot_be_used_are_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert raised.value.code == code
    assert variable.rpartition("_")[2].casefold() in raised.value.message.casefold()


@pytest.mark.parametrize(
    ("database", "url"),
    [
        ("postgresql://a:b@host/name", "postgresql+psycopg://a:b@host/name"),
        ("postgres://a@host/name", "postgresql+psycopg://a@host/name"),
        ("sqlite:////tmp/x.sqlite", "sqlite:////tmp/x.sqlite"),
    ],
)
def test_database_urls(database: str, url: str) -> None:
    assert ServiceSettings(database=database).database_url == url


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = ServiceSettings(data=tmp_path / "data")
    key = secret_key(settings)
    assert len(key) == 64
    assert secret_key(settings) == key
    assert [path.name for path in settings.data.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((settings.data / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert secret_key(ServiceSettings(data=tmp_path, secret_key="given")) == b"given"
    assert "given" not in repr(ServiceSettings(secret_key="given"))
