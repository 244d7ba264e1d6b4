"""Intelligence for tests of the pages: what Poland may read of it, and what others keep from it, drawn by chance."""

from __future__ import annotations

import json
from random import Random

from comity.flow.variant import digest_of
from tests.serve.desks import Stated

REPORT = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a111"
GROUP = "intrusion-set--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a222"
TOOL = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333"
USES = "relationship--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a444"
ASIDE = "malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a555"
LET_GO = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a666"
GONE = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a777"
DRAFT = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a888"
CREATOR = "identity--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a999"
VERSION = "2026-03-05T10:11:12.345Z"
BORN: dict[str, object] = {"spec_version": "2.1", "created": VERSION, "modified": VERSION}
Line = dict[str, dict[str, object]]


def portion(thing: str, originator: str, clause: str, to: list[str], /, *, part: bool = False, **stix: object) -> Line:
    """A line that states a portion of an object, readable by some besides its originator."""
    kind = thing.partition("--")[0]
    whole = {**({} if part else {"type": kind, "id": thing, **BORN}), **stix}
    body: dict[str, object] = {
        "thing": thing, "version": str(stix.get("modified", VERSION)), "type": kind, "stix": json.dumps(whole),
        "marking": {"policy": "TLP", "classification": "AMBER", "originators": [originator]},
        "label": [{"owner": originator, "scope": clause, "readers": to}],
    }  # fmt: skip
    return {"intelligence": {**body, "part": True} if part else body}


DRAFTED: list[dict[str, object]] = [
    {"type": "identity", "id": CREATOR, **BORN, "name": "POL", "identity_class": "organization"},
    {"type": "report", "id": DRAFT, **BORN, "created_by_ref": CREATOR, "name": "Heron, in short", "published": VERSION,
     "description": "A group reads tides.", "object_refs": [TOOL]},
]  # fmt: skip
STATED = [
    Stated("dr", {"release-draft": {
        "by": "POL", "variant": DRAFT, "for": ["KOR"], "title": "Heron, in short", "text": "A group reads tides.",
        "made_from": [REPORT], "objects": json.dumps(DRAFTED), "digest": digest_of(DRAFTED),
        "label_wanted": [{"owner": owner, "scope": f"{DRAFT}@{VERSION}"} for owner in ("JPN", "POL")],
    }}, "POL"),
    Stated("re", {"release": {"by": "POL", "thing": LET_GO, "version": VERSION, "title": "Interest in a port",
                              "to": ["KOR"], "of": ["JPN"], "under": [], "digest": "0" * 64}}, "POL"),
    Stated("rc", {"recall": {"by": "JPN", "release": "0" * 64, "thing": GONE, "to": ["POL"], "of": [],
                             "says": "Destroy it."}}, "JPN"),
    Stated("pr", {"release-proposal": {
        "by": "EST", "owner": "POL", "for": ["KOR"], "actions": ["read"], "thing": "tools", "title": "A tool",
        "digest": "0" * 64, "text": "A tool of many.",
        "label": [{"owner": "EST", "scope": "content/release-proposal", "readers": ["POL"]}],
    }}, "EST"),
    Stated("wp", {"warning-problem": {
        "name": "tides", "title": "Interest in ports", "question": "Does anybody prepare something at a port?",
        "levels": [{"level": "raised", "all_of": ["reading"]}], "otherwise": "usual", "parties": ["JPN"],
    }}, "POL"),
    Stated("wi", {"warning-indicator": {
        "problem": "tides", "name": "reading", "title": "Night reading", "looks_for": "logins by night",
        "active_when": {"independent": 2, "at_least": "C3", "within_days": 90}, "parties": ["JPN"],
    }}, "POL"),
    Stated("g1", {"intelligence-report": {
        "title": "Logins by night", "says": "Seen thrice.", "source": "S1", "reliability": "B", "credibility": "2",
        "thing": REPORT, "observed": "2026-11-20", "parties": ["JPN"],
        "bears_on": [{"problem": "tides", "indicator": "reading", "shows": "activity"}],
    }}, "POL"),
    Stated("g2", {"intelligence-report": {
        "title": "Logins at dawn", "says": "Seen once.", "source": "K", "reliability": "F", "credibility": "6",
        "about": [GROUP], "observed": "2026-11-21", "parties": ["POL"],
        "bears_on": [{"problem": "tides", "indicator": "reading", "shows": "activity"}],
    }}, "JPN"),
    Stated("rq", {"information-request": {
        "to": ["POL"], "asks": "Who reads tables?", "answer_by": "2026-12-01T12:00Z", "thing": GROUP, "id": "tables",
    }}, "JPN"),
]  # fmt: skip
"""What is released, asked back, proposed, reported and watched, as far as Poland may read it."""
SEEN = [
    Stated("rp", portion(REPORT, "JPN", "harbour", ["POL", "EST"], name="Port watch 14", published=VERSION,
                         description="Quiet Heron reads the tide tables.", object_refs=[GROUP, TOOL, ASIDE]), "JPN"),
    Stated("gr", portion(GROUP, "JPN", "harbour", ["POL", "EST"], name="Quiet Heron", aliases=["APT-Q9"]), "JPN"),
    Stated("tl", portion(TOOL, "POL", "tools", ["EST", "JPN", "KOR"], name="netscan"), "POL"),
    Stated("us", portion(USES, "JPN", "harbour", ["POL", "EST"], relationship_type="uses", source_ref=GROUP,
                         target_ref=TOOL), "JPN"),
    *STATED,
    Stated("lg", portion(LET_GO, "POL", "let-go", ["KOR"], name="Interest in a port", published=VERSION,
                         object_refs=[TOOL]), "POL"),
]  # fmt: skip
"""What Poland may read of intelligence; the report refers to something that it may not."""


