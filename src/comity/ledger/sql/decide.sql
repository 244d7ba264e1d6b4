-- A decision in SQL: the calculus of comity.consent, computed from the rows of tables.sql alone.
--
-- Truth is 0 false, 1 unknown, 2 true: `and` is the least, `or` the greatest. Verdicts are 0 denied, 1 silent,
-- 2 pending, 3 conditional, 4 granted. Each step names the rule it follows.

-- A route is asked about leg by leg, on entering and at every later instant at which something may change; anything
-- else once, where it is and when it is asked about (decide, rule 5).
INSERT INTO stop (at, thing, route)
WITH edge (at) AS (
    SELECT first FROM fact UNION SELECT begun FROM fact UNION SELECT ending FROM fact UNION SELECT over FROM fact
    UNION SELECT begins FROM revocation
    UNION SELECT first + lease FROM lease UNION SELECT start + lease FROM lease
),
leg_now AS (
    SELECT leg.territory, ask.at + leg.after AS enter, ask.at + leg.after + leg.stay AS leave, leg.thing
    FROM leg JOIN told USING (f), ask
    WHERE leg.thing = ask.thing AND ask.at >= told.begun AND ask.at < told.ending
)
SELECT enter, territory, thing FROM leg_now
UNION SELECT edge.at, territory, thing FROM leg_now JOIN edge ON edge.at > enter AND edge.at < leave
UNION SELECT at, thing, NULL FROM ask WHERE NOT EXISTS (SELECT 1 FROM leg_now);

-- An organ acts for the sovereign that says so itself.
INSERT INTO principal (at, party, principal)
WITH party (party) AS (
    SELECT party FROM ask UNION SELECT owner FROM title UNION SELECT organ FROM acts_for
    UNION SELECT by FROM stated UNION SELECT by FROM collected UNION SELECT by FROM revoke UNION SELECT by FROM renew
    UNION SELECT by FROM used UNION SELECT by FROM discharge UNION SELECT party FROM recipient WHERE party IS NOT NULL
    UNION SELECT party FROM member UNION SELECT of FROM equivalence UNION SELECT by FROM equivalence
    UNION SELECT by FROM level UNION SELECT by FROM waiver UNION SELECT party FROM quorum_of
    UNION SELECT party FROM discharge WHERE party IS NOT NULL
)
SELECT moment.at, party.party, coalesce((
    SELECT min(sovereign) FROM acts_for JOIN told USING (f)
    WHERE organ = party.party AND told.issuer = sovereign AND moment.at >= told.begun AND moment.at < told.ending
), party.party)
FROM (SELECT DISTINCT at FROM stop) AS moment, party;

-- What each thing is made from, and, over and over, what that is made from (things, rule 1).
INSERT INTO made (s, thing, part, share)
SELECT stop.s, part.thing, part.part, part.share
FROM stop, part JOIN told USING (f) WHERE stop.at >= told.begun AND stop.at < told.ending;

INSERT INTO below (s, upper, lower)
WITH RECURSIVE inside (s, thing) AS (
    SELECT s, thing FROM stop
    UNION SELECT made.s, made.part FROM inside JOIN made ON made.s = inside.s AND made.thing = inside.thing
),
reach (s, upper, lower) AS (
    SELECT s, thing, thing FROM inside
    UNION SELECT made.s, reach.upper, made.part
    FROM reach JOIN made ON made.s = reach.s AND made.thing = reach.lower
)
SELECT s, upper, lower FROM reach;

-- Titles that hold or may hold, and the say they give: 0 required, 1 consulted, 2 notified (decide, rule 2).
INSERT INTO claim (s, base, owner, truth, role)
SELECT stop.s, title.thing, principal.principal,
    iif(stop.at >= told.begun AND stop.at < told.ending, 2, 1),
    coalesce((
        SELECT min(CASE standing.role WHEN 'required' THEN 0 WHEN 'consulted' THEN 1 ELSE 2 END)
        FROM standing JOIN told AS line USING (f), ask
        WHERE standing.action IN (ask.action, 'any') AND standing.interest = title.interest
            AND (standing.scope IS NULL OR standing.scope IN (title.thing, stop.thing))
            AND stop.at >= line.begun AND stop.at < line.ending
    ), 0)
