"""The settings of the service: one frozen object, from `CONSULT_SERVICE_` environment variables and options.

`load_settings` is the door: it turns what pydantic says into a `ConfigError` that names the key.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from consult.errors import ConfigError

_PREFIX: Final = "CONSULT_SERVICE_"


class ServiceSettings(BaseSettings):
    """Where the service keeps its data, where it listens, and who may come in.

    Raises:
        ConfigError: it would listen beyond loopback without authentication, or trust nobody's headers.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    data: Path = Field(
        default=Path("consult-data"), description="the folder of uploads, runs and the embedded database"
    )
    database: str | None = Field(
        default=None, description="an SQLAlchemy URL, such as postgresql://…; null is SQLite in the data folder"
    )
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    width: int = Field(default=1, ge=1, le=64, description="analyses at once")
    worker: bool = Field(default=True, description="run the analyses in this process too")
    max_upload_bytes: int = Field(default=1_073_741_824, ge=1, description="a larger file is refused")
    retention_days: int = Field(default=365, ge=1, le=36_500, description="after which a consultation is to be purged")
    retention_check_minutes: int = Field(
        default=60, ge=1, le=10_080, description="minutes between two looks for consultations that are to be purged"
    )
    auth: Literal["local", "proxy", "keys"] = Field(
        default="local",
        description="local: one person, on loopback; proxy: a trusted reverse proxy says who; keys: API keys only",
    )
    trusted_proxies: tuple[str, ...] = Field(default=(), description="addresses whose headers are believed")
    proxy_user_header: str = Field(default="X-Forwarded-User", description="the header that says who")
    proxy_groups_header: str = Field(default="X-Forwarded-Groups", description="the header that lists their groups")
    owners: tuple[str, ...] = Field(default=(), description="who may create consultations")
    rate_per_minute: int = Field(default=600, ge=1, description="requests a minute of one person or key")
    secret_key: str | None = Field(
        default=None, repr=False, description="signs cursors and forms; null makes one and keeps it in the data folder"
    )
    public_url: str | None = Field(default=None, description="the address that people see, behind a proxy")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options over the environment; no other source."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 (pydantic's signature)
        """Refuses what would open the data to everybody."""
        del context
        if self.auth == "local" and not is_loopback(self.host):
            raise ConfigError(
                "auth_needed",
                f"host {self.host} is beyond loopback, and auth is 'local', which asks nobody who they are.",
                f"Set {_PREFIX}AUTH to proxy or keys, or listen on 127.0.0.1.",
            )
        if self.auth == "proxy" and not self.trusted_proxies:
            raise ConfigError(
                "proxies_needed",
                "auth is 'proxy', and trusted_proxies is empty: nobody's headers would be believed.",
                f"Set {_PREFIX}TRUSTED_PROXIES to the proxy's address, as a JSON list.",
            )
        for proxy in self.trusted_proxies:
            try:
                ipaddress.ip_network(proxy, strict=False)
            except ValueError:
                raise ConfigError(
                    "config_value", f"trusted_proxies: {proxy!r} is no address or network.", "Such as 10.0.0.0/8."
                ) from None

    @property
    def database_url(self) -> str:
        """The database's URL for SQLAlchemy; a plain `postgresql://` means psycopg 3."""
        if self.database is None:
            return f"sqlite:///{self.data.absolute() / 'consult.sqlite'}"
        for plain in ("postgresql://", "postgres://"):
            if self.database.startswith(plain):
                return "postgresql+psycopg://" + self.database.removeprefix(plain)
        return self.database

    @property
    def uploads(self) -> Path:
        """The folder of whole uploads: `uploads/<id>/<name>`."""
        return self.data / "uploads"

    @property
    def incoming(self) -> Path:
        """The folder of uploads under way; emptied at start."""
        return self.data / "incoming"

    @property
    def runs(self) -> Path:
        """The folder of runs: `runs/<consultation>/run-<job>`."""
        return self.data / "runs"


def load_settings(**options: Any) -> ServiceSettings:  # noqa: ANN401 (values of any key)
    """The settings: options that are not None, over the environment, over the defaults.

    Raises:
        ConfigError: a key or value cannot be used; an unknown `CONSULT_SERVICE_` variable is one.
    """
    known = {(_PREFIX + name).upper() for name in ServiceSettings.model_fields}
    for variable in os.environ:
        if variable.upper().startswith(_PREFIX) and variable.upper() not in known:
            raise ConfigError(
                "config_unknown_key", f"the environment: {variable} is no setting.",
                f"Known: {', '.join(sorted(known))}.",
            )  # fmt: skip
    try:
        return ServiceSettings(**{key: value for key, value in options.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            "config_value", f"service settings: {key}: {first['msg']}.", f"Set {_PREFIX}{key.upper()} or the option."
        ) from None
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError("config_value", f"service settings: {error}", "Lists are given as JSON.") from None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host.casefold() == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


def secret_key(settings: ServiceSettings) -> bytes:
    """The key that signs cursors and forms; made on first use and kept, for its owner only, in `data/secret.key`."""
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.data / "secret.key"
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Linked into place whole, so that two processes that start at once end with one key.
        made = path.with_name(f"secret.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            with suppress(FileExistsError):
                os.link(made, path)
        made.unlink()
        return path.read_text(encoding="ascii").strip().encode()
    except OSError as error:
        raise ConfigError(
            "data_unwritable", f"{path}: cannot be written or read ({error.strerror}).", "Check the data folder."
        ) from None