def drawn(number: int, by: str, rng: Random) -> Stated:
    """Something of intelligence that its author keeps from Poland."""
    make = _object if rng.randrange(2) else _said
    return Stated(f"in{number} {rng.random()}", make(by, rng), by)


def _said(by: str, rng: Random) -> Line:
    """What is reported, watched, asked, proposed, released and asked back between others, of what Poland sees too."""
    other = rng.choice([party for party in ("JPN", "KOR", "EST") if party != by])
    thing, word = rng.choice([REPORT, GROUP, LET_GO, GONE, DRAFT]), f"x{rng.randrange(99)}"
    shows = rng.choice(["activity", "no activity"])
    lines: dict[str, dict[str, object]] = {
        "intelligence-report": {
            "title": word, "says": word, "source": word, "reliability": "A", "credibility": "1", "thing": thing,
            "observed": "2026-11-22", "parties": [other],
            "bears_on": [{"problem": "tides", "indicator": "reading", "shows": shows}],
        },
        "report-lineage": {"report": thing, "depends_on": [word], "parties": [other]},
        "warning-problem": {"name": "tides", "title": word, "question": word, "parties": [other], "otherwise": "usual",
                            "levels": [{"level": word, "all_of": ["reading"]}]},
        "information-request": {"to": [other], "asks": word, "answer_by": "2026-12-02T12:00Z", "about": [thing]},
        "release": {"by": by, "thing": thing, "title": word, "to": [other], "under": []},
        "recall": {"by": by, "release": "0" * 64, "thing": thing, "to": [other], "of": [], "says": word},
        "release-proposal": {"by": by, "owner": other, "for": ["POL"], "actions": ["read"], "thing": thing,
                             "title": word, "digest": "0" * 64,
                             "label": [{"owner": by, "scope": "content/release-proposal", "readers": [other]}]},
    }  # fmt: skip
    kind = rng.choice(sorted(lines))
    return {kind: lines[kind]}


def _object(by: str, rng: Random) -> Line:
    """A further part, version or end of what Poland sees, or something else."""
    others = [party for party in ("JPN", "KOR", "EST") if party != by]
    seen = rng.choice([REPORT, GROUP, TOOL, USES, ASIDE, LET_GO])
    word = rng.choice(["heron", "Quiet Heron", "netscan", f"x{rng.randrange(99)}"])
    later = f"20{rng.randrange(27, 40)}-01-01T00:00:00.000Z"
    fresh = f"malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4b{rng.randrange(1000):03}"
    return rng.choice(
        [
            portion(seen, by, "covert", others, part=True, x_note=word, description=word),
            portion(seen, by, "covert", others, name=word, modified=later, part=False, **_ends(seen)),
            portion(fresh, by, "covert", others, name=word, is_family=True, description=word),
            portion(ASIDE, by, "covert", others, name=word, is_family=True, x_ref=REPORT),
            portion(fresh.replace("malware", "note"), by, "covert", others, content=word, object_refs=[REPORT, TOOL]),
        ]
    )


def _ends(name: str) -> dict[str, str]:
    """What an object of a type needs."""
    return {"relationship_type": "hides", "source_ref": GROUP, "target_ref": TOOL} if name == USES else {}
