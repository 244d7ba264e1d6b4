"""The documentation keeps its promises: links lead somewhere, commands exist, examples parse, pages are numbered."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

import bootstrap
from comity.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def fences(page: Path, *languages: str) -> list[str]:
    """Read the fenced examples of a page that are written in one of the languages."""
    return [text for language, text in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\(([^)#\s]+)", prose)
    assert [to for to in targets if "://" not in to and not (page.parent / to).exists()] == []


@every_page
def test_commands_exist(page: Path) -> None:
    lines = [line for text in fences(page, "sh", "console", "bash") for line in text.splitlines()]
    asked = re.findall(r"(?:^|[\s/])comity ([a-z]+)", "\n".join(lines))
    verbs = re.findall(r"bootstrap\.py ([a-z]+)|^\$? ?make ([a-z]+)", "\n".join(lines), re.MULTILINE)
    assert set(asked) <= set(COMMANDS)
    assert {word for pair in verbs for word in pair if word} <= set(bootstrap.VERBS)


@every_page
def test_a_file_that_a_page_shows_is_named_in_its_words(page: Path) -> None:
    """The name behind a fence's language is not shown to who reads the page."""
    text = page.read_text(encoding="utf-8")
    names = re.findall(r"^```\w+ ([\w.-]+)$", text, re.MULTILINE)
    assert [name for name in names if f"`{name}`" not in FENCE.sub("", text)] == []


@every_page
def test_a_page_says_where_the_examples_lie_that_it_uses(page: Path) -> None:
    used = [line for text in fences(page, "console", "sh") for line in text.splitlines() if " examples/" in line]
    assert not used or "run in the folder `docs`, where the [examples](examples) lie" in page.read_text("utf-8")


@every_page
def test_examples_parse(page: Path) -> None:
    for text in fences(page, "python"):
        ast.parse(text)
    for text in fences(page, "yaml"):
        list(yaml.safe_load_all(text))


def test_decisions_are_numbered_once_and_have_a_status() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert numbers == sorted(set(numbers))
    for page, number in zip(pages, numbers, strict=True):
        text = page.read_text(encoding="utf-8")
        assert re.match(rf"# {number}: \S", text), f"{page.name} begins with its number and its title"
        status = r"^Status: (proposed|accepted|replaced by \d{4}), \d{4}-\d\d-\d\d$"
        assert re.search(status, text, re.MULTILINE), f"{page.name} has a status and its date"


def test_the_glossary_is_in_order() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| \*\*(.+?)\*\*", text, re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(words, key=str.lower)


def test_the_changelog_keeps_its_headings() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^###? (.+)$", text, re.MULTILINE)[:4] == ["Unreleased", "Added", "Changed", "Fixed"]


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 bootstrap.py run" in text
    assert "python3 bootstrap.py test" in text
