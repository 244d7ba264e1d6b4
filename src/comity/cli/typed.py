"""A question as the words one types, and the answer that these words give.

Rules:
1. What is shown beside an answer is what was asked: the answer is that of the very words, read as the command line
   reads them.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping, Sequence

from comity.cli import commitments as binding
from comity.cli import may as permitting
from comity.cli.own_book import audience
from comity.flow.may import May
from comity.instruments.guarantees.commitments import Commitments
from comity.instruments.guarantees.event import Event

BINDS, MAY = "commitments", "may"
Given = Mapping[str, object]


def shown(words: Sequence[str]) -> str:
    """The words as one line to type."""
    return shlex.join(["comity", *words])


def event_words(what: Event, *more: str) -> list[str]:
    """The words that ask what binds whom by an event."""
    told = what.as_json()
    words = [BINDS, *more]
    for name in ("kind", "victim", "attacker", "on", "target"):
        if told[name] != "unknown":
            words += [f"--{name}", str(told[name])]
    if what.place is not None:
        words.append(f"--place={what.place[0]},{what.place[1]}")
    if what.claimed_by:
        words += ["--claimed-by", ",".join(what.claimed_by)]
    for name, item in sorted(what.attributes.items()):
        words += ["--attribute", f"{name}={str(item).lower() if isinstance(item, bool) else item}"]
    return words


def may_words(question: Given, *more: str) -> list[str]:
    """The words that ask "may we?"."""
    words = [MAY, *(str(question[name]) for name in ("party", "action", "thing"))]
    if question.get("to") is not None:
        words += ["--to", str(question["to"])]
    words += ["--on", str(question["on"])]
    ends = question.get("ends")
    for name, day in ends.items() if isinstance(ends, Mapping) else ():
        words += ["--ends", f"{name}={day}"]
    return [*words, *more]


def commitments(words: Sequence[str]) -> Commitments:
    """The answer to `event_words`."""
    return binding.answered(_read(binding.configure, words))


def may(words: Sequence[str]) -> May:
    """The answer to `may_words`."""
    args = _read(permitting.configure, words)
    return permitting.answered(args, permitting.asked(args), audience(args.audience))


def _read(configure: Callable[[argparse.ArgumentParser], None], words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    configure(parser)
    return parser.parse_args(list(words[1:]))
