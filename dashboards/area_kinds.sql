-- An area by kind of venue: its venues, and what was counted by day.
WITH registered AS (
    SELECT kind, count(*) FILTER (WHERE is_open) AS venues,
        count(*) FILTER (WHERE is_open AND newest_at >= :'today_began'::timestamptz) AS today,
        count(*) FILTER (WHERE is_open AND newest_at >= :'week_began'::timestamptz) AS week,
        sum(inside) AS inside
    FROM (SELECT *, closed_at IS NULL AS is_open FROM live_presence) presence
    WHERE commune_id = ANY (:'communes'::int[]) AND (is_open OR newest_at IS NOT NULL)
    GROUP BY kind
), summed AS (
    SELECT kind, period, ARRAY[sum(arrived), sum(left_scanned), sum(left_moved_on),
        sum(left_closing), sum(left_usual_stay), sum(left_turned_away), sum(declared),
        sum(ask), sum(stop), sum(symptomatic), sum(contact)] AS counts
    FROM (
        SELECT *, (day > :'before'::date)::int + (day >= :'today'::date)::int AS period
        FROM live_day_kind
        WHERE commune_id = ANY (:'communes'::int[]) AND day BETWEEN :'first'::date AND :'today'::date
    ) counted
    GROUP BY kind, period
)
SELECT
    (SELECT json_agg(json_build_array(kind, venues, today, week, inside, NULL)) FROM registered),
    (SELECT json_agg(json_build_array(kind, period, counts)) FROM summed)