FROM stop
JOIN below ON below.s = stop.s AND below.upper = stop.thing
JOIN title ON title.thing = below.lower
JOIN told USING (f)
JOIN principal ON principal.at = stop.at AND principal.party = title.owner
WHERE stop.at >= told.first AND stop.at < told.over;

-- A clause for each required owner of each base; and what lies on the way from the base to the thing (things, rule 2).
INSERT INTO clause (s, base, owner, sure, asker, at)
SELECT claim.s, claim.base, claim.owner, max(claim.truth) = 2, principal.principal, stop.at
FROM claim JOIN stop USING (s), ask
JOIN principal ON principal.at = stop.at AND principal.party = ask.party
WHERE claim.role = 0
GROUP BY claim.s, claim.base, claim.owner;

INSERT INTO path (c, thing)
SELECT clause.c, way.upper
FROM clause JOIN stop USING (s)
JOIN below AS inside ON inside.s = clause.s AND inside.upper = stop.thing
JOIN below AS way ON way.s = clause.s AND way.upper = inside.lower AND way.lower = clause.base
UNION SELECT clause.c, stop.route FROM clause JOIN stop USING (s) WHERE stop.route IS NOT NULL;

-- The grants, refusals and requests that bear on a clause: about the action, under a thing on the way, or under a
-- collection named by whoever states the fact or by the owner (things, rule 4). `live` is whether it is in force, covers the
-- purpose, was not taken back, and its condition holds (grants, rules 1 and 2).
INSERT INTO bears (c, f, kind, by, live)
SELECT clause.c, told.f, stated.kind, principal.principal, min(
    CASE
        WHEN clause.at < told.first OR clause.at >= told.over THEN 0
        WHEN clause.at >= told.begun AND clause.at < told.ending THEN 2
        ELSE 1
    END,
    coalesce(condition.truth, 2),
    iif(EXISTS (
        SELECT 1 FROM purpose, ask WHERE purpose.f = told.f AND purpose.purpose IN (ask.purpose, 'any')
    ), 2, 0),
    iif(EXISTS (
        SELECT 1 FROM revocation JOIN principal AS by ON by.at = clause.at AND by.party = revocation.by
        WHERE revocation.target = told.id AND revocation.begins <= clause.at
            AND (by.principal = principal.principal OR stated.kind = 'grant' AND by.principal = clause.owner)
    ), 0, 2)
)
FROM clause
JOIN stated ON stated.scope IN (
    SELECT thing FROM path WHERE path.c = clause.c
    UNION SELECT name FROM path JOIN collected USING (thing) WHERE path.c = clause.c
)
JOIN told USING (f)
JOIN principal ON principal.at = clause.at AND principal.party = stated.by
LEFT JOIN condition ON condition.number = stated.condition
WHERE EXISTS (SELECT 1 FROM action, ask WHERE action.f = told.f AND action.action IN (ask.action, 'any'))
    AND (
        stated.scope IN (SELECT thing FROM path WHERE path.c = clause.c)
        OR EXISTS (
            SELECT 1 FROM path JOIN collected USING (thing) JOIN told AS named ON named.f = collected.f
            JOIN principal AS maker ON maker.at = clause.at AND maker.party = collected.by
            WHERE path.c = clause.c AND collected.name = stated.scope
                AND clause.at >= named.begun AND clause.at < named.ending
                AND maker.principal IN (clause.owner, principal.principal)
        )
    );

-- Whom each of these names: the asker, the owner, and everybody who gives (facts, Moment.covers).
INSERT INTO person (c, party)
SELECT c, asker FROM clause UNION SELECT c, owner FROM clause UNION SELECT c, by FROM bears WHERE kind = 'grant'
UNION SELECT bears.c, principal.principal
FROM bears JOIN clause USING (c) JOIN fact USING (f) JOIN used ON used.target = fact.id
JOIN principal ON principal.at = clause.at AND principal.party = used.by;

