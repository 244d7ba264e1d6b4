"""The condition language: typed, loop-free, decidable.

    area == 'baltic' and (quantity <= 40 or task in ['training', 'transit'])

Rules:
1. A condition is made of comparisons (`== != < <= > >=`), membership in a written list (`in`, `not in`), intervals
   (`0 <= quantity <= 40`), bare yes/no attributes, `and`, `or`, `not` and brackets. Nothing else exists: no call, no
   arithmetic, no loop. An unknown operator is an error when the condition is read, never a default.
2. A comparison stands between one attribute and literals of one type: text, number, or yes/no (`true`, `false`).
   Order (`< <= > >=`) is for numbers only; dates are compared as text in ISO form, by `==` and `in`: a day as
   2004-03-29, a time in UTC as 2004-03-29T12:00Z.
3. An attribute has one type throughout a condition; a value of another type in the ask is the ask's error.
4. An attribute the ask does not have makes its comparison unknown; unknown travels by Kleene's tables, so that filling
   it can settle an answer and never turn a settled one round.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeGuard

from comity.errors import Malformed
from comity.values.instant import instant, show
from comity.values.truth import Truth, all_of, any_of, truth

Value = str | Decimal | bool
Context = Mapping[str, Value]

_LONGEST = 2000
_RESERVED = "words such as class, is, if, for, lambda cannot be attributes; "
_ALLOWED = "attributes, 'text', numbers, true, false, == != < <= > >=, in [...], and, or, not, brackets"
_TYPE_NAMES = {str: "text", Decimal: "a number", bool: "true or false"}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Compare:
    """One attribute against one literal."""

    attribute: str
    operator: str
    literal: Value


@dataclass(frozen=True, slots=True)
class Among:
    """One attribute in a written list."""

    attribute: str
    literals: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of a condition."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Compare | Among | Not | All | Some


@lru_cache(maxsize=4096)
def condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        Malformed: the text breaks rules 1 to 3; the message gives the column.
    """
    if len(text) > _LONGEST:
        raise Malformed(f"the condition has {len(text)} characters", next_step=f"keep it under {_LONGEST}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None) or 1
        raise Malformed(
            f"column {column}: cannot read the condition {text!r}", next_step=f"{_RESERVED}allowed: {_ALLOWED}"
        ) from error
    read = _read(tree, text)
    types(read)
    return read


def holds(cond: Condition, context: Context) -> Truth:
    """Whether a condition holds in a context: rule 4.

    Raises:
        Malformed: the context gives an attribute a value of another type than the condition (rule 3).
    """
    match cond:
        case Compare(attribute, operator, literal):
            value = _value(attribute, literal, context)
            return Truth.UNKNOWN if value is None else truth(_compare(value, operator, literal))
        case Among(attribute, literals):
            value = _value(attribute, literals[0], context)
            return Truth.UNKNOWN if value is None else truth(value in literals)
        case Not(part):
            return ~holds(part, context)
        case All(parts):
            return all_of(holds(part, context) for part in parts)
        case Some(parts):
            return any_of(holds(part, context) for part in parts)


def unknowns(cond: Condition, context: Context) -> tuple[str, ...]:
    """The attributes the condition reads and the context does not have, sorted."""
    return tuple(sorted(name for name in types(cond) if name not in context))


def types(cond: Condition) -> dict[str, type]:
    """The type of each attribute: str, Decimal or bool.

    Raises:
        Malformed: an attribute is used with two types (rule 3).
    """
    found: dict[str, type] = {}
    for name, kind in _typed(cond):
        if found.setdefault(name, kind) is not kind:
            raise Malformed(
                f"{name} is compared with {_TYPE_NAMES[found[name]]} and with {_TYPE_NAMES[kind]}",
                next_step="give an attribute one type throughout",
            )
    return found


def value(given: object) -> Value:
    """Read an attribute's value for a context: text, number (exact), or yes/no; a date or a time becomes text.

    Raises:
        Malformed: the value is of no type the language has, or a time without a zone.
    """
    if isinstance(given, str | bool | Decimal):
        return given
    if isinstance(given, int):
        return Decimal(given)
    if isinstance(given, float):
        return Decimal(str(given))
    if isinstance(given, datetime):
        return show(instant(given))
    if isinstance(given, date):
        return given.isoformat()
    raise Malformed(f"{given!r} is no value of a condition", next_step="give text, a number, or true/false")


def _typed(cond: Condition) -> Iterator[tuple[str, type]]:
    match cond:
        case Compare(attribute, _, literal):
            yield attribute, type(literal)
        case Among(attribute, literals):
            yield from ((attribute, type(literal)) for literal in literals)
        case Not(part):
            yield from _typed(part)
        case All(parts) | Some(parts):
            for part in parts:
                yield from _typed(part)


def _value(attribute: str, literal: Value, context: Context) -> Value | None:
    found = context.get(attribute)
    if found is not None and type(found) is not type(literal):
        told = repr(found) if isinstance(found, str) else str(found).lower()
        raise Malformed(
            f"{attribute} is {told}, and a condition compares it with {_TYPE_NAMES[type(literal)]}",
            field=attribute,
            next_step=f"give {attribute} as {_TYPE_NAMES[type(literal)]}",
        )
    return found


def _compare(value: Value, operator: str, literal: Value) -> bool:
    if operator == "==":
        return value == literal
    if operator == "!=":
        return value != literal
    assert isinstance(value, Decimal)  # noqa: S101 - rule 2 was checked when the condition was read
    assert isinstance(literal, Decimal)  # noqa: S101
    return {"<": value < literal, "<=": value <= literal, ">": value > literal, ">=": value >= literal}[operator]


def _read(node: ast.expr, text: str) -> Condition:
    match node:
        case ast.BoolOp(op, values):
            parts = tuple(_read(part, text) for part in values)
            return All(parts) if isinstance(op, ast.And) else Some(parts)
        case ast.UnaryOp(ast.Not(), operand):
            return Not(_read(operand, text))
        case ast.Name(name) if name not in {"true", "false"}:
            return Compare(name, "==", True)
        case ast.Compare():
            return _comparison(node, text)
        case _:
            raise _malformed(node, text)


def _comparison(node: ast.Compare, text: str) -> Condition:
    operands = [node.left, *node.comparators]
    links = [
        _link(left, op, right, node, text) for left, op, right in zip(operands, node.ops, operands[1:], strict=False)
    ]
    return links[0] if len(links) == 1 else All(tuple(links))


def _link(left: ast.expr, op: ast.cmpop, right: ast.expr, node: ast.Compare, text: str) -> Condition:
    if isinstance(op, ast.In | ast.NotIn):
        among = Among(_name(left, text), _literals(right, text))
        return among if isinstance(op, ast.In) else Not(among)
    operator = _COMPARISONS.get(type(op))
    if operator is None:
        raise _malformed(node, text)
    if _is_name(left):
        return _ordered(Compare(_name(left, text), operator, _literal(right, text)), node, text)
    return _ordered(Compare(_name(right, text), _MIRRORED[operator], _literal(left, text)), node, text)


def _ordered(compare: Compare, node: ast.expr, text: str) -> Compare:
    if compare.operator not in {"==", "!="} and not isinstance(compare.literal, Decimal):
        raise _malformed(node, text, f"{compare.operator} orders numbers only")
    return compare


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id not in {"true", "false"}


def _name(node: ast.expr, text: str) -> str:
    if _is_name(node):
        return node.id
    raise _malformed(node, text, "an attribute is expected here")


def _literals(node: ast.expr, text: str) -> tuple[Value, ...]:
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        return tuple(_literal(element, text) for element in node.elts)
    raise _malformed(node, text, "a list that is not empty is expected after `in`")


def _literal(node: ast.expr, text: str) -> Value:
    match node:
        case ast.Constant(bool() as value):
            return value
        case ast.Constant(str() as value):
            return value
        case ast.Constant(int() | float() as value):
            return Decimal(str(value))
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return -Decimal(str(value))
        case ast.Name("true" | "false" as name):
            return name == "true"
        case _:
            raise _malformed(node, text, "a literal is expected here")


def as_typed(text: str) -> Value:
    """A value as one types it: true, false, a number, or text."""
    if text in {"true", "false"}:
        return text == "true"
    try:
        return value(Decimal(text))
    except ArithmeticError:
        return text


def _malformed(node: ast.expr, text: str, why: str = "not part of the language") -> Malformed:
    return Malformed(
        f"column {node.col_offset + 1}: {why}, in the condition {text!r}", next_step=f"allowed: {_ALLOWED}"
    )
