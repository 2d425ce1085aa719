"""OpenAPI: the document at `/openapi.json`, and at `/docs` a page of it that loads nothing else.

The interfaces that Litestar brings fetch their scripts from elsewhere, which a bar without an
outside line, or with a strict Content-Security-Policy, cannot do.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from inspect import cleandoc
from textwrap import dedent
from typing import Any, Final

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.enums import OpenAPIMediaType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Tag

import virtubar
from virtubar.api.bodies import BODIES
from virtubar.api.encodings import Encoded, encoded, encoded_answer
from virtubar.api.headers import page_policy
from virtubar.api.oversight_bodies import OVERSIGHT_BODIES
from virtubar.api.parts import ApiParts
from virtubar.api.request_limits import LOOKS_BY_ADDRESS, limited

_attribute = re.compile(r"^(\w+): (.*(?:\n +.*)*)", re.MULTILINE)

Document = dict[str, Any]

_DESCRIPTION: Final = (
    "Join rooms, look at them, make them, and keep order in them. Every error has one body: "
    "`code`, `message`, and with 429 and 503 `retryAfterMs`. Times are in ms since the epoch. The "
    "realtime protocol is spoken at `realtimeUrl`."
)
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def docs_routes(parts: ApiParts, described: Sequence[HTTPRouteHandler]) -> list[HTTPRouteHandler]:
    """The handlers of `/openapi.json` and `/docs`, which describe the routes given.

    The document is built when it is first asked for: most processes never are.
    """

    @cache
    def rendered() -> tuple[Encoded, Encoded]:
        document = openapi_document(described)
        return encoded(msgspec.json.encode(document)), encoded(render(document).encode())

    guards = [limited(parts, LOOKS_BY_ADDRESS)]

    @get("/openapi.json", sync_to_thread=False, include_in_schema=False, guards=guards)
    def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The OpenAPI document."""
        return encoded_answer(_accepted(request), rendered()[0], {}, OpenAPIMediaType.OPENAPI_JSON)

    @get("/docs", sync_to_thread=False, include_in_schema=False, guards=guards)
    def docs(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The OpenAPI document for people."""
        headers = {"Content-Security-Policy": page_policy(None)}
        return encoded_answer(_accepted(request), rendered()[1], headers, MediaType.HTML)

    return [openapi_json, docs]


def _accepted(request: Request[Any, Any, Any]) -> str:
    return str(request.headers.get("accept-encoding", ""))


def openapi_document(described: Sequence[HTTPRouteHandler]) -> Document:
    """The OpenAPI 3.1 document of the routes.

    Built by an application of its own, because the one that serves it would add pages to it that
    answer errors in another shape than ours.
    """
    identity = SecurityScheme(
        type="http",
        scheme="bearer",
        bearer_format="JWT",
        description=(
            "An identity token, ours or the identity provider's. Where it may be left out, leaving "
            "it out makes a new guest."
        ),
    )
    config = OpenAPIConfig(
        title="VirtuBar",
        version=virtubar.__version__,
        description=_DESCRIPTION,
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
        tags=[Tag("Rooms"), Tag("Moderation"), Tag("Operation")],
        components=Components(security_schemes={"identity": identity}),
    )
    built = Litestar(described, openapi_config=config, logging_config=None)
    document = built.openapi_schema.to_schema()
    # msgspec's own schemas are exact; Litestar's leave out some bounds and the patterns of items.
    _, schemas = msgspec.json.schema_components(
        (*BODIES, *OVERSIGHT_BODIES), ref_template="#/components/schemas/{name}"
    )
    document["components"]["schemas"] = {name: _spread(kind) for name, kind in schemas.items()}
    for item in document["paths"].values():
        for operation in item.values():
            operation["responses"] = dict(_true_answers(operation["responses"]))
    return document


def _true_answers(answers: Document) -> Iterator[tuple[str, Document]]:
    """The answers less the framework's own 400, whose shape is never sent."""
    for status, answer in answers.items():
        contents = answer.get("content", {}).values()
        if status != "400" or all("$ref" in content["schema"] for content in contents):
            yield status, answer


def _spread(schema: Document) -> Document:
    """The schema with what its docstring says of each attribute moved to that property."""
    text, _, attributes = cleandoc(schema.get("description", "")).partition("Attributes:")
    properties = {name: dict(kind) for name, kind in schema.get("properties", {}).items()}
    for name, said in _attribute.findall(dedent(attributes)):
        first, *rest = name.split("_")
        properties[first + "".join(map(str.capitalize, rest))]["description"] = " ".join(
            said.split()
        )
    spread = {**schema, "description": text.strip()}
    return spread | {"properties": properties} if properties else spread


def _operation_id(handler: HTTPRouteHandler, method: object, path: object) -> str:
    """The handler's name in camelCase: what generated clients call the method."""
    del method, path
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def render(document: Document) -> str:
    """The document as one HTML page without scripts."""
    operations = "".join(_operations(document))
    schemas = "".join(_schemas(document))
    info = document["info"]
    title = f"{escape(info['title'])} {escape(info['version'])}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{title} API</title><link rel="icon" href="/static/icon.svg">'
        '<link rel="stylesheet" href="/static/docs.css"></head><body>'
        f"<header><h1>{title}</h1><p>{_prose(info['description'])}</p>"
        '<p><a href="/openapi.json">openapi.json</a> · <a href="/">the bar</a></p></header>'
        f"<main>{operations}<h2>Schemas</h2>{schemas}</main></body></html>"
    )


