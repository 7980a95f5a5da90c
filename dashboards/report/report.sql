-- What is reported of some communes and a day: venues, people by commune and kind, and to date.
WITH used AS (
    SELECT venue_id, sum(arrived) AS in_week,
        sum(arrived) FILTER (WHERE at >= :'began'::timestamptz) AS on_day,
        sum(arrived) FILTER (
            WHERE at >= :'began'::timestamptz - interval '24 hours' AND at < :'began'::timestamptz
        ) AS day_before
    FROM live_venue_hour
    WHERE venue_id = ANY (ARRAY(
            SELECT venue_id FROM live_presence WHERE commune_id = ANY (:'communes'::int[])
        ))
      AND at >= :'week_began'::timestamptz AND at < :'ended'::timestamptz
    GROUP BY venue_id
), venue AS (
    SELECT commune_id, kind, registered_at, closed_at, newest_at, inside,
        closed_at IS NULL OR closed_at > :'moment'::timestamptz AS is_open,
        registered_at < :'began'::timestamptz
            AND (closed_at IS NULL OR closed_at >= :'began'::timestamptz) AS was_open,
        coalesce(on_day > 0, false) AS on_day, coalesce(day_before > 0, false) AS day_before,
        coalesce(in_week > 0, false) OR newest_at >= :'week_began'::timestamptz
            AND newest_at < :'ended'::timestamptz AS in_week
    FROM live_presence LEFT JOIN used USING (venue_id)
    WHERE commune_id = ANY (:'communes'::int[]) AND registered_at <= :'moment'::timestamptz
), registered AS (
    SELECT coalesce(commune_id::text, kind) AS name, count(*) FILTER (WHERE is_open) AS venues,
        count(*) FILTER (WHERE registered_at >= :'began'::timestamptz) AS opened,
        count(*) FILTER (WHERE NOT is_open AND closed_at >= :'began'::timestamptz) AS closed,
        count(*) FILTER (WHERE is_open AND on_day) AS used,
        count(*) FILTER (WHERE was_open AND day_before) AS used_before,
        count(*) FILTER (WHERE is_open AND in_week) AS used_in_week,
        count(*) FILTER (WHERE is_open AND newest_at IS NULL) AS unused_ever,
        sum(inside) AS inside
    FROM venue GROUP BY GROUPING SETS ((commune_id), (kind))
), people AS (
    SELECT coalesce(commune_id::text, kind) AS name, period, ARRAY[sum(arrived),
        sum(left_scanned), sum(left_moved_on), sum(left_closing), sum(left_usual_stay),
        sum(left_turned_away), sum(declared), sum(ask), sum(stop), sum(symptomatic),
        sum(contact)] AS counts
    FROM (
        SELECT *, CASE WHEN day = :'day'::date THEN 0 WHEN day = :'day_before'::date THEN 1
            WHEN day > :'week_ago'::date THEN 2 WHEN day = :'week_ago'::date THEN 3
            ELSE 4 END AS period
        FROM live_day_kind
        WHERE commune_id = ANY (:'communes'::int[]) AND day BETWEEN :'first'::date AND :'day'::date
    ) numbered
    GROUP BY GROUPING SETS ((commune_id, period), (kind, period))
), to_date AS (
    SELECT min(day) AS first, sum(arrived) AS arrived, sum(left_scanned + left_moved_on
        + left_closing + left_usual_stay + left_turned_away) AS departed, sum(declared) AS declared
    FROM live_day WHERE commune_id = ANY (:'communes'::int[]) AND day <= :'day'::date
)
SELECT
    (SELECT json_agg(json_build_array(name, venues, opened, closed, used, used_before,
        used_in_week, unused_ever, inside)) FROM registered),
    (SELECT json_agg(json_build_array(name, period, counts)) FROM people),
    (SELECT json_build_array(first, arrived, departed, declared) FROM to_date)
