"""Change only what an audience may not see, and not a byte of any page or API answer differs.

A route that is not in the table below fails the test: whoever adds one says how it is asked.
"""

from __future__ import annotations

import json
from functools import cache
from random import Random
from types import SimpleNamespace

import pytest
from litestar.routes import HTTPRoute

from comity.serve import desk as desks
from comity.serve.accounts import Person
from comity.serve.app import application
from comity.serve.routes import intelligence_release
from tests.serve.acts import ACTS, SAID, Body
from tests.serve.desks import Stated, Visitor, book_of, desk_of
from tests.serve.held import ASIDE, GONE, GROUP, LET_GO, REPORT, SEEN, TOOL, drawn
from tests.serve.held import DRAFT as KEPT

VISIBLE = [
    Stated("title", {"title": {"thing": "r1", "kind": "information", "owner": "JPN", "interest": "originator"}}),
    Stated("grant", {"grant": {"id": "g1", "by": "JPN", "to": ["POL", "EST"], "actions": ["read"], "scope": "r1"}}),
    Stated("own", {"report": {"by": "POL", "says": "our own"}}, "POL"),
    Stated("ask", {"request": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "r2"}}),
    Stated("ours", {"title": {"thing": "r2", "kind": "information", "owner": "POL", "interest": "originator"}}),
    Stated(
        "event", {"event": {"by": "POL", "kind": "threat", "victim": "POL", "on": "2026-11-02", "place": ["52", "21"]}}
    ),
    Stated(
        "case",
        {
            "consultation": {
                "by": "POL",
                "title": "Ours",
                "article": "4",
                "body": "the two",
                "members": ["JPN", "POL"],
                "parties": ["JPN", "POL"],
                "opens": "2026-11-26T00:00Z",
            }
        },
    ),
    Stated(
        "matter",
        {"clarification": {"by": "JPN", "to": ["POL"], "asks": "whose boats?", "answer_by": "2026-11-28T12:00Z"}},
    ),
    Stated("given", {"grant": {"by": "POL", "to": ["KOR"], "actions": ["read"], "scope": "r2"}}),
    *SEEN,
]
"""What Poland may read."""

SUPPORT = {
    "name": "Fictitious pact of two", "kind": "treaty", "signed": "2020-01-01", "in_force": {"from": "2020-02-01"},
    "parties": [{"party": "JPN"}, {"party": "KOR"}], "source": "fictitious", "grade": "C", "clauses": [],
}  # fmt: skip


@cache
def case() -> str:
    """The id of Poland's consultation, which is the same whatever lies beside it."""
    return _the("consultation")


@cache
def matter() -> str:
    """The id of what Poland is asked on the channel."""
    return _the("clarification")


def _the(kind: str) -> str:
    (found,) = desk_of(book_of(VISIBLE)).view(["POL"]).records([kind])
    return found.id


def hidden(rng: Random) -> list[Stated]:
    """Some of what Japan, Korea and Estonia keep from Poland: other facts, other words, more or fewer."""
    made: list[Stated] = []
    for number in range(rng.randrange(6)):
        by = rng.choice(["JPN", "KOR", "EST"])
        kind = rng.choice(
            [
                "report",
                "grant",
                "refuse",
                "title",
                "agreement",
                "appointment",
                "release",
                "event",
                "position",
                "consultation",
                "incident-report",
                "national-step",
            ]
        )
        thing = f"h{rng.randrange(3)}"
        made.append(Stated(f"{kind[:2]}{number} {rng.random()}", _line(kind, by, thing, rng), by))
    return [*made, *(drawn(number, rng.choice(["JPN", "KOR", "EST"]), rng) for number in range(rng.randrange(6)))]


