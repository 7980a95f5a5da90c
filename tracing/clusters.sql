-- Venues where several cases were at one time, or within a window of each other.
-- Whatever is near shares a slot: a local day, or as long as the window. Joining by venue and slot
-- instead of venue alone leaves out the million pairs that were there at quite another time.
WITH ill AS (
    SELECT id, infectious_period AS infectious, tstzrange(
        least(
            (coalesce(onset_on, sample_on) - :'incubation'::int)::timestamp AT TIME ZONE :'zone',
            lower(infectious_period)
        ),
        upper(infectious_period)
    ) AS looked_at
    FROM tracing_case WHERE id = ANY(:'cases'::bigint[])
), seen AS (
    SELECT stay.id, case_id, venue_id, possible_period * looked_at AS period,
        possible_period && infectious AS is_infectious
    FROM tracing_stay stay
    JOIN ill ON ill.id = case_id
    WHERE source_id IS NULL AND possible_period && looked_at
      AND (:'since'::timestamptz IS NULL OR upper(possible_period) > :'since'::timestamptz)
      AND (:'kind' = '' OR EXISTS (
        SELECT FROM venues_venue venue WHERE venue.id = venue_id AND venue.kind = :'kind'
      ))
), stay AS MATERIALIZED (
    SELECT *, CASE WHEN :'within'::interval IS NULL
        THEN tstzrange(
            date_trunc('day', lower(period), :'zone'),
            date_trunc('day', upper(period) - interval '1 microsecond', :'zone')
                + interval '1 day'
        )
        ELSE tstzrange(lower(period) - :'within'::interval, upper(period) + :'within'::interval)
        END AS reach
    FROM seen WHERE NOT isempty(period)
), sized AS (
    SELECT extract(epoch FROM coalesce(:'within'::interval, interval '1 day')) AS size,
        extract(epoch FROM coalesce(:'within'::interval, interval '0')) AS pad
), timed AS (
    SELECT stay.*, extract(epoch FROM lower(period) AT TIME ZONE :'zone') AS began,
        extract(epoch FROM (upper(period) - interval '1 microsecond') AT TIME ZONE :'zone')
            AS ended
    FROM stay
), narrow AS MATERIALIZED (
    SELECT timed.*, slot FROM timed, sized, LATERAL generate_series(
        floor(began / size)::bigint, floor(ended / size)::bigint) slot
), wide AS MATERIALIZED (
    SELECT timed.*, slot FROM timed, sized, LATERAL generate_series(
        floor((began - pad) / size)::bigint, floor((ended + pad) / size)::bigint) slot
), near AS MATERIALIZED (
    SELECT DISTINCT ON (one.id, other.id) one.venue_id, one.id AS one, other.id AS other,
        one.case_id AS one_case, other.case_id AS other_case,
        one.period AS one_period, other.period AS other_period,
        one.period && other.period AS is_met,
        one.is_infectious <> other.is_infectious AS is_source,
        NOT one.is_infectious AND NOT other.is_infectious AS is_common
    FROM narrow one
    JOIN wide other ON other.venue_id = one.venue_id AND other.slot = one.slot
      AND other.case_id > one.case_id AND other.period && one.reach
    ORDER BY one.id, other.id
), pair AS (
    SELECT venue_id, bool_or(is_met) AS is_met, bool_or(is_source) AS is_source,
        bool_or(is_common) AS is_common
    FROM near GROUP BY venue_id, one_case, other_case
), pairs AS MATERIALIZED (
    SELECT venue_id, count(*) FILTER (WHERE is_met) AS met,
        count(*) FILTER (WHERE NOT is_met) AS passed,
        bool_or(is_source) AS is_source, bool_or(is_common) AS is_common
    FROM pair GROUP BY venue_id
), involved AS (
    SELECT venue_id, one AS id, one_case AS case_id, one_period AS period FROM near
    UNION
    SELECT venue_id, other, other_case, other_period FROM near
), venue AS MATERIALIZED (
    SELECT venue_id, count(DISTINCT case_id) AS cases, min(lower(period)) AS first_at,
        max(upper(period)) AS last_at, array_agg(id) AS stays
    FROM involved GROUP BY venue_id
)
SELECT venue_id, cases, met, passed, is_source, is_common, first_at, last_at, stays
FROM venue JOIN pairs USING (venue_id)
ORDER BY cases DESC, met DESC, last_at DESC, venue_id
LIMIT :'most'::int;
