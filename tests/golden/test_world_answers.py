"""The worlds' answers to the last word: what is explained, by which facts, in which order (world_answers.txt)."""

from __future__ import annotations

import pytest

from comity.formats.worlds import World
from tests.golden.world_answers import FILE, text, written

WORLDS = written()
GOLDEN = {part.split("\n", 1)[0]: part for part in FILE.read_text("utf-8").removeprefix("# ").split("\n# ")}


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_answered_word_for_word(name: str) -> None:
    world: World = WORLDS[name]
    told = text(name, world).removeprefix("# ").strip("\n")
    assert GOLDEN[name].strip("\n") == told, "python -m tests.golden.world_answers writes it again; read the difference"


def test_no_answer_is_left_over() -> None:
    assert list(GOLDEN) == list(WORLDS)