def _line(kind: str, by: str, thing: str, rng: Random) -> dict[str, dict[str, object]]:
    others = [party for party in ("JPN", "KOR", "EST") if party != by]
    fields: dict[str, dict[str, object]] = {
        "report": {"by": by, "says": "x" * rng.randrange(300), "thing": thing},
        "grant": {"by": by, "to": [rng.choice(others)], "actions": ["read"], "scope": thing,
                  **({"when": "covert == 'x'"} if rng.randrange(2) else {})},
        "refuse": {"by": by, "actions": ["read"], **rng.choice([
            {"to": ["POL"], "scope": rng.choice([thing, "r9"])},
            {"to": [others[0]], "scope": rng.choice([REPORT, "harbour", "tools", LET_GO])}])},
        "title": {"thing": rng.choice([thing, thing + by]), "kind": "information", "owner": by,
                  "interest": "originator"},
        "agreement": {"id": f"OWN-{rng.randrange(99)}", "by": by, "parties": ["JPN", "KOR"],
                      "document": {"id": "OWN", **SUPPORT}},
        "position": {"by": by, "case": case(), "item": "1", "stance": rng.choice(["yes", "no"])},
        "event": {"by": by, "kind": "threat", "victim": by, "on": "2026-11-01", "place": ["1", str(rng.randrange(60))]},
        "appointment": {"by": by, "person": f"p{rng.randrange(9)}", "roles": ["reader"]},
        "release": {"by": by, "thing": thing, "to": [rng.choice(others)]},
        "consultation": {"by": by, "title": rng.choice(["Ours", "Theirs"]), "article": "4", "body": "the two",
                         "parties": others, "opens": "2026-11-26T00:00Z"},
        "incident-report": {"by": by, "to": others, "what": "near miss", "at": "2026-11-26T00:00Z", "says": thing},
        "national-step": {"by": by, "route": "ours", "step": "vote", "done": "2026-11-21"},
    }  # fmt: skip
    return {kind: fields[kind]}