INSERT INTO named (c, f, party, truth)
SELECT bears.c, bears.f, person.party, max(CASE
    WHEN recipient.party = '*' OR meant.principal = person.party THEN 2
    WHEN recipient.grp IS NULL THEN 0
    ELSE coalesce((
        SELECT max(CASE
            WHEN coalesce(recipient.frozen, clause.at) < told.first OR coalesce(recipient.frozen, clause.at) >= told.over
                THEN 0
            WHEN coalesce(recipient.frozen, clause.at) >= told.begun
                AND coalesce(recipient.frozen, clause.at) < told.ending THEN 2
            ELSE 1
        END)
        FROM member JOIN told ON told.f = member.f
        JOIN principal AS belongs ON belongs.at = clause.at AND belongs.party = member.party
        WHERE member.grp = recipient.grp AND belongs.principal = person.party
    ), 0)
END)
FROM bears JOIN clause USING (c) JOIN person USING (c) JOIN recipient USING (f)
LEFT JOIN principal AS meant ON meant.at = clause.at AND meant.party = recipient.party
GROUP BY bears.c, bears.f, person.party;

-- What it costs to use a grant: lease, quota, clearance, what is owed before; and whether the face bars it (grants,
-- rules 3 to 7).
INSERT INTO usable (c, f, truth, barred)
WITH owed AS (
    SELECT bears.c, bears.f, obligation.phase, obligation.kind, EXISTS (
        SELECT 1 FROM discharge JOIN told ON told.f = discharge.f
        JOIN principal AS by ON by.at = clause.at AND by.party = discharge.by
        WHERE discharge.target = fact.id AND discharge.obligation = obligation.name
            AND clause.at >= told.begun AND clause.at < told.ending
            AND (
                by.principal = clause.asker
                OR by.principal = bears.by AND (discharge.party IS NULL OR clause.asker = (
                    SELECT meant.principal FROM principal AS meant
                    WHERE meant.at = clause.at AND meant.party = discharge.party
                ))
            )
    ) AS done
    FROM bears JOIN clause USING (c) JOIN fact USING (f) JOIN obligation USING (f) WHERE bears.kind = 'grant'
),
shut AS (
    SELECT owed.c, owed.f FROM owed, ask WHERE ask.faced AND NOT owed.done AND owed.kind NOT IN (SELECT kind FROM face)
),
spent AS (
    SELECT bears.c, bears.f, used.f AS use, used.amount, max(
        iif(by.principal = bears.by, 2, 0),
        named.truth,
        coalesce((
            SELECT max(CASE
                WHEN told.begun < of.first OR told.begun >= of.over THEN 0
                WHEN told.begun >= of.begun AND told.begun < of.ending THEN 2
                ELSE 1
            END)
            FROM recipient JOIN member ON member.grp = recipient.grp JOIN told AS of ON of.f = member.f
            JOIN principal AS belongs ON belongs.at = clause.at AND belongs.party = member.party
            WHERE recipient.f = bears.f AND recipient.frozen IS NULL AND belongs.principal = by.principal
        ), 0)
    ) AS truth
    FROM bears JOIN clause USING (c) JOIN fact USING (f)
    JOIN used ON used.target = fact.id JOIN told ON told.f = used.f
    JOIN principal AS by ON by.at = clause.at AND by.party = used.by
    JOIN named ON named.c = bears.c AND named.f = bears.f AND named.party = by.principal
    WHERE told.begun <= clause.at
),
gone AS (
    SELECT c, f, decimal_sum(iif(truth = 2, amount, '0')) AS least, decimal_sum(iif(truth > 0, amount, '0')) AS most
    FROM spent GROUP BY c, f
),
held AS (
    SELECT bears.c, bears.f, equivalence.ours AS level
    FROM bears JOIN clause USING (c), ask
    JOIN equivalence ON equivalence.theirs = ask.clearance
    JOIN principal AS takes ON takes.at = clause.at AND takes.party = equivalence.by AND takes.principal = bears.by
    JOIN principal AS meant ON meant.at = clause.at AND meant.party = equivalence.of AND meant.principal = clause.asker
    JOIN told ON told.f = equivalence.f
    WHERE clause.at >= told.begun AND clause.at < told.ending
)
SELECT bears.c, bears.f, min(
    iif(given.lease IS NULL, 2, coalesce((
        SELECT max(iif(clause.at >= lease.start AND clause.at < lease.first + lease.lease, 2, 1))
        FROM lease JOIN principal AS by ON by.at = clause.at AND by.party = lease.by
        WHERE lease.f = bears.f AND by.principal = bears.by
            AND clause.at >= lease.first AND clause.at < lease.start + lease.lease
    ), 0)),
    CASE
        WHEN given.quota IS NULL THEN 2
        WHEN ask.quantity IS NOT NULL
            THEN CASE
                WHEN decimal_cmp(ask.quantity, '0') <= 0 THEN 0
                WHEN decimal_cmp(decimal_add(coalesce(gone.most, '0'), ask.quantity), given.quota) <= 0 THEN 2
                WHEN decimal_cmp(decimal_add(coalesce(gone.least, '0'), ask.quantity), given.quota) <= 0 THEN 1
                ELSE 0
            END
        ELSE iif(decimal_cmp(coalesce(gone.least, '0'), given.quota) < 0, 1, 0)
    END,
    CASE
        WHEN given.clearance IS NULL THEN 2
        WHEN ask.clearance IS NULL THEN 1
        WHEN EXISTS (
            SELECT 1 FROM held WHERE held.c = bears.c AND held.f = bears.f AND (
                held.level = given.clearance
                OR EXISTS (
                    SELECT 1 FROM level AS low JOIN level AS high USING (f) JOIN told USING (f)
                    JOIN principal AS ranks ON ranks.at = clause.at AND ranks.party = low.by
                    WHERE ranks.principal = bears.by AND low.level = given.clearance AND high.level = held.level
                        AND high.place > low.place AND clause.at >= told.begun AND clause.at < told.ending
                )
            )
        ) THEN 2
        ELSE 0
    END,
    iif(EXISTS (
        SELECT 1 FROM owed WHERE owed.c = bears.c AND owed.f = bears.f AND owed.phase = 'before' AND NOT owed.done
    ) AND (bears.c, bears.f) NOT IN (SELECT c, f FROM shut), 1, 2)
), (bears.c, bears.f) IN (SELECT c, f FROM shut)
FROM bears JOIN clause USING (c) JOIN given USING (f) LEFT JOIN gone USING (c, f), ask;

