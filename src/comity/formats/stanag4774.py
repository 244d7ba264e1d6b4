"""Confidentiality labels in the XML of STANAG 4774 (ADatP-4774), read strictly and written.

Rules:
1. The elements and attributes of the schema, in its order, in its namespace; spellings of published examples that it
   does not have (`alternateConfidentialityLabel`, `CreationDataTime`, lower-case types) are told as what they are.
2. ReviewDateTime is required unless a succession is given; integer and bit-string values are forbidden (prose of the
   standard). An instant has its zone.
3. Policy, level, tags and values are those of the policy (data): a URI that is given is the policy's; a tag stands
   once. Where the policy says so, letters of either case mean the same.
4. The releasability tag is the releasable-to set; the context has to say that there is one, where the policy has such
   a context.
5. Originators other than the policy's owner stand in OriginatorID as a URN of ours; any other id there is the
   authority.
6. The Id of a label is kept; it is a name of XML, and stands once in a document.
7. What the schema has no place for is refused when written: handling flags, display-only, a concealed source, and a
   permissive set that is empty, for a label without its tag would let everybody read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl, quote

from comity.errors import Malformed, Refused
from comity.formats.xml_strict import Children, Node, attributes, element, leaf, located, words
from comity.formats.xml_strict import read as read_xml
from comity.values.instant import Instant, instant
from comity.values.marking import Categories, Category, Marking, Role, Succession
from comity.values.marking_check import checked
from comity.values.marking_policy import Kind, Policy, Tag
from comity.values.party import PartyCode, Recipient

SPACE = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
ROOTS = {
    "originatorConfidentialityLabel": Role.ORIGINATOR,
    "alternativeConfidentialityLabel": Role.ALTERNATIVE,
    "metadataConfidentialityLabel": Role.METADATA,
}
ID_TYPES = (
    "rfc822Name", "dNSName", "directoryName", "uniformResourceIdentifier", "iPAddress", "x400Address",
    "userPrincipalName", "jID",
)  # fmt: skip
_URN = "urn:comity:originators:"
_ERRATA = {
    "alternateConfidentialityLabel": "alternativeConfidentialityLabel",
    "OriginatorConfidentialityLabel": "originatorConfidentialityLabel",
    "CreationDataTime": "CreationDateTime",
}
_DEEPEST = 8
_NAME = re.compile(r"[^\W\d][\w.-]*")
_TYPES = tuple(kind.name for kind in Kind)
T = TypeVar("T")


def _n(local: str) -> str:
    return f"{{{SPACE}}}{local}"


@dataclass(frozen=True)
class _Reading:
    policies: Mapping[str, Policy]
    originator: PartyCode | None


def read(data: str | bytes, policies: Mapping[str, Policy], originator: PartyCode | None = None) -> Marking:
    """The marking of a document that is one label.

    Args:
        data: the document.
        policies: the policies that it may be of, by id.
        originator: whose it is, where neither the label nor its policy says.

    Raises:
        Malformed: it is no label; `where` names line and column, `next_step` what may stand there.
    """
    return of_node(read_xml(data), policies, originator)


def is_label(node: Node) -> bool:
    """Whether an element means to be a label, be it spelt as published examples have it."""
    return node.name.startswith(f"{{{SPACE}}}") and (node.local in ROOTS or node.local in _ERRATA)


def of_node(node: Node, policies: Mapping[str, Policy], originator: PartyCode | None = None) -> Marking:
    """The marking of an element that is a label: rules 1 to 6.

    Raises:
        Malformed: it is none, lacks something, or holds what is not allowed; `where` names the place.
    """
    _spelt(node)
    if node.name not in map(_n, ROOTS):
        allowed = ", ".join(ROOTS)
        raise Malformed(f"{node.name!r} is no label", where=node.where, next_step=f"write {allowed} in {SPACE}")
    given = attributes(node, optional=("Id", "ReviewDateTime"))
    made = _label(node, _Reading(policies, originator), 0)
    review = given.get("ReviewDateTime")
    if review is None and made.succession is None:
        raise Malformed("lacks ReviewDateTime", where=node.where, next_step="add it, or a SuccessionHandling")
    due = None if review is None else _at(node, lambda: _instant(review))
    if (name := given.get("Id")) is not None and not _NAME.fullmatch(name):
        raise Malformed(f"{name!r} is no Id", where=node.where, next_step="write a letter, then letters and figures")
    return replace(made, review=due, role=ROOTS[node.local], id=given.get("Id"))


def _spelt(node: Node) -> None:
    """Nothing, unless this element or a child has a name from a published example's slip: rule 1."""
    for one in (node, *node.children):
        meant = _ERRATA.get(one.local)
        if meant is not None:
            says = f"{one.local!r} is a slip of a published example"
            raise Malformed(says, where=one.where, next_step=f"write {meant}")