_AT = "/{root:str}/collections/{name:str}"
TAXII = (
    "/{root:str}", "/{root:str}/status/{name:str}", "/{root:str}/collections", _AT, f"{_AT}/manifest",
    f"{_AT}/objects", f"{_AT}/objects/{{thing:str}}", f"{_AT}/objects/{{thing:str}}/versions", f"{_AT}/markings",
    f"{_AT}/gone", f"{_AT}/recalls",
)  # fmt: skip
"""What programs ask, who say who they are: with intelligence on the shelf in `test_taxii_keeps_secrets`."""
EVENT = "kind=armed-attack&victim=JPN&on=2024-05-01&target=territory"
ROUTES: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/sign-in": ("/sign-in",),
    "/sign-in/provider/{party:str}": ("/sign-in/provider/POL", "/sign-in/provider/JPN"),
    "/sign-in/provider/{party:str}/back": ("/sign-in/provider/POL/back?state=x&code=y",),
    "/people": ("/people",),
    "/people/me": ("/people/me",),
    "/keys": ("/keys",),
    "/feed/{name:str}/{secret:str}/{what:str}": ("/feed/none/none/agreements.ics", "{feed}/agreements.ics",
                                                 "{feed}/consultations.ics"),
    "/binds": ("/binds", f"/binds?{EVENT}", f"/binds?{EVENT}&share=EST", f"/binds?{EVENT}&format=json",
               f"/binds?{EVENT}&format=csv", f"/binds?{EVENT}&format=xlsx",
               f"/binds?{EVENT}&before=kind%3Dthreat%26victim%3DJPN%26on%3D2024-05-01", "/binds?victim=XX"),
    "/may": ("/may", *(f"/may?party=POL&action=read&on=2026-11-26&thing={thing}" for thing in ("r1", "r2", "h0", "no")),
             "/may?party=POL&action=read&on=2026-11-26&thing=r1&format=json",
             "/may?party=POL&action=read&thing=r1&on=x",
             *(f"/may?party={party}&action=read&on=2026-11-26&thing=h0&with=covert%3D5&format=json{onward}"
               for party in ("KOR", "EST") for onward in ("", "&to=JPN")),
             "/may?party=POL&action=read&on=2026-11-26&thing=h0&with=covert%3D5",
             "/may?party=POL&action=read&on=2026-11-26&thing=r1&to=KOR&if=JPN"),
    "/agreements": ("/agreements", "/agreements?format=csv", "/agreements?format=xlsx", "/agreements?format=json",
                    "/agreements?party=JPN&words=own&on=2021-01-01"),
    "/agreements/{name:str}": ("/agreements/NAT-1949", "/agreements/OWN", "/agreements/OWN-1",
                               "/agreements/NAT-1949?format=json"),
    "/agreements/calendar": ("/agreements/calendar", "/agreements/calendar?party=POL",
                             "/agreements/calendar?format=ics", "/agreements/calendar?format=csv",
                             "/agreements/calendar?party=XX"),
    "/agreements/matrix": ("/agreements/matrix", "/agreements/matrix?parties=POL,JPN,KOR",
                           "/agreements/matrix?parties=POL,JPN&format=xlsx"),
    "/agreements/compare": ("/agreements/compare", "/agreements/compare?left=NAT-1949&right=TEU-42.7",
                            "/agreements/compare?left=OWN&right=OWN-1"),
    "/agreements/new": ("/agreements/new", "/agreements/new?from=OWN", "/agreements/new?from=TEU-42.7"),
    "/agreements/form": ("/agreements/form", "/agreements/form?from=OWN", "/agreements/form?from=TEU-42.7",
                         *(f"/agreements/form?amend=OWN-{number}" for number in range(0, 99, 7)),
                         "/agreements/form?amend=TEU-42.7"),
    "/agreements/template": ("/agreements/template",),
    "/picture": ("/picture", "/picture?us=JPN&on=2021-01-01", "/picture?us=all&kind=defence", "/picture?format=csv",
                 "/picture?format=json", "/picture?us=XX"),
    "/between/{one:str}/{two:str}": ("/between/JPN/KOR", "/between/POL/USA?format=xlsx", "/between/XX/POL"),
    "/inbox": ("/inbox", "/inbox?format=json"),
    "/inbox/recall/{name:str}": ("/inbox/recall/{grant}", f"/inbox/recall/{'0' * 64}"),
    "/consultations": ("/consultations", "/consultations?format=ics"),
    "/consultations/{name:str}": ("/consultations/{case}", "/consultations/{case}?format=json", "/consultations/none"),
    "/consultations/{name:str}/record": ("/consultations/{case}/record?item=1", "/consultations/none/record"),
    "/consultations/{name:str}/live": ("/consultations/none/live",),
    "/intelligence": ("/intelligence", "/intelligence?words=heron", "/intelligence?type=malware&words=netscan",
                      "/intelligence?originator=KOR", "/intelligence?format=json", "/intelligence?format=csv",
                      "/intelligence?format=xlsx", f"/intelligence?after={GROUP}", f"/intelligence?after={ASIDE}"),
    "/intelligence/objects/{name:str}": (*(f"/intelligence/objects/{REPORT}{how}" for how in (
        "", "?format=json", "?format=csv", "?format=xlsx", "?format=stix", "?format=misp", "?of=network&format=csv",
        "?version=2030-01-01T00:00:00.000Z")), f"/intelligence/objects/{GROUP}", f"/intelligence/objects/{ASIDE}",
        f"/intelligence/objects/{ASIDE}?format=stix", f"/intelligence/objects/{GONE}", "/intelligence/objects/none"),
    "/intelligence/import": ("/intelligence/import",),
    "/intelligence/import/{name:str}": ("/intelligence/import/none",),
    "/intelligence/report": ("/intelligence/report", f"/intelligence/report?thing={REPORT}",
                             "/intelligence/report?about=ports", "/intelligence/report?by=KOR",
                             f"/intelligence/report?after={'0' * 64}", *(f"/intelligence/report?format={form}"
                                                                         for form in ("json", "csv", "xlsx"))),
    "/intelligence/requests": ("/intelligence/requests", f"/intelligence/requests?thing={GROUP}",
                               "/intelligence/requests?about=x", *(f"/intelligence/requests?format={form}"
                                                                   for form in ("json", "csv", "xlsx"))),
    "/progress/{name:str}": ("/progress/none",),
    "/intelligence/release": (
        "/intelligence/release", *(f"/intelligence/release?things={thing}&to={to}{how}" for thing in (REPORT, LET_GO)
                                   for to in ("KOR", "EST,KOR", "JPN") for how in ("", "&format=json")),
        f"/intelligence/release?things={REPORT}&to=KOR&format=csv", f"/intelligence/release?things={ASIDE}&to=KOR",
        f"/intelligence/release?things={REPORT}&to=XX", "/intelligence/release?collection=weekly&to=KOR",
        f"/intelligence/release?things={REPORT}&to=KOR&version_of={KEPT}"),
    "/intelligence/release/{name:str}": (f"/intelligence/release/{KEPT}", f"/intelligence/release/{GONE}"),
    "/intelligence/recall": ("/intelligence/recall", "/intelligence/recall?format=json",
                             "/intelligence/recall?format=csv"),
    "/intelligence/recall/{name:str}": (f"/intelligence/recall/{LET_GO}", f"/intelligence/recall/{GROUP}"),
    "/intelligence/disclosures": ("/intelligence/disclosures", "/intelligence/disclosures?format=json",
                                  "/intelligence/disclosures?format=xlsx"),
    "/intelligence/warning": ("/intelligence/warning", "/intelligence/warning?format=json",
                              "/intelligence/warning?format=csv", "/intelligence/warning?on=x"),
    "/intelligence/warning/{name:str}": ("/intelligence/warning/tides", "/intelligence/warning/tides?format=json",
                                         "/intelligence/warning/tides?format=xlsx", "/intelligence/warning/none",
                                         "/intelligence/warning/tides?of=network&format=json"),
    "/api/intelligence": ("/api/intelligence", "/api/intelligence?words=heron&limit=1", "/api/intelligence?share=EST",
                          "/api/intelligence?type=malware", f"/api/intelligence?after={ASIDE}"),
    "/api/intelligence/reports": ("/api/intelligence/reports", f"/api/intelligence/reports?thing={REPORT}",
                                  "/api/intelligence/reports?about=ports&by=KOR", "/api/intelligence/reports?limit=1",
                                  f"/api/intelligence/reports?after={'0' * 64}"),
    "/api/intelligence/objects/{name:str}": tuple(f"/api/intelligence/objects/{name}" for name in (
        REPORT, GROUP, TOOL, ASIDE, "none")),
    "/api/intelligence/release": (f"/api/intelligence/release?things={REPORT}&to=KOR,EST", "/api/intelligence/release",
                                  "/api/intelligence/release?collection=weekly&to=KOR"),
    "/api/intelligence/recall": ("/api/intelligence/recall",),
    "/api/intelligence/disclosures": ("/api/intelligence/disclosures",),
    "/api/intelligence/warning": ("/api/intelligence/warning", "/api/intelligence/warning?on=2026-11-21"),
    "/api/intelligence/warning/{name:str}": ("/api/intelligence/warning/tides", "/api/intelligence/warning/none"),
    "/steps": ("/steps", "/steps?party=DEU&duty=assist", "/steps?party=DEU&format=json", "/steps?party=XX"),
    "/sign/{name:str}": ("/sign/nothing",),
    "/ledger": ("/ledger", "/ledger?kind=report", "/ledger?kind=agreement", "/ledger?known=2026-11-27",
                f"/ledger?after={'0' * 64}"),
    "/ledger/{name:str}": ("/ledger/{grant}", "/ledger/{grant}?format=json", f"/ledger/{'0' * 64}", "/ledger/x"),
    "/ledger/verify": ("/ledger/verify",),
    "/ledger/readings": ("/ledger/readings",),
    "/api/agreements": ("/api/agreements", "/api/agreements?share=EST", "/api/agreements?on=2020-01-01"),
    "/api/agreements/{name:str}": ("/api/agreements/NAT-1949", "/api/agreements/OWN"),
    "/api/facts": ("/api/facts", "/api/facts?limit=1", "/api/facts?kind=report", "/api/facts?share=EST",
                   "/api/facts?after={grant}", "/api/facts?known=2026-11-26"),
    "/api/facts/{name:str}": ("/api/facts/{grant}", f"/api/facts/{'0' * 64}"),
    "/api/picture": ("/api/picture", "/api/picture?us=JPN&on=2021-01-01", "/api/picture?us=XX"),
    "/api/changes": ("/api/changes?since=2020-01-01&until=2021-01-01", "/api/changes?since=x&until=2021-01-01"),
    "/api/between/{one:str}/{two:str}": ("/api/between/JPN/KOR", "/api/between/XX/KOR"),
    "/api/due": ("/api/due", "/api/due?party=POL"),
    "/api/matrix": ("/api/matrix?of_parties=JPN,KOR,POL", "/api/matrix"),
    "/api/compare/{left:str}/{right:str}": ("/api/compare/NAT-1949/TEU-42.7", "/api/compare/OWN/NAT-1949"),
    "/api/consultations": ("/api/consultations",),
    "/api/consultations/{name:str}": ("/api/consultations/{case}", "/api/consultations/none",
                                      "/api/consultations/Ours"),
    "/api/consultations/{name:str}/record": ("/api/consultations/{case}/record?item=1",
                                             "/api/consultations/none/record?item=1"),
    "/api/steps": ("/api/steps?party=DEU&duty=assist", "/api/steps?party=DEU&duty=dance"),
    "/api/inbox": ("/api/inbox",),
    "/taxii2": ("/taxii2/",),
    **{path: (path.replace("{root:str}", "shared").replace(":str}", "").replace("{", ""),) for path in TAXII},
}  # fmt: skip
"""How every route that is read is asked, good and bad."""

