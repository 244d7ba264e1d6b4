-- Policy facts as rows. Every fact has one row in `fact`; what it states stands in the table of its kind, under the
-- same number `f`. Instants are microseconds; numbers that are not counted are decimal text.

CREATE TABLE fact (
    f INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, issuer TEXT NOT NULL, recorded INTEGER NOT NULL,
    sequence INTEGER NOT NULL, first INTEGER NOT NULL, begun INTEGER NOT NULL, ending INTEGER NOT NULL,
    over INTEGER NOT NULL
) STRICT;

CREATE TABLE member (f INTEGER PRIMARY KEY, grp TEXT NOT NULL, party TEXT NOT NULL) STRICT;
CREATE TABLE acts_for (f INTEGER PRIMARY KEY, organ TEXT NOT NULL, sovereign TEXT NOT NULL) STRICT;
CREATE TABLE title (f INTEGER PRIMARY KEY, thing TEXT NOT NULL, owner TEXT NOT NULL, interest TEXT NOT NULL) STRICT;
CREATE TABLE part (f INTEGER NOT NULL, thing TEXT NOT NULL, part TEXT NOT NULL, share TEXT) STRICT;
CREATE TABLE collected (f INTEGER NOT NULL, name TEXT NOT NULL, by TEXT NOT NULL, thing TEXT NOT NULL) STRICT;
CREATE TABLE standing (
    f INTEGER PRIMARY KEY, action TEXT NOT NULL, interest TEXT NOT NULL, role TEXT NOT NULL, scope TEXT
) STRICT;
CREATE TABLE quorum (f INTEGER PRIMARY KEY, scope TEXT NOT NULL, k INTEGER NOT NULL) STRICT;
CREATE TABLE quorum_of (f INTEGER NOT NULL, party TEXT NOT NULL) STRICT;
CREATE TABLE leg (
    f INTEGER NOT NULL, thing TEXT NOT NULL, territory TEXT NOT NULL, after INTEGER NOT NULL, stay INTEGER NOT NULL
) STRICT;

-- Grants, refusals and requests share their terms; a de minimis rule has recipients and actions too.
CREATE TABLE stated (
    f INTEGER PRIMARY KEY, kind TEXT NOT NULL, by TEXT NOT NULL, scope TEXT NOT NULL, condition INTEGER
) STRICT;
CREATE TABLE recipient (f INTEGER NOT NULL, party TEXT, grp TEXT, frozen INTEGER) STRICT;
CREATE TABLE action (f INTEGER NOT NULL, action TEXT NOT NULL) STRICT;
CREATE TABLE purpose (f INTEGER NOT NULL, purpose TEXT NOT NULL) STRICT;
CREATE TABLE given (
    f INTEGER PRIMARY KEY, depth INTEGER NOT NULL, quota TEXT, lease INTEGER, notice INTEGER NOT NULL, clearance TEXT
) STRICT;
CREATE TABLE obligation (f INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, phase TEXT NOT NULL) STRICT;
CREATE TABLE waiver (f INTEGER PRIMARY KEY, by TEXT NOT NULL, threshold TEXT NOT NULL) STRICT;

-- What refers to another fact does so by its id.
CREATE TABLE revoke (
    f INTEGER PRIMARY KEY, by TEXT NOT NULL, target TEXT NOT NULL, effective INTEGER, notice INTEGER NOT NULL
) STRICT;
CREATE TABLE renew (f INTEGER PRIMARY KEY, by TEXT NOT NULL, target TEXT NOT NULL) STRICT;
CREATE TABLE used (f INTEGER PRIMARY KEY, by TEXT NOT NULL, target TEXT NOT NULL, amount TEXT NOT NULL) STRICT;
CREATE TABLE discharge (
    f INTEGER PRIMARY KEY, by TEXT NOT NULL, target TEXT NOT NULL, obligation TEXT NOT NULL, party TEXT
) STRICT;
CREATE TABLE level (f INTEGER NOT NULL, by TEXT NOT NULL, place INTEGER NOT NULL, level TEXT NOT NULL) STRICT;
CREATE TABLE equivalence (
    f INTEGER PRIMARY KEY, by TEXT NOT NULL, of TEXT NOT NULL, theirs TEXT NOT NULL, ours TEXT NOT NULL
) STRICT;