def _at(node: Node, made: Callable[[], T]) -> T:
    try:
        return made()
    except Malformed as error:
        raise located(node, error) from error


def _instant(text: str) -> Instant:
    if "T" not in text:
        raise Malformed(f"{text!r} is no date with a time", next_step="write 2024-03-29T12:00:00Z")
    return instant(text)


def _label(node: Node, how: _Reading, depth: int) -> Marking:
    """What a label says, apart from its root's attributes."""
    if depth > _DEEPEST:
        raise Malformed("has too many successors", where=node.where, next_step=f"write at most {_DEEPEST}")
    _spelt(node)
    children = Children(node)
    information = children.take(_n("ConfidentialityInformation"))
    origin = children.maybe(_n("OriginatorID"))
    created_at = children.take(_n("CreationDateTime"))
    succession = children.maybe(_n("SuccessionHandling"))
    children.done()
    created = _at(created_at, lambda: _instant(words(created_at)))
    policy, level, marks, categories = _information(information, how)
    owners, joint, authority = _origin(origin, policy, how.originator, node)
    release = policy.releases
    named = None if release is None else dict(categories[Kind.PERMISSIVE]).get(release.id)
    made = Marking(
        policy.id,
        level,
        owners,
        joint,
        None if named is None else frozenset(policy.recipient(token) for token in named),
        restrictive=_categories(categories[Kind.RESTRICTIVE], None),
        permissive=_categories(categories[Kind.PERMISSIVE], release),
        informative=_categories(categories[Kind.INFORMATIVE], None),
        created=created,
        succession=None if succession is None else _succession(succession, how, depth),
        authority=authority,
        privacy_marks=marks,
    )
    return _at(information, lambda: _contextual(checked(made, policy), policy))


def _contextual(marking: Marking, policy: Policy) -> Marking:
    """The marking, when its context says that it may be released just where it is: rule 4."""
    context, word = policy.phrases.get("context"), policy.phrases.get("releasable_context")
    if context is None or word is None:
        return marking
    said = word in (marking.values_of(context) or ())
    if said is not (marking.releasable_to is not None):
        have = "has" if said else "lacks"
        step = "add it, or leave the releasability out" if not said else "leave it out, or say to whom"
        raise Malformed(f"the context {have} {word!r}", field=context, next_step=step)
    return marking


Given = dict[Kind, list[tuple[str, tuple[str, ...]]]]


def _information(node: Node, how: _Reading) -> tuple[Policy, str, frozenset[str], Given]:
    _spelt(node)
    attributes(node)
    children = Children(node)
    policy = _policy(children.take(_n("PolicyIdentifier")), how.policies)
    classification = children.take(_n("Classification"))
    attributes(classification)
    levels = [one.id for one in policy.levels]
    level = _at(classification, lambda: policy.level(_meant(words(classification), levels, policy)))
    mark = children.maybe(_n("PrivacyMark"))
    given: Given = {kind: [] for kind in Kind}
    for one in children.every(_n("Category")):
        kind, tag, values = _category(one, policy)
        if tag in [name for listed in given.values() for name, _ in listed]:
            raise Malformed(f"{tag!r} stands twice", where=one.where, next_step="write all values of a tag together")
        given[kind].append((tag, values))
    children.done(_n("Category"))
    return policy, level.id, frozenset() if mark is None else frozenset({words(mark)}), given


def _meant(text: str, known: Iterable[str], policy: Policy) -> str:
    """A word as the policy spells it, where either case means the same."""
    if policy.phrases.get("letters") != "either case":
        return text
    return next((one for one in known if one.casefold() == text.casefold()), text)