ASKED = {
    "/api/commitments": {"kind": "armed-attack", "victim": "JPN", "on": "2024-05-01", "target": "territory"},
    "/api/may": {"party": "POL", "action": "read", "thing": "r1", "on": "2026-11-26"},
}
"""Questions that are posted; what a page writes is tested by what is then read."""
DRAFT = {f"rows.{sheet}": "1" for sheet in ("Agreement", "Parties", "Clauses")}
DRAFTED = {
    path: [{**DRAFT, "Agreement.0.id": name, "Parties.0.party": "POL", "Clauses.0.duty": "help"} for name in names]
    for names in ([f"OWN-{number}" for number in range(0, 99, 11)],)
    for path in ("/agreements/form", "/agreements/form/said", "/agreements/text", "/agreements/add")
}
"""Drafts that are looked at on their way: under ids that others may have."""
_TEXT = {"title": "Of ports", "tearline": "Somebody reads the tide tables."}
_ASK = {"party": "POL", "action": "read", "on": "2026-11-26", "whom": "JPN"}
FORMS: dict[str, list[dict[str, str]]] = {
    "/intelligence/release": [
        {**_TEXT, "things": thing, "to": to, "do": act}
        for thing in (REPORT, LET_GO, GROUP, ASIDE)
        for to in ("KOR", "JPN,EST")
        for act in ("look", "propose", "release")
    ],
    f"/intelligence/release/{KEPT}": [{}],
    f"/intelligence/release/{GONE}": [{}],
    "/intelligence/recall": [
        *({"do": act, "thing": thing, "from": "KOR"} for thing in (LET_GO, TOOL, GROUP, GONE, ASIDE, "h0")
          for act in ("take-back", "ask")),
        {"do": "answer", "recall": "0" * 64, "done": "destroyed"},
    ],
    "/intelligence/report": [
        {"title": "Lamps", "says": "Seen.", "grade": "B2", **more}
        for more in ({"about": ASIDE}, {"thing": GROUP}, {"thing": GONE}, {"rests_on": "0000"}, {"rests_on": "x1"})
    ],
    "/intelligence/requests": [
        *({"do": "ask", "asks": "Who?", "answer_by": "2026-12-20T12:00Z", "to": "JPN", "thing": thing}
          for thing in (GROUP, ASIDE)),
        {"do": "answer", "of": "tables", "answer": "nothing held"}, {"do": "answer", "of": "0000", "answer": "held"},
    ],
    "/may/request": [{**_ASK, "thing": thing} for thing in ("r1", "r2", "h0", "h1", "no")],
    "/binds/claim": [{"kind": "threat", "victim": "POL", "on": "2026-11-01", "place": "1,2", "readers": "JPN"}],
    "/inbox/answer": [{"request": "0" * 64, "answer": "grant"}],
    "/inbox/proposal": [{"proposal": "0" * 64, "answer": "grant"}],
    "/inbox/recall/{grant}": [{}, {"effective": "2026-12-01"}],
}  # fmt: skip
"""Forms that are sent, of what may be read and of what others keep; what each drafts is looked at."""
WRITES = {
    "/consultations/{name:str}/{act:str}",
    "/channel/{act:str}",
    "/binds/claim",
    "/agreements/check",
    "/agreements/add",
    "/agreements/form/said",
    "/agreements/text",
    "/agreements/sheet",
    "/agreements/{name:str}/sign",
    "/side",
    "/language",
    "/dates",
    "/sign-out",
    "/people/close",
    "/people/me/password",
    "/people/me/tokens",
    "/people/me/tokens/revoke",
    "/people/me/feeds",
    "/people/me/feeds/revoke",
    "/people/me/sessions/end",
    "/keys/make",
    "/keys/rotate",
    "/keys/revoke",
    "/may/request",
    "/inbox/answer",
    "/inbox/proposal",
    "/sign/{name:str}/hand",
    "/sign/{name:str}/back",
    "/sign/{name:str}/withdraw",
    "/api/tokens",
}
OURS_ALONE = {"/style/drawings.css", "/static/{file_path:path}", "/api", "/api/{path:str}", "/api/openapi.json"}
"""The same for everybody."""