CREATE INDEX member_of ON member (grp, party);
CREATE INDEX title_to ON title (thing);
CREATE INDEX part_of ON part (thing);
CREATE INDEX collected_thing ON collected (thing);
CREATE INDEX stated_on ON stated (scope, kind);
CREATE INDEX recipient_of ON recipient (f);
CREATE INDEX action_of ON action (f);
CREATE INDEX purpose_of ON purpose (f);
CREATE INDEX obligation_of ON obligation (f);
CREATE INDEX revoke_of ON revoke (target);
CREATE INDEX renew_of ON renew (target);
CREATE INDEX used_of ON used (target);
CREATE INDEX discharge_of ON discharge (target);

-- The ask: one row, the kinds of obligation its face can discharge, and what each condition comes to.
CREATE TABLE ask (
    party TEXT NOT NULL, action TEXT NOT NULL, thing TEXT NOT NULL, purpose TEXT NOT NULL, at INTEGER NOT NULL,
    known INTEGER NOT NULL, clearance TEXT, quantity TEXT, faced INTEGER NOT NULL
) STRICT;
CREATE TABLE face (kind TEXT PRIMARY KEY) STRICT;
CREATE TABLE condition (number INTEGER PRIMARY KEY, truth INTEGER NOT NULL) STRICT;

-- What was known of every kind, with the common columns beside it.
CREATE VIEW told AS SELECT fact.* FROM fact, ask WHERE fact.recorded <= ask.known;

-- When revocations take effect: never before they were recorded, nor before their notice has run.
CREATE VIEW revocation AS
SELECT revoke.target, revoke.by, max(
    coalesce(revoke.effective, told.recorded), told.recorded,
    told.recorded + max(revoke.notice, coalesce(given.notice, 0)) * 86400000000
) AS begins
FROM revoke JOIN told USING (f) LEFT JOIN fact AS target ON target.id = revoke.target
LEFT JOIN given ON given.f = target.f;

-- From when, by whose word and for how long a leased grant runs: from its own first day, and from each renewal; `first`
-- is when it may start at the earliest, `start` when at the latest.
CREATE VIEW lease AS
SELECT given.f, stated.by, told.first, told.begun AS start, given.lease * 86400000000 AS lease
FROM given JOIN stated USING (f) JOIN told USING (f) WHERE given.lease IS NOT NULL
UNION ALL
SELECT given.f, renew.by, told.begun, told.begun, given.lease * 86400000000
FROM renew JOIN told USING (f) JOIN fact AS target ON target.id = renew.target
JOIN given ON given.f = target.f WHERE given.lease IS NOT NULL;

