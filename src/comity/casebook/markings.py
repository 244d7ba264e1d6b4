"""The policies of marking that the casebook knows, their equivalences over time, and the members of groups by day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

from comity.casebook.book import casebook
from comity.casebook.registers import spell
from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.instant import Instant
from comity.values.marking_convert import Equivalence
from comity.values.marking_policy import Origin, Policy
from comity.values.marking_policy_reading import policy
from comity.values.marking_readers import Setting
from comity.values.party import PartyCode, Recipient
from comity.values.truth import Truth

FOLDER = "marking_policies"
_NO_POLICY = "no_policy.yaml"


@cache
def policies() -> Mapping[str, Policy]:
    """The packaged policies by id."""
    folder = files("comity.casebook").joinpath(FOLDER)
    every = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {one.id: one for file in every for one in read(file.read_text("utf-8"), file.name)}


@cache
def understood() -> Mapping[str, Policy]:
    """The packaged policies, and that of what is of none: no line is read in it, but a whole marking may be of it."""
    text = files("comity.casebook").joinpath(_NO_POLICY).read_text("utf-8")
    return {**policies(), **{one.id: one for one in read(text, _NO_POLICY)}}


def read(text: str, file: str) -> tuple[Policy, ...]:
    """The policies of a file: one, or a list of them. Their parties are the states of the casebook.

    Raises:
        Malformed: a field is missing, unknown or not what it has to be; file, line and field are named.
    """
    given = yaml12.load(text, file)
    return tuple(_located(one, file) for one in (given if isinstance(given, list) else [given]))


def _located(given: object, file: str) -> Policy:
    line = given.line if isinstance(given, yaml12.Mapping) else 1
    try:
        return replace(policy(given), parties=casebook().states)
    except Malformed as error:
        raise Malformed(error.message, where=f"{file}:{line}", field=error.field, next_step=error.next_step) from error


@cache
def equivalences() -> tuple[Equivalence, ...]:
    """The equivalences between levels of two policies, each with its time and source."""
    return tuple(
        Equivalence(
            row["policy"],
            row["level"],
            row["to_policy"],
            row["to_level"],
            spell(row["from"], row["until"]),
            Origin(row["source"], row["grade"], row["verify"] == "yes"),
            row["note"],
        )
        for row in casebook().rows("equivalences.csv")
    )


@cache
def members(group: str, on: Instant) -> frozenset[PartyCode]:
    """The certain members of a group of the casebook at an instant; of a group it does not know, nobody."""
    return frozenset(party for party, valid in casebook().groups.get(group, ()) if valid.holds(on) is Truth.TRUE)


def is_party(code: str) -> bool:
    """Whether a code is that of a state or organisation of the casebook."""
    return code in casebook().parties


def setting(
    on: Instant,
    bindings: Mapping[str, tuple[Recipient, ...]] | None = None,
    known: Callable[[], Mapping[str, Policy]] = policies,
) -> Setting:
    """What markings are read by on a day, as the casebook knows it; `known` tells the policies that count."""
    return Setting(known(), members, on, bindings or {})