def told(rng: Random, party: str | None) -> list[tuple[str, int, dict[str, str], bytes]]:
    """Everything a visitor is told by a desk whose hidden facts are drawn."""
    before, after = hidden(rng), hidden(rng)
    desk = desk_of(book_of([*before, *VISIBLE, *after]))
    grant = next((s.id for s in desk.view(["POL"]).records(["grant"]) if s.record.issuer == "POL"), "0" * 64)
    visitor, said = Visitor(desk, party), []
    for paths in ROUTES.values():
        for path in paths:
            answer = visitor.get(
                path.replace("{grant}", grant).replace("{case}", case()).replace("{feed}", feed(visitor, path))
            )
            said.append((path, answer.status_code, dict(answer.headers), answer.content))
    for path, body in ASKED.items():
        answer = visitor.client.post(path, json=body, headers={"origin": "http://testserver.local"})
        said.append((path, answer.status_code, dict(answer.headers), answer.content))
    for path, forms in DRAFTED.items():
        for fields in forms:
            answer = visitor.post(path, fields)
            said.append((path, answer.status_code, dict(answer.headers), answer.content))
    return [*said, *formed(visitor, grant), *acted(visitor)]


def feed(visitor: Visitor, path: str) -> str:
    """A secret address, made when it is first asked: its name is drawn, and stands on its owner's page from then on."""
    drawn = "{feed}" in path and visitor.party is not None
    return "/feed/" + "/".join(visitor.desk.feeds.make(Person("demonstration", str(visitor.party))) if drawn else "xx")


