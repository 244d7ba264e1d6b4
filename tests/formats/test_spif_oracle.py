"""The policy of NATO and the labels of ADatP-4774, table 17, as surevine/spiffing has them (MIT), read and shown by us.

It runs where `COMITY_SPIFFING_DATA` names a folder with that repository's test data: the policy, `tests.xml`, and the
labels (`nato-4774-17-*.nato`). Nothing of it is kept here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from defusedxml.ElementTree import parse

from comity.casebook.markings import policies
from comity.errors import Malformed
from comity.formats import spif, stanag4774
from comity.formats.marking_words import shown
from comity.values.marking_policy import Policy

VARIABLE, POLICY = "COMITY_SPIFFING_DATA", "nato-4774-policy.xml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
HOW = spif.Loaded("NATO", frozenset({"Only", "Releasable To"}), "Releasable To")
LATELY = {"SIOP ESI", "EXCLUSIVE", "INTELLIGENCE", "LOGISTICS", "OPERATIONS"}
"""Sensitivities that the file itself calls obsolete."""


@pytest.fixture(scope="module")
def folder() -> Path:
    given = os.environ.get(VARIABLE)
    if not given or not (Path(given) / POLICY).is_file():
        pytest.skip(f"{VARIABLE} names no folder with {POLICY}")
    return Path(given)


@pytest.fixture(scope="module")
def policy(folder: Path) -> Policy:
    return spif.read((folder / POLICY).read_bytes(), HOW)


def completed(text: str) -> str:
    """A label with the dates that the standard asks for and the vectors leave out, and their slip of a name mended."""
    dated = re.sub(r'(labe?l:1:0")', r'\1 ReviewDateTime="2030-01-01T00:00:00Z"', text, count=1)
    end = "</ConfidentialityInformation>"
    dated = dated.replace(end, f"{end}<CreationDateTime>2015-01-01T00:00:00Z</CreationDateTime>")
    return dated.replace("PolicyIdentifier URL=", "PolicyIdentifier URI=")


def vectors(folder: Path) -> list[tuple[str, str, str]]:
    """Each label of the table, the language in which it is shown, and how."""
    rows = [
        (str(one.get("label")).replace(".xml", ".nato"), one.get(LANGUAGE) or "en", one.get("label-marking"))
        for one in parse(folder / "tests.xml").iter("test")
    ]
    return [
        (name, language, line)
        for name, language, line in rows
        if line is not None and re.fullmatch(r"nato-4774-17-\d+\.nato", name) and (folder / name).is_file()
    ]


def test_each_label_of_the_table_is_shown_as_there(folder: Path, policy: Policy) -> None:
    found = vectors(folder)
    assert len(found) >= 7
    for name, language, line in found:
        read = stanag4774.read(completed((folder / name).read_text("utf-8")), {"NATO": policy})
        assert shown(read, policy, language) == line, name


def test_the_file_and_our_own_policy_read_the_labels_alike(folder: Path, policy: Policy) -> None:
    for name in {name for name, _, _ in vectors(folder)}:
        text = completed((folder / name).read_text("utf-8"))
        assert stanag4774.read(text, {"NATO": policy}) == stanag4774.read(text, policies()), name


def test_the_label_that_its_policy_excludes_is_refused(folder: Path, policy: Policy) -> None:
    """Row 5: CONFIDENTIAL, released to groups that the policy lets have no more than UNCLASSIFIED."""
    text = completed((folder / "nato-4774-17-5.nato").read_text("utf-8"))
    for known in ({"NATO": policy}, policies()):
        with pytest.raises(Malformed, match="does not go with CONFIDENTIAL"):
            stanag4774.read(text, known)


def test_a_vector_as_it_stands_lacks_what_the_standard_asks_for(folder: Path, policy: Policy) -> None:
    for name in {name for name, _, _ in vectors(folder)}:
        with pytest.raises(Malformed):
            stanag4774.read((folder / name).read_text("utf-8"), {"NATO": policy})


def test_our_own_policy_excludes_what_the_file_excludes(policy: Policy) -> None:
    """Levels, sensitivities, and for each state and group the levels with which it does not go."""
    own = policies()["NATO"]
    assert [one.id for one in policy.levels] == [one.id for one in own.levels]
    theirs = set(policy.tags["Additional Sensitivity"].values) - LATELY
    assert theirs <= set(own.tags["Additional Sensitivity"].values)
    for tag in ("Context", "Releasable To", "Only"):
        known = own.tags[tag].values
        looser = {
            (name, level)
            for name, value in policy.tags[tag].values.items()
            for level in value.excluded - getattr(known.get(name) or known.get("*"), "excluded", frozenset())
            if tag != "Context" or name in known
        }
        assert looser == set(), tag
