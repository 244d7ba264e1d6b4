"""Intelligence for tests of the pages: what Poland may read of it, and what others keep from it, drawn by chance."""

from __future__ import annotations

import json
from random import Random

from tests.serve.desks import Stated

REPORT = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a111"
GROUP = "intrusion-set--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a222"
TOOL = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333"
USES = "relationship--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a444"
ASIDE = "malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a555"
LET_GO = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a666"
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


SEEN = [
    Stated("rp", portion(REPORT, "JPN", "harbour", ["POL", "EST"], name="Port watch 14", published=VERSION,
                         description="Quiet Heron reads the tide tables.", object_refs=[GROUP, TOOL, ASIDE]), "JPN"),
    Stated("gr", portion(GROUP, "JPN", "harbour", ["POL", "EST"], name="Quiet Heron", aliases=["APT-Q9"]), "JPN"),
    Stated("tl", portion(TOOL, "POL", "tools", ["EST", "JPN", "KOR"], name="netscan"), "POL"),
    Stated("us", portion(USES, "JPN", "harbour", ["POL", "EST"], relationship_type="uses", source_ref=GROUP,
                         target_ref=TOOL), "JPN"),
    Stated("lg", portion(LET_GO, "POL", "let-go", ["KOR"], name="Interest in a port", published=VERSION,
                         object_refs=[TOOL]), "POL"),
]  # fmt: skip
"""What Poland may read of intelligence; the report refers to something that it may not."""


def drawn(number: int, by: str, rng: Random) -> Stated:
    """Something of intelligence that its author keeps from Poland: a further part, version or end of what it sees."""
    others = [party for party in ("JPN", "KOR", "EST") if party != by]
    seen = rng.choice([REPORT, GROUP, TOOL, USES, ASIDE, LET_GO])
    word = rng.choice(["heron", "Quiet Heron", "netscan", f"x{rng.randrange(99)}"])
    later = f"20{rng.randrange(27, 40)}-01-01T00:00:00.000Z"
    fresh = f"malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4b{rng.randrange(1000):03}"
    made = rng.choice(
        [
            portion(seen, by, "covert", others, part=True, x_note=word, description=word),
            portion(seen, by, "covert", others, name=word, modified=later, part=False, **_ends(seen)),
            portion(fresh, by, "covert", others, name=word, is_family=True, description=word),
            portion(ASIDE, by, "covert", others, name=word, is_family=True, x_ref=REPORT),
            portion(fresh.replace("malware", "note"), by, "covert", others, content=word, object_refs=[REPORT, TOOL]),
        ]
    )
    return Stated(f"in{number} {rng.random()}", made, by)


def _ends(name: str) -> dict[str, str]:
    """What an object of a type needs."""
    return {"relationship_type": "hides", "source_ref": GROUP, "target_ref": TOOL} if name == USES else {}
