"""Labels bound to what they are about, in the XML of STANAG 4778 (ADatP-4778), unsigned.

Rules:
1. BindingInformation holds containers, these hold bindings, and a binding holds metadata and then what it is about. One
   label stands in one Metadata; two are refused, for nobody could tell which holds.
2. What is about something by reference names it by a URI; what is inside the document is only told to be there.
3. Signatures are told, not checked: a binding says what it says, and nobody vouches for it here.
4. Metadata of other kinds, and metadata kept elsewhere, are told and not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comity.errors import Malformed, Refused
from comity.formats import stanag4774
from comity.formats.xml_strict import Children, Node, attributes, element
from comity.formats.xml_strict import read as read_xml
from comity.values.marking import Marking, Role
from comity.values.marking_policy import Policy
from comity.values.party import PartyCode

SPACE = "urn:nato:stanag:4778:bindinginformation:1:0"
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding: its labels, what they are about, and what was not read."""

    markings: tuple[Marking, ...]
    about: tuple[str, ...]
    inside: bool = False
    unread: int = 0

    @property
    def own(self) -> Marking | None:
        """The originator's own label, which alone may be converted."""
        return next((one for one in self.markings if one.role is Role.ORIGINATOR), None)


@dataclass(frozen=True, slots=True)
class Binding:
    """A document's bindings, and whether it bears a signature: rule 3."""

    bound: tuple[Bound, ...]
    signed: bool = False


def _n(local: str) -> str:
    return f"{{{SPACE}}}{local}"


def read(data: str | bytes, policies: Mapping[str, Policy], originator: PartyCode | None = None) -> Binding:
    """The bindings of a document.

    Args:
        data: the document.
        policies: the policies that its labels may be of, by id.
        originator: whose the labels are, where neither they nor their policy say.

    Raises:
        Malformed: it is no binding; `where` names line and column.
    """
    root = read_xml(data)
    if root.name != _n("BindingInformation"):
        step = f"write BindingInformation in {SPACE}"
        raise Malformed(f"{root.name!r} is no binding", where=root.where, next_step=step)
    attributes(root, optional=("Id",))
    children = Children(root)
    signatures = list(children.every(_SIGNATURE))
    containers = list(children.every(_n("MetadataBindingContainer")))
    if not containers:
        children.take(_n("MetadataBindingContainer"))
    children.done(_n("MetadataBindingContainer"))
    bound = [_bound(one, policies, originator) for container in containers for one in _bindings(container)]
    return Binding(tuple(bound), bool(signatures))


def _bindings(container: Node) -> list[Node]:
    children = Children(container)
    first = children.take(_n("MetadataBinding"))
    rest = list(children.every(_n("MetadataBinding")))
    children.done(_n("MetadataBinding"))
    return [first, *rest]


def _bound(node: Node, policies: Mapping[str, Policy], originator: PartyCode | None) -> Bound:
    children = Children(node)
    metadata = list(children.every(_n("Metadata"), _n("MetadataReference")))
    if not metadata:
        children.take(_n("Metadata"))
    about = list(children.every(_n("Data"), _n("DataReference")))
    if not about:
        children.take(_n("DataReference"))
    children.done(_n("DataReference"))
    labels = [(one, [child for child in one.children if stanag4774.is_label(child)]) for one in metadata]
    for one, found in labels:
        if len(found) > 1:
            step = "give each label its own Metadata"
            raise Malformed("two labels stand in one Metadata", where=one.where, next_step=step)
    markings = tuple(stanag4774.of_node(found[0], policies, originator) for _, found in labels if found)
    referred = tuple(_uri(one) for one in about if one.local == "DataReference")
    inside = any(one.local == "Data" for one in about)
    return Bound(markings, referred, inside, sum(not found for _, found in labels))


def _uri(node: Node) -> str:
    types = "{http://www.w3.org/2005/05/xmlmime}contentType"
    return attributes(node, ("URI",), (types, "Id"))["URI"]


def write(binding: Binding, policies: Mapping[str, Policy]) -> str:
    """The document of bindings: labels, and references to what they are about.

    Raises:
        Refused: something in it was told and not read, so that it cannot be written again.
    """
    if binding.signed or any(one.inside or one.unread for one in binding.bound):
        step = "bind the labels anew, by reference"
        raise Refused("a signature, data inside, or metadata of another kind would be lost", next_step=step)
    names = [one.id for bound in binding.bound for one in bound.markings if one.id is not None]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused(f"two labels of it have the Id {twice!r}", next_step="give each its own `id`, or none")
    inner = "".join(_written(one, policies) for one in binding.bound)
    container = element("MetadataBindingContainer", inner)
    return element("BindingInformation", container, xmlns=SPACE)


def _written(bound: Bound, policies: Mapping[str, Policy]) -> str:
    if not bound.markings or not bound.about:
        raise Refused("a binding needs a label and what it is about", next_step="add the label, and a URI")
    labels = "".join(element("Metadata", stanag4774.write(one, policies)) for one in bound.markings)
    about = "".join(element("DataReference", URI=uri) for uri in bound.about)
    return element("MetadataBinding", labels + about)
