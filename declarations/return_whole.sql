-- One tap. Somebody is who they were at the declaration, and as well as this phone's own newest
-- declaration says. What another phone declared of them decides nothing here.
-- The local day's parts are named by the caller: planning over all parts costs more than writing.
WITH resolved AS MATERIALIZED (
    SELECT person.*, false AS is_new,
        coalesce(known.memory IS NOT DISTINCT FROM :'memory'::uuid, false) AS is_theirs,
        CASE WHEN known.memory IS NOT DISTINCT FROM :'memory'::uuid
            THEN CASE WHEN known.declared_on = :'day' THEN known.outcome END
            ELSE (
                SELECT version.outcome FROM declarations_version version
                WHERE version.visitor_id = person.visitor AND version.source = :'memory'::uuid
                  AND version.declared_on = :'day'
            ) END AS said
    FROM unnest(:'keys'::uuid[], :'visits'::uuid[]) WITH ORDINALITY
        AS person (visitor, visit, place)
    JOIN declarations_visitor known ON known.key = person.visitor
), said AS MATERIALIZED (
    SELECT max(said) AS outcome FROM resolved
),
-- Nobody arrives while it must be asked who is meant, while others are here by this form, or by
-- one tap without a declaration of the day.
stale AS MATERIALIZED (
    SELECT visit.id FROM :"visits_of_day" visit LEFT JOIN resolved ON resolved.visit = visit.id
    WHERE visit.venue_id = :'venue' AND visit.entered_at = :'entered_at'
      AND visit.id BETWEEN :'first' AND :'last'
      AND (resolved.visit IS NULL OR resolved.visitor <> visit.visitor_id)
), arrival AS MATERIALIZED (
    SELECT * FROM resolved
    WHERE (SELECT outcome FROM said) IS NOT NULL AND NOT EXISTS (SELECT FROM stale)
      AND NOT EXISTS (SELECT FROM resolved WHERE visitor IS NULL)
),
-- The rule of declarations.sightings for whoever comes now, said again in SQL. A visit that ended
-- after this arrival is returned as it is: then the last column asks for these people to be settled.
moved_on AS (
    UPDATE :"visits_of_day" before SET (left_at, left_reason) = (
        SELECT coalesce(before.left_at, least(before.entered_at + usual.stay, :'entered_at')),
            CASE WHEN before.left_at IS NOT NULL THEN before.left_reason
                WHEN before.entered_at + usual.stay < :'entered_at' THEN :'usual_stay'
                ELSE :'moved_on' END
        FROM (
            SELECT make_interval(mins => (:'usual_minutes'::jsonb ->> kind)::int) AS stay
            FROM venues_venue WHERE id = before.venue_id
        ) usual
    )
    WHERE before.visitor_id = ANY (ARRAY(SELECT visitor FROM arrival WHERE is_theirs))
      AND :'is_observed' AND before.evidence <= :'evidence_observed'
      AND (left_at IS NULL OR left_at > :'entered_at')
      AND entered_at >= :'entered_since' AND entered_at < :'entered_at'
    RETURNING venue_id, left_at, left_reason
),
moved_on_overnight AS (
    UPDATE :"visits_of_day_before" before SET (left_at, left_reason) = (
        SELECT coalesce(before.left_at, least(before.entered_at + usual.stay, :'entered_at')),
            CASE WHEN before.left_at IS NOT NULL THEN before.left_reason
                WHEN before.entered_at + usual.stay < :'entered_at' THEN :'usual_stay'
                ELSE :'moved_on' END
        FROM (
            SELECT make_interval(mins => (:'usual_minutes'::jsonb ->> kind)::int) AS stay
            FROM venues_venue WHERE id = before.venue_id
        ) usual
    )
    WHERE before.visitor_id = ANY (ARRAY(SELECT visitor FROM arrival WHERE is_theirs))
      AND :'is_observed' AND before.evidence <= :'evidence_observed'
      AND (left_at IS NULL OR left_at > :'entered_at')
      AND entered_at >= :'entered_since' AND entered_at < :'entered_at'
    RETURNING venue_id, left_at, left_reason
),
-- Where the form came before, its visit is of whoever stands there now, as well as they say now.
visit AS (
    INSERT INTO :"visits_of_day" AS visit
        (venue_id, entered_at, recorded_at, evidence, outcome, id, visitor_id, left_at, left_reason)
    SELECT :'venue', :'entered_at', :'now',
        CASE WHEN is_theirs THEN :'evidence' ELSE :'claimed' END::smallint,
        (SELECT outcome FROM said), visit, visitor,
        CASE WHEN (SELECT outcome FROM said) = :'stop' THEN :'entered_at'::timestamptz END,
        CASE WHEN (SELECT outcome FROM said) = :'stop' THEN :'turned_away'::smallint END
    FROM arrival
    ON CONFLICT (venue_id, entered_at, id) DO UPDATE SET
        outcome = excluded.outcome, visitor_id = excluded.visitor_id, evidence = excluded.evidence
    WHERE visit.outcome <> excluded.outcome OR visit.visitor_id <> excluded.visitor_id
    RETURNING xmax = 0 AS is_new
),
-- What this changes in the tallies; nothing, when the same form came before. (A row's xmax is 0
-- when it was inserted and not updated.)
marked AS (
    INSERT INTO declarations_tallymark
        (venue_id, at, arrived, left_moved_on, left_usual_stay, left_turned_away, declared, ask,
         stop, symptomatic, contact)
    SELECT :'venue', :'entered_at', arrived, 0, 0,
        arrived * ((SELECT outcome FROM said) = :'stop')::int, 0, 0, 0, 0, 0
    FROM (SELECT count(*) FILTER (WHERE is_new) AS arrived FROM visit) arrivals
    WHERE arrived > 0
    UNION ALL
    SELECT venue_id, left_at, 0, count(*) FILTER (WHERE left_reason = :'moved_on'),
        count(*) FILTER (WHERE left_reason = :'usual_stay'), 0, 0, 0, 0, 0, 0
    FROM (SELECT * FROM moved_on UNION ALL SELECT * FROM moved_on_overnight) departed
    WHERE left_at <= :'entered_at' GROUP BY venue_id, left_at
)
-- The last column: whether these people were seen afterwards already, or are turned away only now,
-- or no more. Limited to one each, so that their own visits are looked up: joined, all of a day's
-- may be read while its part is new and nobody counted it.
SELECT visitor, is_new, is_theirs, (SELECT outcome FROM said), EXISTS (SELECT FROM stale),
    EXISTS (
        SELECT FROM arrival CROSS JOIN LATERAL (
            SELECT FROM :"visits_of_day"
            WHERE visitor_id = arrival.visitor AND entered_at >= :'entered_at'
              AND (entered_at > :'entered_at' OR left_at IS NOT NULL
                OR (SELECT outcome FROM said) = :'stop')
            LIMIT 1
        ) seen_later
    ) OR EXISTS (SELECT FROM moved_on WHERE left_at > :'entered_at')
      OR EXISTS (SELECT FROM moved_on_overnight WHERE left_at > :'entered_at')
FROM resolved ORDER BY place
