-- The form of people who may be known already, or that came before with other people.
-- The local day's parts are named by the caller: planning over all parts costs more than writing.
WITH person AS MATERIALIZED (
    SELECT * FROM unnest(
        :'keys'::uuid[], :'spellings'::uuid[], :'folds'::uuid[], :'formers'::uuid[],
        :'joins'::boolean[], :'phones'::uuid[], :'born'::int[], :'documents'::uuid[],
        :'masks'::text[], :'sealed'::bytea[], :'visits'::uuid[], :'ids'::uuid[],
        :'codes'::uuid[], :'places'::bytea[], :'on_behalf'::boolean[]
    ) WITH ORDINALITY AS p (key, spelling, fold, former, joins, phone, born, document, mask,
        sealed, visit, declaration, code, places, on_behalf, place)
),
-- Whom a person means, in this order: whoever is spelled so; without marks, the only one of that
-- phone and year it can mean, and nobody (NULL) where it can mean two; with marks, whoever is known
-- without any; else somebody new. `joins` is false for people who are alike on one form: they are
-- several, whoever is known; where the key of one without marks is of somebody called otherwise by
-- now, it is asked too.
-- What a phone says is theirs whose own it is; of whom nobody is known to own, it is theirs if this
-- phone remembers them from before or types their card's number.
resolved AS MATERIALIZED (
    SELECT meant.*, known.key IS NULL AND meant.visitor IS NOT NULL AS is_new,
        known.key IS NULL OR coalesce(known.memory = :'memory'::uuid, known.memory IS NULL AND (
            known.key = ANY (:'own_keys'::uuid[]) OR :'is_nobodys'
            OR coalesce(known.document_hash = meant.document, false)
        )) AS is_theirs,
        known.key IS NULL OR coalesce(
            known.is_own AND known.memory = :'memory'::uuid AND meant.visitor = meant.key, false
        ) AS is_box
    FROM (
        SELECT person.*, alike, CASE
            WHEN same IS NOT NULL AND (NOT joins OR alike = 1 OR spelling IS NOT NULL) THEN same
            WHEN (NOT joins OR alike = 0) AND NOT is_taken THEN key
            WHEN NOT joins THEN NULL
            WHEN spelling IS NULL AND alike > 1 THEN NULL
            WHEN spelling IS NULL THEN single
            WHEN without_marks = 1 THEN plain
            ELSE key END AS visitor
        FROM person CROSS JOIN LATERAL (
            SELECT count(*) AS alike, count(*) FILTER (WHERE v.spelling IS NULL) AS without_marks,
                (array_agg(v.key))[1] AS single,
                (array_agg(v.key) FILTER (WHERE v.spelling IS NULL))[1] AS plain,
                (array_agg(v.key) FILTER (WHERE v.spelling = person.spelling
                    OR v.key = person.key AND v.spelling IS NOT DISTINCT FROM person.spelling))[1]
                    AS same,
                coalesce(bool_or(v.key = person.key
                    AND v.spelling IS DISTINCT FROM person.spelling), false) AS is_taken
            FROM (
                SELECT visitor.key, visitor.spelling FROM declarations_visitor visitor
                WHERE visitor.phone_hash = person.phone AND visitor.fold = person.fold
                UNION ALL
                SELECT visitor.key, visitor.spelling FROM declarations_visitor visitor
                WHERE visitor.key = person.former AND visitor.fold IS NULL
            ) v
        ) alike
    ) meant LEFT JOIN declarations_visitor known
        ON known.key = CASE WHEN alike > 0 THEN visitor END
), said AS MATERIALIZED (
    SELECT :'outcome'::smallint AS outcome
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
-- What their own phone declared of them replaces what it declared before; a card's or another
-- phone's words stay as they are.
visitor AS (
    INSERT INTO declarations_visitor AS visitor
        (key, phone_hash, fold, spelling, born, memory, is_own, document_hash, residence_id,
         sealing_key_id, seen_on, declared_on, outcome, burst, mask, sealed)
    SELECT visitor, phone, fold, spelling, born, CASE WHEN is_theirs THEN :'memory'::uuid END,
        visitor = key AND :'memory'::uuid IS NOT NULL, document, :'residence', :'key', :'day',
        :'day', :'outcome', :'burst', mask, sealed
    FROM arrival ORDER BY visitor
    ON CONFLICT (key) DO UPDATE SET
        fold = coalesce(visitor.fold, excluded.fold),
        spelling = coalesce(visitor.spelling, excluded.spelling),
        born = coalesce(visitor.born, excluded.born),
        memory = coalesce(visitor.memory, excluded.memory),
        seen_on = greatest(excluded.seen_on, visitor.seen_on),
        declared_on = CASE WHEN coalesce(visitor.memory, excluded.memory) = excluded.memory
            THEN excluded.declared_on ELSE visitor.declared_on END,
        outcome = CASE WHEN coalesce(visitor.memory, excluded.memory) = excluded.memory
            THEN excluded.outcome ELSE visitor.outcome END,
        document_hash = CASE
            WHEN visitor.is_own AND excluded.is_own AND visitor.memory = excluded.memory
            THEN coalesce(excluded.document_hash, visitor.document_hash)
            ELSE visitor.document_hash END,
        residence_id = CASE
            WHEN visitor.is_own AND excluded.is_own AND visitor.memory = excluded.memory
            THEN excluded.residence_id ELSE visitor.residence_id END,
        sealing_key_id = CASE
            WHEN visitor.is_own AND excluded.is_own AND visitor.memory = excluded.memory
            THEN excluded.sealing_key_id ELSE visitor.sealing_key_id END,
        mask = CASE
            WHEN visitor.is_own AND excluded.is_own AND visitor.memory = excluded.memory
            THEN excluded.mask ELSE visitor.mask END,
        sealed = CASE
            WHEN visitor.is_own AND excluded.is_own AND visitor.memory = excluded.memory
            THEN excluded.sealed ELSE visitor.sealed END
), version AS (
    INSERT INTO declarations_version AS version
        (visitor_id, source, key, row, phone_hash, document_hash, residence_id, sealing_key_id,
         seen_on, declared_on, outcome, mask, sealed)
    SELECT visitor, :'source', code, key, phone, document, :'residence', :'key', :'day',
        :'day'::date, :'outcome'::smallint, mask, sealed
    FROM arrival WHERE NOT is_box
    UNION ALL
    SELECT earlier.key, earlier.document_hash, earlier.document_hash, earlier.key,
        earlier.phone_hash, earlier.document_hash, earlier.residence_id, earlier.sealing_key_id,
        earlier.seen_on, NULL, NULL, earlier.mask, earlier.sealed
    FROM arrival JOIN declarations_visitor earlier ON earlier.key = arrival.visitor
    WHERE arrival.is_box AND NOT arrival.is_new AND earlier.document_hash <> arrival.document
    ON CONFLICT (visitor_id, source) DO UPDATE SET
        row = excluded.row, phone_hash = excluded.phone_hash,
        document_hash = coalesce(excluded.document_hash, version.document_hash),
        residence_id = excluded.residence_id, sealing_key_id = excluded.sealing_key_id,
        seen_on = excluded.seen_on, declared_on = excluded.declared_on,
        outcome = excluded.outcome, mask = excluded.mask, sealed = excluded.sealed
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
        CASE WHEN is_theirs THEN :'evidence' ELSE :'claimed' END::smallint, :'outcome'::smallint,
        visit, visitor,
        CASE WHEN :'outcome'::smallint = :'stop' THEN :'entered_at'::timestamptz END,
        CASE WHEN :'outcome'::smallint = :'stop' THEN :'turned_away'::smallint END
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
SELECT visitor, is_new, is_theirs, (SELECT outcome FROM said), EXISTS (SELECT FROM stale),
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
FROM resolved ORDER BY place
