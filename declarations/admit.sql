-- People at a door. Whom nobody knows by phone or name is new; only the others need it to be found
-- out who they are. A card says nothing that replaces what is known of a person; what it says
-- besides is a version.
WITH guest AS MATERIALIZED (
    SELECT guest.*, (
        SELECT count(*) FROM declarations_visitor visitor
        WHERE visitor.phone_hash = guest.phone AND visitor.fold = guest.fold
    ) + (
        SELECT count(*) FROM declarations_visitor visitor
        WHERE visitor.key = guest.former AND visitor.fold IS NULL
    ) > 0 AS may_be_known
    FROM unnest(
        :'keys'::uuid[], :'spellings'::uuid[], :'folds'::uuid[], :'formers'::uuid[],
        :'joins'::boolean[], :'phones'::uuid[], :'born'::int[], :'documents'::uuid[],
        :'cards'::uuid[], :'residences'::int[], :'sources'::uuid[], :'codes'::uuid[],
        :'masks'::text[], :'sealed'::bytea[]
    ) WITH ORDINALITY AS guest (key, spelling, fold, former, joins, phone, born, document, card,
        residence, source, code, mask, sealed, place)
), person AS (
    SELECT * FROM guest WHERE may_be_known
),
-- Whom a person means, in this order: whoever is spelled so; without marks, the only one of that
-- phone and year it can mean, and nobody (NULL) where it can mean two; with marks, whoever is known
-- without any; else somebody new. `joins` is false for people who are alike on one form: they are
-- several, whoever is known; where the key of one without marks is of somebody called otherwise by
-- now, it is asked too.
resolved AS MATERIALIZED (
    SELECT meant.*, known.key IS NULL AND meant.visitor IS NOT NULL AS is_new
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
), admission AS MATERIALIZED (
    SELECT visitor, phone, fold, spelling, born, document, card, residence, mask, sealed, place,
        is_new
    FROM resolved
    UNION ALL
    SELECT key, phone, fold, spelling, born, document, card, residence, mask, sealed, place, true
    FROM guest WHERE NOT may_be_known
), admitted AS (
    INSERT INTO declarations_visitor AS visitor
        (key, phone_hash, fold, spelling, born, document_hash, card_hash, residence_id,
         sealing_key_id, seen_on, mask, sealed)
    SELECT DISTINCT ON (visitor) visitor, phone, fold, spelling, born, document, card, residence,
        :'sealing_key', :'day'::date, mask, sealed
    FROM admission WHERE visitor IS NOT NULL ORDER BY visitor, card, place
    ON CONFLICT (key) DO UPDATE SET
        seen_on = greatest(visitor.seen_on, excluded.seen_on),
        fold = coalesce(visitor.fold, excluded.fold),
        spelling = coalesce(visitor.spelling, excluded.spelling),
        born = coalesce(visitor.born, excluded.born),
        card_hash = coalesce(visitor.card_hash, excluded.card_hash),
        residence_id = CASE WHEN visitor.memory IS NULL
            THEN coalesce(visitor.residence_id, excluded.residence_id)
            ELSE visitor.residence_id END
), said_besides AS (
    INSERT INTO declarations_version AS version
        (visitor_id, source, key, row, phone_hash, document_hash, residence_id, sealing_key_id,
         seen_on, mask, sealed)
    SELECT DISTINCT ON (visitor) visitor, source, code, resolved.key, phone, document, residence,
        :'sealing_key', :'day'::date, resolved.mask, resolved.sealed
    FROM resolved JOIN declarations_visitor known ON known.key = visitor
    WHERE NOT is_new AND document IS NOT NULL AND source IS NOT NULL
      AND known.document_hash IS DISTINCT FROM document
    ORDER BY visitor, place
    ON CONFLICT (visitor_id, source) DO UPDATE SET
        row = excluded.row, phone_hash = excluded.phone_hash,
        document_hash = excluded.document_hash, residence_id = excluded.residence_id,
        sealing_key_id = excluded.sealing_key_id, seen_on = excluded.seen_on, mask = excluded.mask,
        sealed = excluded.sealed
)
SELECT visitor, is_new FROM admission ORDER BY place
