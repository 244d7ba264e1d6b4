"""Clusters of MISP's galaxies that STIX has a type for: threat actors, malware, tools, techniques.

Rules:
1. The cluster itself stays, word for word, with what bears it; the object made of it is there to be found and linked.
2. A cluster for fewer readers than its event is refused, and its tag with it: both would be read with the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from uuid import uuid5

from comity.formats.misp_parts import shared_by_itself
from comity.formats.sco_ids import OURS, jcs
from comity.formats.stix_rows import Stix

TYPES = {
    "threat-actor": "threat-actor", "microsoft-activity-group": "threat-actor", "360net-threat-actor": "threat-actor",
    "mitre-intrusion-set": "intrusion-set", "mitre-malware": "malware", "malpedia": "malware", "ransomware": "malware",
    "rat": "malware", "banker": "malware", "stealer": "malware", "backdoor": "malware", "botnet": "malware",
    "cryptominers": "malware", "android": "malware", "mitre-tool": "tool", "tool": "tool", "exploit-kit": "tool",
    "mitre-attack-pattern": "attack-pattern", "mitre-course-of-action": "course-of-action",
}  # fmt: skip
_WITHOUT_ALIASES = {"course-of-action"}
Narrow = Callable[[Mapping[str, object]], bool]


def clusters(raw: Mapping[str, object]) -> Iterator[Stix]:
    """What STIX has for the clusters that something bears, without times and markings."""
    for galaxy in _listed(raw, "Galaxy"):
        for cluster in _listed(galaxy, "GalaxyCluster"):
            kind = TYPES.get(str(cluster.get("type") or galaxy.get("type")))
            value = cluster.get("value")
            if kind and isinstance(value, str) and value:
                yield _object(kind, value, cluster)


def _object(kind: str, value: str, cluster: Mapping[str, object]) -> Stix:
    name = jcs([kind, value, str(cluster.get("uuid"))])
    made: Stix = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid5(OURS, name)}", "name": value}
    if isinstance(description := cluster.get("description"), str) and description:
        made["description"] = description
    meta = cluster.get("meta")
    synonyms = meta.get("synonyms") if isinstance(meta, Mapping) else None
    if isinstance(synonyms, list) and kind not in _WITHOUT_ALIASES and (words := [str(one) for one in synonyms if one]):
        made["aliases"] = words
    if kind == "malware":
        made["is_family"] = True
    return made


def open_clusters(raw: Mapping[str, object], narrow: Narrow) -> tuple[dict[str, object], list[str]]:
    """What bears clusters, without those that rule 2 refuses, and where those stood."""
    told: list[str] = []
    tags: set[object] = set()
    galaxies = []
    for number, galaxy in enumerate(_listed(raw, "Galaxy")):
        kept = []
        for place, cluster in enumerate(_listed(galaxy, "GalaxyCluster")):
            if narrow(cluster) or next(shared_by_itself(cluster), None):
                told.append(f"Galaxy.[{number}].GalaxyCluster.[{place}]")
                tags.add(cluster.get("tag_name"))
            else:
                kept.append(cluster)
        galaxies.append({**galaxy, "GalaxyCluster": kept})
    if not told:
        return dict(raw), []
    return {**raw, "Galaxy": galaxies, "Tag": [one for one in _listed(raw, "Tag") if one.get("name") not in tags]}, told


def _listed(raw: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = raw.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
