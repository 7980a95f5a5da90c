-- Venues of some communes, or one of them, that are silent or suspected, with the newest act
-- and decision. A visit, a departure or another phone ends a suspicion.
WITH place AS MATERIALIZED (
    SELECT venue_id AS id, commune_id, kind, registered_at, newest_at
    FROM live_presence JOIN unnest(:'communes'::int[]) AS commune ON commune = commune_id
    WHERE registered_at <= :'now'::timestamptz
      AND (closed_at IS NULL OR closed_at > :'now'::timestamptz)
      AND (:'venue'::int IS NULL OR venue_id = :'venue'::int)
), departed AS MATERIALIZED (
    SELECT venue_id FROM live_venue_hour
    WHERE left_scanned > 0 AND at >= :'notes_since'::timestamptz AND venue_id = ANY (ARRAY(
        SELECT venue_id FROM dashboards_suspicion WHERE reason = 'no_exits'
    ))
), suspect AS MATERIALIZED (
    SELECT suspicion.* FROM dashboards_suspicion suspicion
    JOIN place ON place.id = suspicion.venue_id
    WHERE suspicion.noted_at > :'notes_since'::timestamptz AND CASE suspicion.reason
        WHEN 'stopped' THEN place.newest_at <= suspicion.noted_at
            AND place.newest_at < :'stopped_before'::timestamptz
        WHEN 'no_exits' THEN suspicion.venue_id NOT IN (SELECT venue_id FROM departed)
        ELSE place.newest_at <= suspicion.noted_at OR NOT EXISTS (
            SELECT FROM declarations_visit visit
            JOIN declarations_visitor visitor ON visitor.key = visit.visitor_id
            WHERE visit.venue_id = suspicion.venue_id
              AND visit.entered_at >= :'notes_since'::timestamptz
              AND visitor.phone_hash <> ALL (suspicion.phones)
        ) END
), act AS MATERIALIZED (
    SELECT DISTINCT ON (venue_id) venue_id, at, way, finding, next_on
    FROM dashboards_approach WHERE at <= :'now'::timestamptz ORDER BY venue_id, at DESC
), decision AS MATERIALIZED (
    SELECT DISTINCT ON (venue_id) venue_id, status, until FROM dashboards_compliance
    WHERE since <= :'today'::date ORDER BY venue_id, since DESC, decided_at DESC
)
SELECT place.id, place.commune_id, place.kind,
    extract(epoch FROM coalesce(place.newest_at, place.registered_at))::float,
    place.newest_at IS NULL,
    suspect.reason, suspect.arrived, suspect.days,
    act.at, act.way, act.finding, act.next_on,
    CASE WHEN decision.until IS NULL OR decision.until > :'today'::date THEN decision.status END
FROM place
LEFT JOIN suspect ON suspect.venue_id = place.id
LEFT JOIN act ON act.venue_id = place.id
LEFT JOIN decision ON decision.venue_id = place.id
WHERE place.newest_at IS NULL AND place.registered_at < :'grace_before'::timestamptz
    OR place.newest_at < :'quiet_before'::timestamptz
    OR suspect.venue_id IS NOT NULL
