"""Settings: where they come from, their bounds, and what the operator is told."""

import os

import pytest

from virtubar.errors import ConfigurationError
from virtubar.protocol.constants import Role
from virtubar.settings import Settings

LONG = "x" * 32


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine that runs the tests decides them."""
    for name in list(os.environ):
        if name.startswith("VIRTUBAR_"):
            monkeypatch.delenv(name)


def refusal(**overrides: object) -> str:
    """The sentence the operator reads."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(**overrides)
    return str(caught.value)


def test_development_needs_nothing() -> None:
    """Every setting has a default that runs on one machine, loopback only."""
    settings = Settings.load()
    assert (settings.env, settings.host, settings.port) == ("development", "127.0.0.1", 8000)
    assert settings.address_limits
    assert settings.trusted_proxies == ()
    assert settings.external_provider is None


def test_a_secret_is_made_up_in_development() -> None:
    """It is long, stays the same for the process's settings, and is nobody else's."""
    settings = Settings.load()
    assert settings.secret_is_random
    assert len(settings.signing_secret) >= 32
    assert settings.signing_secret == settings.signing_secret
    assert settings.signing_secret != Settings.load().signing_secret


def test_a_secret_that_is_set_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's secret signs, also a short one in development."""
    monkeypatch.setenv("VIRTUBAR_SECRET", "short")
    settings = Settings.load()
    assert settings.signing_secret == "short"
    assert not settings.secret_is_random


def test_production_refuses_to_start_without_a_secret() -> None:
    """Tokens that die with the process are a surprise nobody wants in production."""
    assert refusal(env="production") == "VIRTUBAR_SECRET must be set in production."
    assert refusal(env="production", secret="") == "VIRTUBAR_SECRET must be set in production."


@pytest.mark.parametrize("name", ["secret", "external_jwt_secret"])
def test_production_refuses_a_secret_under_32_bytes(name: str) -> None:
    """31 bytes are refused and 32 are enough, counted as bytes, for both secrets."""
    given = {"secret": "s" * 32, name: "x" * 31}
    sentence = refusal(env="production", **given)
    assert sentence == f"VIRTUBAR_{name.upper()} must have at least 32 bytes in production."
    assert Settings.load(env="production", **{**given, name: LONG}).env == "production"
    assert Settings.load(env="production", **{**given, name: "ß" * 16}).env == "production"


def test_the_provider_must_have_a_secret_of_its_own() -> None:
    """A shared secret would let the provider sign guests and realtime tokens."""
    assert "must not be VIRTUBAR_SECRET" in refusal(secret=LONG, external_jwt_secret=LONG)


@pytest.mark.parametrize("name", ["secret", "external_jwt_secret"])
def test_a_key_file_is_not_a_shared_secret(name: str) -> None:
    """The public half of a key pair as an HMAC secret would let anybody sign."""
    sentence = refusal(**{name: "-----BEGIN PUBLIC KEY-----\nMIIB"})
    assert sentence == f"VIRTUBAR_{name.upper()}: must be a shared secret, not a key file."


def test_the_provider_is_made_of_its_settings() -> None:
    """Secret, issuer, audience and role claim go together."""
    settings = Settings.load(
        external_jwt_secret=LONG,
        external_jwt_issuer="https://id.example",
        external_jwt_audience="",
        external_role_claim="roles",
    )
    provider = settings.external_provider
    assert provider is not None
    assert (provider.secret, provider.issuer) == (LONG, "https://id.example")
    assert (provider.audience, provider.role_claim) == (None, "roles")


def test_a_provider_with_keys_has_no_secret() -> None:
    """Where they are published is told apart from what is believed of them."""
    settings = Settings.load(external_jwks_url="https://id.example/keys?v=1")
    provider = settings.external_provider
    assert provider is not None
    assert provider.secret is None
    assert settings.external_jwks_url == "https://id.example/keys?v=1"
    assert Settings.load(external_jwks_url="").external_provider is None


def test_a_provider_has_a_secret_or_keys_and_not_both() -> None:
    """Nobody has to wonder which of the two counts."""
    sentence = refusal(external_jwt_secret=LONG, external_jwks_url="https://id.example/keys")
    assert sentence == (
        "VIRTUBAR_EXTERNAL_JWKS_URL and VIRTUBAR_EXTERNAL_JWT_SECRET exclude each other."
    )


