"""The two statements of tracing: where a case was, and who was there. See tracing.trace."""

_TOLERANCE = "CASE WHEN v.evidence = %(paper)s THEN %(tolerance)s ELSE interval '0' END"
# Between two observations somebody was there, unless they were seen elsewhere between them; after
# the last one nobody knows, nor before the first one where that was leaving.
_CERTAIN = """
CASE WHEN v.left_reason = %(scanned)s AND NOT v.is_interrupted
      AND v.evidence = ANY (%(observed)s::smallint[])
      AND coalesce(v.left_evidence, v.evidence) = ANY (%(observed)s::smallint[])
     THEN tstzrange(v.entered_at, v.left_at) ELSE 'empty' END
"""
_POSSIBLE = f"""
tstzrange(
    coalesce(v.possible_since, v.entered_at) - {_TOLERANCE},
    coalesce(v.left_at, greatest(v.entered_at, least(%(now)s, v.entered_at + kind.stay)))
        + {_TOLERANCE}
)
"""
_KIND = "unnest(%(kinds)s::text[], %(usual_stays)s::interval[]) AS kind (name, stay)"


def _unsafe(possible: str) -> str:
    """Where a possible stay was infectious, and for how long the air stayed there."""
    infectious = f"({possible} * tstzrange(source.since, source.until))"
    return f"""CASE WHEN isempty({infectious}) THEN 'empty' ELSE
        tstzrange(lower({infectious}), upper({infectious}) + %(linger)s) END"""


# The first days of a long visit are forgotten before its last one; what was copied stays whole.
_IS_SHORTENED = """(lower(stay.possible_period) < %(kept_since)s
    AND upper(stay.possible_period) = upper(excluded.possible_period))"""

STAYS = f"""
WITH source AS (
    SELECT * FROM unnest(
        %(sources)s::uuid[], %(contacts)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[]
    ) AS source (visitor, contact, since, until)
), seen AS MATERIALIZED (
    SELECT source.*, v.venue_id, v.id AS visit, v.evidence, v.left_reason,
        {_CERTAIN} AS certain, {_POSSIBLE} AS possible
    FROM source
    JOIN declarations_visit v ON v.visitor_id = source.visitor
    JOIN venues_venue venue ON venue.id = v.venue_id
    JOIN {_KIND} ON kind.name = venue.kind
), gone AS (
    DELETE FROM tracing_stay stay
    WHERE case_id = %(case)s AND (source_id IS NULL) = %(is_first)s AND visit IS NOT NULL
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
    SELECT %(case)s, contact, venue_id, visitor, visit, evidence, left_reason, certain, possible,
        certain * tstzrange(since, until), {_unsafe("source.possible")}, ''
    FROM seen AS source
    ON CONFLICT (case_id, visit) DO UPDATE SET
        source_id = excluded.source_id, left_reason = excluded.left_reason,
        certain_period = CASE WHEN {_IS_SHORTENED}
            THEN stay.certain_period ELSE excluded.certain_period END,
        possible_period = CASE WHEN {_IS_SHORTENED}
            THEN stay.possible_period ELSE excluded.possible_period END,
        unsafe_certain_period = excluded.unsafe_certain_period,
        unsafe_period = excluded.unsafe_period
)
UPDATE tracing_stay stay SET
    unsafe_certain_period = certain_period * tstzrange(source.since, source.until),
    unsafe_period = {_unsafe("stay.possible_period")}
FROM source
WHERE stay.case_id = %(case)s AND stay.source_id IS NOT DISTINCT FROM source.contact
  AND (stay.visit IS NULL OR stay.visitor = source.visitor)
  AND NOT EXISTS (SELECT FROM seen WHERE seen.visit = stay.visit)
"""  # noqa: S608 - our own texts only

_OTHER = f"""
    SELECT v.id, v.visitor_id, v.evidence, {_CERTAIN} AS certain, {_POSSIBLE} AS possible
    FROM declarations_visit v
    WHERE v.venue_id = unsafe.venue_id
"""  # noqa: S608 - our own texts only

