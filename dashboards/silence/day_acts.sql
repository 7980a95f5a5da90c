-- What officials did on a day, by commune, and how many venues came alive: on the day of their
-- first visit after an act, if nobody came before the act.
WITH act AS (
    SELECT commune_id, count(*) FILTER (WHERE way = 'reminded') AS reminded,
        count(*) FILTER (WHERE way = 'called') AS called,
        count(*) FILTER (WHERE way = 'visited') AS visited
    FROM dashboards_approach WHERE made_on = :'day'::date GROUP BY commune_id
), turned_to AS (
    SELECT DISTINCT ON (venue_id) venue_id, commune_id, at FROM dashboards_approach
    WHERE at >= :'acts_since'::timestamptz AND at < :'ended'::timestamptz
      AND reason = ANY (:'reasons'::text[])
    ORDER BY venue_id, at
), alive AS (
    SELECT turned_to.commune_id, count(*) AS venues FROM turned_to
    CROSS JOIN LATERAL (
        SELECT min(entered_at) AS at FROM declarations_visit visit
        WHERE visit.venue_id = turned_to.venue_id AND visit.entered_at > turned_to.at
    ) visited
    WHERE visited.at >= :'began'::timestamptz AND visited.at < :'ended'::timestamptz
    GROUP BY turned_to.commune_id
)
UPDATE dashboards_silenceday kept SET
    reminded = coalesce(act.reminded, 0), called = coalesce(act.called, 0),
    visited = coalesce(act.visited, 0), came_alive = coalesce(alive.venues, 0)
FROM dashboards_silenceday day
LEFT JOIN act ON act.commune_id = day.commune_id
LEFT JOIN alive ON alive.commune_id = day.commune_id
WHERE kept.day = :'day'::date AND day.day = kept.day AND day.commune_id = kept.commune_id