@pytest.mark.parametrize("name", ["external_jwt_issuer", "external_jwt_audience"])
def test_production_wants_to_know_whose_keys_and_for_whom(name: str) -> None:
    """A provider signs for many others with the same keys; development may be careless."""
    given: dict[str, object] = {
        "secret": LONG,
        "external_jwks_url": "https://id.example/keys",
        "external_jwt_issuer": "https://id.example",
        "external_jwt_audience": "virtubar",
    }
    assert Settings.load(env="production", **given).external_provider is not None
    sentence = refusal(env="production", **{**given, name: ""})
    assert sentence == (
        f"VIRTUBAR_{name.upper()} must be set in production with VIRTUBAR_EXTERNAL_JWKS_URL."
    )
    assert Settings.load(**{**given, name: ""}).external_provider is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://id.example/realms/bar/protocol/openid-connect/certs",
        "https://id.example:8443",
        "http://127.0.0.1:8080/keys",
        "http://127.8.9.1/keys",
        "http://[::1]:8080/keys",
        "http://localhost/keys",
    ],
)
def test_keys_come_over_a_line_that_nobody_else_is_on(url: str) -> None:
    """TLS, or this machine itself."""
    assert Settings.load(external_jwks_url=url).external_jwks_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example/keys",
        "http://10.0.0.1/keys",
        "http://127.0.0.1.evil.example/keys",
        "http://localhost.evil.example/keys",
        "http://localhost@evil.example/keys",
        "https://user:word@id.example/keys",
        "https://id.example/keys#part",
        "https://id.example/a b",
        "https://id.example/\n",
        "https:///keys",
        "id.example/keys",
        "file:///etc/passwd",
        "ftp://id.example/keys",
    ],
)
def test_keys_do_not_come_from_just_anywhere(url: str) -> None:
    """Whoever is on the line could put in a key of their own."""
    assert refusal(external_jwks_url=url).startswith("VIRTUBAR_EXTERNAL_JWKS_URL: must be https")


def test_the_providers_roles_are_given_a_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs, separated by commas; a name may itself have an equals sign in it."""
    monkeypatch.setenv("VIRTUBAR_EXTERNAL_ROLES", "staff=moderator, boss = admin,cn=all=member")
    monkeypatch.setenv("VIRTUBAR_EXTERNAL_JWT_SECRET", LONG)
    settings = Settings.load()
    assert settings.external_roles == ("staff=moderator", "boss=admin", "cn=all=member")
    assert settings.external_provider is not None
    assert settings.external_provider.roles == {
        "staff": Role.MODERATOR,
        "boss": Role.ADMIN,
        "cn=all": Role.MEMBER,
    }
    monkeypatch.delenv("VIRTUBAR_EXTERNAL_ROLES")
    plain = Settings.load().external_provider
    assert plain is not None
    assert plain.roles == {}


@pytest.mark.parametrize("text", ["staff", "staff=", "=admin", "boss=owner", "boss=guest", "a=B"])
def test_a_meaning_that_no_role_has_is_refused(text: str) -> None:
    """A mistake must not make a member of a moderator unseen."""
    assert refusal(external_roles=text).startswith("VIRTUBAR_EXTERNAL_ROLES: must be name=role")


def test_a_variable_is_read_and_an_override_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options given in code go over the environment; one that is None leaves it."""
    monkeypatch.setenv("VIRTUBAR_PORT", "9000")
    assert Settings.load().port == 9000
    assert Settings.load(port=9001).port == 9001
    assert Settings.load(port=None).port == 9000


