"""Which modules are hunted in, in rooms, and the unit tests that are each one's own."""

from __future__ import annotations

from typing import NamedTuple

CALCULUS, MARKINGS, RELEASE = "calculus", "markings", "release"


class Target(NamedTuple):
    """A module's room, and the files (or single tests) that are asked about its mutants, the most telling first."""

    room: str
    tests: tuple[str, ...]


def _tests(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}" + ("" if ".py" in name else ".py") for name in names)


_CONSENT = _tests("consent", "explained", "edges", "falls_short", "whatif", "labels", "last_arrival")
_VALUES = (*_tests("values", "condition", "label", "party", "period"), *_CONSENT)
_JOIN = _tests("values", "marking_closed", "marking_join", "marking_laws")
_OPENED = _tests(
    "ledger",
    "opened.py",
    "kept.py::test_what_is_open_is_kept_no_longer_than_it_holds",
    "kept.py::test_a_label_opens_quickly_exactly_when_the_calculus_says_so",
    "view.py",
)
_VIEW = _tests(
    "ledger",
    "view_held.py",
    "view_edges.py",
    "view_told.py",
    "view_withdrawn.py",
    "view.py",
    "corrections.py",
    "kept.py::test_a_view_made_before_a_writing_and_asked_after_it_holds_still",
    "kept.py::test_a_view_of_the_past_is_not_that_of_now",
)
_CORRECTIONS = _tests("ledger", "corrections", "corrections_read", "view_held", "view")

TARGETS = {
    **{f"values/{name}": Target(CALCULUS, _VALUES) for name in ("truth", "period", "party", "condition", "label")},
    "values/fact": Target(CALCULUS, (*_tests("values", "fact"), *_CONSENT)),
    "values/verdict": Target(CALCULUS, _tests("values", "verdict")),
    "values/instant": Target(CALCULUS, _tests("values", "instant", "period")),
    **{
        f"consent/{name}": Target(CALCULUS, _CONSENT)
        for name in (
            "facts", "things", "grants", "chains", "answer", "decide", "labels", "doubts", "whatif", "disclosure",
        )
    },
    "consent/cached": Target(CALCULUS, _tests("consent", "cached")),
    **{f"values/marking_{name}": Target(MARKINGS, _JOIN) for name in ("readers", "join")},
    **{
        f"values/marking_{name}": Target(MARKINGS, _tests("values", f"marking_{name}"))
        for name in ("check", "atoms", "rollup")
    },
    "values/marking_convert": Target(MARKINGS, _tests("values", "marking_convert_edges", "marking_convert")),
    "ledger/view": Target("views", _VIEW),
    "ledger/opened": Target("views", _OPENED),
    "ledger/corrections": Target("views", _CORRECTIONS),
    **{
        f"instruments/intelligence/{name}": Target("views", _tests("instruments/intelligence", name, "shelf"))
        for name in ("assembly", "portions", "references")
    },
    "flow/release_plan": Target(RELEASE, _tests("flow", "release_plan")),
    "flow/recalls": Target(RELEASE, _tests("flow", "recalls", "recalling")),
    "flow/recalling": Target(RELEASE, _tests("flow", "recalling", "recalls", "offered", "read_here")),
    "flow/taking_back": Target(RELEASE, _tests("flow", "taking_back")),
    "instruments/intelligence/leaks": Target(RELEASE, _tests("instruments/intelligence", "leaks")),
    "instruments/intelligence/withheld": Target(RELEASE, _tests("instruments/intelligence", "withheld", "leaks")),
}  # fmt: skip
