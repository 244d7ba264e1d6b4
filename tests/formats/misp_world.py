"""Events of MISP for tests: a hand-made one that has everything, and generated ones. All names are fictitious."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from comity.casebook.misp_schemes import misp_schemes
from comity.formats.misp_sharing import Bindings

Event = dict[str, Any]
OURS, THEIRS = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
GROUP = "33333333-3333-4333-8333-333333333333"
BINDINGS = Bindings(
    {OURS: "XAA", THEIRS: "XBB"},
    {"1": ("XBB", "XCC"), "2": ("XBB", "XCC", "XDD"), "none": ("XBB",)},
    {},
    misp_schemes(),
)
OUR_ORG = {"id": "1", "name": "Fictitious CERT", "uuid": OURS}
THEIR_ORG = {"id": "2", "name": "Other CERT", "uuid": THEIRS}
SHARED_GROUP = {
    "id": "7",
    "uuid": GROUP,
    "name": "two of us",
    "active": True,
    "SharingGroupOrg": [{"id": "1", "Organisation": OUR_ORG}, {"id": "2", "Organisation": THEIR_ORG}],
    "SharingGroupServer": [{"all_orgs": False, "server_id": "0", "Server": []}],
}


def uuid(number: int) -> str:
    """A UUID by its number."""
    return f"5a3c2fda-78f4-44b7-8366-{number:012x}"


def attribute(number: int, kind: str, value: str, **more: object) -> Event:
    """An attribute as MISP exports it."""
    return {
        "id": str(number),
        "uuid": uuid(number),
        "type": kind,
        "category": "Network activity",
        "value": value,
        "to_ids": False,
        "comment": "",
        "timestamp": "1514975687",
        "distribution": "5",
        "sharing_group_id": "0",
        "deleted": False,
        **more,
    }


def event(**more: object) -> Event:
    """An event as MISP exports it."""
    return {
        "id": "17",
        "uuid": uuid(1),
        "info": "Fictitious intrusion",
        "date": "2018-01-03",
        "timestamp": "1514975929",
        "publish_timestamp": "1514976000",
        "published": True,
        "threat_level_id": "1",
        "analysis": "2",
        "distribution": "1",
        "sharing_group_id": "0",
        "attribute_count": "3",
        "event_creator_email": "analyst@example.org",
        "Org": OUR_ORG,
        "Orgc": OUR_ORG,
        **more,
    }


WHOLE = event(
    Tag=[
        {"id": "5", "name": "tlp:amber", "colour": "#FFC000"},
        {"id": "6", "name": "kept at home", "local": 1},
        {"id": "7", "name": 'misp-galaxy:threat-actor="Fictitious Bear"'},
    ],
    Galaxy=[
        {
            "name": "Threat Actor",
            "type": "threat-actor",
            "uuid": uuid(90),
            "GalaxyCluster": [
                {
                    "type": "threat-actor",
                    "value": "Fictitious Bear",
                    "uuid": uuid(91),
                    "description": "does not exist",
                    "meta": {"synonyms": ["FB"], "refs": ["https://example.org"]},
                    "tag_name": 'misp-galaxy:threat-actor="Fictitious Bear"',
                }
            ],
        }
    ],
    RelatedEvent=[{"Event": {"id": "3", "info": "another, for fewer", "distribution": "0"}}],
    Attribute=[
        attribute(10, "ip-dst", "198.51.100.3", to_ids=True, Tag=[{"name": "tlp:red"}]),
        attribute(
            11,
            "domain|ip",
            "example.com|2001:db8::1",
            distribution="4",
            sharing_group_id="7",
            SharingGroup=SHARED_GROUP,
            Sighting=[
                {"id": "1", "uuid": uuid(40), "type": "0", "date_sighting": "1514976000", "Organisation": THEIR_ORG},
                {"id": "2", "uuid": uuid(41), "type": "1", "date_sighting": "1514976001"},
                {"id": "3", "uuid": uuid(42), "type": "2", "date_sighting": "1514976002"},
            ],
        ),
        attribute(12, "comment", "the source is a clerk", distribution="0"),
        attribute(13, "vulnerability", "CVE-2018-0001", first_seen="2018-01-01T00:00:00.000001+00:00"),
        attribute(14, "yara", "rule a { condition: false }", to_ids=True, deleted=True),
        attribute(
            15,
            "filename|md5",
            "a|b.exe|d41d8cd98f00b204e9800998ecf8427e",
            to_ids=True,
            first_seen="2018-01-01T00:00:00+00:00",
            last_seen="2018-01-02T00:00:00+00:00",
            ShadowAttribute=[
                {"id": "4", "uuid": uuid(15), "type": "md5", "value": "0", "Org": THEIR_ORG, "timestamp": "1514976196"}
            ],
        ),
        attribute(16, "ip-src|port", "192.0.2.7|443"),
        attribute(17, "AS", "AS64500", Tag=[]),
        attribute(18, "ip-dst", "no address", to_ids=True),
    ],
    Object=[
        {
            "id": "5",
            "uuid": uuid(20),
            "name": "file",
            "meta-category": "file",
            "distribution": "5",
            "timestamp": "1514975928",
            "comment": "a file",
            "Attribute": [attribute(21, "filename", "b.png", object_relation="filename")],
            "ObjectReference": [
                {
                    "uuid": uuid(30),
                    "relationship_type": "Connects To",
                    "referenced_uuid": uuid(12),
                    "object_uuid": uuid(20),
                    "timestamp": "1514975928",
                    "comment": "",
                    "Attribute": {"uuid": uuid(12), "value": "the source is a clerk"},
                },
                {
                    "uuid": uuid(31),
                    "relationship_type": "drops",
                    "referenced_uuid": uuid(99),
                    "timestamp": "1514975928",
                },
            ],
        }
    ],
    ShadowAttribute=[{"uuid": uuid(50), "type": "url", "value": "https://example.org", "timestamp": "1514976196"}],
    EventReport=[
        {
            "uuid": uuid(60),
            "name": "What happened",
            "content": "# Nothing",
            "distribution": "0",
            "timestamp": "1514976196",
        }
    ],
    Note=[
        {
            "uuid": uuid(70),
            "note": "look again",
            "authors": "analyst",
            "created": "2018-01-04 10:00:00",
            "modified": "2018-01-04 10:00:00",
            "distribution": "1",
            "Opinion": [{"uuid": uuid(71), "opinion": 85, "comment": "yes", "distribution": "5"}],
        }
    ],
)
"""An event in which every kind of element stands."""

_VALUES = {
    "ip-dst": st.ip_addresses().map(str),
    "domain": st.from_regex(r"[a-z]{1,9}\.example", fullmatch=True),
    "url": st.text(min_size=1, max_size=20),
    "md5": st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    "filename|sha256": st.from_regex(r"[a-z|']{1,5}\|[0-9a-f]{64}", fullmatch=True),
    "text": st.text(min_size=1, max_size=30),
    "sigma": st.text(min_size=1, max_size=30),
    "ip-src|port": st.tuples(st.ip_addresses(), st.integers(0, 70_000)).map(lambda pair: f"{pair[0]}|{pair[1]}"),
}
_LEVELS = st.sampled_from(["0", "1", "2", "5", 0, 5])
_TAGS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["tlp:green", "tlp:red", "PAP:RED", 'nato:classification="NR"', "x", "osint"])},
        optional={"local": st.sampled_from([0, 1, True]), "colour": st.just("#fff"), "numerical_value": st.none()},
    ),
    max_size=3,
)
_EXTRA = st.dictionaries(
    st.sampled_from(["disable_correlation", "x_unknown", "object_relation", "event_id", "data", "decay"]),
    st.none() | st.booleans() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
    max_size=3,
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event with attributes, objects, references, sightings, proposals of many kinds."""
    numbers = iter(range(100, 10_000))

    def one() -> Event:
        kind = draw(st.sampled_from(sorted(_VALUES)))
        number = next(numbers)
        made = attribute(number, kind, draw(_VALUES[kind]), to_ids=draw(st.booleans()), distribution=draw(_LEVELS))
        made |= {"timestamp": str(draw(st.integers(0, 2_000_000_000))), **draw(_EXTRA)}
        if draw(st.booleans()):
            made["Tag"] = draw(_TAGS)
        if draw(st.integers(0, 4)) == 0:
            made["Sighting"] = [
                {"id": "1", "uuid": uuid(next(numbers)), "type": draw(st.sampled_from(["0", "1", "2"])),
                 "date_sighting": str(number)}
                for _ in range(draw(st.integers(0, 2)))
            ]  # fmt: skip
        if draw(st.integers(0, 4)) == 0:
            made["ShadowAttribute"] = [{"uuid": made["uuid"], "type": kind, "value": draw(st.text(max_size=5))}]
        return made

    attributes = [one() for _ in range(draw(st.integers(0, 4)))]
    groups = []
    for _ in range(draw(st.integers(0, 2))):
        members = [one() for _ in range(draw(st.integers(0, 2)))]
        known = [made["uuid"] for made in (*attributes, *members)] or [uuid(1)]
        groups.append(
            {
                "uuid": uuid(next(numbers)),
                "name": "thing",
                "distribution": draw(_LEVELS),
                "Attribute": members,
                "ObjectReference": [
                    {"uuid": uuid(next(numbers)), "referenced_uuid": draw(st.sampled_from(known)),
                     "relationship_type": draw(st.sampled_from(["related-to", "Drops a", "é"]))}
                    for _ in range(draw(st.integers(0, 2)))
                ],
            }
        )  # fmt: skip
    made = event(
        distribution=draw(st.sampled_from(["0", "1", "2", 1])), Attribute=attributes, Object=groups, **draw(_EXTRA)
    )
    if draw(st.booleans()):
        made["Tag"] = draw(_TAGS)
    return made