def _operations(document: Document) -> Iterator[str]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _operation(method, path, item[method])


def _operation(method: str, path: str, operation: Document) -> str:
    parts = [f"<p>{_prose(operation.get('description', ''))}</p>"]
    for parameter in operation.get("parameters", []):
        place = f"<b>{escape(parameter['name'])}</b> in {escape(parameter['in'])}"
        parts.append(f"<p>{place}: {_type(parameter['schema'])}</p>")
    if body := operation.get("requestBody"):
        parts.append(f"<p><b>Body</b> {_content(body)}</p>")
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{_content(answer)}</td>"
        f"<td>{_prose(answer.get('description', ''))}</td></tr>"
        for status, answer in sorted(operation["responses"].items())
    )
    head = f"<span class='{method}'>{method.upper()}</span> <code>{escape(path)}</code>"
    summary = escape(operation.get("summary", ""))
    return f"<section><h3>{head} {summary}</h3>{''.join(parts)}<table>{rows}</table></section>"


def _schemas(document: Document) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        required = schema.get("required", [])
        rows = "".join(
            f"<tr><td><code>{escape(field)}</code>{' *' if field in required else ''}</td>"
            f"<td>{_type(kind)}</td><td>{_prose(kind.get('description', ''))}</td></tr>"
            for field, kind in schema.get("properties", {}).items()
        )
        text = f"<p>{_prose(schema.get('description', ''))}</p>"
        table = f"<table>{rows}</table>" if rows else f"<p>{_type(schema)}</p>"
        yield f'<section id="{escape(name)}"><h3>{escape(name)}</h3>{text}{table}</section>'


def _content(described: Document) -> str:
    kinds = (_type(content.get("schema", {})) for content in described.get("content", {}).values())
    return ", ".join(kinds)


def _type(schema: Document) -> str:
    """A schema in a few words: its type, or a link to it, and its bounds."""
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if choices := schema.get("oneOf") or schema.get("anyOf"):
        return " or ".join(_type(choice) for choice in choices)
    if values := schema.get("enum"):
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in values)
    kind = schema.get("type", "any")
    words = [escape(kind) if isinstance(kind, str) else " or ".join(map(escape, kind))]
    if kind == "array":
        words.append(f"of {_type(schema.get('items', {}))}")
    words += [f"<small>{escape(key)} {escape(str(schema[key]))}</small>" for key in _bounds(schema)]
    return " ".join(words)


def _bounds(schema: Document) -> Iterator[str]:
    names = (
        "minimum",
        "exclusiveMinimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "pattern",
    )
    return (name for name in names if name in schema)


def _prose(text: str) -> str:
    """Plain text with `code` marked; nothing else of Markdown is used in our descriptions."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces)
    )
