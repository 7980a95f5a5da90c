-- An area by its communes: their venues, what was counted by day, arrivals by hour.
WITH registered AS (
    SELECT commune_id, count(*) FILTER (WHERE is_open) AS venues,
        count(*) FILTER (WHERE is_open AND newest_at >= :'today_began'::timestamptz) AS today,
        count(*) FILTER (WHERE is_open AND newest_at >= :'week_began'::timestamptz) AS week,
        sum(inside) AS inside
    FROM (SELECT *, closed_at IS NULL AS is_open FROM live_presence) presence
    WHERE commune_id = ANY (:'communes'::int[]) AND (is_open OR newest_at IS NOT NULL)
    GROUP BY commune_id
), summed AS (
    SELECT commune_id, day, period, ARRAY[sum(arrived), sum(left_scanned), sum(left_moved_on),
        sum(left_closing), sum(left_usual_stay), sum(left_turned_away), sum(declared),
        sum(ask), sum(stop), sum(symptomatic), sum(contact)] AS counts
    FROM (
        SELECT *, (day > :'before'::date)::int + (day >= :'today'::date)::int AS period
        FROM live_day
        WHERE commune_id = ANY (:'communes'::int[]) AND day BETWEEN :'first'::date AND :'today'::date
    ) counted
    GROUP BY GROUPING SETS ((commune_id, period), (day, period))
), arrivals AS (
    SELECT hour, sum(arrived) AS arrived FROM live_hour
    WHERE commune_id = ANY (:'communes'::int[])
      AND (hour >= :'today_began'::timestamptz AND hour < :'until'::timestamptz
        OR hour >= :'week_ago_began'::timestamptz AND hour < :'week_ago_ended'::timestamptz)
    GROUP BY hour
)
SELECT
    (SELECT json_agg(json_build_array(commune_id, venues, today, week, inside, NULL))
        FROM registered),
    (SELECT json_agg(json_build_array(commune_id, period, counts)) FROM summed WHERE day IS NULL),
    (SELECT json_agg(json_build_array(day, period, counts)) FROM summed WHERE day IS NOT NULL),
    (SELECT json_object_agg(extract(epoch FROM hour)::bigint, arrived) FROM arrivals)