-- What the steps of decide.sql fill, each from the ones before it.
CREATE TABLE stop (s INTEGER PRIMARY KEY, at INTEGER NOT NULL, thing TEXT NOT NULL, route TEXT) STRICT;
CREATE TABLE principal (
    at INTEGER NOT NULL, party TEXT NOT NULL, principal TEXT NOT NULL, PRIMARY KEY (at, party)
) STRICT, WITHOUT ROWID;
CREATE TABLE made (s INTEGER NOT NULL, thing TEXT NOT NULL, part TEXT NOT NULL, share TEXT) STRICT;
CREATE TABLE below (
    s INTEGER NOT NULL, upper TEXT NOT NULL, lower TEXT NOT NULL, PRIMARY KEY (s, upper, lower)
) STRICT, WITHOUT ROWID;
CREATE TABLE claim (
    s INTEGER NOT NULL, base TEXT NOT NULL, owner TEXT NOT NULL, truth INTEGER NOT NULL, role INTEGER NOT NULL
) STRICT;
CREATE TABLE clause (
    c INTEGER PRIMARY KEY, s INTEGER NOT NULL, base TEXT NOT NULL, owner TEXT NOT NULL, sure INTEGER NOT NULL,
    asker TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE path (c INTEGER NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (c, thing)) STRICT, WITHOUT ROWID;
CREATE TABLE bears (
    c INTEGER NOT NULL, f INTEGER NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL, live INTEGER NOT NULL,
    PRIMARY KEY (c, f)
) STRICT, WITHOUT ROWID;
CREATE TABLE person (c INTEGER NOT NULL, party TEXT NOT NULL, PRIMARY KEY (c, party)) STRICT, WITHOUT ROWID;
CREATE TABLE named (
    c INTEGER NOT NULL, f INTEGER NOT NULL, party TEXT NOT NULL, truth INTEGER NOT NULL, PRIMARY KEY (c, f, party)
) STRICT, WITHOUT ROWID;
CREATE TABLE usable (
    c INTEGER NOT NULL, f INTEGER NOT NULL, truth INTEGER NOT NULL, barred INTEGER NOT NULL, PRIMARY KEY (c, f)
) STRICT, WITHOUT ROWID;
CREATE TABLE refuses (
    c INTEGER NOT NULL, by TEXT NOT NULL, party TEXT NOT NULL, truth INTEGER NOT NULL, PRIMARY KEY (c, by, party)
) STRICT, WITHOUT ROWID;
CREATE TABLE link (
    c INTEGER NOT NULL, giver TEXT NOT NULL, holder TEXT NOT NULL, depth INTEGER NOT NULL, leads INTEGER NOT NULL,
    barred INTEGER NOT NULL
) STRICT;
CREATE TABLE reached (c INTEGER NOT NULL, reading INTEGER NOT NULL, PRIMARY KEY (c, reading)) STRICT, WITHOUT ROWID;
CREATE TABLE waived (c INTEGER PRIMARY KEY, truth INTEGER NOT NULL) STRICT;
CREATE TABLE rule (s INTEGER NOT NULL, base TEXT NOT NULL, f INTEGER NOT NULL, k INTEGER NOT NULL) STRICT;
CREATE TABLE answer (c INTEGER PRIMARY KEY, verdict INTEGER NOT NULL) STRICT;
CREATE TABLE fold (s INTEGER NOT NULL, base TEXT NOT NULL, verdict INTEGER NOT NULL, rule INTEGER) STRICT;

-- What comes of it: for each stop whether its derivation runs in a circle, whether nobody owns it or a part of it, its
-- verdict, who is missing, and how many yeses are wanted.
CREATE VIEW circle AS
SELECT DISTINCT made.thing
FROM made JOIN below ON below.s = made.s AND below.upper = made.part AND below.lower = made.thing;

CREATE VIEW ownerless AS
SELECT stop.s
FROM stop JOIN below ON below.s = stop.s AND below.upper = stop.thing
WHERE NOT EXISTS (SELECT 1 FROM claim WHERE claim.s = stop.s AND claim.base = below.lower)
    AND NOT EXISTS (SELECT 1 FROM made WHERE made.s = stop.s AND made.thing = below.lower);

CREATE VIEW outcome AS
SELECT stop.s, iif(
    stop.s IN (SELECT s FROM ownerless), 0, coalesce((SELECT min(verdict) FROM fold WHERE fold.s = stop.s), 0)
) AS verdict
FROM stop;

-- Whose answers do not count, for a quorum names others; and how many yeses each quorum still wants.
CREATE VIEW uncounted AS
SELECT clause.c
FROM clause JOIN fold ON fold.s = clause.s AND fold.base = clause.base
WHERE EXISTS (SELECT 1 FROM quorum_of WHERE quorum_of.f = fold.rule)
    AND clause.owner NOT IN (
        SELECT principal FROM quorum_of JOIN principal ON principal.at = clause.at AND principal.party = quorum_of.party
        WHERE quorum_of.f = fold.rule
    );

CREATE VIEW wanted AS
SELECT fold.s, stop.thing, max(0, quorum.k - (
    SELECT count(*) FROM clause JOIN answer USING (c)
    WHERE clause.s = fold.s AND clause.base = fold.base AND answer.verdict = 4
        AND clause.c NOT IN (SELECT c FROM uncounted)
)) AS yeses
FROM fold JOIN stop USING (s) JOIN quorum ON quorum.f = fold.rule
WHERE fold.s NOT IN (SELECT s FROM ownerless);

CREATE VIEW missing AS
SELECT clause.s, clause.owner
FROM clause JOIN answer USING (c) JOIN fold ON fold.s = clause.s AND fold.base = clause.base
WHERE fold.verdict < 4 AND answer.verdict < 4
    AND clause.c NOT IN (SELECT c FROM uncounted)
    AND clause.s NOT IN (SELECT s FROM ownerless);
