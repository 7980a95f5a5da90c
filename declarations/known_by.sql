-- Whom the database knows by what is typed of one person: their key, or NULL where it may mean two.
WITH person AS (
    SELECT :'key'::uuid AS key, :'spelling'::uuid AS spelling, :'fold'::uuid AS fold,
        :'former'::uuid AS former, true AS joins, :'phone'::uuid AS phone
)
-- Whom a person means, in this order: whoever is spelled so; without marks, the only one of that
-- phone and year it can mean, and nobody (NULL) where it can mean two; with marks, whoever is known
-- without any; else somebody new. `joins` is false for people who are alike on one form: they are
-- several, whoever is known; where the key of one without marks is of somebody called otherwise by
-- now, it is asked too.
SELECT visitor
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
WHERE known.key IS NOT NULL OR visitor IS NULL
