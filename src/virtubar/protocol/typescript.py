"""The protocol as TypeScript: constants, types and checks of payloads, for the web client.

Built from the very types that the codec decodes with, so that the two languages cannot drift; a
test compares what this writes with what the web client has. Pure: returns texts, writes nothing.
Longer than most modules because the three files that it writes share one idea of each type.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any, cast, get_args

import msgspec
from msgspec import Struct, inspect

from virtubar.protocol import constants
from virtubar.protocol.events import (
    CLIENT_EVENTS,
    SERVER_EVENTS,
    Anim,
    ClientEvent,
    ModerationScope,
    ModerationType,
    ModerationVerb,
    ServerEvent,
)

CONSTANTS_FILE = "constants.ts"
EVENTS_FILE = "generated/events.ts"
CHECKS_FILE = "generated/checks.ts"

Event = type[ClientEvent] | type[ServerEvent]

_HEAD = "// Written by `npm run generate` from src/virtubar/protocol: do not edit.\n"
_EVENTS: tuple[Event, ...] = (*CLIENT_EVENTS, *SERVER_EVENTS)
_LITERALS = {
    frozenset(get_args(Anim)): "Anim",
    frozenset(get_args(ModerationScope)): "ModerationScope",
    frozenset(get_args(ModerationType)): "ModerationType",
    frozenset(get_args(ModerationVerb)): "ModerationVerb",
}
_WIDTH = 100
_pattern_end = re.compile(r"(\\Z|\$\(\?!\\n\))\Z")
"""The ways in which Python's patterns say what JavaScript says with `$`."""


def typescript_files(constants_source: str) -> dict[str, str]:
    """Every generated file, by its path below `src/net/realtime`.

    Args:
        constants_source: the text of constants.py, for its comments.
    """
    return {
        CONSTANTS_FILE: _HEAD + _constants(constants_source),
        EVENTS_FILE: _HEAD + _types(),
        CHECKS_FILE: _HEAD + _checks(),
    }


# Constants


def _constants(source: str) -> str:
    """constants.py, statement by statement, with its headings and docstrings."""
    body = ast.parse(source).body
    parts = [_comment(ast.get_docstring(ast.parse(source)) or "")]
    end = 0
    for node, after in zip(body, [*body[1:], None], strict=True):
        parts += _headings(source.splitlines()[end : node.lineno - 1])
        end = node.end_lineno or end
        name = _assigned(node)
        if name is not None:
            parts.append(_comment(_text_of(after)) + _constant(name, getattr(constants, name)))
        elif isinstance(node, ast.ClassDef):
            parts.append(_comment(ast.get_docstring(node) or "") + _enum(node.name))
    return "\n".join(parts)


def _headings(lines: Iterable[str]) -> Iterator[str]:
    return (f"// {line.removeprefix('# ')}\n" for line in lines if line.startswith("# "))


def _assigned(node: ast.stmt) -> str | None:
    is_one = isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    return node.target.id if is_one else None  # type: ignore[attr-defined]


