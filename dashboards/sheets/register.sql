-- A commune's venues after one, with their posters in force and how they are used.
WITH place AS MATERIALIZED (
    SELECT * FROM venues_venue
    WHERE commune_id = :'commune'::int AND id > :'after'::int
      AND registered_at <= :'now'::timestamptz
    ORDER BY id LIMIT :'at_once'::int
), counted AS (
    SELECT venue_id, sum(arrived) FILTER (WHERE at >= :'today_began'::timestamptz) AS today,
        sum(arrived) AS week
    FROM live_venue_hour
    WHERE venue_id = ANY (ARRAY(SELECT id FROM place))
      AND at >= :'week_began'::timestamptz AND at < :'until'::timestamptz
    GROUP BY venue_id
)
SELECT place.id, place.name, place.kind, place.address, place.responsible_name,
    place.responsible_phone, place.registered_at, place.closed_at, poster.code,
    presence.newest_at, coalesce(today, 0), coalesce(week, 0)
FROM place
LEFT JOIN venues_poster poster ON poster.venue_id = place.id AND poster.revoked_at IS NULL
LEFT JOIN live_presence presence ON presence.venue_id = place.id
LEFT JOIN counted ON counted.venue_id = place.id
ORDER BY place.id