def _policy(node: Node, policies: Mapping[str, Policy]) -> Policy:
    given, text = attributes(node, optional=("URI",)), words(node)
    found = next((one for one in policies.values() if _meant(text, [one.id], one) == one.id), None)
    if found is None:
        allowed = ", ".join(sorted(policies))
        raise Malformed(f"{text!r} is no policy here", where=node.where, next_step=f"allowed: {allowed}")
    _same_uri(node, given.get("URI"), found.uri, found.id)
    return found


def _same_uri(node: Node, given: str | None, ours: str | None, name: str) -> None:
    if given is not None and given != ours:
        step = "leave it out" if ours is None else f"write {ours}, or leave it out"
        raise Malformed(f"{given!r} is not the URI of {name}", where=node.where, next_step=step)


def _category(node: Node, policy: Policy) -> tuple[Kind, str, tuple[str, ...]]:
    given = attributes(node, ("Type", "TagName"), ("URI",))
    if given["Type"] not in _TYPES:
        meant = given["Type"].upper()
        step = f"write {meant}" if meant in _TYPES else f"write {', '.join(_TYPES)}"
        raise Malformed(f"{given['Type']!r} is no type of category", where=node.where, next_step=step)
    tag = _at(node, lambda: policy.tag(_meant(given["TagName"], policy.tags, policy)))
    kind = Kind[given["Type"]]
    if tag.kind is not kind:
        raise Malformed(f"{tag.id!r} is not {kind.name}", where=node.where, next_step=f"write {tag.kind.name}")
    _same_uri(node, given.get("URI"), tag.uri, tag.id)
    return kind, tag.id, _values(node, tag, policy)


def _values(node: Node, tag: Tag, policy: Policy) -> tuple[str, ...]:
    children, found = Children(node), []
    for one in children.every(_n("GenericValue")):
        value = _meant(words(one), (*tag.values, *policy.tokens), policy)
        if value in found:
            raise Malformed(f"{value!r} stands twice", where=one.where, next_step="write it once")
        if tag.parties:
            _at(one, lambda value=value: policy.recipient(value))  # type: ignore[misc]
        found.append(value)
    children.done(_n("GenericValue"))
    if not found:
        raise Malformed(f"{tag.id!r} has no value", where=node.where, next_step="write GenericValue")
    return tuple(found)


def _categories(given: Iterable[tuple[str, tuple[str, ...]]], release: Tag | None) -> Categories:
    return tuple(Category.of(tag, values) for tag, values in given if release is None or tag != release.id)


def _origin(
    node: Node | None, policy: Policy, originator: PartyCode | None, label: Node
) -> tuple[frozenset[PartyCode], bool, str | None]:
    """Originators, whether they own it together, and the authority: rule 5."""
    owner = policy.owner or originator
    text = None if node is None else words(node)
    kind = None if node is None else attributes(node, ("IDType",))["IDType"]
    if node is not None and kind not in ID_TYPES:
        raise Malformed(f"{kind!r} is no IDType", where=node.where, next_step=f"allowed: {', '.join(ID_TYPES)}")
    if node is not None and text is not None and text.startswith(_URN):
        return _at(node, lambda: _of_urn(text))
    if owner is None:
        step = "say whose it is"
        raise Malformed("names no originator, and its policy is nobody's", where=label.where, next_step=step)
    return frozenset({owner}), False, None if text is None else f"{kind}:{text}"


def _of_urn(text: str) -> tuple[frozenset[PartyCode], bool, str | None]:
    names, _, rest = text.removeprefix(_URN).partition("?")
    given = dict(parse_qsl(rest, keep_blank_values=True))
    owners = frozenset(filter(None, names.split("+")))
    if not owners or set(given) - {"joint", "authority"} or given.get("joint", "true") != "true":
        raise Malformed(f"{text!r} names no originators", next_step=f"write the codes behind {_URN}, with + between")
    return owners, "joint" in given, given.get("authority")


def _succession(node: Node, how: _Reading, depth: int) -> Succession:
    _spelt(node)
    children = Children(node)
    day, label = children.take(_n("SuccessionDateTime")), children.take(_n("SuccessorConfidentialityLabel"))
    children.done()
    return Succession(_at(day, lambda: _instant(words(day))), _label(label, how, depth + 1))