def _text_of(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return ""


def _comment(text: str, indent: str = "") -> str:
    if not text:
        return ""
    one_line = f"{indent}/** {text} */\n"
    if "\n" not in text and len(one_line) <= _WIDTH:
        return one_line
    lines = "".join(f"{indent} * {line.strip()}".rstrip() + "\n" for line in text.splitlines())
    return f"{indent}/**\n{lines}{indent} */\n"


def _constant(name: str, value: Any) -> str:
    if isinstance(value, str) and value.startswith("^"):
        return f"export const {name} = {_regex(value)};\n"
    if isinstance(value, frozenset):
        members = "".join(f"  CloseCode.{one.name},\n" for one in sorted(value))
        return f"export const {name}: ReadonlySet<number> = new Set<number>([\n{members}]);\n"
    suffix = " as const" if isinstance(value, tuple | dict) else ""
    return f"export const {name} = {_value(value)}{suffix};\n"


def _regex(pattern: str) -> str:
    return f"/{_pattern_end.sub('$', pattern)}/"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key}: {_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return msgspec.json.encode(value).decode()


def _enum(name: str) -> str:
    """An enum as a frozen object and the union of its values, both by its name."""
    enum = getattr(constants, name)
    values = "".join(f"  {one.name}: {_value(one.value)},\n" for one in enum)
    return (
        f"export const {name} = {{\n{values}}} as const;\n"
        f"export type {name} = (typeof {name})[keyof typeof {name}];\n"
    )


# Types


def _types() -> str:
    parts = [
        f"export type {name} = {' | '.join(_value(one) for one in get_args(literal))};\n"
        for name, literal in _named_literals()
    ]
    parts += [_interface(struct) for struct in _structs(_EVENTS)]
    parts.append(_map("ClientPayloads", "Every event that a client sends.", CLIENT_EVENTS))
    parts.append(_map("ServerPayloads", "Every event that the server sends.", SERVER_EVENTS))
    return "\n".join(parts)


def _named_literals() -> tuple[tuple[str, Any], ...]:
    return (
        ("Anim", Anim),
        ("ModerationScope", ModerationScope),
        ("ModerationType", ModerationType),
        ("ModerationVerb", ModerationVerb),
    )


def _structs(roots: Iterable[Event]) -> list[type[Struct]]:
    """The events' structs, each after those that it holds."""
    found: list[type[Struct]] = []

    def visit(struct: type[Struct]) -> None:
        for field in _fields(struct):
            for inner in _held(field.type):
                visit(inner)
        if struct not in found:
            found.append(struct)

    for root in roots:
        visit(root)
    return found


def _held(kind: inspect.Type) -> Iterator[type[Struct]]:
    if isinstance(kind, inspect.StructType):
        yield kind.cls
    elif isinstance(kind, inspect.ListType):
        yield from _held(kind.item_type)


def _fields(struct: type[Struct]) -> tuple[inspect.Field, ...]:
    return cast("inspect.StructType", inspect.type_info(struct)).fields


def _name(struct: type[Struct]) -> str:
    return f"{struct.__name__}Payload" if struct in _EVENTS else struct.__name__


def _interface(struct: type[Struct]) -> str:
    fields = "".join(
        f"  readonly {field.encode_name}{'' if field.required else '?'}: {_type(field.type)};\n"
        for field in _fields(struct)
    )
    doc = _comment((struct.__doc__ or "").strip())
    return f"{doc}export interface {_name(struct)} {{\n{fields}}}\n"


def _type(kind: inspect.Type) -> str:
    match kind:
        case inspect.StrType():
            return "string"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
        case inspect.LiteralType(values=values):
            name = _LITERALS.get(frozenset(values))
            return name or " | ".join(_value(one) for one in values)
        case inspect.ListType(item_type=item):
            return f"readonly {_item_type(item)}[]"
        case inspect.UnionType(types=types):
            return " | ".join(dict.fromkeys(_type(one) for one in types))
        case inspect.StructType(cls=struct):
            return _name(struct)
    raise TypeError(f"no TypeScript is known for {kind}")


def _item_type(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.TupleType):
        return f"({_tuple_type(kind)})"
    return _type(kind)


def _tuple_type(kind: inspect.TupleType) -> str:
    return f"readonly [{', '.join(map(_type, kind.item_types))}]"


def _map(name: str, doc: str, events: Iterable[Event]) -> str:
    entries = "".join(f"  readonly {event.EVENT}: {_name(event)};\n" for event in events)
    return f"{_comment(doc)}export interface {name} {{\n{entries}}}\n"


# Checks


_CHECKS_TYPE = """\
type Checks<Payloads> = {
  readonly [Name in keyof Payloads]: (value: unknown) => value is Payloads[Name];
};
"""


def _checks() -> str:
    """One function per struct, and the tables that name them by event."""
    structs = _structs(_EVENTS)
    names = sorted(_name(struct) for struct in structs)
    helpers = ("isBoolean", "isInteger", "isListOf", "isNumber", "isObject", "isText", "isTuple")
    return "\n".join(
        [
            f"import {{ {', '.join(helpers)} }} from '../checking';\n".replace("'", '"')
            + "import type {\n"
            + "".join(
                f"  {name},\n" for name in sorted([*names, "ClientPayloads", "ServerPayloads"])
            )
            + '} from "./events";\n',
            _CHECKS_TYPE,
            *(_check(struct) for struct in structs),
            _table("CLIENT_CHECKS", "ClientPayloads", CLIENT_EVENTS),
            _table("SERVER_CHECKS", "ServerPayloads", SERVER_EVENTS),
        ]
    )


def _check(struct: type[Struct]) -> str:
    conditions = ["isObject(value)"]
    for field in _fields(struct):
        access = f'value["{field.encode_name}"]'
        condition = _condition(field.type, access)
        if not field.required and not _takes_nothing(field.type):
            condition = f"{access} === undefined || {condition}"
        elif not field.required:
            condition = f"{access} == null || {_condition(_not_null(field.type), access)}"
        conditions.append(f"({condition})" if " || " in condition else condition)
    joined = " &&\n    ".join(conditions)
    name = _name(struct)
    head = f"function is{name}(value: unknown): value is {name}"
    return f"{head} {{\n  return (\n    {joined}\n  );\n}}\n"


def _takes_nothing(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.UnionType) and kind.includes_none


def _not_null(kind: inspect.Type) -> inspect.Type:
    union = cast("inspect.UnionType", kind)
    types = tuple(one for one in union.types if not isinstance(one, inspect.NoneType))
    return types[0] if len(types) == 1 else inspect.UnionType(types)


def _condition(kind: inspect.Type, access: str) -> str:
    match kind:
        case inspect.StrType():
            return f"isText({access}{_form(kind)})"
        case inspect.IntType():
            return f"isInteger({access}{_bounds(kind)})"
        case inspect.FloatType():
            return f"isNumber({access}{_bounds(kind)})"
        case inspect.BoolType():
            return f"isBoolean({access})"
        case inspect.NoneType():
            return f"{access} === null"
        case inspect.LiteralType(values=values):
            return " || ".join(f"{access} === {_value(one)}" for one in values)
        case inspect.ListType(item_type=item):
            return f"isListOf({access}, {_item_check(item)})"
        case inspect.UnionType(types=types):
            return " || ".join(_condition(one, access) for one in _widest(types))
        case inspect.StructType(cls=struct):
            return f"is{_name(struct)}({access})"
    raise TypeError(f"no check is known for {kind}")


def _widest(types: Iterable[inspect.Type]) -> list[inspect.Type]:
    """In JavaScript every integer is a number: of both, the number is enough."""
    kinds = list(types)
    has_float = any(isinstance(one, inspect.FloatType) for one in kinds)
    return [one for one in kinds if not (has_float and isinstance(one, inspect.IntType))]


def _item_check(kind: inspect.Type) -> str:
    """A function that narrows one item of a list."""
    if isinstance(kind, inspect.StructType):
        return f"is{_name(kind.cls)}"
    if not isinstance(kind, inspect.TupleType):
        raise TypeError(f"no check is known for lists of {kind}")
    parts = [_condition(one, f"item[{place}]") for place, one in enumerate(kind.item_types)]
    return (
        f"(item): item is {_tuple_type(kind)} =>\n"
        f"      isTuple(item, {len(parts)}) && {' && '.join(parts)}"
    )


def _form(kind: inspect.StrType) -> str:
    longest = "" if kind.max_length is None else f", {kind.max_length}"
    if kind.pattern is None:
        return longest
    if not longest:
        raise TypeError(f"no check is known for {kind}")
    return f"{longest}, {_regex(kind.pattern)}"


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if (kind.gt, kind.ge, kind.lt, kind.le) == (None, None, None, None):
        return ""
    if kind.ge is None or kind.le is None:
        raise TypeError(f"no check is known for the bounds of {kind}")
    return f", {_value(kind.ge)}, {_value(kind.le)}"


def _table(name: str, payloads: str, events: Iterable[Event]) -> str:
    entries = "".join(f"  {event.EVENT}: is{_name(event)},\n" for event in events)
    return f"export const {name}: Checks<{payloads}> = {{\n{entries}}};\n"