# A form's people have ids that share 96 bits: 28 characters. All visits but a few last for a day at
# most and begin when somebody was seen: those few have an index of their own.
_MET = f"""
SELECT unsafe.id AS stay, other.id AS visit, other.visitor_id AS visitor,
    greatest(unsafe.evidence, other.evidence) AS evidence,
    unsafe.certain * other.certain AS certain, unsafe.possible * other.possible AS possible,
    coalesce(left(unsafe.visit::text, 28) = left(other.id::text, 28), false) AS is_one_form
FROM unsafe
JOIN venues_venue venue ON venue.id = unsafe.venue_id
JOIN {_KIND} ON kind.name = venue.kind
CROSS JOIN LATERAL (
    {_OTHER} AND v.entered_at > lower(unsafe.possible) - %(common)s - %(tolerance)s
      AND v.entered_at < upper(unsafe.possible) + %(tolerance)s
      AND NOT (v.is_long OR v.possible_since IS NOT NULL)
    UNION ALL
    {_OTHER} AND v.entered_at > lower(unsafe.possible) - %(longest)s - %(tolerance)s
      AND v.entered_at < upper(unsafe.possible) + %(common)s + %(tolerance)s
      AND (v.is_long OR v.possible_since IS NOT NULL)
) other
WHERE unsafe.possible && other.possible
  AND other.visitor_id <> ALL (%(visitors)s::uuid[])
  AND other.visitor_id IS DISTINCT FROM unsafe.visitor
"""  # noqa: S608 - our own texts only

# Meetings of days that are forgotten meanwhile stay, as far as they are still unsafe.
_REMEMBERED = """
SELECT stay.id, meeting.visit, contact.visitor, meeting.evidence,
    meeting.certain_period * stay.unsafe_certain_period,
    meeting.possible_period * stay.unsafe_period, meeting.is_one_form
FROM tracing_meeting meeting
JOIN tracing_stay stay ON stay.id = meeting.stay_id
JOIN tracing_contact contact ON contact.id = meeting.contact_id
WHERE stay.case_id = %(case)s AND (stay.source_id IS NULL) = %(is_first)s
  AND upper(meeting.possible_period) <= %(kept_since)s
  AND meeting.possible_period && stay.unsafe_period
  AND contact.visitor <> ALL (%(visitors)s::uuid[])
"""

_SECONDS = (
    "(SELECT coalesce(floor(sum(extract(epoch FROM upper(r) - lower(r)))), 0) FROM unnest({0}) r)"
)

_DECIDED = """(
    contact.standing <> 'proposed'
    OR EXISTS (SELECT FROM tracing_followup f WHERE f.contact_id = contact.id)
    OR EXISTS (SELECT FROM tracing_stay s WHERE s.source_id = contact.id)
    OR contact.same_as_id IS NOT NULL
    OR EXISTS (SELECT FROM tracing_contact other WHERE other.same_as_id = contact.id)
)"""
_NOT_MET = """contact.case_id = %(case)s AND contact.generation = %(generation)s
  AND NOT EXISTS (SELECT FROM everybody WHERE everybody.visitor = contact.visitor)"""

# Whoever is joined to another contact as the same person keeps the own meetings, and these count
# for the other one as well.
_MET_BY_ONE = """
SELECT * FROM met
UNION ALL
SELECT met.stay, met.visit, one.visitor, met.evidence, met.certain, met.possible, met.is_one_form
FROM met
JOIN tracing_contact other ON other.case_id = %(case)s AND other.visitor = met.visitor
JOIN tracing_contact one ON one.id = other.same_as_id
"""

