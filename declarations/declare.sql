-- The form of people who are all new, or known by this very phone. If anybody else may be meant, or
-- the form came before, this writes nothing: declare_whole.sql does.
-- The local day's parts are named by the caller: planning over all parts costs more than writing.
WITH arrival AS MATERIALIZED (
    SELECT one.*, key AS visitor FROM unnest(
        :'keys'::uuid[], :'spellings'::uuid[], :'folds'::uuid[], :'phones'::uuid[],
        :'born'::int[], :'documents'::uuid[], :'masks'::text[], :'sealed'::bytea[],
        :'visits'::uuid[], :'ids'::uuid[], :'places'::bytea[], :'on_behalf'::boolean[]
    ) AS one (key, spelling, fold, phone, born, document, mask, sealed, visit, declaration,
        places, on_behalf)
    WHERE NOT EXISTS (
        SELECT FROM declarations_visitor
        WHERE phone_hash = ANY (:'phones'::uuid[]) AND fold = ANY (:'folds'::uuid[]) AND NOT (
            key = ANY (:'keys'::uuid[]) AND is_own
            AND coalesce(memory = :'memory'::uuid, false)
            AND coalesce(:'papers' = '{}' OR document_hash = ANY (:'papers'::uuid[]), true)
        )
    ) AND NOT EXISTS (
        SELECT FROM declarations_visitor WHERE key = ANY (:'formers'::uuid[])
    ) AND NOT EXISTS (
        SELECT FROM :"visits_of_day" WHERE venue_id = :'venue' AND entered_at = :'entered_at'
          AND id BETWEEN :'first' AND :'last'
    )
), visitor AS (
    INSERT INTO declarations_visitor AS visitor
        (key, phone_hash, fold, spelling, born, memory, is_own, document_hash, residence_id,
         sealing_key_id, seen_on, declared_on, outcome, burst, mask, sealed)
    SELECT key, phone, fold, spelling, born, :'memory'::uuid, :'memory'::uuid IS NOT NULL,
        document, :'residence', :'key', :'day', :'day', :'outcome', :'burst', mask, sealed
    FROM arrival ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        spelling = coalesce(visitor.spelling, excluded.spelling),
        seen_on = greatest(excluded.seen_on, visitor.seen_on),
        document_hash = coalesce(excluded.document_hash, visitor.document_hash),
        residence_id = excluded.residence_id, sealing_key_id = excluded.sealing_key_id,
        declared_on = excluded.declared_on, outcome = excluded.outcome, mask = excluded.mask,
        sealed = excluded.sealed
    WHERE visitor.memory = excluded.memory
    RETURNING xmax = 0 AS is_new
), declaration AS (
    INSERT INTO :"declarations_of_day"
        (venue_id, declared_at, recorded_at, residence_id, sealing_key_id, symptoms, outcome,
         travelled, case_contact, area_contact, symptomatic_contact, on_behalf, id, visitor_id,
         sealed)
    SELECT :'venue', :'entered_at', :'now', :'residence', :'key', :'symptoms', :'outcome',
        :'travelled', :'case_contact', :'area_contact', :'symptomatic_contact', on_behalf,
        declaration, visitor, places
    FROM arrival
    ON CONFLICT (venue_id, declared_at, id) DO NOTHING
    RETURNING id
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
    SELECT :'venue', :'entered_at', :'now', :'evidence', :'outcome'::smallint,
        visit, visitor,
        CASE WHEN :'outcome'::smallint = :'stop' THEN :'entered_at'::timestamptz END,
        CASE WHEN :'outcome'::smallint = :'stop' THEN :'turned_away'::smallint END
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
        arrived * (:'outcome'::smallint = :'stop')::int, declared,
        declared * (:'outcome' = 1)::int, declared * (:'outcome' = 2)::int,
        declared * (:'symptoms' > 0)::int,
        declared * (:'case_contact' OR :'area_contact' OR :'symptomatic_contact')::int
    FROM (SELECT count(*) FILTER (WHERE is_new) AS arrived FROM visit) arrivals,
        (SELECT count(*)::int AS declared FROM declaration) declarations
    WHERE arrived + declared > 0
    UNION ALL
    SELECT venue_id, left_at, 0, count(*) FILTER (WHERE left_reason = :'moved_on'),
        count(*) FILTER (WHERE left_reason = :'usual_stay'), 0, 0, 0, 0, 0, 0
    FROM (SELECT * FROM moved_on UNION ALL SELECT * FROM moved_on_overnight) departed
    WHERE left_at <= :'entered_at' GROUP BY venue_id, left_at
)
-- The last column: whether these people were seen afterwards already, or are turned away only now,
-- or no more. Limited to one each, so that their own visits are looked up: joined, all of a day's
-- may be read while its part is new and nobody counted it.
SELECT count(*), (SELECT count(*) FILTER (WHERE is_new) FROM visitor), :'outcome'::smallint,
    EXISTS (
        SELECT FROM arrival CROSS JOIN LATERAL (
            SELECT FROM :"visits_of_day"
            WHERE visitor_id = arrival.visitor AND entered_at >= :'entered_at'
              AND (entered_at > :'entered_at' OR left_at IS NOT NULL
                OR :'outcome'::smallint = :'stop')
            LIMIT 1
        ) seen_later
    ) OR EXISTS (SELECT FROM moved_on WHERE left_at > :'entered_at')
      OR EXISTS (SELECT FROM moved_on_overnight WHERE left_at > :'entered_at')
FROM visit