def formed(visitor: Visitor, grant: str) -> list[tuple[str, int, dict[str, str], bytes]]:
    """What a visitor is told of every form that he sends, and of what it drafts."""
    said, names = [], iter(range(1000))
    drawn = SimpleNamespace(token_urlsafe=lambda _: f"drawn-{next(names)}", token_bytes=bytes)
    with pytest.MonkeyPatch.context() as patch:
        for module in (desks, intelligence_release):
            patch.setattr(module, "secrets", drawn)  # else each draft has a name and an id of its own
        for path, forms in FORMS.items():
            for fields in forms:
                answer = visitor.post(path.replace("{grant}", grant), fields)
                said.append((f"{path} {fields}", answer.status_code, dict(answer.headers), answer.content))
                if answer.status_code == 303 and answer.headers["location"].startswith("/sign/"):
                    where = answer.headers["location"]
                    shown = visitor.get(where)
                    said.append((f"{where} {fields}", shown.status_code, dict(shown.headers), shown.content))
    return said


def acted(visitor: Visitor) -> list[tuple[str, int, dict[str, str], bytes]]:
    """What a visitor is told of all that he states: in his case, in one that is none, on the channel, as facts."""
    said = []
    sent: list[tuple[str, Body]] = [
        ("/api/facts", {"facts": [{"report": {"by": "POL", "says": "x"}}]}),
        *ACTS.items(),
        *SAID.items(),
    ]
    for path, body in sent:
        asked = {name: matter() if item == "{matter}" else item for name, item in body.items()}
        for name in (case(), "none"):
            answer = visitor.send(path.replace("{name:str}", name), asked)
            said.append((f"{path} {name}", answer.status_code, dict(answer.headers), answer.content))
    missing = {"of": "0" * 64}, {"to": ["JPN"], "asks": "?", "answer_by": "2026-11-28T12:00Z", "about": "0" * 64}
    for path, named in zip(("/api/channel/reply", "/api/channel/question"), missing, strict=True):
        answer = visitor.send(path, named)
        said.append((path, answer.status_code, dict(answer.headers), answer.content))
    return said


