-- Who was where a case, or a confirmed contact, made a place unsafe: their meetings, and for each
-- person how long both were there. Returns how many exposures there are, how many people, and how
-- many of them are new or no longer met.
WITH unsafe AS MATERIALIZED (
    SELECT id, visit, visitor, venue_id, evidence, unsafe_certain_period AS certain,
        unsafe_period AS possible
    FROM tracing_stay
    WHERE case_id = :'case'::int AND (source_id IS NULL) = (:'generation'::int = 1)
      AND NOT isempty(unsafe_period)
), met_now AS (
    SELECT unsafe.id AS stay, v.id AS visit, v.visitor_id AS visitor,
        greatest(unsafe.evidence, v.evidence) AS evidence,
        unsafe.certain * period.certain AS certain,
        unsafe.possible * period.possible AS possible,
        -- A form's people have ids that share 96 bits: 28 characters.
        coalesce(left(unsafe.visit::text, 28) = left(v.id::text, 28), false) AS is_one_form
    FROM unsafe
    JOIN venues_venue venue ON venue.id = unsafe.venue_id
    JOIN unnest(:'kinds'::text[], :'usual_stays'::interval[]) AS kind (name, stay)
        ON kind.name = venue.kind
    -- All visits but a few last for a day at most and begin when somebody was seen: those few
    -- have an index of their own.
    CROSS JOIN LATERAL (
        SELECT * FROM declarations_visit
        WHERE venue_id = unsafe.venue_id
          AND entered_at > lower(unsafe.possible) - :'common'::interval - :'tolerance'::interval
          AND entered_at < upper(unsafe.possible) + :'tolerance'::interval
          AND NOT (is_long OR possible_since IS NOT NULL)
        UNION ALL
        SELECT * FROM declarations_visit
        WHERE venue_id = unsafe.venue_id
          AND entered_at > lower(unsafe.possible) - :'longest'::interval - :'tolerance'::interval
          AND entered_at
            < upper(unsafe.possible) + :'common'::interval + :'tolerance'::interval
          AND (is_long OR possible_since IS NOT NULL)
    ) v
    CROSS JOIN LATERAL (
        SELECT CASE WHEN v.evidence = :'paper'::int
            THEN :'tolerance'::interval ELSE interval '0' END AS tolerance
    ) written
    -- The same periods as in stays.sql, of those who were met.
    CROSS JOIN LATERAL (
        SELECT
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
    ) period
    WHERE unsafe.possible && period.possible
      AND v.visitor_id <> ALL (:'visitors'::uuid[])
      AND v.visitor_id IS DISTINCT FROM unsafe.visitor
), met_before AS (
    -- Meetings of days that are forgotten meanwhile stay, as far as they are still unsafe.
    SELECT stay.id AS stay, meeting.visit, contact.visitor, meeting.evidence,
        meeting.certain_period * stay.unsafe_certain_period AS certain,
        meeting.possible_period * stay.unsafe_period AS possible, meeting.is_one_form
    FROM tracing_meeting meeting
    JOIN tracing_stay stay ON stay.id = meeting.stay_id
    JOIN tracing_contact contact ON contact.id = meeting.contact_id
    WHERE stay.case_id = :'case'::int AND (stay.source_id IS NULL) = (:'generation'::int = 1)
      AND upper(meeting.possible_period) <= :'kept_since'::timestamptz
      AND meeting.possible_period && stay.unsafe_period
      AND contact.visitor <> ALL (:'visitors'::uuid[])
), met AS MATERIALIZED (
    SELECT DISTINCT ON (stay, visit) *
    FROM (SELECT * FROM met_now UNION ALL SELECT * FROM met_before) any_met
    ORDER BY stay, visit
), met_by_one AS (
    SELECT * FROM met
    UNION ALL
    -- Whoever is joined to another contact as the same person keeps the own meetings, and these
    -- count for the other one as well.
    SELECT met.stay, met.visit, one.visitor, met.evidence, met.certain, met.possible,
        met.is_one_form
    FROM met
    JOIN tracing_contact other ON other.case_id = :'case'::int AND other.visitor = met.visitor
    JOIN tracing_contact one ON one.id = other.same_as_id
), person AS (
    SELECT visitor, min(evidence) AS evidence, bool_or(is_one_form) AS is_one_form,
        range_agg(certain) AS certain, range_agg(possible) AS possible
    FROM met_by_one GROUP BY visitor
), household AS (
    SELECT key AS visitor FROM (
        SELECT key, count(*) OVER (PARTITION BY phone_hash) AS people
        FROM declarations_visitor WHERE phone_hash = ANY (:'phones'::uuid[])
    ) of_one_phone
    WHERE people <= :'largest_household'::int AND key <> ALL (:'visitors'::uuid[])
      AND key <> ALL (:'sources'::uuid[])
), everybody AS MATERIALIZED (
    SELECT visitor, person.evidence,
        (SELECT coalesce(floor(sum(extract(epoch FROM upper(r) - lower(r)))), 0)
            FROM unnest(person.certain) r) AS certain_seconds,
        (SELECT coalesce(floor(sum(extract(epoch FROM upper(r) - lower(r)))), 0)
            FROM unnest(person.possible) r) AS possible_seconds,
        coalesce(range_merge(person.possible), 'empty') AS met_period,
        household.visitor IS NOT NULL OR coalesce(person.is_one_form, false) AS is_household
    FROM person FULL JOIN household USING (visitor)
), contact AS (
    INSERT INTO tracing_contact AS contact
        (case_id, visitor, generation, mask, phone_hash, residence_id, commune_id, certain_seconds,
         possible_seconds, evidence, met_period, is_household, fold, burst, standing, result)
    SELECT :'case'::int, everybody.visitor, :'generation'::int, coalesce(v.mask, known.mask),
        coalesce(v.phone_hash, known.phone_hash), coalesce(v.residence_id, known.residence_id),
        home.id, everybody.certain_seconds, everybody.possible_seconds, everybody.evidence,
        everybody.met_period, everybody.is_household, v.fold, v.burst, 'proposed', ''
    FROM everybody
    LEFT JOIN declarations_visitor v ON v.key = everybody.visitor
    LEFT JOIN districts_unit home ON home.id = v.residence_id AND home.level = 'commune'
    LEFT JOIN tracing_contact known
      ON known.case_id = :'case'::int AND known.visitor = everybody.visitor
    WHERE v.key IS NOT NULL OR known.id IS NOT NULL
    ON CONFLICT (case_id, visitor) DO UPDATE SET
        generation = excluded.generation, certain_seconds = excluded.certain_seconds,
        possible_seconds = excluded.possible_seconds, evidence = excluded.evidence,
        met_period = excluded.met_period, is_household = excluded.is_household,
        fold = coalesce(excluded.fold, contact.fold),
        burst = coalesce(excluded.burst, contact.burst)
    WHERE contact.generation >= excluded.generation
    RETURNING id, visitor, same_as_id IS NULL AS is_one, xmax = 0 AS is_new
), meeting AS (
    INSERT INTO tracing_meeting AS meeting
        (stay_id, contact_id, visit, evidence, certain_period, possible_period, is_one_form)
    SELECT stay, contact.id, visit, evidence, certain, possible, is_one_form
    FROM met JOIN contact USING (visitor)
    ON CONFLICT (stay_id, visit) DO UPDATE SET
        certain_period = excluded.certain_period, possible_period = excluded.possible_period
), no_meeting AS (
    DELETE FROM tracing_meeting meeting USING tracing_stay stay
    WHERE meeting.stay_id = stay.id AND stay.case_id = :'case'::int
      AND (stay.source_id IS NULL) = (:'generation'::int = 1)
      AND NOT EXISTS (
        SELECT FROM met WHERE met.stay = meeting.stay_id AND met.visit = meeting.visit
      )
), not_met AS MATERIALIZED (
    SELECT contact.id,
        contact.standing <> 'proposed'
        OR contact.same_as_id IS NOT NULL
        OR EXISTS (SELECT FROM tracing_followup f WHERE f.contact_id = contact.id)
        OR EXISTS (SELECT FROM tracing_stay s WHERE s.source_id = contact.id)
        OR EXISTS (SELECT FROM tracing_contact other WHERE other.same_as_id = contact.id)
            AS is_decided
    FROM tracing_contact contact
    WHERE contact.case_id = :'case'::int AND contact.generation = :'generation'::int
      AND NOT EXISTS (SELECT FROM everybody WHERE everybody.visitor = contact.visitor)
), cleared AS (
    UPDATE tracing_contact contact SET certain_seconds = 0, possible_seconds = 0, evidence = NULL,
        met_period = 'empty', is_household = false
    FROM not_met WHERE not_met.id = contact.id AND is_decided
), dropped AS (
    DELETE FROM tracing_contact contact USING not_met
    WHERE not_met.id = contact.id AND NOT is_decided RETURNING contact.id
)
SELECT (SELECT count(*) FROM unsafe), (SELECT count(*) FROM contact WHERE is_one),
    (SELECT count(*) FROM contact WHERE is_new), (SELECT count(*) FROM dropped)