@pytest.mark.parametrize(
    ("text", "limited"),
    [("off", False), ("on", True), ("0", False), ("true", True), ("OFF", False)],
)
def test_address_limits_are_on_or_off(
    monkeypatch: pytest.MonkeyPatch, text: str, limited: bool
) -> None:
    """The words of the documentation work."""
    monkeypatch.setenv("VIRTUBAR_ADDRESS_LIMITS", text)
    assert Settings.load().address_limits is limited


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_an_empty_variable_is_one_that_is_not_set(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Container platforms hand over `NAME=` for what the operator left open: it must neither
    stop the server nor mean something, such as every interface for a host."""
    default = getattr(Settings.load(), name)
    monkeypatch.setenv(f"VIRTUBAR_{name.upper()}", "")
    assert getattr(Settings.load(), name) == default


@pytest.mark.parametrize("host", ["", " "])
def test_an_empty_host_as_an_option_is_refused(host: str) -> None:
    """Sockets would take it for every interface."""
    assert refusal(host=host).startswith("VIRTUBAR_HOST: ")


@pytest.mark.parametrize("scheme", ["tcp", "udp", "sctp"])
def test_a_service_of_our_name_beside_us_sets_no_port(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kubernetes puts these into every pod beside a Service called virtubar."""
    monkeypatch.setenv("VIRTUBAR_PORT", f"{scheme}://10.96.7.7:8000")
    monkeypatch.setenv("VIRTUBAR_SERVICE_HOST", "10.96.7.7")
    monkeypatch.setenv("VIRTUBAR_SERVICE_PORT", "80")
    monkeypatch.setenv("VIRTUBAR_PORT_80_TCP", "tcp://10.96.7.7:80")
    assert Settings.load().port == 8000
    assert Settings.load(port=9000).port == 9000


def test_a_port_that_is_no_address_of_a_service_is_still_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what Kubernetes writes is passed over; a mistake of the operator is told."""
    monkeypatch.setenv("VIRTUBAR_PORT", "http://10.96.7.7:8000")
    assert refusal().startswith("VIRTUBAR_PORT: ")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks and origins are trimmed and put in their plain form."""
    monkeypatch.setenv("VIRTUBAR_TRUSTED_PROXIES", "10.1.2.3/8, ::1,")
    monkeypatch.setenv("VIRTUBAR_ALLOWED_ORIGINS", "https://Bar.example/, http://localhost:5173")
    settings = Settings.load()
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert settings.allowed_origins == ("https://bar.example", "http://localhost:5173")


def test_default_ports_are_left_out_as_browsers_do() -> None:
    """An `Origin` header never has the scheme's own port."""
    origins = ["https://a.example:443", "http://b.example:80", "http://c.example:443", "*"]
    assert Settings.load(allowed_origins=origins).allowed_origins == (
        "https://a.example",
        "http://b.example",
        "http://c.example:443",
        "*",
    )


@pytest.mark.parametrize(
    "origin",
    [
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "app://bar.example:8080",
        "chrome-extension://abcdefghijklmnop",
        "moz-extension://2f1c-77",
        "null",
    ],
)
def test_an_app_around_a_page_has_an_origin_too(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any scheme://host[:port]; `null`, which any page can make itself to be, only by its name."""
    monkeypatch.setenv("VIRTUBAR_ALLOWED_ORIGINS", f"{origin},*")
    assert Settings.load().allowed_origins == (origin, "*")


@pytest.mark.parametrize(
    "origin",
    ["bar.example", "https://", "https://a/b", "file:///", "https://a b", "https://*", "1x://a"],
)
def test_an_origin_that_no_browser_sends_is_refused(origin: str) -> None:
    """A pattern or a path would never match, and the operator should know."""
    assert refusal(allowed_origins=[origin]).startswith("VIRTUBAR_ALLOWED_ORIGINS: must be scheme")


def test_the_public_url_is_an_origin() -> None:
    """A trailing slash is forgiven, a path is not."""
    assert Settings.load(public_url="https://bar.example/").public_url == "https://bar.example"
    assert Settings.load(public_url="").public_url is None
    for url in ("https://bar.example/x", "capacitor://localhost", "null"):
        assert refusal(public_url=url).startswith("VIRTUBAR_PUBLIC_URL: must be")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 65_536),
        ("port", -1),
        ("port", "many"),
        ("joins_per_second", 0),
        ("joins_per_second", "nan"),
        ("joins_burst", 0),
        ("user_joins_per_second", "inf"),
        ("token_life_seconds", 0),
        ("room_capacity", 0),
        ("room_capacity", 1001),
        ("drain_seconds", 10.5),
        ("max_rooms", 0),
        ("max_connections", 0),
        ("connections_per_address", 0),
        ("env", "staging"),
        ("log_level", "loud"),
        ("log_format", "xml"),
        ("address_limits", "perhaps"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("demo_bots", -1),
        ("external_role_claim", ""),
    ],
)
def test_a_value_out_of_bounds_is_told_by_its_variable(name: str, value: object) -> None:
    """One sentence that starts with the variable's name."""
    sentence = refusal(**{name: value})
    assert sentence.startswith(f"VIRTUBAR_{name.upper()}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_an_unknown_option_is_refused() -> None:
    """A typing error in code does not pass as a default."""
    assert refusal(prot=1).startswith("VIRTUBAR_PROT: ")


def test_no_secret_is_ever_shown() -> None:
    """Neither the settings' text nor a refusal has one in it."""
    settings = Settings.load(secret="hush-hush-hush", external_jwt_secret="tell-nobody")
    assert "hush" not in f"{settings!r} {settings}"
    assert "nobody" not in f"{settings!r} {settings}"
    assert "hush" not in refusal(env="production", secret="hush")
    assert "7777" not in refusal(secret=7777)


def test_settings_cannot_be_changed() -> None:
    """What was checked stays as it was checked."""
    settings = Settings.load()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