-- Whom each party refuses; and the links of chains, which the owner's or the giver's refusal cuts (chains, rule 3).
INSERT INTO refuses (c, by, party, truth)
SELECT bears.c, bears.by, named.party, max(min(bears.live, named.truth))
FROM bears JOIN named USING (c, f) WHERE bears.kind = 'refuse' GROUP BY bears.c, bears.by, named.party;

INSERT INTO link (c, giver, holder, depth, leads, barred)
SELECT c, giver, holder, depth, leads, barred FROM (
    SELECT bears.c, bears.by AS giver, named.party AS holder, usable.barred,
        min(given.depth, (SELECT count(*) FROM person WHERE person.c = bears.c)) AS depth,
        min(
            bears.live, named.truth, usable.truth,
            2 - coalesce((
                SELECT max(refuses.truth) FROM refuses
                WHERE refuses.c = bears.c AND refuses.by IN (clause.owner, bears.by) AND refuses.party = named.party
            ), 0)
        ) AS leads
    FROM bears JOIN clause USING (c) JOIN given USING (f) JOIN usable USING (c, f) JOIN named USING (c, f)
    WHERE named.party <> bears.by AND named.party <> clause.owner
) WHERE leads > 0;

-- The right spreads from the owner, each holder passing on one less than he has and no more than his grant leaves
-- (chains, rules 1 and 2); read strictly (2) and as it may be (1), and both once more as if nothing were barred (4, 3).
INSERT INTO reached (c, reading)
WITH RECURSIVE holds (c, reading, party, depth) AS (
    SELECT clause.c, reading.column1, clause.owner, 1000000000 FROM clause, (VALUES (1), (2), (3), (4)) AS reading
    UNION
    SELECT link.c, holds.reading, link.holder, min(holds.depth - 1, link.depth)
    FROM holds JOIN link ON link.c = holds.c AND link.giver = holds.party
    WHERE holds.depth > 0 AND link.leads >= 2 - holds.reading % 2 AND (holds.reading > 2 OR NOT link.barred)
)
SELECT DISTINCT c, reading FROM holds JOIN clause USING (c) WHERE holds.party = clause.asker;

