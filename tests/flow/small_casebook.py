"""A casebook of invented states, small enough to be checked by eye: a pact, a staying treaty, a league, a dispute."""

from __future__ import annotations

from pathlib import Path

from comity.casebook.book import Casebook

PARTIES = """\
code,name,kind,from,until,acts_from,iso_numeric,successor_of,source,grade,note
XAA,Ahland,state,,,,840,,test,A,
XBB,Behland,state,,,,392,,test,A,
XCC,Cehland,state,1960,,,036,,test,A,
XDD,Dehland,state,,,,,,test,A,
XOLD,Old Union,state,,1991-12-26,,,,test,A,
XNEW,New Union,state,1991-12-26,,,643,XOLD,test,A,
XORG,The Organisation,organisation,1950-01-01,,,,,test,A,
"""
TERRITORIES = """\
code,name,part_of,lat,lon,from,until,kind,source,grade
XAA-ISLE,Isle,XAA,20.0,-155.0,,,island,test,A
XAA-NORTH,North,XAA,64.0,-152.0,,,metropolitan,test,A
XAA-MAIN,Main,XAA,40.0,-100.0,,,metropolitan,test,A
XBB-ROCK,Rock,XBB,0.0,-60.0,,,disputed,test,A
XBB-MAIN,Main,XBB,36.0,138.0,,,metropolitan,test,A
XCC-MAIN,Main,XCC,-25.0,134.0,1960,,metropolitan,test,A
XOLD-MAIN,Main,XOLD,56.0,42.0,,1991-12-26,metropolitan,test,A
XNEW-MAIN,Main,XNEW,56.0,42.0,1991-12-26,,metropolitan,test,A
"""
GROUPS = """\
group,party,from,until,recorded,source,grade,note
LEAGUE,XAA,1950-01-01,,,test,A,
LEAGUE,XBB,1950-01-01,1980-01-01,,test,A,
LEAGUE,XBB,1980-01-01,,,test,A,
LEAGUE,XCC,1965,,,test,A,
LEAGUE,XDD,1970-01-01,1975-01-01,,test,A,
"""
DISPUTES = """\
- id: rock
  name: The Rock
  from: 1955-01-01
  until: 2000-01-01
  area: {polygon: [[35, 137], [35, 139], [33, 139], [33, 137]]}
  claims:
    - {party: XBB, says: "It is ours by use.", source: "A speech"}
    - {party: XCC, says: "It is ours by treaty.", source: "A map"}
  source: "Both claims"
"""
PACT = """\
id: PACT-1950
name: Pact of Mutual Help
kind: treaty
signed: 1949-12-01
in_force: {from: 1950-01-01}
status: in force
parties: [{group: LEAGUE}]
source: "The text"
grade: A
clauses:
  - article: "1"
    duty: refrain
    says: "None uses force against another."
    strength: {order: 5, words: "shall refrain", read_by: "each Party"}
  - article: "5"
    duty: assist
    says: "Each helps whoever is attacked."
    strength: {order: 30, words: "as it deems necessary", read_by: "each Party"}
    trigger:
      kinds: {armed-attack: yes, sabotage: finding}
      targets: {territory: {place: home}, vessel: {place: home}, citizens: no, space-asset: finding}
      when: "external == true"
    determined_by: ["each Party"]
    processes: "by its own law"
    qualifies: [{party: XBB, from: 1960-01-01, says: "Sends no troops.", source: "A law"}]
    readings: [{by: XAA, on: 1990-01-01, says: "Includes cyber.", source: "A speech"}]
places: {home: {north_of: 0}}
reservations: [{party: XBB, articles: ["5"], when: "requested == true", says: "only when asked"}]
suspensions:
  - {bound: XAA, toward: XBB, articles: ["5"], from: 1985-01-01, until: 1990, says: "XAA holds its help back."}
claims: [{about: signed, value: 1949-12-02, by: "A gazette", source: "A gazette"}]
duration: {article: "9", says: "Ten years, then ten more.", years: 10, renews_years: 10, next: 1960-01-31}
exit: {article: "10", says: "Six months' notice before the end of a term.", notice_months: 6, notice_to: XAA}
survives: [{article: "11", says: "Secrets stay secret."}]
"""
STAY = """\
id: STAY-1970
name: Agreement on Visiting Forces
kind: agreement
in_force: {from: 1970-03, until: 1999-12-31}
parties: [{party: XAA}, {party: XBB}]
source: "The text"
grade: C
clauses:
  - article: "2"
    duty: admit
    says: "XBB lets the forces of XAA in."
    bound: [XBB]
    toward: [XAA]
    for: once
    facts:
      - title: {thing: "{id}/ports", kind: territory, owner: XBB, interest: sovereign}
      - grant: {by: XBB, to: [XAA], actions: [enter], scope: "{id}/ports", purposes: [any], depth: 0}
  - article: "3"
    duty: refrain
    says: "Visitors keep the law."
exit: {article: "7", says: "Ninety days' notice after five years.", notice_days: 90, earliest: 1975-03-31}
"""
DRAFT = """\
id: DRAFT-2020
name: Treaty That Waits
signed: 2020-05-05
in_force: {from: null}
parties: [{party: XAA}, {party: XDD}]
source: "The press"
grade: B
clauses: [{article: "1", duty: consult, says: "They consult."}]
"""
VOW = """\
id: VOW-1955
name: Vow of Neutrality
kind: law
in_force: {from: 1955-05-15}
parties: [{party: XDD}]
source: "The gazette"
grade: A
clauses: [{article: "1", duty: refrain, says: "XDD joins no alliance.", bound: [XDD], toward: []}]
"""
SECRETS = """\
id: SECRETS-2001
name: Agreement on Secrets of the Organisation
in_force: {from: 2001-01-01}
parties: [{party: XAA}, {party: XBB}, {party: XNEW}]
source: "The text"
grade: A
clauses:
  - article: "1"
    duty: cooperate
    says: "What the Organisation gives is protected."
    toward: [XORG]
    for: once
    facts: [{title: {thing: "{id}/papers", kind: information, owner: XORG, interest: originator}}]
  - {article: "2", duty: consult, says: "The Parties meet once a year."}
"""


def small_casebook(folder: Path) -> Casebook:
    """Write the files of the small casebook into a folder, and open it."""
    (folder / "agreements").mkdir()
    for name, text in (("parties", PARTIES), ("territories", TERRITORIES), ("groups", GROUPS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "disputes.yaml").write_text(DISPUTES, encoding="utf-8")
    for text in (PACT, STAY, DRAFT, VOW, SECRETS):
        name = text.split("\n", maxsplit=1)[0].removeprefix("id: ")
        (folder / "agreements" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Casebook(folder)