def write(marking: Marking, policies: Mapping[str, Policy]) -> str:
    """The label of a marking, as a document: rules 6 and 7.

    Raises:
        Refused: the schema has no place for something that the marking says.
        Malformed: the marking does not keep to its policy.
    """
    root = next(name for name, role in ROOTS.items() if role is marking.role)
    if marking.id is not None and not _NAME.fullmatch(marking.id):
        raise Refused(f"{marking.id!r} cannot stand as an Id", next_step="leave `id` out")
    review = None if marking.review is None else _stamp(marking.review)
    if review is None and marking.succession is None:
        raise Refused("a label needs a day of review or a successor", next_step="add `review`")
    return element(root, _written(marking, policies), xmlns=SPACE, Id=marking.id, ReviewDateTime=review)


def _written(marking: Marking, policies: Mapping[str, Policy]) -> str:
    policy = policies.get(marking.policy)
    if policy is None:
        raise Malformed(f"{marking.policy!r} is no policy here", next_step=f"allowed: {', '.join(sorted(policies))}")
    _contextual(checked(marking, policy), policy)
    _sayable(marking)
    if marking.created is None:
        raise Refused("a label needs the instant it was made at", next_step="add `created`")
    parts = [_information_written(marking, policy), _origin_written(marking, policy)]
    parts.append(leaf("CreationDateTime", _stamp(marking.created)))
    if marking.succession is not None:
        successor = element("SuccessorConfidentialityLabel", _written(_bare(marking.succession.marking), policies))
        day = leaf("SuccessionDateTime", _stamp(marking.succession.on))
        parts.append(element("SuccessionHandling", day + successor))
    return "".join(parts)


def _bare(successor: Marking) -> Marking:
    """A successor, when it has no review and is nobody's translation: the schema has no place for that."""
    if successor.review is not None or successor.role is not Role.ORIGINATOR or successor.id is not None:
        raise Refused("a successor has no review, no role and no id", next_step="leave them out")
    return successor


_NO_PLACE = ("handling", "display_only_to", "concealed_source")


def _sayable(marking: Marking) -> None:
    for name in _NO_PLACE:
        if getattr(marking, name):
            step = "keep it beside the label"
            raise Refused(f"a label of STANAG 4774 has no place for {name.replace('_', ' ')}", next_step=step)
    if len(marking.privacy_marks) > 1:
        raise Refused("a label has one privacy mark", next_step="write them as one")


def _information_written(marking: Marking, policy: Policy) -> str:
    parts = [leaf("PolicyIdentifier", policy.id, URI=policy.uri), leaf("Classification", marking.classification)]
    parts += [leaf("PrivacyMark", mark) for mark in marking.privacy_marks]
    for name, tag in policy.tags.items():
        values = _values_of(marking, tag, policy)
        if values is not None:
            inner = "".join(leaf("GenericValue", value) for value in values)
            parts.append(element("Category", inner, Type=tag.kind.name, TagName=name, URI=tag.uri))
    if policy.releases is None and marking.releasable_to is not None:
        raise Refused(f"{policy.name} has no tag for releasability", next_step="convert it to another policy")
    return element("ConfidentialityInformation", "".join(parts))


def _values_of(marking: Marking, tag: Tag, policy: Policy) -> tuple[str, ...] | None:
    named = _released(marking, policy) if tag.releases else marking.values_of(tag.id)
    if named == ():
        step = "keep it with its originator"
        raise Refused(f"a label cannot say that nobody holds any {tag.id!r}", next_step=step)
    return named


def _released(marking: Marking, policy: Policy) -> tuple[str, ...] | None:
    named: frozenset[Recipient] | None = marking.releasable_to
    if named == frozenset() and len(marking.originators) == 1:
        named = frozenset(marking.originators)
    return None if named is None else tuple(sorted(map(policy.written, named)))


def _origin_written(marking: Marking, policy: Policy) -> str:
    kind, colon, value = (marking.authority or "").partition(":")
    plain = kind in ID_TYPES and colon and value == value.strip() and value and not value.startswith(_URN)
    if marking.originators == {policy.owner} and not marking.joint:
        if marking.authority is None:
            return ""
        if plain:
            return leaf("OriginatorID", value, IDType=kind)
    said = {"joint": "true" if marking.joint else None, "authority": marking.authority}
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in said.items() if text is not None)
    urn = _URN + "+".join(sorted(marking.originators)) + (f"?{query}" if query else "")
    return leaf("OriginatorID", urn, IDType="uniformResourceIdentifier")


def _stamp(value: Instant) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
    spec = "microseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"
