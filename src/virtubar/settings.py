"""What the operator sets: `VIRTUBAR_*` variables and the options of `virtubar serve`."""

import re
import secrets
from ipaddress import ip_network
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic import model_validator as validate_model
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from virtubar.auth.providers import ExternalProvider, keys_url, named_role
from virtubar.auth.signing import SECRET_MIN_BYTES
from virtubar.auth.tokens import TOKEN_LIFE_MAX_MS
from virtubar.errors import ConfigurationError
from virtubar.origins import plain_origin, web_origin
from virtubar.protocol.constants import CROWD_BYTES_PER_S, CROWD_THRESHOLD
from virtubar.room.config import CAPACITY_DEFAULT, CAPACITY_MAX, RETENTION_MAX_DAYS

_PREFIX = "VIRTUBAR_"
_SERVICE_LINK: Final = re.compile(r"(?:tcp|udp|sctp)://")
"""How Kubernetes begins the `{SERVICE}_PORT` that it puts into every pod beside that Service."""

Listed = Annotated[tuple[str, ...], NoDecode]
"""Several values: separated by commas in a variable, a list or tuple in code."""
Positive = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=1, le=RETENTION_MAX_DAYS)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Every setting with its default and bounds; `Settings.load()` makes them.

    Attributes:
        secret: signs every token. Random in development where it is not set, so that tokens die
            with the process; required in production, at least 32 bytes.
        public_url: how browsers reach this server, `https://bar.example`; None reads it off each
            request.
        allowed_origins: pages of other sites, and apps around a page (`capacitor://localhost`),
            that may use the API and open sockets; empty is the same origin only, `*` is any but
            `null`, which has to be named.
        trusted_proxies: networks (CIDR) whose `X-Forwarded-*` headers are believed.
        address_limits: whether anything is limited by address; off only for load tests.
        connections_per_address: sockets at once.
        joins_per_second: `POST /rooms/join` by address, after `joins_burst` at once.
        user_joins_per_second: the same by user.
        token_life_seconds: of a realtime token (§3).
        room_capacity: of the lobby, and of rooms made without one.
        crowd_threshold: members of a room above which transforms of those far away come less often,
            and clients are advised to ask for short messages (§12).
        crowd_bytes_per_second: what transforms may cost each receiver there.
        compression: whether sockets may be deflated, and polled answers gzipped. The page comes
            compressed from the build, and large JSON of the API costs next to nothing: they do not
            ask.
        demo_bots: patrons that live inside the server.
        external_jwt_secret: shared with an identity provider whose HS256 tokens are accepted.
        external_jwks_url: where a provider publishes the keys that it signs its tokens with
            (RS256, ES256, EdDSA); https, or http to this machine. Not together with a secret.
        external_jwt_issuer: what its tokens' `iss` must be; None accepts any.
        external_jwt_audience: what must be in their `aud`; None accepts only tokens without one.
            With a URL both are required in production: a provider signs for many others too.
        external_role_claim: their claim with a role, or a list of roles; a name, or several with
            dots between them.
        external_roles: what the provider's roles mean here, `name=role` each; empty where it uses
            our names. Any other name means nothing.
        drain_seconds: how long a shutdown may take.
        max_rooms: live at once, the lobby included.
        max_connections: sockets at once.
        database_url: `sqlite:///file`, `sqlite://` (in memory, for tests) or
            `postgresql://user:password@host/name`.
        address_bans: whether a ban of a guest also makes new guests from the same address wait.
        chat_retention_days: at most; a room may store chat for less. 0 stores none.
        report_retention_days: of reports with their evidence.
        audit_retention_days: of the audit, and of sanctions that are over.
        room_retention_days: after which a room that nobody came to is forgotten.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    env: Literal["development", "production"] = "development"
    host: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    secret: SecretStr | None = None
    public_url: str | None = None
    allowed_origins: Listed = ()
    trusted_proxies: Listed = ()
    address_limits: bool = True
    connections_per_address: Positive = 512
    joins_per_second: Rate = 20
    joins_burst: Positive = 200
    user_joins_per_second: Rate = 1
    user_joins_burst: Positive = 20
    token_life_seconds: Annotated[int, Field(ge=1, le=TOKEN_LIFE_MAX_MS // 1000)] = 300
    room_capacity: Annotated[int, Field(ge=1, le=CAPACITY_MAX)] = CAPACITY_DEFAULT
    crowd_threshold: Annotated[int, Field(ge=1, le=CAPACITY_MAX)] = CROWD_THRESHOLD
    crowd_bytes_per_second: Annotated[int, Field(ge=4_000, le=10_000_000)] = CROWD_BYTES_PER_S
    compression: bool = True
    demo_bots: Annotated[int, Field(ge=0, le=CAPACITY_MAX)] = 0
    external_jwt_secret: SecretStr | None = None
    external_jwks_url: str | None = None
    external_jwt_issuer: str | None = None
    external_jwt_audience: str | None = None
    external_role_claim: Annotated[str, Field(min_length=1)] = "role"
    external_roles: Listed = ()
    drain_seconds: Annotated[float, Field(ge=0, le=10)] = 10
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    max_rooms: Positive = 1_000
    max_connections: Positive = 20_000
    database_url: SecretStr = SecretStr("sqlite:///virtubar.db")
    address_bans: bool = True
    chat_retention_days: Annotated[int, Field(ge=0, le=RETENTION_MAX_DAYS)] = 7
    report_retention_days: Days = 30
    audit_retention_days: Days = 365
    room_retention_days: Days = 90

    _random_secret: str = PrivateAttr(default_factory=lambda: secrets.token_urlsafe(48))

    @classmethod
    def load(cls, **overrides: object) -> "Settings":
        """The settings of the environment, under those given here.

        Args:
            overrides: by field name; one that is None leaves the environment's value.

        Raises:
            ConfigurationError: with one sentence that names the variable and no secret.
        """
        given: dict[str, Any] = {
            name: value for name, value in overrides.items() if value is not None
        }
        try:
            return cls(**given)
        except ValidationError as error:
            raise ConfigurationError(_sentence(error)) from None

    @property
    def secret_is_random(self) -> bool:
        """Whether tokens end with this process, which the operator should be told."""
        return self.secret is None

    @property
    def signing_secret(self) -> str:
        """What signs tokens: the secret that was set, else this process's random one."""
        return self._random_secret if self.secret is None else self.secret.get_secret_value()

    @property
    def external_provider(self) -> ExternalProvider | None:
        """The identity provider, None where none is set."""
        secret = self.external_jwt_secret
        if secret is None and self.external_jwks_url is None:
            return None
        return ExternalProvider(
            secret=None if secret is None else secret.get_secret_value(),
            issuer=self.external_jwt_issuer,
            audience=self.external_jwt_audience,
            role_claim=self.external_role_claim,
            roles=dict(map(named_role, self.external_roles)),
        )

    @field_validator("env", "log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator(
        "secret",
        "public_url",
        "external_jwt_secret",
        "external_jwks_url",
        "external_jwt_issuer",
        "external_jwt_audience",
        mode="before",
    )
    @classmethod
    def _absent(cls, value: object) -> object:
        """An empty option counts as not set, as an empty variable does."""
        return None if value == "" else value

    @field_validator("port", mode="before")
    @classmethod
    def _own_port(cls, value: object) -> object:
        """Beside a Kubernetes Service called `virtubar` every pod is given
        `VIRTUBAR_PORT=tcp://10.96.7.7:8000`: the address of that Service, and no word of ours."""
        if isinstance(value, str) and _SERVICE_LINK.match(value):
            return cls.model_fields["port"].default
        return value

    @field_validator("secret", "external_jwt_secret")
    @classmethod
    def _shared(cls, value: SecretStr | None) -> SecretStr | None:
        """A PEM file is not a secret: its public half would sign whatever anybody wants."""
        if value is not None and value.get_secret_value().lstrip().startswith("-----BEGIN"):
            raise ValueError("must be a shared secret, not a key file")
        return value

    @field_validator("allowed_origins", "trusted_proxies", "external_roles", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(plain_origin, values))

    @field_validator("public_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        return None if value is None else web_origin(value)

    @field_validator("external_jwks_url")
    @classmethod
    def _keys_url(cls, value: str | None) -> str | None:
        return None if value is None else keys_url(value)

    @field_validator("external_roles")
    @classmethod
    def _roles(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{name}={role}" for name, role in map(named_role, values))

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(value, strict=False)) for value in values)

    @validate_model(mode="after")
    def _secrets(self) -> Self:
        if self.env == "production":
            if self.secret is None:
                raise ValueError(f"{_PREFIX}SECRET must be set in production")
            for name, secret in (
                ("SECRET", self.secret),
                ("EXTERNAL_JWT_SECRET", self.external_jwt_secret),
            ):
                if secret is not None and _size(secret) < SECRET_MIN_BYTES:
                    raise ValueError(
                        f"{_PREFIX}{name} must have at least {SECRET_MIN_BYTES} bytes in production"
                    )
        if self.secret is not None and self.external_jwt_secret == self.secret:
            raise ValueError(
                f"{_PREFIX}EXTERNAL_JWT_SECRET must not be {_PREFIX}SECRET: "
                "the provider could then sign anything"
            )
        return self

    @validate_model(mode="after")
    def _provider(self) -> Self:
        if self.external_jwks_url is None:
            return self
        if self.external_jwt_secret is not None:
            raise ValueError(
                f"{_PREFIX}EXTERNAL_JWKS_URL and {_PREFIX}EXTERNAL_JWT_SECRET exclude each other"
            )
        if self.env == "production":
            for name in ("external_jwt_issuer", "external_jwt_audience"):
                if getattr(self, name) is None:
                    raise ValueError(
                        f"{_PREFIX}{name.upper()} must be set in production with "
                        f"{_PREFIX}EXTERNAL_JWKS_URL"
                    )
        return self


def _size(secret: SecretStr) -> int:
    return len(secret.get_secret_value().encode())


def _sentence(error: ValidationError) -> str:
    """The first of what is wrong, for the operator, without any value."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    if not first["loc"]:
        return f"{reason}."
    return f"{_PREFIX}{str(first['loc'][0]).upper()}: {reason}."