-- De minimis: the owner waives his part while all that he controls in the assembly stays within his threshold; a part
-- that he only may own counts towards the most that he controls, and not towards the least.
INSERT INTO waived (c, truth)
WITH RECURSIVE way (s, whole, part, share) AS (
    SELECT stop.s, stop.thing, made.part, made.share
    FROM stop JOIN made ON made.s = stop.s AND made.thing = stop.thing
    UNION ALL
    SELECT way.s, way.whole, made.part, decimal_part(way.share, made.share)
    FROM way JOIN made ON made.s = way.s AND made.thing = way.part
),
owns AS (SELECT s, base, owner, max(truth) AS truth FROM claim GROUP BY s, base, owner),
known AS (
    SELECT owns.s, owns.owner, owns.base, owns.truth, decimal_sum(way.share) AS share, max(way.share IS NULL) AS gap
    FROM owns JOIN way ON way.s = owns.s AND way.part = owns.base GROUP BY owns.s, owns.owner, owns.base
),
total AS (
    SELECT clause.c, max(known.gap) AS gap, decimal_sum(iif(known.gap, '0', known.share)) AS most,
        decimal_sum(iif(known.gap OR known.truth < 2 AND known.base <> clause.base, '0', known.share)) AS least
    FROM clause JOIN known ON known.s = clause.s AND known.owner = clause.owner GROUP BY clause.c
)
SELECT c, max(truth) FROM (
    SELECT clause.c, min(
        CASE
            WHEN decimal_cmp(total.least, waiver.threshold) > 0 THEN 0
            WHEN total.gap OR decimal_cmp(total.most, waiver.threshold) > 0 THEN 1
            ELSE 2
        END,
        max(CASE
            WHEN recipient.party = '*' OR meant.principal = clause.asker THEN 2
            WHEN recipient.grp IS NULL THEN 0
            ELSE coalesce((
                SELECT max(CASE
                    WHEN coalesce(recipient.frozen, clause.at) < of.first
                        OR coalesce(recipient.frozen, clause.at) >= of.over THEN 0
                    WHEN coalesce(recipient.frozen, clause.at) >= of.begun
                        AND coalesce(recipient.frozen, clause.at) < of.ending THEN 2
                    ELSE 1
                END)
                FROM member JOIN told AS of ON of.f = member.f
                JOIN principal AS belongs ON belongs.at = clause.at AND belongs.party = member.party
                WHERE member.grp = recipient.grp AND belongs.principal = clause.asker
            ), 0)
        END)
    ) AS truth
    FROM clause JOIN stop USING (s), ask
    JOIN principal AS waives ON waives.at = clause.at AND waives.principal = clause.owner
    JOIN waiver ON waiver.by = waives.party
    JOIN told ON told.f = waiver.f
    JOIN recipient ON recipient.f = waiver.f
    LEFT JOIN principal AS meant ON meant.at = clause.at AND meant.party = recipient.party
    JOIN total ON total.c = clause.c
    WHERE clause.base <> stop.thing AND clause.at >= told.begun AND clause.at < told.ending
        AND EXISTS (SELECT 1 FROM action WHERE action.f = waiver.f AND action.action IN (ask.action, 'any'))
    GROUP BY clause.c, waiver.f
) GROUP BY c;

-- The most demanding quorum of each base (decide, rule 5).
INSERT INTO rule (s, base, f, k)
SELECT s, base, f, k FROM (
    SELECT DISTINCT clause.s, clause.base, quorum.f, quorum.k,
        dense_rank() OVER (PARTITION BY clause.s, clause.base ORDER BY quorum.k DESC, told.id DESC) AS rank
    FROM clause, ask
    JOIN quorum ON EXISTS (
        SELECT 1 FROM path WHERE path.c = clause.c AND path.thing = quorum.scope
        UNION ALL
        SELECT 1 FROM path JOIN collected USING (thing) JOIN told AS named ON named.f = collected.f
        JOIN principal AS maker ON maker.at = clause.at AND maker.party = collected.by
        JOIN clause AS mine ON mine.s = clause.s AND mine.base = clause.base AND mine.owner = maker.principal
        WHERE path.c = clause.c AND collected.name = quorum.scope
            AND clause.at >= named.begun AND clause.at < named.ending
    )
    JOIN told ON told.f = quorum.f
    WHERE clause.at >= told.begun AND clause.at < told.ending
        AND EXISTS (SELECT 1 FROM action WHERE action.f = quorum.f AND action.action IN (ask.action, 'any'))
) WHERE rank = 1;

