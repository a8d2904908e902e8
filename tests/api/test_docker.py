"""The container's files, which cannot be run here: that what they say to the service is what it understands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import load_settings

ROOT = Path(__file__).parents[2]
GIVEN = {"POSTGRES_PASSWORD": "hunter2", "CONSULT_SECRET_KEY": "k" * 64}
PROXY = {"CONSULT_AUTH": "proxy", "CONSULT_TRUSTED_PROXIES": '["172.30.0.10"]', "CONSULT_OWNERS": '["ada"]'}


def compose(variables: dict[str, str]) -> dict[str, Any]:
    """The compose file, its variables filled in as compose does."""

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        assert kind == "-" or name in variables, rest
        return variables.get(name) or rest

    said = yaml.safe_load((ROOT / ".docker" / "compose.yaml").read_text(encoding="utf-8"))
    filled = re.compile(r"\$\{(\w+):([-?])([^}]*)\}")
    for service in said["services"].values():
        service["environment"] = {key: filled.sub(fill, value) for key, value in service["environment"].items()}
    return dict(said["services"])


@pytest.mark.parametrize("auth", [{}, PROXY], ids=["keys", "proxy"])
@pytest.mark.parametrize("name", ["serve", "worker"])
def test_the_settings_let_it_listen(monkeypatch: pytest.MonkeyPatch, name: str, auth: dict[str, str]) -> None:
    for key, value in compose(GIVEN | auth)[name]["environment"].items():
        monkeypatch.setenv(key, value)
    settings = load_settings(host="0.0.0.0")
    assert settings.auth == auth.get("CONSULT_AUTH", "keys")
    assert settings.database_url == "postgresql+psycopg://consult:hunter2@database/consult"
    assert settings.owners == (("ada",) if auth else ())


def test_it_does_not_start_without_its_secrets() -> None:
    for name in GIVEN:
        with pytest.raises(AssertionError, match="set it to"):
            compose({key: value for key, value in GIVEN.items() if key != name})


@pytest.mark.parametrize("name", ["serve", "worker"])
def test_the_commands_are_there(name: str) -> None:
    command = compose(GIVEN)[name]["command"]
    assert command[:2] == ["consult", name]
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *command[1:], "--help"], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for option in (each for each in command if each.startswith("--")):
        assert option in done.stdout