def test_every_route_is_in_the_table() -> None:
    app = application(desk_of(book_of([])))
    read = {route.path for route in app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods}
    posted = {route.path for route in app.routes if isinstance(route, HTTPRoute) and "POST" in route.methods}
    assert read - OURS_ALONE == set(ROUTES)
    assert posted <= {*ROUTES, *ASKED, *WRITES, *ACTS, *SAID}
    over_http = {path for path in posted if path.startswith("/api/")}
    assert over_http - {"/api/tokens", "/api/facts"} == {*ASKED, *ACTS, *SAID}


@pytest.mark.parametrize("party", ["POL", None])
def test_every_answer_in_json_says_whom_it_is_for_and_bears_its_label(party: str | None) -> None:
    answers = {
        path: json.loads(body)
        for path, status, headers, body in told(Random(0), party)
        if status < 400 and headers["content-type"].startswith("application/json")
    }
    assert len(answers) > 20
    without = [path for path, answer in answers.items() if not {"audience", "label"} <= set(answer)]
    assert without == []
    if party == "POL":
        shown = answers["/api/facts"]
        of_facts = {line for one in shown["facts"] for line in lines_of(one["label"])}
        assert of_facts == set(shown["label"]), "the label of all that it shows, and of nothing else"
        assert "POL: content/report" in shown["label"]


def lines_of(label: list[dict[str, object]]) -> list[str]:
    """The atoms of a fact's label as an answer words them."""
    return [
        f"{one['owner']}: {one['scope']}"
        + (f" → {', '.join(map(str, readers))}" if isinstance(readers := one.get("readers"), list) and readers else "")
        for one in label
    ]


@pytest.mark.parametrize("party", ["POL", None])
def test_what_is_hidden_changes_no_byte(party: str | None) -> None:
    expected = told(Random(0), party)
    for seed in range(1, 6):
        for (path, *one), (_, *other) in zip(told(Random(seed), party), expected, strict=True):
            assert one == other, path


def test_the_variation_is_one_that_others_see() -> None:
    seen = {b"".join(content for _, _, _, content in told(Random(seed), "JPN")) for seed in range(4)}
    assert len(seen) > 1


def test_good_answers_are_among_those_compared() -> None:
    statuses = [status for _, status, _, _ in told(Random(3), "POL")]
    assert statuses.count(200) > 30
    assert {400, 404} <= set(statuses)
    assert 500 not in statuses


def test_what_forms_draft_is_among_what_is_compared() -> None:
    desk = desk_of(book_of([*hidden(Random(2)), *VISIBLE]))
    drafted = {path.partition("'")[2] for path, status, *_ in formed(Visitor(desk, "POL"), "0" * 64)
               if path.startswith("/sign/") and status == 200}  # fmt: skip
    assert len(drafted) > 3


def test_what_is_stated_over_http_is_stated_among_what_is_compared() -> None:
    desk = desk_of(book_of([*hidden(Random(2)), *VISIBLE]))
    said = [(path, status) for path, status, _, _ in acted(Visitor(desk, "POL")) if not path.endswith(" none")]
    refused = {path.split(" ")[0].rpartition("/")[2]: status for path, status in said if status != 201}
    assert refused == {"decide": 403, "drop": 403, "reply": 404, "question": 404}
