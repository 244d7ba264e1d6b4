"""The scales by which sources are graded, and how exactly sightings are told of whom nobody is to know: as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.fields import Fields
from comity.values.names import Names

SCALES, POLICY = "source_grading.yaml", "sighting_policy.yaml"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a scale: its letter, its word, and what it means."""

    letter: str
    word: str
    means: str


@dataclass(frozen=True, slots=True)
class Scales:
    """The two scales, each by letter, with their source; the last step of each says that it cannot be judged."""

    reliability: Mapping[str, Step]
    credibility: Mapping[str, Step]
    not_taken: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class SightingPolicy:
    """From how many parties on a sighting is told without them, in which bands, in periods of how many days."""

    minimum_parties: int
    counts_from: tuple[int, ...]
    period_days: int


@cache
def scales() -> Scales:
    """The scales of the casebook."""
    fields = Fields(_packaged(SCALES), SCALES, Names())
    for name in ("id", "name", "date", "grade"):
        fields.take(name)
    left_out = {str(one["letter"]): str(one["says"]) for one in _mappings(fields.items("not_taken"))}
    found = Scales(
        _steps(fields.take("reliability")), _steps(fields.take("credibility")), left_out, fields.text("source")
    )
    fields.done()
    return found


def _steps(given: object) -> dict[str, Step]:
    if not isinstance(given, Mapping):
        raise Malformed("is no scale", where=SCALES, next_step="write {A: {word: ..., means: ...}}")
    read = {str(letter): Fields(step, str(letter), Names(), ("word", "means")) for letter, step in given.items()}
    return {letter: Step(letter, fields.text("word"), fields.text("means")) for letter, fields in read.items()}


@cache
def sighting_policy() -> SightingPolicy:
    """The policy of the casebook for sightings whose party is not told."""
    fields = Fields(_packaged(POLICY), POLICY, Names())
    for name in ("id", "says", "source", "grade"):
        fields.text(name)
    found = policy_of(fields)
    fields.done()
    return found


def policy_of(fields: Fields) -> SightingPolicy:
    """The policy that fields state.

    Raises:
        Malformed: a number is missing or too small, or the bands do not rise from 1.
    """
    bands = fields.items("counts_from")
    numbers = [one for one in bands if isinstance(one, int) and not isinstance(one, bool)]
    if len(numbers) < len(bands) or numbers[:1] != [1] or numbers != sorted(set(numbers)):
        step = "write whole numbers that rise, the first of them 1"
        raise Malformed(f"{bands!r} are no bands", field=fields.path("counts_from"), next_step=step)
    return SightingPolicy(
        fields.whole("minimum_parties", None, least=2), tuple(numbers), fields.whole("period_days", None, least=1)
    )


def _packaged(name: str) -> object:
    return yaml12.load(files("comity.casebook").joinpath(name).read_text("utf-8"), name)


def _mappings(given: list[object]) -> list[Mapping[str, object]]:
    return [one for one in given if isinstance(one, Mapping)]