-- What each owner says: the first that holds (answer, rules 1 to 7); an owner who may not be one leaves it conditional,
-- at worst beside one who is certain, where all are asked; at best while nobody is certain, or where a quorum counts the
-- yeses (decide, rule 4).
INSERT INTO answer (c, verdict)
WITH said AS (
    SELECT clause.*, coalesce(refuses.truth, 0) AS refused, coalesce(waived.truth, 0) AS waived,
        EXISTS (
            SELECT 1 FROM bears AS request JOIN fact USING (f)
            JOIN named ON named.c = request.c AND named.f = request.f AND named.party = clause.owner
            WHERE request.c = clause.c AND request.kind = 'request' AND request.by = clause.asker
                AND request.live = 2 AND named.truth = 2
                AND NOT EXISTS (
                    SELECT 1 FROM bears AS later JOIN fact AS stated ON stated.f = later.f
                    JOIN named AS covers
                        ON covers.c = later.c AND covers.f = later.f AND covers.party = clause.asker AND covers.truth = 2
                    WHERE later.c = clause.c AND later.kind <> 'request' AND later.by = clause.owner
                        AND (stated.recorded, stated.sequence) > (fact.recorded, fact.sequence)
                )
        ) AS requested
    FROM clause
    LEFT JOIN refuses ON refuses.c = clause.c AND refuses.by = clause.owner AND refuses.party = clause.asker
    LEFT JOIN waived ON waived.c = clause.c
)
SELECT c, CASE
    WHEN sure THEN verdict
    WHEN EXISTS (SELECT 1 FROM clause AS other WHERE other.s = said.s AND other.base = said.base AND other.sure)
        AND NOT EXISTS (SELECT 1 FROM rule WHERE rule.s = said.s AND rule.base = said.base)
        THEN max(verdict, 3)
    ELSE min(verdict, 3)
END
FROM (
    SELECT said.*, CASE
        WHEN asker = owner THEN 4
        WHEN refused = 2 THEN 0
        WHEN refused = 0 AND (waived = 2 OR EXISTS (SELECT 1 FROM reached WHERE reached.c = said.c AND reading = 2)) THEN 4
        WHEN waived > 0 OR EXISTS (SELECT 1 FROM reached WHERE reached.c = said.c AND reading = 1) THEN 3
        WHEN EXISTS (SELECT 1 FROM reached WHERE reached.c = said.c AND reading = 4) THEN 0
        WHEN EXISTS (SELECT 1 FROM reached WHERE reached.c = said.c AND reading = 3) THEN 3
        WHEN requested THEN 2
        ELSE 1
    END AS verdict
    FROM said
) AS said;

-- The owners of a base folded by the weakest, or by the k-th strongest of those who count for the most demanding quorum
-- (decide, rule 5).
INSERT INTO fold (s, base, verdict, rule)
WITH ranked AS (
    SELECT clause.s, clause.base, rule.f, rule.k, answer.verdict,
        row_number() OVER (PARTITION BY clause.s, clause.base ORDER BY answer.verdict DESC) AS place
    FROM clause JOIN answer USING (c) JOIN rule ON rule.s = clause.s AND rule.base = clause.base
    WHERE NOT EXISTS (SELECT 1 FROM quorum_of WHERE quorum_of.f = rule.f)
        OR clause.owner IN (
            SELECT principal FROM quorum_of JOIN principal ON principal.at = clause.at AND principal.party = quorum_of.party
            WHERE quorum_of.f = rule.f
        )
)
SELECT clause.s, clause.base,
    iif(rule.f IS NULL, min(answer.verdict), coalesce((
        SELECT ranked.verdict FROM ranked
        WHERE ranked.s = clause.s AND ranked.base = clause.base AND ranked.place = ranked.k
    ), 0)),
    rule.f
FROM clause JOIN answer USING (c)
LEFT JOIN rule ON rule.s = clause.s AND rule.base = clause.base
GROUP BY clause.s, clause.base;
