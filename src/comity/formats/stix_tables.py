"""What STIX 2.1 says of its objects, as tables: what each type needs, how properties are written, whither they refer.

Source: OASIS STIX Version 2.1 (errata 01), sections 3 to 7; what a type only recommends is not in here, and open
vocabularies are open.
"""

from __future__ import annotations

from typing import NamedTuple


class Type(NamedTuple):
    """What an object of a type must have: every one of `needs`, and of each set of `any_of` at least one."""

    family: str
    needs: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()


DOMAIN, RELATION, OBSERVABLE, META, CUSTOM = "domain", "relationship", "observable", "meta", "custom"
"""The families of objects: domain and relationship objects, observables, what is about others, one's own types."""
VERSIONED = ("spec_version", "created", "modified")

TYPES: dict[str, Type] = {
    **{
        name: Type(DOMAIN, ("name",))
        for name in ("attack-pattern", "campaign", "course-of-action", "identity", "incident", "infrastructure",
                     "intrusion-set", "threat-actor", "tool", "vulnerability")
    },
    "grouping": Type(DOMAIN, ("context", "object_refs")),
    "indicator": Type(DOMAIN, ("pattern", "pattern_type", "valid_from")),
    "location": Type(DOMAIN, (), (("region", "country", "latitude"),)),
    "malware": Type(DOMAIN, ("is_family",)),
    "malware-analysis": Type(DOMAIN, ("product",), (("result", "analysis_sco_refs"),)),
    "note": Type(DOMAIN, ("content", "object_refs")),
    "observed-data": Type(
        DOMAIN, ("first_observed", "last_observed", "number_observed"), (("objects", "object_refs"),)
    ),
    "opinion": Type(DOMAIN, ("opinion", "object_refs")),
    "report": Type(DOMAIN, ("name", "published", "object_refs")),
    "relationship": Type(RELATION, ("relationship_type", "source_ref", "target_ref")),
    "sighting": Type(RELATION, ("sighting_of_ref",)),
    "language-content": Type(META, ("object_ref", "contents")),
    "extension-definition": Type(META, ("name", "schema", "version", "extension_types", "created_by_ref")),
    "marking-definition": Type(META, (), (("definition", "extensions"),)),
    "artifact": Type(OBSERVABLE),
    "autonomous-system": Type(OBSERVABLE, ("number",)),
    "directory": Type(OBSERVABLE, ("path",)),
    "domain-name": Type(OBSERVABLE, ("value",)),
    "email-addr": Type(OBSERVABLE, ("value",)),
    "email-message": Type(OBSERVABLE, ("is_multipart",)),
    "file": Type(OBSERVABLE, (), (("hashes", "name"),)),
    "ipv4-addr": Type(OBSERVABLE, ("value",)),
    "ipv6-addr": Type(OBSERVABLE, ("value",)),
    "mac-addr": Type(OBSERVABLE, ("value",)),
    "mutex": Type(OBSERVABLE, ("name",)),
    "network-traffic": Type(OBSERVABLE, ("protocols",), (("src_ref", "dst_ref"),)),
    "process": Type(OBSERVABLE),
    "software": Type(OBSERVABLE, ("name",)),
    "url": Type(OBSERVABLE, ("value",)),
    "user-account": Type(OBSERVABLE),
    "windows-registry-key": Type(OBSERVABLE),
    "x509-certificate": Type(OBSERVABLE),
}  # fmt: skip
"""The types of the standard."""

UNVERSIONED = frozenset({"marking-definition"})
"""Types with a creation and no later version."""

