-- One tap of a phone that declared today, all of whose people are known as its own. If there is
-- anything to see to, or the tap came before, this writes nothing: return_whole.sql does.
-- The local day's parts are named by the caller: planning over all parts costs more than writing.
WITH known AS MATERIALIZED (
    SELECT count(*) AS people, max(outcome) AS outcome FROM declarations_visitor
    WHERE key = ANY (:'keys'::uuid[]) AND memory = :'memory'::uuid AND declared_on = :'day'
), arrival AS MATERIALIZED (
    SELECT visitor, visit
    FROM known, unnest(:'keys'::uuid[], :'visits'::uuid[]) AS one (visitor, visit)
    WHERE people = :'number' AND NOT EXISTS (
        SELECT FROM :"visits_of_day" WHERE venue_id = :'venue' AND entered_at = :'entered_at'
          AND id BETWEEN :'first' AND :'last'
    )
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
    WHERE before.visitor_id = ANY (ARRAY(SELECT visitor FROM arrival))
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
    WHERE before.visitor_id = ANY (ARRAY(SELECT visitor FROM arrival))
      AND :'is_observed' AND before.evidence <= :'evidence_observed'
      AND (left_at IS NULL OR left_at > :'entered_at')
      AND entered_at >= :'entered_since' AND entered_at < :'entered_at'
    RETURNING venue_id, left_at, left_reason
),
visit AS (
    INSERT INTO :"visits_of_day" AS visit
        (venue_id, entered_at, recorded_at, evidence, outcome, id, visitor_id, left_at, left_reason)
    SELECT :'venue', :'entered_at', :'now', :'evidence', (SELECT outcome FROM known),
        visit, visitor,
        CASE WHEN (SELECT outcome FROM known) = :'stop' THEN :'entered_at'::timestamptz END,
        CASE WHEN (SELECT outcome FROM known) = :'stop' THEN :'turned_away'::smallint END
    FROM arrival
    ON CONFLICT (venue_id, entered_at, id) DO NOTHING
    RETURNING xmax = 0 AS is_new
),
-- What this changes in the tallies; nothing, when the same form came before. (A row's xmax is 0
-- when it was inserted and not updated.)
marked AS (
    INSERT INTO declarations_tallymark
        (venue_id, at, arrived, left_moved_on, left_usual_stay, left_turned_away, declared, ask,
         stop, symptomatic, contact)
    SELECT :'venue', :'entered_at', arrived, 0, 0,
        arrived * ((SELECT outcome FROM known) = :'stop')::int, 0, 0, 0, 0, 0
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
SELECT count(*), 0, (SELECT outcome FROM known),
    EXISTS (
        SELECT FROM arrival CROSS JOIN LATERAL (
            SELECT FROM :"visits_of_day"
            WHERE visitor_id = arrival.visitor AND entered_at >= :'entered_at'
              AND (entered_at > :'entered_at' OR left_at IS NOT NULL
                OR (SELECT outcome FROM known) = :'stop')
            LIMIT 1
        ) seen_later
    ) OR EXISTS (SELECT FROM moved_on WHERE left_at > :'entered_at')
      OR EXISTS (SELECT FROM moved_on_overnight WHERE left_at > :'entered_at')
FROM visit
