-- A commune by its venues: who is inside, what was counted by venue and by day, arrivals by hour.
WITH registered AS MATERIALIZED (
    SELECT venue_id, closed_at IS NULL AS is_open, inside, newest_at FROM live_presence
    WHERE commune_id = ANY (:'communes'::int[])
), summed AS (
    SELECT venue_id, period, NULL::date AS day, ARRAY[sum(arrived), sum(left_scanned),
        sum(left_moved_on), sum(left_closing), sum(left_usual_stay), sum(left_turned_away),
        sum(declared), sum(ask), sum(stop), sum(symptomatic), sum(contact)] AS counts
    FROM (
        SELECT *, (at >= :'week_began'::timestamptz)::int
            + (at >= :'today_began'::timestamptz)::int AS period
        FROM live_venue_hour
        WHERE venue_id = ANY (ARRAY(SELECT venue_id FROM registered))
          AND at >= :'since'::timestamptz AND at < :'until'::timestamptz
    ) counted
    GROUP BY venue_id, period
    UNION ALL
    SELECT NULL, period, day, ARRAY[sum(arrived), sum(left_scanned), sum(left_moved_on),
        sum(left_closing), sum(left_usual_stay), sum(left_turned_away), sum(declared),
        sum(ask), sum(stop), sum(symptomatic), sum(contact)]
    FROM (
        SELECT *, (day > :'before'::date)::int + (day >= :'today'::date)::int AS period
        FROM live_day
        WHERE commune_id = ANY (:'communes'::int[]) AND day BETWEEN :'first'::date AND :'today'::date
    ) counted
    GROUP BY day, period
), arrivals AS (
    SELECT hour, sum(arrived) AS arrived FROM live_hour
    WHERE commune_id = ANY (:'communes'::int[])
      AND (hour >= :'today_began'::timestamptz AND hour < :'until'::timestamptz
        OR hour >= :'week_ago_began'::timestamptz AND hour < :'week_ago_ended'::timestamptz)
    GROUP BY hour
)
SELECT
    (SELECT json_agg(json_build_array(venue_id, is_open::int,
        (is_open AND coalesce(newest_at >= :'today_began'::timestamptz, false))::int,
        (is_open AND coalesce(newest_at >= :'week_began'::timestamptz, false))::int,
        inside, extract(epoch FROM newest_at))) FROM registered),
    (SELECT json_agg(json_build_array(venue_id, period, counts)) FROM summed WHERE day IS NULL),
    (SELECT json_agg(json_build_array(day, period, counts)) FROM summed WHERE day IS NOT NULL),
    (SELECT json_object_agg(extract(epoch FROM hour)::bigint, arrived) FROM arrivals)
