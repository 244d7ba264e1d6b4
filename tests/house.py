"""The rules of the house, read off the source with ``ast``: who may import whom, and who may touch the world.

Rules:
1. A room imports itself and the rooms listed for it, nothing else of ours; a room nobody listed is a breach.
2. An instrument or assessment never imports another one.
3. Only the rooms at the rim touch disk, network, clock or chance; elsewhere these are arguments.
4. No id of an agreement, group or party occurs in a string of the code; ids are data.
Imports inside functions and under TYPE_CHECKING count like any other, but for those by which the front door tells a
type checker what its names are.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GROUND = {"values", "errors"}
BELOW_INSTRUMENTS = GROUND | {"consent", "ledger", "formats", "casebook", "solve"}
WINGS = {"instruments", "assessments"}
ANYTHING = None
MAY_IMPORT: dict[str, set[str] | None] = {
    "errors": set(),
    "values": GROUND,
    "consent": GROUND,
    "ledger": GROUND | {"consent"},
    "federation": GROUND | {"consent", "ledger"},
    "formats": GROUND,
    "solve": GROUND,
    "casebook": GROUND | {"formats"},
    "instruments": BELOW_INSTRUMENTS,
    "assessments": BELOW_INSTRUMENTS,
    "flow": BELOW_INSTRUMENTS | WINGS,
    "serve": ANYTHING,
    "cli": ANYTHING,
}
RIM = {"ledger", "federation", "serve", "cli", "casebook"}

WORLDLY_MODULES = (
    "aiohttp", "asyncio", "fileinput", "ftplib", "glob", "http", "httpx", "httpx2", "multiprocessing", "psycopg",
    "random", "requests", "secrets", "select", "shutil", "smtplib", "socket", "sqlalchemy", "sqlite3", "ssl",
    "subprocess", "tempfile", "time", "urllib",
)  # fmt: skip
HARMLESS_MODULES = {"urllib.parse"}  # text in, text out
WORLDLY_METHODS = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "urandom"}
CLOCKS = {"datetime", "date"}
CLOCK_METHODS = {"now", "utcnow", "today"}

WORDS_THAT_LOOK_LIKE_IDS = {"AND"}  # SQL's, in a longer string; alone it is still Andorra's code


class Module(NamedTuple):
    """A module's dotted name, and its text read as a tree."""

    name: str
    tree: ast.Module
    is_package: bool

    @property
    def room(self) -> str:
        """Return the room it stands in; the package's own front door is called ``comity``."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else "comity"

    @property
    def desk(self) -> str | None:
        """Return which instrument or assessment it belongs to, if any."""
        parts = self.name.split(".")
        return ".".join(parts[1:3]) if self.room in WINGS and len(parts) > 2 else None


def module(name: str, text: str, *, is_package: bool = False) -> Module:
    return Module(name, ast.parse(text), is_package)


def modules_below(source: Path) -> Iterator[Module]:
    """Read every module below ``src``."""
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        yield module(name, path.read_text(encoding="utf-8"), is_package=is_package)


def imports_of(one: Module) -> Iterator[tuple[int, str]]:
    """Yield line and absolute name of everything a module imports, wherever the import stands."""
    for node in ast.walk(one.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(one, node)
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)


def _origin(one: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = one.name.split(".") if one.is_package else one.name.split(".")[:-1]
    kept = package[: len(package) - (node.level - 1)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def breaches_of_direction(one: Module) -> list[str]:
    """List the imports of our own code that rule 1 or 2 forbids."""
    found = []
    named = _only_named(one)
    for line, name in imports_of(one):
        if name.split(".")[0] == "comity" and line not in named and (why := _why_not(one, name)):
            found.append(f"{one.name}:{line}: imports {name}: {why}")
    return found


def _only_named(one: Module) -> set[int]:
    """The lines on which the front door tells a type checker what its names are, and imports nothing."""
    if one.name != "comity":
        return set()
    blocks = [node for node in ast.walk(one.tree) if isinstance(node, ast.If) and _is_typing(node.test)]
    return {inner.lineno for block in blocks for inner in block.body}


def _is_typing(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _why_not(one: Module, name: str) -> str | None:
    """Say why a module may not import one of our names; None when it may."""
    parts = name.split(".")
    room = parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "comity"
    if one.room not in MAY_IMPORT and one.room != "comity":
        return f"the room {one.room!r} has no directions yet; list it in MAY_IMPORT"
    allowed = MAY_IMPORT.get(one.room, set())
    if allowed is None:
        return None
    if room == one.room and (one.desk is None or ".".join(parts[1:3]) == one.desk):
        return None
    if room == one.room:
        return "instruments and assessments never import each other"
    return None if room in allowed else f"{one.room} may import {sorted(allowed)}"


def breaches_of_purity(one: Module) -> list[str]:
    """List what touches disk, network, clock or chance in a room that must not (rule 3)."""
    if one.room in RIM:
        return []
    imported = [f"{one.name}:{line}: imports {name}" for line, name in imports_of(one) if _is_worldly(name)]
    called = [
        f"{one.name}:{node.lineno}: calls {ast.unparse(node.func)}"
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Call) and _touches_world(node.func)
    ]
    return imported + called


def _is_worldly(name: str) -> bool:
    harmless = any(name == good or name.startswith(f"{good}.") for good in HARMLESS_MODULES)
    return name.split(".", maxsplit=1)[0] in WORLDLY_MODULES and not harmless


def _touches_world(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id == "open"
    if not isinstance(called, ast.Attribute):
        return False
    if called.attr in CLOCK_METHODS:
        return ast.unparse(called.value).split(".")[-1] in CLOCKS
    return called.attr in WORLDLY_METHODS


def ids_in_code(one: Module, ids: Iterable[str]) -> list[str]:
    """List the ids of agreements, groups and parties that stand in a module's strings (rule 4).

    A docstring may hold one in an example: a code fence, a doctest line, or double backticks.
    """
    wanted = set(ids)
    documentation = {id(node) for node in _docstrings(one.tree)}
    found = []
    for node in ast.walk(one.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = _without_examples(node.value) if id(node) in documentation else node.value
            found += [f"{one.name}:{node.lineno}: {name!r} is an id" for name in sorted(_ids_in(text, wanted))]
    return found


def _ids_in(text: str, wanted: set[str]) -> set[str]:
    if text in wanted:
        return {text}
    words = set(re.findall(r"\w+", text)) | set(re.findall(r"\w+(?:[-.]\w+)+", text))
    return (words & wanted) - WORDS_THAT_LOOK_LIKE_IDS


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield every string that stands alone as a statement: docstrings, and those under an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value


def _without_examples(text: str) -> str:
    fenced = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    quoted = re.sub(r"``.*?``", "", fenced, flags=re.DOTALL)
    return re.sub(r"^\s*(?:>>>|\.\.\.).*$", "", quoted, flags=re.MULTILINE)
