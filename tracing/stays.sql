-- Where a case was, or its confirmed contacts were: copies the visits of the sources, and says
-- which of them made a place unsafe for whom was there.
WITH source AS (
    SELECT * FROM unnest(
        :'sources'::uuid[], :'contacts'::int[], :'since'::timestamptz[], :'until'::timestamptz[]
    ) AS source (visitor, contact, since, until)
), seen AS MATERIALIZED (
    SELECT source.*, v.venue_id, v.id AS visit, v.evidence, v.left_reason,
        -- Between two observations somebody was there, unless they were seen elsewhere between
        -- them; after the last one nobody knows, nor before the first one where that was leaving.
        CASE WHEN v.left_reason = :'scanned'::int AND NOT v.is_interrupted
              AND v.evidence = ANY (:'observed'::smallint[])
              AND coalesce(v.left_evidence, v.evidence) = ANY (:'observed'::smallint[])
            THEN tstzrange(v.entered_at, v.left_at) ELSE 'empty' END AS certain,
        tstzrange(
            coalesce(v.possible_since, v.entered_at) - written.tolerance,
            coalesce(
                v.left_at,
                greatest(v.entered_at, least(:'now'::timestamptz, v.entered_at + kind.stay))
            ) + written.tolerance
        ) AS possible
    FROM source
    JOIN declarations_visit v ON v.visitor_id = source.visitor
    JOIN venues_venue venue ON venue.id = v.venue_id
    JOIN unnest(:'kinds'::text[], :'usual_stays'::interval[]) AS kind (name, stay)
        ON kind.name = venue.kind
    CROSS JOIN LATERAL (
        SELECT CASE WHEN v.evidence = :'paper'::int
            THEN :'tolerance'::interval ELSE interval '0' END AS tolerance
    ) written
), infectious AS (
    SELECT seen.*, possible * tstzrange(since, until) AS unsafe FROM seen
), gone AS (
    DELETE FROM tracing_stay stay
    WHERE case_id = :'case'::int AND (source_id IS NULL) = (:'generation'::int = 1)
      AND visit IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM source WHERE source.visitor = stay.visitor
          AND source.contact IS NOT DISTINCT FROM stay.source_id
      )
    RETURNING id
), gone_with_them AS (
    DELETE FROM tracing_meeting meeting USING gone WHERE meeting.stay_id = gone.id
), kept AS (
    INSERT INTO tracing_stay AS stay
        (case_id, source_id, venue_id, visitor, visit, evidence, left_reason, certain_period,
         possible_period, unsafe_certain_period, unsafe_period, note)
    SELECT :'case'::int, contact, venue_id, visitor, visit, evidence, left_reason, certain,
        possible, certain * tstzrange(since, until),
        CASE WHEN isempty(unsafe) THEN 'empty'
            ELSE tstzrange(lower(unsafe), upper(unsafe) + :'linger'::interval) END,
        ''
    FROM infectious
    -- The first days of a long visit are forgotten before its last one; what was copied stays
    -- whole.
    ON CONFLICT (case_id, visit) DO UPDATE SET
        source_id = excluded.source_id, left_reason = excluded.left_reason,
        certain_period = CASE
            WHEN lower(stay.possible_period) < :'kept_since'::timestamptz
              AND upper(stay.possible_period) = upper(excluded.possible_period)
            THEN stay.certain_period ELSE excluded.certain_period END,
        possible_period = CASE
            WHEN lower(stay.possible_period) < :'kept_since'::timestamptz
              AND upper(stay.possible_period) = upper(excluded.possible_period)
            THEN stay.possible_period ELSE excluded.possible_period END,
        unsafe_certain_period = excluded.unsafe_certain_period,
        unsafe_period = excluded.unsafe_period
)
-- Stays whose visit is forgotten, or that somebody told of, made a place unsafe as well.
UPDATE tracing_stay stay SET
    unsafe_certain_period = certain_period * tstzrange(source.since, source.until),
    unsafe_period = CASE
        WHEN isempty(stay.possible_period * tstzrange(source.since, source.until)) THEN 'empty'
        ELSE tstzrange(
            lower(stay.possible_period * tstzrange(source.since, source.until)),
            upper(stay.possible_period * tstzrange(source.since, source.until))
                + :'linger'::interval
        ) END
FROM source
WHERE stay.case_id = :'case'::int AND stay.source_id IS NOT DISTINCT FROM source.contact
  AND (stay.visit IS NULL OR stay.visitor = source.visitor)
  AND NOT EXISTS (SELECT FROM seen WHERE seen.visit = stay.visit)