CONTACTS = f"""
WITH unsafe AS MATERIALIZED (
    SELECT id, visit, visitor, venue_id, evidence, unsafe_certain_period AS certain,
        unsafe_period AS possible
    FROM tracing_stay
    WHERE case_id = %(case)s AND (source_id IS NULL) = %(is_first)s AND NOT isempty(unsafe_period)
), met AS MATERIALIZED (
    SELECT DISTINCT ON (stay, visit) * FROM ({_MET} UNION ALL {_REMEMBERED}) any_met
    ORDER BY stay, visit
), person AS (
    SELECT visitor, min(evidence) AS evidence, bool_or(is_one_form) AS is_one_form,
        range_agg(certain) AS certain, range_agg(possible) AS possible
    FROM ({_MET_BY_ONE}) met_by_one GROUP BY visitor
), household AS (
    SELECT key AS visitor FROM (
        SELECT key, count(*) OVER (PARTITION BY phone_hash) AS people
        FROM declarations_visitor WHERE phone_hash = ANY (%(phones)s::uuid[])
    ) of_one_phone
    WHERE people <= %(largest_household)s AND key <> ALL (%(visitors)s::uuid[])
      AND key <> ALL (%(sources)s::uuid[])
), everybody AS MATERIALIZED (
    SELECT visitor, person.evidence,
        {_SECONDS.format("person.certain")} AS certain_seconds,
        {_SECONDS.format("person.possible")} AS possible_seconds,
        coalesce(range_merge(person.possible), 'empty') AS met_period,
        household.visitor IS NOT NULL OR coalesce(person.is_one_form, false) AS is_household
    FROM person FULL JOIN household USING (visitor)
), contact AS (
    INSERT INTO tracing_contact AS contact
        (case_id, visitor, generation, mask, phone_hash, residence_id, commune_id, certain_seconds,
         possible_seconds, evidence, met_period, is_household, fold, burst, standing, result)
    SELECT %(case)s, everybody.visitor, %(generation)s, coalesce(v.mask, known.mask),
        coalesce(v.phone_hash, known.phone_hash), coalesce(v.residence_id, known.residence_id),
        home.id, everybody.certain_seconds, everybody.possible_seconds, everybody.evidence,
        everybody.met_period, everybody.is_household, v.fold, v.burst, 'proposed', ''
    FROM everybody
    LEFT JOIN declarations_visitor v ON v.key = everybody.visitor
    LEFT JOIN districts_unit home ON home.id = v.residence_id AND home.level = 'commune'
    LEFT JOIN tracing_contact known
      ON known.case_id = %(case)s AND known.visitor = everybody.visitor
    WHERE v.key IS NOT NULL OR known.id IS NOT NULL
    ON CONFLICT (case_id, visitor) DO UPDATE SET
        generation = excluded.generation, certain_seconds = excluded.certain_seconds,
        possible_seconds = excluded.possible_seconds, evidence = excluded.evidence,
        met_period = excluded.met_period, is_household = excluded.is_household,
        fold = coalesce(excluded.fold, contact.fold), burst = coalesce(excluded.burst, contact.burst)
    WHERE contact.generation >= excluded.generation
    RETURNING id, visitor, same_as_id IS NULL AS is_one, xmax = 0 AS is_new
), meeting AS (
    INSERT INTO tracing_meeting AS meeting
        (stay_id, contact_id, visit, evidence, certain_period, possible_period, is_one_form)
    SELECT stay, contact.id, visit, evidence, certain, possible, is_one_form
    FROM met JOIN contact USING (visitor)
    ON CONFLICT (stay_id, visit) DO UPDATE SET
        certain_period = excluded.certain_period, possible_period = excluded.possible_period
), not_met AS (
    DELETE FROM tracing_meeting meeting USING tracing_stay stay
    WHERE meeting.stay_id = stay.id AND stay.case_id = %(case)s
      AND (stay.source_id IS NULL) = %(is_first)s
      AND NOT EXISTS (
        SELECT FROM met WHERE met.stay = meeting.stay_id AND met.visit = meeting.visit
      )
), cleared AS (
    UPDATE tracing_contact contact SET certain_seconds = 0, possible_seconds = 0, evidence = NULL,
        met_period = 'empty', is_household = false
    WHERE {_NOT_MET} AND {_DECIDED}
), dropped AS (
    DELETE FROM tracing_contact contact WHERE {_NOT_MET} AND NOT {_DECIDED} RETURNING id
)
SELECT (SELECT count(*) FROM unsafe), (SELECT count(*) FROM contact WHERE is_one),
    (SELECT count(*) FROM contact WHERE is_new), (SELECT count(*) FROM dropped)
"""  # noqa: S608 - our own texts only
