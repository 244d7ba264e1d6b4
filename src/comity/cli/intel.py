"""`comity intel import|show|search` and more: intelligence that comes in, is looked for, and goes out under its labels.

Rules:
1. A verb stands in the table below; its module has ``configure(verb)`` and ``run(args)`` and is loaded when it is asked
   for.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import NamedTuple, Protocol, cast


class Verb(NamedTuple):
    """Where a verb lives and what it does, in one line."""

    module: str
    help: str


VERBS: dict[str, Verb] = {
    "import": Verb("comity.cli.intel_import", "bring a file of STIX or MISP in, each object under its label"),
    "document": Verb("comity.cli.intel_document", "read portion-marked documents, and write the copy that may go out"),
    "export": Verb("comity.cli.intel_export", "write a report as an event of MISP's, without loss or not at all"),
    "search": Verb("comity.cli.intel_search", "find objects by words, by what an audience may read"),
    "release": Verb("comity.cli.intel_release", "who may have it already, what stands in the way; a variant let go"),
    "delegate": Verb("comity.cli.intel_delegate", "let another publish under a clause of ours, or pass on so"),
    "proposals": Verb("comity.cli.intel_proposals", "what others propose that we let go further, and our answer"),
    "recall": Verb("comity.cli.intel_recall", "what is owed back, asking for it, and saying what became of it"),
    "disclosures": Verb("comity.cli.intel_disclosures", "the register: what went to whom, when, on which consents"),
    "show": Verb("comity.cli.intel_show", "show one object, portion by portion, or as STIX that may leave"),
    "report": Verb("comity.cli.intel_report", "state a graded report; list reports, and what corroborates them"),
    "rfi": Verb("comity.cli.intel_rfi", "requests for information: ask, answer, pass on, list by deadline"),
    "sighting": Verb("comity.cli.intel_sighting", "state a sighting; tell of sightings without who saw; list them"),
    "warn": Verb("comity.cli.intel_warn", "warning problems: how active each indicator is, and what would change it"),
    "incident": Verb("comity.cli.intel_incident", "make an event of what binds us of graded reports of an incident"),
}


class VerbModule(Protocol):
    """What a verb's module offers."""

    def configure(self, verb: argparse.ArgumentParser) -> None:
        """Declare the verb's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Carry the verb out and return its exit code."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
    for name, (_, told) in VERBS.items():
        _load(name).configure(verbs.add_parser(name, help=told, description=told))


def run(args: argparse.Namespace) -> int:
    """Carry a verb out."""
    return _load(args.verb).run(args)


def _load(name: str) -> VerbModule:
    return cast("VerbModule", import_module(VERBS[name].module))
