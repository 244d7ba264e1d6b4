"""What is changed to make a mutant: rule 1.

Left alone are annotations, text, decorators, `if TYPE_CHECKING`, tables in capitals, and `field(...)` of a dataclass:
whether a memo shows in a `repr`, or counts in a comparison, decides nothing.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {
    "any": "all", "all": "any", "min": "max", "max": "min", "any_of": "all_of", "all_of": "any_of", "sure": "of",
    "sorted": "list",
}  # fmt: skip
_WORDS = {
    "TRUE": "UNKNOWN", "UNKNOWN": "FALSE", "FALSE": "TRUE", "GRANTED": "CONDITIONAL", "CONDITIONAL": "PENDING",
    "PENDING": "SILENT", "SILENT": "DENIED", "DENIED": "SILENT", "REQUIRED": "CONSULTED", "CONSULTED": "NOTIFIED",
    "NOTIFIED": "CONSULTED", "BEFORE": "WITH", "WITH": "AFTER", "earliest": "latest", "latest": "earliest",
}  # fmt: skip


class Mutant(NamedTuple):
    """One changed module: where, what the line said, what was done to it, and what writes the whole changed source.

    Where the same change can be made to the same text more than once, `place` counts.
    """

    module: str
    line: int
    said: str
    change: str
    source: Callable[[], str]
    place: int = 1

    @property
    def name(self) -> str:
        """What `equivalent.yaml` calls it; the line's number may move, its text may not."""
        which = "" if self.place == 1 else f", {self.place}"
        return f"{self.module}: {self.said} [{self.change}{which}]"


def counted(found: Iterable[Mutant]) -> Iterator[Mutant]:
    """The mutants, each with its place among those that would have its name."""
    seen: Counter[str] = Counter()
    for mutant in found:
        seen[mutant.name] += 1
        yield mutant._replace(place=seen[mutant.name])


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module's expressions."""
    lines = source.splitlines()
    tree = ast.parse(source)
    for place, node in enumerate(_places(tree)):
        for change, altered in _changes(node):
            said = lines[node.lineno - 1].strip()
            yield Mutant(module, node.lineno, said, change, partial(_with, tree, place, altered))


def _with(tree: ast.Module, place: int, altered: ast.expr | ast.comprehension | ast.stmt) -> str:
    """The source with one node replaced."""
    made = copy.deepcopy(tree)
    target = next(node for number, node in enumerate(_places(made)) if number == place)
    for parent in ast.walk(made):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, altered)
            elif isinstance(value, list) and any(item is target for item in value):
                setattr(parent, name, [altered if item is target else item for item in value])
    return ast.unparse(ast.fix_missing_locations(made))


def _places(tree: ast.Module) -> list[ast.expr]:
    """The expressions that run, in a fixed order."""
    found: list[ast.expr] = []
    _walk(tree, found)
    return found


def _walk(node: ast.AST, found: list[ast.expr]) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "field":
        return
    if isinstance(node, ast.expr):
        found.append(node)
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params", "bases"}:
            continue
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                _walk(child, found)


def _changes(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The ways to change one expression."""
    yield from _signs(node)
    yield from _words(node)
    yield from _conditions(node)


def _signs(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Compare(left, ops, comparators):
            for number, op in enumerate(ops):
                turned = [_COMPARE[type(op)]() if place == number else kept for place, kept in enumerate(ops)]
                yield f"{_sign(op)} to {_sign(turned[number])}", ast.Compare(left, turned, comparators)
        case ast.BoolOp(op, values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield f"{_sign(op)} to {_sign(other)}", ast.BoolOp(other, values)
            for part in range(len(values)):
                rest = values[:part] + values[part + 1 :]
                yield f"without part {part + 1}", rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(ast.Not() | ast.Invert() as op, operand):
            yield f"without {_sign(op)}", operand
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            other_op = _ARITHMETIC[type(op)]()
            yield f"{_sign(op)} to {_sign(other_op)}", ast.BinOp(left, other_op, right)


def _words(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Constant(bool() as value):
            yield f"{value} to {not value}", ast.Constant(not value)
        case ast.Constant(int() as value):
            yield f"{value} to {value + 1}", ast.Constant(value + 1)
        case ast.Call(ast.Name(name), args, keywords) if name in _NAMES:
            yield f"{name} to {_NAMES[name]}", ast.Call(ast.Name(_NAMES[name], ast.Load()), args, _kept(name, keywords))
        case ast.Call(ast.Attribute(value, "sure", ctx), args, keywords):
            yield "sure to of", ast.Call(ast.Attribute(value, "of", ctx), args, keywords)
        case ast.Attribute(value, attr, ctx) if attr in _WORDS:
            yield f"{attr} to {_WORDS[attr]}", ast.Attribute(value, _WORDS[attr], ctx)


def _conditions(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.IfExp(_, body, orelse):
            yield "always the first", body
            yield "always the second", orelse
        case ast.GeneratorExp(elt, generators) | ast.ListComp(elt, generators) | ast.SetComp(elt, generators):
            for change, fewer in _without_a_condition(generators):
                yield change, type(node)(elt, fewer)
        case ast.DictComp(key, value, generators):
            for change, fewer in _without_a_condition(generators):
                yield change, ast.DictComp(key, value, fewer)


def _without_a_condition(generators: list[ast.comprehension]) -> Iterator[tuple[str, list[ast.comprehension]]]:
    for number, generator in enumerate(generators):
        for condition in range(len(generator.ifs)):
            ifs = generator.ifs[:condition] + generator.ifs[condition + 1 :]
            bare = ast.comprehension(generator.target, generator.iter, ifs, 0)
            yield (
                f"without condition {number + 1}.{condition + 1}",
                [bare if place == number else kept for place, kept in enumerate(generators)],
            )


def _kept(name: str, keywords: list[ast.keyword]) -> list[ast.keyword]:
    """The keywords that the other function takes."""
    return [] if name == "sorted" else keywords


def _sign(op: ast.AST) -> str:
    return type(op).__name__.lower()


def branches(module: str, source: str) -> Iterator[Mutant]:
    """Mutants whose `if` is always, or never, taken."""
    lines, tree = source.splitlines(), ast.parse(source)
    for place, node in enumerate(_ifs(tree)):
        for forced in (True, False):
            said = lines[node.lineno - 1].strip()
            yield Mutant(module, node.lineno, said, f"if {forced}", partial(_forced, tree, place, forced))


def _ifs(tree: ast.Module) -> list[ast.If]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    return [node for node in nodes if "TYPE_CHECKING" not in ast.unparse(node.test)]


def _forced(tree: ast.Module, place: int, forced: bool) -> str:
    """The source with one `if` always, or never, taken."""
    made = copy.deepcopy(tree)
    node = _ifs(made)[place]
    node.test = ast.copy_location(ast.Constant(forced), node.test)
    return ast.unparse(made)