TEXTS = frozenset({
    "name", "description", "pattern", "pattern_type", "pattern_version", "relationship_type", "content", "context",
    "opinion", "explanation", "abstract", "product", "result", "lang", "definition_type", "spec_version", "schema",
    "objective", "region", "country", "identity_class", "contact_information",
})  # fmt: skip
BOOLEANS = frozenset({"revoked", "defanged", "is_family", "is_multipart", "summary", "is_active", "is_hidden"})
WHOLE = {"confidence": (0, 100), "number_observed": (1, 999_999_999), "count": (0, 999_999_999), "number": (0, None)}
"""Whole numbers, and between which bounds."""
FRACTIONS = {"latitude": (-90, 90), "longitude": (-180, 180), "precision": (0, None)}
LISTS = frozenset({
    "labels", "aliases", "roles", "sectors", "goals", "indicator_types", "report_types", "malware_types", "tool_types",
    "threat_actor_types", "infrastructure_types", "kill_chain_phases", "protocols", "extension_types", "authors",
    "implementation_languages", "architecture_execution_envs", "capabilities",
})  # fmt: skip
MAPPINGS = frozenset({"extensions", "hashes", "definition", "contents"})
INSTANTS = frozenset({
    "created", "modified", "valid_from", "valid_until", "first_seen", "last_seen", "first_observed", "last_observed",
    "start_time", "stop_time", "published", "submitted", "analysis_started", "analysis_ended",
})  # fmt: skip
"""Properties that are timestamps wherever the standard has them."""
OBSERVED_INSTANTS = frozenset({
    "ctime", "mtime", "atime", "date", "start", "end", "created_time", "modified_time", "account_created",
    "account_expires", "credential_last_changed", "account_first_login", "account_last_login",
    "validity_not_before", "validity_not_after",
})  # fmt: skip
"""The same, of observables."""
ORDERED = (
    ("created", "modified", False), ("first_seen", "last_seen", False), ("first_observed", "last_observed", False),
    ("valid_from", "valid_until", True), ("start_time", "stop_time", True), ("start", "end", False),
    ("analysis_started", "analysis_ended", False),
)  # fmt: skip
"""Pairs of timestamps: the first is not after the second, and where the last is true, before it."""

IDENTITIES, ADDRESSES = frozenset({"identity"}), frozenset({"email-addr"})
NODES = frozenset({"ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"})
FILES, SOFTWARE, ARTIFACT = frozenset({"file"}), frozenset({"software"}), frozenset({"artifact"})
ACCOUNT, TRAFFIC, PROCESS = frozenset({"user-account"}), frozenset({"network-traffic"}), frozenset({"process"})

EVERY_REFERENCE: dict[str, frozenset[str]] = {
    "created_by_ref": IDENTITIES,
    "object_marking_refs": frozenset({"marking-definition"}),
}
"""Whither a property refers in every object."""
REFERENCES: dict[str, dict[str, frozenset[str]]] = {
    "sighting": {"observed_data_refs": frozenset({"observed-data"}),
                 "where_sighted_refs": frozenset({"identity", "location"})},
    "malware": {"sample_refs": FILES | ARTIFACT, "operating_system_refs": SOFTWARE},
    "malware-analysis": {"host_vm_ref": SOFTWARE, "operating_system_ref": SOFTWARE, "installed_software_refs": SOFTWARE,
                         "sample_ref": FILES | ARTIFACT | TRAFFIC},
    "file": {"parent_directory_ref": frozenset({"directory"}), "content_ref": ARTIFACT},
    "directory": {"contains_refs": FILES | {"directory"}},
    "domain-name": {"resolves_to_refs": NODES - {"mac-addr"}},
    "email-addr": {"belongs_to_ref": ACCOUNT},
    "email-message": {"from_ref": ADDRESSES, "sender_ref": ADDRESSES, "to_refs": ADDRESSES, "cc_refs": ADDRESSES,
                      "bcc_refs": ADDRESSES, "raw_email_ref": ARTIFACT},
    "ipv4-addr": {"resolves_to_refs": frozenset({"mac-addr"}), "belongs_to_refs": frozenset({"autonomous-system"})},
    "ipv6-addr": {"resolves_to_refs": frozenset({"mac-addr"}), "belongs_to_refs": frozenset({"autonomous-system"})},
    "network-traffic": {"src_ref": NODES, "dst_ref": NODES, "src_payload_ref": ARTIFACT, "dst_payload_ref": ARTIFACT,
                        "encapsulates_refs": TRAFFIC, "encapsulated_by_ref": TRAFFIC},
    "process": {"opened_connection_refs": TRAFFIC, "creator_user_ref": ACCOUNT, "image_ref": FILES,
                "parent_ref": PROCESS, "child_refs": PROCESS},
    "windows-registry-key": {"creator_user_ref": ACCOUNT},
}  # fmt: skip
"""Whither a property of a type refers, where the standard fixes the types."""

FREE_REFERENCES = frozenset({
    "source_ref", "target_ref", "sighting_of_ref", "object_ref", "object_refs", "contains_refs", "analysis_sco_refs",
})  # fmt: skip
"""References of the standard that may be to objects of many types."""

NEEDED_REFERENCES = frozenset({"source_ref", "target_ref", "sighting_of_ref", "object_ref"})
"""References without which an object says nothing."""
NEEDED_LISTS = frozenset({"object_refs"})
"""Lists of references of which at least one must stay, in the types that need them."""
